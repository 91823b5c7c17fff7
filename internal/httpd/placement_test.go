package httpd_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestPlacementIsChosenInThreeSteps(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, big := v.art("Gốm Chu Đậu", 6000, 3000), v.art("Phông lớn", 9000, 3000)
	l := h.face("PN-01")
	h.place(pano.Location{Kind: pano.Site, Code: "D-01"})
	page := v.get("/placements/new")
	has(t, page, 200, "Chọn tư liệu để treo", "/placements/new?asset="+string(a.ID), "Phông lớn")
	has(t, v.get("/placements/new?q=gom"), 200, "Gốm Chu Đậu", "Hiện 1 trong 1")
	page = v.get("/placements/new?asset=" + string(big.ID))
	has(t, page, 200, "Chọn vị trí cho", "PN-01", "lớn hơn khung")
	lacks(t, page, "D-01")
	page = v.get("/placements/new?location=" + string(l.ID))
	has(t, page, 200, "Chọn tư liệu treo tại", "lớn hơn khung", "vừa khung", `name="location" value="`+string(l.ID)+`"`)
	page = v.get("/placements/new?asset=" + string(a.ID) + "&location=" + string(l.ID))
	has(t, page, 200, `name="from"`, `name="last"`, `<svg class="fit"`, "Vừa khít khung", "dpi ở khổ này")
	lacks(t, page, `name="quantity"`, `name="x_mm"`, `name="exception"`)
	page = v.get("/placements/new?from=2026-12-01&last=2026-12-20&note=Treo+cao&asset=" + string(big.ID) + "&location=" + string(l.ID))
	has(t, page, 200, `value="2026-12-01"`, `value="2026-12-20"`, "Treo cao", `name="exception"`, "fit-over", "lớn hơn khung")
}

func TestLastDayOfTheFormIsIncluded(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, l := v.art("Gốm Chu Đậu", 6000, 3000), h.face("PN-01")
	form := url.Values{"asset": {string(a.ID)}, "location": {string(l.ID)}, "from": {"2031-12-01"}, "last": {"2031-12-20"}, "note": {"Treo <i>cao</i>"}}
	page := v.follow(v.post("/placements", form))
	has(t, page, 200, "01/12/2031 đến hết 20/12/2031", "Đã xếp “Gốm Chu Đậu” vào PN-01", "Treo &lt;i&gt;cao", "Dự kiến")
	h.ok(h.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		all, err := tx.PlacementsOn(t.Context(), l.ID, pano.Period{From: 0, Until: 99999})
		if len(all) != 1 || all[0].Days != (pano.Period{From: pano.Date(2031, 12, 1), Until: pano.Date(2031, 12, 21)}) || all[0].RemoveBy != all[0].Days.Until {
			t.Errorf("kept as %+v", all)
		}
		return err
	}))
}

func TestTakenFaceTellsWhoIsThereAndWhenItIsFree(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, b, l := v.art("Gốm Chu Đậu", 6000, 3000), v.art("Múa rối <b>nước</b>", 6000, 3000), h.face("PN-01")
	first := v.hang(a, l, 1, 20)
	v.follow(first)
	v.follow(v.hang(a, l, 30, 40))
	page := v.hang(b, l, 5, 9, "note", "Đừng <quên>")
	has(t, page, 409, "Gốm Chu Đậu", first.To, shown(1)+" đến hết "+shown(20), `id="f-from-error"`, `value="`+day(5)+`"`, "Đừng &lt;quên&gt;", "Múa rối &lt;b&gt;nước")
	lacks(t, page, "<b>nước", "<quên>")
	free := regexp.MustCompile(`<a class="button" href="([^"]+)">Treo từ ` + shown(21) + ` đến hết ` + shown(25)).FindStringSubmatch(page.Body)
	if free == nil {
		t.Fatalf("no free time is offered\n%s", text(page.Body))
	}
	again := v.get(html.UnescapeString(free[1]))
	has(t, again, 200, `value="`+day(21)+`"`, `value="`+day(25)+`"`, "Đừng &lt;quên&gt;")
	// Ten days do not fit between the two: the next free time is after both.
	has(t, v.hang(b, l, 5, 14), 409, "Treo từ "+shown(41))
	v.follow(v.hang(b, l, 21, 25))

	// Who may not see the artwork is told whose it is.
	bt := h.enterAt(h.BT, "bt", pano.Staff, pano.Curator)
	page = bt.hang(bt.art("Tranh", 6000, 3000), l, 5, 9)
	has(t, page, 409, "Tư liệu của Sở Văn hóa")
	lacks(t, page, "Gốm Chu Đậu")
}

func TestPlacementFormPointsAtTheFieldToMend(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, l := v.art("Phông lớn", 9000, 3000), h.face("PN-01")
	small := v.art("Tranh nhỏ", 1200, 800)
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "DD-1", Capacity: 40})
	venue := h.place(pano.Location{Kind: pano.Venue, Code: "N-1"})
	wall := h.place(pano.Location{Kind: pano.Wall, Code: "T-1", Parent: venue.ID, Width: 9000, Height: 3200})
	v.follow(v.hang(small, stretch, 0, 9, "quantity", "30"))
	spot := []string{"x_mm", "500", "y_mm", "500", "width_mm", "1200", "height_mm", "800"}
	v.follow(v.hang(small, wall, 0, 9, spot...))
	for _, c := range []struct {
		name   string
		got    answer
		status int
		field  string
		says   string
	}{
		{"no first day", v.post("/placements", url.Values{"asset": {string(a.ID)}, "location": {string(l.ID)}, "last": {day(1)}}), 422, "from", "Hãy chọn ngày"},
		{"last before first", v.hang(small, l, 5, 3), 422, "last", ""},
		{"too big", v.hang(a, l, 0, 3), 422, "exception", "9.000"},
		{"no number", v.hang(small, stretch, 0, 3, "quantity", "nhiều"), 422, "quantity", `value="nhiều"`},
		{"too many", v.hang(small, stretch, 5, 20, "quantity", "11"), 409, "quantity", "Treo từ " + shown(10)},
		{"over the edge", v.hang(small, wall, 0, 3, "x_mm", "8000", "y_mm", "0", "width_mm", "1200", "height_mm", "800"), 422, "x_mm", "9.000"},
		{"same spot", v.hang(small, wall, 9, 12, spot...), 409, "x_mm", "Treo từ " + shown(10)},
		{"no size", v.hang(small, wall, 20, 22), 422, "width_mm", ""},
	} {
		if c.got.Status != c.status || !strings.Contains(c.got.Body, `id="f-`+c.field+`-error"`) || !strings.Contains(c.got.Body, c.says) {
			t.Errorf("%s: %d, want %d at %s saying %q\n%s", c.name, c.got.Status, c.status, c.field, c.says, text(c.got.Body))
		}
	}
	v.follow(v.hang(a, l, 0, 3, "exception", "Gập mép mỗi bên"))
	has(t, v.get("/placements/new?asset="+string(small.ID)+"&location="+string(wall.ID)), 200, `value="3900"`, `value="1250"`, `value="1200"`)
}

func TestPlacementMovesOnStepByStep(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, l := v.art("Gốm Chu Đậu", 6000, 3000), h.face("PN-01")
	at := v.hang(a, l, 0, 9).To
	page := v.get(at)
	has(t, page, 200, "Chốt lịch", "Đánh dấu đã in", "Hủy lịch treo", "data-confirm", `aria-current="step">Dự kiến`, at+"/edit")
	page = v.follow(v.post(at+"/decide", url.Values{"state": {"approved"}, "note": {"Đã <b>họp</b>"}}))
	has(t, page, 200, `aria-current="step">Đã chốt`, "Đã &lt;b&gt;họp", "Chốt lịch treo", "Đã chuyển sang “Đã chốt”")
	has(t, v.post(at+"/decide", url.Values{"state": {"verified"}, "note": {"chưa treo"}}), 409, "Không thể chuyển từ “Đã chốt” sang “Đã nghiệm thu”", "chưa treo")
	v.follow(v.post(at+"/decide", url.Values{"state": {"printed"}}))
	page = v.follow(v.post(at+"/mark", url.Values{"state": {"installed"}, "note": {"Treo lúc mất điện"}}))
	has(t, page, 200, "Nghiệm thu", "Báo hỏng", "Đánh dấu đã tháo")
	lacks(t, page, "Hủy lịch treo", at+"/edit")
	has(t, v.get(at+"/edit"), 200)
	has(t, v.post(at, url.Values{"rev": {"4"}, "from": {day(0)}, "last": {day(3)}}), 409, "Không sửa được")
}

func TestPlacementIsEditedFromTheRevisionThatWasShown(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, l := v.art("Gốm Chu Đậu", 6000, 3000), h.face("PN-01")
	at := v.hang(a, l, 0, 9).To
	other := v.hang(a, l, 20, 29).To
	has(t, v.get(at+"/edit"), 200, `name="rev" value="1"`, `value="`+day(9)+`"`)
	form := url.Values{"rev": {"1"}, "from": {day(1)}, "last": {day(12)}, "note": {"dời một ngày"}}
	has(t, v.follow(v.post(at, form)), 200, shown(1)+" đến hết "+shown(12), "Đã lưu lịch treo", "Treo đến hết ngày: <del>"+shown(9)+"</del> → <ins>"+shown(12))
	has(t, v.post(at, form), 409, "vừa sửa", "dời một ngày")
	form.Set("rev", "2")
	form.Set("last", day(21))
	has(t, v.post(at, form), 409, other, "Treo từ "+shown(30), at+"/edit?")
}

// TestOnlyOneOfManyVisitorsGetsTheFace sends sixteen forms at once.
func TestOnlyOneOfManyVisitorsGetsTheFace(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a, l := v.art("Gốm Chu Đậu", 6000, 3000), h.face("PN-01")
	form := url.Values{"asset": {string(a.ID)}, "location": {string(l.ID)}, "from": {day(1)}, "last": {day(5)}}
	const many = 16
	status := make(chan int, many)
	for range many {
		go func() {
			r, err := http.NewRequest("POST", h.URL+"/placements", strings.NewReader(form.Encode()))
			if err != nil {
				t.Error(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			resp, err := v.Do(r)
			if err != nil {
				t.Error(err)
				status <- 0
				return
			}
			resp.Body.Close()
			status <- resp.StatusCode
		}()
	}
	got := map[int]int{}
	for range many {
		got[<-status]++
	}
	if got[303] != 1 || got[409] != many-1 {
		t.Errorf("answers: %v, want one 303 and %d 409", got, many-1)
	}
}
