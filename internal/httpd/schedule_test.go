package httpd_test

import (
	"encoding/csv"
	"fmt"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// shift moves the days of a placement as time does.
func (h *house) shift(to string, days int) {
	h.T.Helper()
	h.ok(h.DB.Tend(h.T.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE placement SET starts = starts + ?1, ends = ends + ?1, remove_by = remove_by + ?1 WHERE id = ?2`, days, strings.TrimPrefix(to, "/placements/"))
		return err
	}))
}

// campaign adds one under way from today.
func (h *house) campaign(code, name string, from, last int) pano.Campaign {
	h.T.Helper()
	today := pano.DayOf(time.Now())
	c := pano.Campaign{Code: code, Name: name, Days: pano.Period{From: today + pano.Day(from), Until: today + pano.Day(last) + 1}, State: "running"}
	c.RemoveBy = c.Days.Until + 2
	h.ok(h.DB.Write(h.T.Context(), cli, "campaign.add", func(tx *catalog.Tx) (err error) {
		c, err = tx.AddCampaign(h.T.Context(), c)
		return err
	}))
	return c
}

// bars are the names of what is drawn, in order.
func bars(a answer) (all []string) {
	for _, m := range regexp.MustCompile(`<a class="bar [^>]*><title>([^<]*)<`).FindAllStringSubmatch(a.Body, -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

// scheduleTown has a crossroads of two faces and a stretch, and something on each.
func scheduleTown(t *testing.T) (*house, *visitor, pano.Asset, map[string]string) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a := v.art("Phướn lễ hội", 800, 2500)
	site := h.place(pano.Location{Kind: pano.Site, Code: "MX", Name: "Ngã tư Máy Xay"})
	face := h.place(pano.Location{Kind: pano.Face, Code: "MX-1", Name: "Mặt Đông", Parent: site.ID, Width: 6000, Height: 3000})
	other := h.place(pano.Location{Kind: pano.Face, Code: "MX-2", Name: "Mặt Tây", Parent: site.ID, Width: 6000, Height: 3000})
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "BD", Name: "Đường Bạch Đằng", Capacity: 40})
	at := map[string]string{"face": v.hang(a, face, 0, 4).To, "other": v.hang(a, other, 3, 8).To, "stretch": v.hang(a, stretch, 2, 5, "quantity", "24").To}
	return h, v, a, at
}

func TestScheduleHasARowForEachPlaceWithSomethingInView(t *testing.T) {
	_, v, _, at := scheduleTown(t)
	page := v.get("/schedule?view=week&on=" + day(0))
	has(t, page, 200, "Lịch treo – tháo", at["face"], "MX-1", "Ngã tư Máy Xay", `class="lanes-today"`)
	far := v.get("/schedule?on=" + day(400))
	has(t, far, 200, "Những ngày này chưa xếp gì", "/placements/new")
	lacks(t, far, "MX-1")
	has(t, v.get("/schedule?all=1&on="+day(400)), 200, "MX-1", "MX-2", "BD", "0 lượt treo tại 3 vị trí")
	for _, bad := range []string{"view=year", "by=colour", "state=lost", "agency=XX", "campaign=XX", "site=XX"} {
		if p := v.get("/schedule?" + bad); p.Status != 404 {
			t.Errorf("%s: %d", bad, p.Status)
		}
	}
	if p := v.get("/schedule?on=tomorrow"); p.Status != 422 {
		t.Errorf("an unreadable day: %d", p.Status)
	}
}

func TestScheduleIsPutTogetherAndNarrowedDown(t *testing.T) {
	h, v, a, at := scheduleTown(t)
	c := h.campaign("LH", "Lễ hội mùa thu", 0, 30)
	l := h.face("PN-9")
	in := v.hang(a, l, 1, 2, "campaign", string(c.ID)).To
	both := func(query string) answer { return v.get("/schedule?view=campaign&" + query) }
	page := both("")
	has(t, page, 200, "Lễ hội mùa thu, ", in)
	lacks(t, page, at["face"])
	month := func(query string) answer { return v.get("/schedule?view=week&on=" + day(2) + "&" + query) }
	has(t, month("campaign=LH"), 200, in)
	page = month("site=MX&all=1")
	has(t, page, 200, "MX-1", "MX-2")
	lacks(t, page, "BD</span>", "PN-9</span>")
	has(t, month("site=MX&late=1"), 200, "Chỉ việc trễ", "Ngã tư Máy Xay")
	lacks(t, month("state=installed"), at["stretch"])
	has(t, month("by=kind"), 200, "<h3>Đoạn đường</h3>")
	has(t, month("by=agency"), 200, "<h3>Sở Văn hóa, Thể thao và Du lịch</h3>")
	has(t, month("agency=BT"), 200, "Không có lịch treo nào khớp")
	// What else is in the way is drawn, too, but is not counted.
	page = both("site=PN-9")
	if got := bars(page); len(got) != 1 || !strings.HasPrefix(got[0], "Phướn lễ hội, "+shown(1)+" đến hết "+shown(2)+", Dự kiến") {
		t.Errorf("bars: %q", got)
	}
}

func TestScheduleSaysWhatIsLateAndInTheWay(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, b, l := v.art("Phướn lễ hội", 0, 0), v.art("Áp phích an toàn giao thông", 0, 0), h.face("PN-1")
	old := v.hang(a, l, 0, 1).To
	has(t, v.follow(v.post(old+"/mark", url.Values{"state": {"installed"}, "note": {"treo ban đêm, không chụp được"}})), 200)
	h.shift(old, -4)
	next := v.hang(b, l, 0, 3).To
	page := v.get("/schedule?view=week&on=" + day(0))
	has(t, page, 200, old, next, "▲ </span>Quá hạn tháo 3 ngày", "Trùng vị trí: “Phướn lễ hội” chưa tháo", "bar-late")
	lacks(t, v.get("/schedule?view=week&on="+day(14)), old)
	has(t, v.get("/schedule?view=month&late=1&on="+day(0)), 200, old)
	// Another agency is not told what it is.
	page = h.enterAt(h.BT, "bt", pano.Staff, pano.Curator).get("/schedule?view=week&on=" + day(0))
	has(t, page, 200, "Tư liệu của Sở Văn hóa", "Quá hạn tháo 3 ngày")
	lacks(t, page, "Phướn lễ hội", "data-move")
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "DD", Name: "Đường", Capacity: 10})
	old = v.hang(a, stretch, 0, 1, "quantity", "8").To
	v.post(old+"/mark", url.Values{"state": {"installed"}, "note": {"treo ban đêm, không chụp được"}})
	h.shift(old, -4)
	v.hang(b, stretch, 0, 3, "quantity", "9")
	has(t, v.get("/schedule?view=week&on="+day(0)), 200, "Quá sức chứa 10 bản", "9 × Áp phích an toàn giao thông")
}

func TestScheduleGoesOnByPages(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a := v.art("Phướn", 0, 0)
	for i := range 63 {
		v.hang(a, h.face(fmt.Sprintf("PN-%03d", i)), 0, 1)
	}
	page := v.get("/schedule")
	has(t, page, 200, "Vị trí 1–60 trong 63", "PN-059")
	lacks(t, page, "PN-060")
	next := regexp.MustCompile(`href="([^"]*page=2[^"]*)"`).FindStringSubmatch(page.Body)
	if next == nil {
		t.Fatal("no second page")
	}
	page = v.get(html.UnescapeString(next[1]))
	has(t, page, 200, "Vị trí 61–63 trong 63", "PN-062", "Vị trí trước")
	lacks(t, page, "PN-059")
	has(t, v.get("/schedule?paper=1"), 200, "PN-000", "PN-062", "<details class=\"twin schedule-twin\" open>")
	if n := strings.Count(v.get("/schedule.csv").Body, "\r\n"); n != 64 {
		t.Errorf("the file has %d lines", n)
	}
}

func TestScheduleAsFileHoldsNoFormulas(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	for i, title := range []string{`=HYPERLINK("http://x")`, "+1", "-1", "@SUM(A1)", "\tx", "Phướn, “lễ hội”"} {
		a := v.art("tạm "+strings.Repeat("x", i), 0, 0)
		h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
			_, err := tx.Exec(`UPDATE asset SET title = ? WHERE id = ?`, title, string(a.ID))
			return err
		}))
		v.hang(a, h.face(fmt.Sprintf("PN-%d", i)), 0, i)
	}
	file := v.get("/schedule.csv?view=week&on=" + day(0))
	if file.Status != 200 || !strings.HasPrefix(file.Body, "\ufeffMã vị trí,") || file.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v %.80q", file.Status, file.Header, file.Body)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.Body, "\ufeff"))).ReadAll()
	h.ok(err)
	if len(lines) != 7 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, want := range []string{`'=HYPERLINK("http://x")`, "'+1", "'-1", "'@SUM(A1)", "'\tx", "Phướn, “lễ hội”"} {
		if got := lines[i+1][4]; got != want {
			t.Errorf("title %q, want %q", got, want)
		}
	}
	if l := lines[6]; l[0] != "PN-5" || l[8] != day(0) || l[9] != day(5) || l[10] != day(6) || l[12] != "Dự kiến" {
		t.Errorf("a line is %q", l)
	}
	other := h.enterAt(h.BT, "bt", pano.Staff).get("/schedule.csv?view=week&on=" + day(0))
	has(t, other, 200, "Tư liệu của Sở Văn hóa")
	lacks(t, other, "Phướn", "HYPERLINK")
}

// strictly reads a calendar with Debian's python3-icalendar and prints what it found.
const strictly = `
import sys, icalendar
data = open(sys.argv[1], 'rb').read()
assert b'\n' not in data.replace(b'\r\n', b''), 'bare line ends'
for line in data.split(b'\r\n'):
    assert len(line) <= 75, line
    line.decode('utf-8')
cal = icalendar.Calendar.from_ical(data)
assert cal['VERSION'] == '2.0' and cal['PRODID']
seen = set()
for e in cal.walk('VEVENT'):
    assert not e.errors, e.errors
    for need in ('UID', 'DTSTAMP', 'DTSTART', 'SUMMARY'):
        assert need in e, need
    assert e['UID'] not in seen; seen.add(e['UID'])
    assert e['DTSTAMP'].dt.tzinfo is not None
    assert type(e['DTSTART'].dt).__name__ == 'date' and (e['DTEND'].dt - e['DTSTART'].dt).days == 1
    print(e['UID'], e['DTSTART'].dt, e['SUMMARY'], '|', e['LOCATION'], '|', e['DESCRIPTION'].replace('\n', ' / '), sep='\t')
`

// readCalendar lets a foreign reader judge a calendar; it returns a line an event.
func readCalendar(t *testing.T, text string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "feed.ics")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/usr/bin/python3", "-c", strictly, file)
	cmd.Env = append(os.Environ(), "PYTHONIOENCODING=utf-8")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("python3-icalendar (apt-get install python3-icalendar) says: %v\n%s\n%s", err, out, text)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

var feedAddress = regexp.MustCompile(`value="(http://[^"]+/calendar/[A-Za-z0-9_-]{43}\.ics)"`)

// newFeed makes a calendar address and returns its path.
func (v *visitor) newFeed(t *testing.T) string {
	t.Helper()
	page := v.post("/account/calendar", nil)
	has(t, page, 201, "chỉ hiện một lần")
	found := feedAddress.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatal("no address\n" + text(page.Body))
	}
	return strings.TrimPrefix(found[1], v.h.URL)
}

func TestCalendarIsReadByAForeignReader(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	long := "Chào mừng Lễ hội mùa thu Côn Sơn – Kiếp Bạc; kỷ niệm, tôn vinh \\ “di sản” làng gốm Chu Đậu và nghề truyền thống"
	a := v.art(long, 0, 0)
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "DD-1", Name: "Đường Bạch Đằng, từ cầu Cất; đến công viên", Capacity: 40})
	at := strings.TrimPrefix(v.hang(a, stretch, 3, 9, "quantity", "12").To, "/placements/")
	feed := v.newFeed(t)
	got := h.visitor().get(feed)
	if got.Status != 200 || got.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Fatal(got.Status, got.Header)
	}
	lines := readCalendar(t, got.Body)
	want := []string{
		at + "-hang@pano\t" + day(3) + "\tTreo: " + long + " – DD-1\t|\tDD-1 – Đường Bạch Đằng, từ cầu Cất; đến công viên\t|\t" + shown(3) + " đến hết " + shown(9) + " / Dự kiến · Sở Văn hóa, Thể thao và Du lịch / 12 bản",
		at + "-remove@pano\t" + day(10) + "\tTháo: " + long + " – DD-1\t|\tDD-1 – Đường Bạch Đằng, từ cầu Cất; đến công viên\t|\t" + shown(3) + " đến hết " + shown(9) + " / Dự kiến · Sở Văn hóa, Thể thao và Du lịch / 12 bản",
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("read as\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	has(t, h.visitor().get(feed+"?site=DD-1&agency=SVH"), 200, "VEVENT")
	lacks(t, h.visitor().get(feed+"?agency=BT"), "VEVENT")
	// The same thing keeps its UID when it is moved, and counts up.
	has(t, v.follow(v.post("/placements/"+at, url.Values{"rev": {"1"}, "from": {day(4)}, "last": {day(9)}, "quantity": {"12"}})), 200)
	has(t, h.visitor().get(feed), 200, "UID:"+at+"-hang@pano", "SEQUENCE:1", "DTSTART;VALUE=DATE:"+strings.ReplaceAll(day(4), "-", ""))
}

func TestCalendarShowsWhatItsOwnerMaySeeAndEnds(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	v.hang(v.art("Phướn kín", 0, 0), h.face("PN-1"), 1, 2)
	bt := h.enterAt(h.BT, "bt", pano.Staff)
	feed := bt.newFeed(t)
	page := h.visitor().get(feed)
	has(t, page, 200, "của Sở Văn hóa")
	lacks(t, page, "Phướn kín")
	printer := h.enter("in", pano.Printer)
	lacks(t, printer.get("/account"), `id="calendar"`)
	lacks(t, h.visitor().get(printer.newFeed(t)), "VEVENT")
	// The secret opens nothing else, and is not told again.
	secret := strings.TrimSuffix(strings.TrimPrefix(feed, "/calendar/"), ".ics")
	r := h.visitor().request("GET", "/api/v1/placements/x", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	if p := h.visitor().do(r); p.Status != 401 {
		t.Errorf("as a token: %d", p.Status)
	}
	account := bt.get("/account")
	has(t, account, 200, `id="calendar"`, "Đọc lần cuối", "Thu hồi")
	lacks(t, account, secret)
	fresh := bt.newFeed(t)
	if p := h.visitor().get(feed); p.Status != 404 {
		t.Errorf("the address before: %d", p.Status)
	}
	has(t, bt.follow(bt.post("/account/calendar/end", nil)), 200, "Đã thu hồi")
	for _, gone := range []string{fresh, "/calendar/.ics", "/calendar/x.ics", "/calendar/" + strings.Repeat("A", 43) + ".ics"} {
		if p := h.visitor().get(gone); p.Status != 404 {
			t.Errorf("%s: %d", gone, p.Status)
		}
	}
}
