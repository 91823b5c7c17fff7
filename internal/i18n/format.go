package i18n

import (
	"strconv"
	"strings"
	"time"

	"pano/internal/pano"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// marks returns what stands between thousands and before decimals.
func (w *Words) marks() (group, point string) {
	if w.Lang == "vi" {
		return ".", ","
	}
	return ",", "."
}

// Number writes n with its thousands grouped: 1.234 or 1,234.
func (w *Words) Number(n int64) string {
	group, _ := w.marks()
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + group + digits[i:]
	}
	return sign + digits
}

// Decimal writes v rounded to at most places decimals, without trailing noughts:
// 1.234,5 or 1,234.5.
func (w *Words) Decimal(v float64, places int) string {
	text := strconv.FormatFloat(v, 'f', places, 64)
	whole, part, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return text
	}
	part = strings.TrimRight(part, "0")
	out := w.Number(n)
	if n == 0 && v < 0 && part != "" {
		out = "−0"
	}
	if part == "" {
		return out
	}
	_, point := w.marks()
	return out + point + part
}

// Dong writes an amount of money, sign last as in Viet Nam: 12.500.000 ₫.
func (w *Words) Dong(n pano.Dong) string { return w.Number(int64(n)) + nbsp + "₫" }

// Size writes a finished size, width first: 0,8 × 2,5 m, exact to the
// millimetre; in millimetres where both sides are shorter than half a metre.
func (w *Words) Size(width, height pano.MM) string {
	if width < 500 && height < 500 {
		return w.Number(int64(width)) + nbsp + "×" + nbsp + w.Number(int64(height)) + nbsp + "mm"
	}
	return w.metres(width) + nbsp + "×" + nbsp + w.metres(height) + nbsp + "m"
}

// Metres writes one length in metres, exact to the millimetre: 2,5 m.
func (w *Words) Metres(l pano.MM) string { return w.metres(l) + nbsp + "m" }

func (w *Words) metres(l pano.MM) string { return w.Decimal(float64(l)/1000, 3) }

// Area writes the area of width × height in square metres, to the hundredth: 2 m².
func (w *Words) Area(width, height pano.MM) string {
	return w.Decimal(float64(width)*float64(height)/1e6, 2) + nbsp + "m²"
}

// Bytes writes an amount of data in steps of 1000: 118 MB, 1,2 GB.
func (w *Words) Bytes(n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	v, i := float64(n), 0
	for v >= 999.5 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	places := 0
	if i > 0 && v < 9.95 {
		places = 1
	}
	return w.Decimal(v, places) + nbsp + units[i]
}

// Percent writes part of whole as whole per cent, rounded down so that 100 %
// means done; nothing of nothing is 0 %.
func (w *Words) Percent(part, whole int) string {
	if whole <= 0 {
		return "0" + nbsp + "%"
	}
	return w.Number(int64(part)*100/int64(whole)) + nbsp + "%"
}

// Day writes a civil date: 05/12/2026.
func (w *Words) Day(d pano.Day) string { return d.Time().Format("02/01/2006") }

// Days writes a period with its last day: 01/12 – 20/12/2026.
func (w *Words) Days(p pano.Period) string {
	first, last := p.From.Time(), p.Last().Time()
	switch {
	case p.Last() <= p.From:
		return w.Day(p.From)
	case first.Year() == last.Year():
		return first.Format("02/01") + " – " + last.Format("02/01/2006")
	}
	return w.Day(p.From) + " – " + w.Day(p.Last())
}

// Date writes the date of t in Viet Nam: 05/12/2026. The zero time is "".
func (w *Words) Date(t time.Time) string { return at(t, "02/01/2006") }

// DateTime writes date and time of t in Viet Nam: 05/12/2026 14:30. The zero time is "".
func (w *Words) DateTime(t time.Time) string { return at(t, "02/01/2006 15:04") }

// Clock writes the time of t in Viet Nam: 14:30. The zero time is "".
func (w *Words) Clock(t time.Time) string { return at(t, "15:04") }

func at(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(pano.VietNam()).Format(layout)
}
