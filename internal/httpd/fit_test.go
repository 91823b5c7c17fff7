package httpd_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A row of faces of many shapes, and artwork of 2,400 × 1,200 pixels for 2 × 1 m.
type fair struct {
	*house
	*visitor
	art, tall               pano.Asset
	made, twice, square, up pano.Location
}

func openFair(t *testing.T) fair {
	t.Helper()
	h := openHouse(t)
	f := fair{house: h, visitor: h.enter("lan", pano.Staff, pano.Curator)}
	site := h.place(pano.Location{Kind: pano.Site, Code: "MX", Name: "Ngã tư Máy Xay"})
	face := func(code, name string, w, h pano.MM) pano.Location {
		return f.place(pano.Location{Kind: pano.Face, Code: code, Name: name, Parent: site.ID, Width: w, Height: h})
	}
	f.made, f.twice = face("MX-1", "Mặt vừa khít", 2000, 1000), face("MX-2", "Mặt gấp đôi", 4000, 2000)
	f.square, f.up = face("MX-3", "Mặt vuông trước công viên Bạch Đằng", 2500, 2500), face("MX-4", "Mặt đứng", 800, 2400)
	f.place(pano.Location{Kind: pano.Face, Code: "KB-1", Name: "Mặt chưa đo"})
	f.art, f.tall = f.bring("Chào mừng Lễ hội Đền Bia", 2400, 1200, 2000, 1000), f.bring("Phướn an toàn giao thông", 400, 1200, 800, 2400)
	return f
}

// bring brings in artwork of w × h pixels, for a finished size.
func (f fair) bring(title string, w, h int, width, height pano.MM) pano.Asset {
	f.T.Helper()
	a := f.add(title, picture(w, h, uint8(len(title))))
	who := pano.Actor{ID: f.Who.ID, Memberships: f.Who.Memberships}
	a, err := f.Intake.Edit(f.T.Context(), who, a.ID, a.Rev, func(a pano.Asset) (pano.Asset, error) {
		a.Kind, a.Width, a.Height = pano.Panel, width, height
		return a, nil
	})
	f.ok(err)
	return f.ready(a.ID)
}

func (f fair) fit(more ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return "/fit?" + v.Encode()
}

// found are the names on the cards of a page, in their order.
func found(a answer) (names []string) {
	for _, m := range regexp.MustCompile(`class="fit-what"><a [^>]*><b>([^<]*)</b>`).FindAllStringSubmatch(a.Body, -1) {
		names = append(names, m[1])
	}
	return names
}

func TestPageOfArtworkLeadsToTheFacesItFits(t *testing.T) {
	f := openFair(t)
	has(t, f.get("/assets/"+string(f.art.ID)), 200, `href="/fit?asset=`+string(f.art.ID)+`"`, "Vừa mặt nào?")
	page := f.get(f.fit("asset", string(f.art.ID)))
	has(t, page, 200, `value="`+day(0)+`"`, `value="`+day(14)+`"`, "4 mặt", "Gần như không cắt", "Cắt mất 50 % ảnh", "Nhỏ hơn khổ thành phẩm",
		"/placements/new?asset="+string(f.art.ID)+"&amp;from="+day(0)+"&amp;last="+day(14)+"&amp;location="+string(f.made.ID))
	if got, want := found(page), []string{"Mặt vừa khít", "Mặt gấp đôi", "Mặt vuông trước công viên Bạch Đằng", "Mặt đứng"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOnlyFacesThatAreFreeAreOffered(t *testing.T) {
	f := openFair(t)
	f.follow(f.hang(f.art, f.twice, 10, 20))
	ask := func(from, last string) []string {
		return found(f.get(f.fit("asset", string(f.art.ID), "from", from, "last", last)))
	}
	if got := ask(day(20), day(22)); slices.Contains(got, "Mặt gấp đôi") || len(got) != 3 {
		t.Errorf("on its last day: %q", got)
	}
	if got := ask(day(21), day(22)); !slices.Contains(got, "Mặt gấp đôi") {
		t.Errorf("the day after: %q", got)
	}
	if got := ask("", ""); len(got) != 4 {
		t.Errorf("on any day: %q", got)
	}
	if got := found(f.get(f.fit("asset", string(f.art.ID), "site", "KB-1"))); len(got) != 0 {
		t.Errorf("elsewhere: %q", got)
	}
	has(t, f.get(f.fit("asset", string(f.art.ID), "site", "mx")), 200, "Mặt vừa khít", `<option value="MX" selected>`)
	has(t, f.get(f.fit("asset", string(f.art.ID), "from", day(9), "last", day(3))), 422, "Ngày kết thúc phải sau ngày bắt đầu", `id="last" value="`+day(3)+`" min="1900-01-01" max="2999-12-31" aria-invalid="true"`)
	has(t, f.get(f.fit("asset", string(f.art.ID), "from", day(9), "last", "")), 422, `id="last" value="" min="1900-01-01" max="2999-12-31" aria-invalid="true"`)
}

func TestAFaceWithAnOldPieceOnItSaysSo(t *testing.T) {
	f := openFair(t)
	old := f.hang(f.art, f.twice, 0, 1).To
	f.follow(f.post(old+"/mark", url.Values{"state": {"installed"}, "note": {"Không có ảnh"}}))
	pair := f.fit("asset", string(f.art.ID), "location", string(f.twice.ID), "from", day(5), "last", day(9))
	lacks(t, f.get(pair), "Còn tấm cũ quá hạn")
	f.ok(f.DB.Tend(t.Context(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`UPDATE placement SET starts = starts - 30, ends = ends - 30, remove_by = remove_by - 30 WHERE id = ?`, idOf(old))
		return err
	}))
	has(t, f.get(pair), 200, "Còn tấm cũ quá hạn chưa tháo", "Mặt này còn trống")
	page := f.get(f.fit("asset", string(f.art.ID), "from", day(5), "last", day(9)))
	has(t, page, 200, "Mặt gấp đôi", "Còn tấm cũ quá hạn chưa tháo")
	if n := strings.Count(page.Body, "Còn tấm cũ"); n != 1 {
		t.Errorf("said of %d faces", n)
	}
}

func TestPageOfAFaceLeadsToTheArtworkThatFits(t *testing.T) {
	f := openFair(t)
	has(t, f.get("/locations/"+string(f.made.ID)), 200, `href="/fit?location=`+string(f.made.ID)+`"`, "Tư liệu nào vừa?")
	page := f.get(f.fit("location", string(f.made.ID)))
	if got, want := found(page), []string{"Chào mừng Lễ hội Đền Bia", "Phướn an toàn giao thông"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	has(t, page, 200, "2 tư liệu", "/placements/new?asset="+string(f.art.ID)+"&amp;location="+string(f.made.ID))
	if got := found(f.get(f.fit("location", string(f.made.ID), "q", "giao thong"))); !slices.Equal(got, []string{"Phướn an toàn giao thông"}) {
		t.Errorf("by words: %q", got)
	}
	has(t, f.get(f.fit("location", string(f.made.ID), "approved", "1")), 200, "Không có tư liệu nào khớp")
	has(t, f.get(f.fit("location", string(f.made.ID), "kind", "nonsense")), 422)
	lacks(t, f.get("/locations/"+string(f.place(pano.Location{Kind: pano.Wall, Code: "T", Width: 100, Height: 100}).ID)), "/fit?")
}

func TestArtworkOnAFaceIsJudgedAndCutWhereAsked(t *testing.T) {
	f := openFair(t)
	pair := []string{"asset", string(f.art.ID), "location", string(f.square.ID), "from", day(3), "last", day(5)}
	page := f.get(f.fit(pair...))
	// 1,200 pixels on 2,500 mm are 12.2 dpi; half of the picture is lost
	has(t, page, 200, "12 dpi", "Cắt mất 50 % diện tích ảnh", "Mặt này còn trống", `name="keep" min="0" max="100" step="5" value="50"`, "M120 0h240v240h-240z",
		"size=2500x2500", "focus=0.5000%2C0.5000", "trái", "phải")
	has(t, f.get(f.fit(append(pair, "keep", "100")...)), 200, "M240 0h240v240h-240z", "focus=0.7500%2C0.5000", `x="-2500" y="0" width="5000" height="2500"`)
	has(t, f.get(f.fit(append(pair, "keep", "0")...)), 200, "M0 0h240v240h-240z", "focus=0.2500%2C0.5000", `x="0" y="0" width="5000" height="2500"`)
	f.follow(f.hang(f.art, f.square, 4, 9))
	has(t, f.get(f.fit(pair...)), 200, "Đã có ở đây:", shown(4)+" đến hết "+shown(9))
	has(t, f.get(f.fit("asset", string(f.tall.ID), "location", string(f.square.ID))), 200, "trên", "dưới")
	lacks(t, f.get(f.fit("asset", string(f.art.ID), "location", string(f.made.ID))), `name="keep"`)
	has(t, f.get(f.fit("asset", string(f.art.ID), "location", string(f.up.ID))), 200, "Tư liệu 2\u00a0×\u00a01\u00a0m lớn hơn khung 0,8\u00a0×\u00a02,4\u00a0m", "Khi gắn phải ghi lý do")
}

// The link to hang it opens the form with artwork, place and days in it.
func TestPlacingItIsOneStepFromThere(t *testing.T) {
	f := openFair(t)
	page := f.get(f.fit("asset", string(f.art.ID), "location", string(f.made.ID), "from", day(3), "last", day(5)))
	link := regexp.MustCompile(`href="(/placements/new\?[^"]*)"`).FindStringSubmatch(page.Body)
	if link == nil {
		t.Fatal("no link to hang it")
	}
	has(t, f.get(strings.ReplaceAll(link[1], "&amp;", "&")), 200, `value="`+day(3)+`"`, `value="`+day(5)+`"`, `value="`+string(f.art.ID)+`"`, `value="`+string(f.made.ID)+`"`)
}

func TestFitKeepsTheirArtworkFromOthers(t *testing.T) {
	f := openFair(t)
	ba := f.enterAt(f.BT, "ba", pano.Staff, pano.Curator)
	has(t, ba.get(f.fit("asset", string(f.art.ID))), 404)
	has(t, ba.get(f.fit("asset", string(f.art.ID), "location", string(f.made.ID))), 404)
	if got := found(ba.get(f.fit("location", string(f.made.ID)))); len(got) != 0 {
		t.Errorf("another agency finds %q", got)
	}
	hoa := f.enter("hoa", pano.Staff)
	page := hoa.get(f.fit("asset", string(f.art.ID)))
	has(t, page, 200, "Mặt vừa khít")
	lacks(t, page, "/placements/new")
	lacks(t, hoa.get(f.fit("asset", string(f.art.ID), "location", string(f.made.ID))), "/placements/new", "/print?")
	has(t, f.get("/fit"), 404)
	has(t, f.get(f.fit("asset", "none")), 404)
	has(t, f.get(f.fit("location", "none")), 404)
	has(t, f.get(f.fit("location", string(f.place(pano.Location{Kind: pano.Stretch, Code: "DD", Capacity: 3}).ID))), 422, "Chỉ so được với mặt pa-nô")
}

func TestProgramsAskWhatFitsToo(t *testing.T) {
	f := openFair(t)
	var faces struct {
		Items []struct {
			Location  string  `json:"location"`
			Code      string  `json:"code"`
			DPI       float64 `json:"dpi"`
			Lost      float64 `json:"lost"`
			Sharpness string  `json:"sharpness"`
			TooBig    bool    `json:"too_big"`
		} `json:"items"`
		Total int    `json:"total"`
		Next  string `json:"next"`
	}
	path := "/api/v1/assets/" + string(f.art.ID) + "/faces"
	first := f.get(path + "?limit=2")
	f.ok(json.Unmarshal([]byte(first.Body), &faces))
	if faces.Total != 4 || len(faces.Items) != 2 || faces.Items[0].Code != "MX-1" || faces.Items[0].Lost > 0.001 || faces.Items[0].DPI < 30 || faces.Next != "2" {
		t.Errorf("%+v from %s", faces, first.Body)
	}
	faces.Next = ""
	f.ok(json.Unmarshal([]byte(f.get(path+"?cursor=2").Body), &faces))
	if len(faces.Items) != 2 || faces.Items[1].Code != "MX-4" || !faces.Items[1].TooBig || faces.Next != "" {
		t.Errorf("%+v", faces)
	}
	f.follow(f.hang(f.art, f.twice, 10, 20))
	f.ok(json.Unmarshal([]byte(f.get(path+"?from="+day(10)+"&to="+day(11)).Body), &faces))
	if faces.Total != 3 {
		t.Errorf("%d free", faces.Total)
	}
	for _, bad := range []string{"?from=" + day(3), "?to=" + day(3), "?from=" + day(4) + "&to=" + day(4), "?cursor=x", "?limit=999", "?site=none"} {
		if a := f.get(path + bad); a.Status != 422 && !(bad == "?site=none" && a.Status == 404) {
			t.Errorf("%s: %d %s", bad, a.Status, a.Body)
		}
	}
	var works struct {
		Items []struct {
			Asset string `json:"asset"`
			Title string `json:"title"`
		} `json:"items"`
		Total int `json:"total"`
	}
	f.ok(json.Unmarshal([]byte(f.get("/api/v1/locations/MX-1/artwork?q=den+bia").Body), &works))
	if works.Total != 1 || works.Items[0].Asset != string(f.art.ID) {
		t.Errorf("%+v", works)
	}
	ba := f.enterAt(f.BT, "ba", pano.Curator)
	if a := ba.get(path); a.Status != 404 {
		t.Errorf("another agency: %d", a.Status)
	}
}
