package hanging

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
)

// A column is one of a table of places. Its name is that of the field of a form.
type column struct {
	name   string
	vi, en string   // headings
	also   []string // other headings that are understood
}

// columns are those of a table of places, in the order in which they are written.
func columns() []column {
	return []column{
		{"code", "Mã vị trí", "Code", []string{"mã", "mã số", "place code"}},
		{"name", "Tên", "Name", []string{"tên vị trí", "vị trí"}},
		{"kind", "Loại", "Kind", []string{"loại vị trí", "type"}},
		{"parent", "Nằm trong (mã)", "Inside (code)", []string{"nằm trong", "thuộc", "parent", "inside"}},
		{"agency", "Đơn vị (mã)", "Agency (code)", []string{"đơn vị", "mã đơn vị", "agency"}},
		{"address", "Địa chỉ", "Address", nil},
		{"lat", "Vĩ độ", "Latitude", []string{"lat"}},
		{"lon", "Kinh độ", "Longitude", []string{"lon", "lng", "long"}},
		{"width_mm", "Rộng (mm)", "Width (mm)", []string{"rộng", "chiều rộng", "width", "width_mm"}},
		{"height_mm", "Cao (mm)", "Height (mm)", []string{"cao", "chiều cao", "height", "height_mm"}},
		{"capacity", "Sức chứa", "Capacity", nil},
		{"eye_mm", "Tầm mắt (mm)", "Eye line (mm)", []string{"tầm mắt", "eye_mm"}},
		{"permit", "Số giấy phép", "Permit", []string{"giấy phép"}},
		{"permit_last", "Giấy phép có hạn", "Permit until", []string{"hạn giấy phép", "permit_last"}},
		{"state", "Tình trạng", "State", []string{"trạng thái"}},
	}
}

// ColumnNames are the names of the columns of a table of places, in order.
func ColumnNames() (all []string) {
	for _, c := range columns() {
		all = append(all, c.name)
	}
	return all
}

// Heading is the heading of a column in a language, "" if there is no such column.
func Heading(name, lang string) string {
	for _, c := range columns() {
		if c.name == name && lang == "en" {
			return c.en
		} else if c.name == name {
			return c.vi
		}
	}
	return ""
}

// columnOf is the name of the column with that heading, "" if it is not known.
func columnOf(heading string) string {
	h := alike(heading)
	for _, c := range columns() {
		if h == alike(c.vi) || h == alike(c.en) || h == c.name {
			return c.name
		}
		for _, a := range c.also {
			if h == alike(a) {
				return c.name
			}
		}
	}
	return ""
}

// alike makes words comparable: NFC, lower case, single spaces, no sign that a field is needed.
func alike(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.TrimRight(norm.NFC.String(s), " *:")), " "))
}

// kindWords are the words for kinds of places that tables have, Vietnamese and English first.
func kindWords(k pano.LocationKind) []string {
	return map[pano.LocationKind][]string{
		pano.Site: {"Điểm treo", "Mount point", "điểm", "site"}, pano.Face: {"Mặt pa-nô", "Billboard face", "mặt", "pa-nô", "face"},
		pano.Stretch: {"Đoạn đường", "Road stretch", "tuyến đường", "stretch"}, pano.Venue: {"Nhà triển lãm", "Venue"},
		pano.Room: {"Phòng", "Room"}, pano.Wall: {"Tường", "Wall"}, pano.Store: {"Kho", "Store"},
	}[k]
}

// KindWord is the word for a kind of place in a table.
func KindWord(k pano.LocationKind, lang string) string {
	if lang == "en" {
		return kindWords(k)[1]
	}
	return kindWords(k)[0]
}

func kindOf(text string) (pano.LocationKind, bool) {
	for _, k := range pano.LocationKinds() {
		for _, w := range append(kindWords(k), string(k)) {
			if alike(text) == alike(w) {
				return k, true
			}
		}
	}
	return "", false
}

// StateWord is the word for a place in use, or out of use, in a table.
func StateWord(closed bool, lang string) string {
	return stateWords(closed)[map[bool]int{true: 1}[lang == "en"]]
}

func stateWords(closed bool) []string {
	if closed {
		return []string{"Ngừng dùng", "Out of use", "đóng", "closed"}
	}
	return []string{"Đang dùng", "In use", "mở", "open"}
}

func closedOf(text string) (closed, ok bool) {
	for _, closed := range []bool{false, true} {
		for _, w := range stateWords(closed) {
			if alike(text) == alike(w) {
				return closed, true
			}
		}
	}
	return false, false
}

// Names are the codes that a table says instead of ids.
type Names struct {
	Agencies map[pano.AgencyID]string
	Places   map[pano.LocationID]string
}

// Cell is what a table says of l in a column: numbers with a point, the words of lang.
func (n Names) Cell(l pano.Location, column, lang string) string {
	switch column {
	case "code":
		return l.Code
	case "name":
		return l.Name
	case "kind":
		return KindWord(l.Kind, lang)
	case "parent":
		return n.Places[l.Parent]
	case "agency":
		return n.Agencies[l.Agency]
	case "address":
		return l.Address
	case "lat", "lon":
		if !l.Placed {
			return ""
		}
		return strconv.FormatFloat(map[string]float64{"lat": l.Lat, "lon": l.Lon}[column], 'f', -1, 64)
	case "permit":
		return l.Permit
	case "permit_last":
		if l.PermitUntil == 0 {
			return ""
		}
		return (l.PermitUntil - 1).String()
	case "state":
		return StateWord(l.Closed, lang)
	}
	v := map[string]int{"width_mm": int(l.Width), "height_mm": int(l.Height), "capacity": l.Capacity, "eye_mm": int(l.Eye)}[column]
	if v == 0 {
		return ""
	}
	return strconv.Itoa(v)
}

// fillIn reads one cell into l. Codes of other things are not its to find. It fails
// with KindInvalid at the column.
func fillIn(l *pano.Location, column, text string) error {
	var ok bool
	switch column {
	case "code":
		l.Code = text
	case "name":
		l.Name = text
	case "address":
		l.Address = text
	case "permit":
		l.Permit = text
	case "kind":
		if text == "" && l.ID != "" {
			return nil
		}
		if l.Kind, ok = kindOf(text); !ok {
			return pano.Invalid("location.unknown_kind", text).At(column)
		}
	case "state":
		if text == "" {
			return nil
		}
		if l.Closed, ok = closedOf(text); !ok {
			return pano.Invalid("import.unknown_state", text).At(column)
		}
	case "permit_last":
		if l.PermitUntil = 0; text == "" {
			return nil
		}
		last, ok := dayOf(text)
		if !ok {
			return pano.Invalid("day.unreadable", text).At(column)
		}
		l.PermitUntil = last + 1
	case "width_mm", "height_mm", "eye_mm", "capacity":
		n, ok := whole(text)
		if !ok {
			return pano.Invalid("import.not_whole", text).At(column)
		}
		if column == "capacity" {
			l.Capacity = n
		} else {
			*map[string]*pano.MM{"width_mm": &l.Width, "height_mm": &l.Height, "eye_mm": &l.Eye}[column] = pano.MM(n)
		}
	}
	return nil
}

// coordinates reads the two cells of coordinates into l; one may hold both, as maps
// give them. Both empty is nowhere.
func coordinates(l *pano.Location, lat, lon string) error {
	if first, second, ok := strings.Cut(lat, ", "); ok && lon == "" {
		lat, lon = first, second
	}
	l.Lat, l.Lon, l.Placed = 0, 0, lat != "" || lon != ""
	if !l.Placed {
		return nil
	}
	for _, c := range []struct {
		column, text string
		into         *float64
	}{{"lat", lat, &l.Lat}, {"lon", lon, &l.Lon}} {
		v, ok := degrees(c.text)
		if !ok {
			return pano.Invalid("location.coordinate_unreadable").At(c.column)
		}
		*c.into = v
	}
	return nil
}

var degreeForm = regexp.MustCompile(`^[+-]?\d{1,3}([.,]\d+)?([eE][+-]?\d+)?$`)

// degrees reads 20.9401 or 20,9401.
func degrees(text string) (float64, bool) {
	text = strings.TrimSuffix(strings.ReplaceAll(text, "\u2212", "-"), "°")
	if !degreeForm.MatchString(text) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return math.Round(v*1e9) / 1e9, err == nil
}

var (
	wholeForm   = regexp.MustCompile(`^\d{1,9}$`)
	groupedForm = regexp.MustCompile(`^\d{1,3}([., \x{00a0}]\d{3})+$`)
)

// whole reads 6000, or 6.000 as people group it; "" is 0.
func whole(text string) (int, bool) {
	text = strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(text, "mm")), ".0")
	if groupedForm.MatchString(text) {
		text = strings.NewReplacer(".", "", ",", "", " ", "", "\u00a0", "").Replace(text)
	}
	if text == "" {
		return 0, true
	}
	if !wholeForm.MatchString(text) {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

var dayForm = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$`)

// dayOf reads 2026-12-05, 5/12/2026, or the number of a day as workbooks keep it.
func dayOf(text string) (pano.Day, bool) {
	if n, err := strconv.Atoi(text); err == nil && n > 20_000 && n < 100_000 {
		return pano.Date(1899, 12, 30) + pano.Day(n), true
	}
	if m := dayForm.FindStringSubmatch(text); m != nil {
		text = m[3] + "-" + two(m[2]) + "-" + two(m[1])
	}
	d, err := pano.ParseDay(text)
	return d, err == nil
}

func two(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}
