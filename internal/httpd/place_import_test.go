package httpd_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"os"

	"pano/internal/pano"
	"pano/internal/rig"
)

var hidden = regexp.MustCompile(`name="(agree|table)" value="([^"]*)"`)

// agreed is what the form of a page says to agree to.
func agreed(a answer) url.Values {
	form := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(a.Body, -1) {
		form.Set(m[1], strings.ReplaceAll(m[2], "&#43;", "+"))
	}
	return form
}

const tableHead = "Mã vị trí;Loại;Tên;Rộng (mm);Cao (mm);Vĩ độ;Kinh độ\n"

func TestATableIsTriedAgreedToAndBroughtIn(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	l := h.face("PN-1")
	has(t, v.get("/locations"), 200, `href="/locations/import"`)
	has(t, v.get("/locations/import"), 200, "tệp mẫu", `type="file"`)
	tried := v.send("/locations/import", nil, file{"vi-tri.csv", []byte(tableHead + "PN-1;Mặt pa-nô;Mặt Đông;6.000;3000;20,9401;106,333\nPN-2;Mặt pa-nô;Mặt <b>Tây</b>;;;;\n")})
	has(t, tried, 200, "Nhập: 1 mới, 1 sửa", "Vị trí PN-1", "Mặt Đông", "20.9401", "Mặt &lt;b&gt;Tây", "Vĩ độ", `href="/locations/`+string(l.ID)+`"`)
	has(t, v.get("/locations"), 200, "1 vị trí")
	done := v.send("/locations/import", agreed(tried))
	if done.Status != 303 || done.To != "/locations" {
		t.Fatalf("%d to %q\n%s", done.Status, done.To, text(done.Body))
	}
	has(t, v.follow(done), 200, "2 vị trí", "Đã nhập: 1 vị trí mới, 1 vị trí sửa, 0 giữ nguyên.", "Mặt Đông")
	has(t, v.get("/locations/"+string(l.ID)), 200, "Nhập vị trí từ tệp", "106.333")
	has(t, v.send("/locations/import", agreed(tried)), 409, "Có người vừa sửa", "Mọi vị trí trong tệp đã đúng như vậy")
}

func TestWhatIsWrongWithATableIsSaidWhereItIs(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	bad := v.send("/locations/import", nil, file{"a.csv", []byte(tableHead + "PN-1;cây đa;Mặt;;;;\nPN-2;Mặt pa-nô;Tốt;;;;\n")})
	has(t, bad, 200, "Không có loại vị trí “cây đa”.", "<b>Loại:</b>", "Chưa nhập gì", "1</b> mới")
	lacks(t, bad, `name="agree"`)
	has(t, v.send("/locations/import", nil, file{"a.txt", []byte("Kính gửi")}), 422, "Không thấy cột", `aria-invalid="true"`)
	has(t, v.send("/locations/import", nil), 422, "tệp")
	has(t, v.send("/locations/import", url.Values{"table": {"nonsense"}, "agree": {"x"}}), 422)
	has(t, v.send("/locations/import", nil, file{"a.csv", make([]byte, 17<<20)}), 413)
	staff := h.enter("hoa", pano.Staff)
	has(t, staff.get("/locations/import"), 403)
	has(t, staff.send("/locations/import", nil, file{"a.csv", []byte(tableHead)}), 403)
	lacks(t, staff.get("/locations"), `href="/locations/import"`)
}

// TestPlacesTakenOutComeInUnchanged in both forms and languages, with nothing
// that a spreadsheet would take for a formula.
func TestPlacesTakenOutComeInUnchanged(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	site := h.place(pano.Location{Kind: pano.Site, Code: "MX", Name: "=HYPERLINK(1)", Address: "@phường; \"ngoặc\"", Placed: true, Lat: 20.94, Lon: 106.333})
	h.place(pano.Location{Kind: pano.Face, Code: "0012", Name: "+Mặt", Parent: site.ID, Width: 6000, Height: 3000, Permit: "-7", PermitUntil: pano.Date(2031, 1, 1)})
	for _, lang := range []string{"vi", "en"} {
		v.post("/preferences", url.Values{"lang": {lang}, "return": {"/"}})
		for _, ext := range []string{"csv", "xlsx"} {
			out := v.get("/locations." + ext)
			if out.Status != 200 || !strings.Contains(out.Header.Get("Content-Disposition"), "."+ext) {
				t.Fatalf("%s: %d %s", ext, out.Status, out.Header.Get("Content-Disposition"))
			}
			in := v.send("/locations/import", nil, file{"a." + ext, []byte(out.Body)})
			want := map[string]string{"vi": "<b>2</b> giữ nguyên", "en": "<b>2</b> unchanged"}[lang]
			has(t, in, 200, want)
		}
	}
	v.post("/preferences", url.Values{"lang": {"vi"}, "return": {"/"}})
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(v.get("/locations.csv?q=mx").Body, "\ufeff")))
	r.Comma = ';'
	lines, err := r.ReadAll()
	h.ok(err)
	if len(lines) != 2 || lines[1][0] != "MX" || lines[1][1] != "'=HYPERLINK(1)" || lines[1][5] != "'@phường; \"ngoặc\"" || lines[1][7] != "106,333" {
		t.Errorf("%q", lines)
	}
	template := v.send("/locations/import", nil, file{"a.xlsx", []byte(v.get("/locations/import/template.xlsx").Body)})
	has(t, template, 422, "Bảng chỉ có tiêu đề")
}

// TestAForeignProgramReadsTheWorkbook: cells are what they are, and none is a formula.
func TestAForeignProgramReadsTheWorkbook(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	h.place(pano.Location{Kind: pano.Face, Code: "0012", Name: "=1+1", Width: 6000, Height: 3000, Placed: true, Lat: 20.9401, Lon: 106.333})
	name := filepath.Join(t.TempDir(), "a.xlsx")
	h.ok(os.WriteFile(name, []byte(v.get("/locations.xlsx").Body), 0o600))
	out, err := exec.Command("python3", "-c", `
import sys, zipfile, xml.etree.ElementTree as ET
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
n = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
sheet = ET.fromstring(z.read("xl/worksheets/sheet1.xml"))
row = sheet.find(n + "sheetData").findall(n + "row")[1]
print(len(row.findall(".//" + n + "f")), [(c.get("t") or "n", "".join(c.itertext())) for c in row][:8])
`, name).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := string(bytes.TrimSpace(out)); !strings.HasPrefix(got, "0 [('inlineStr', '0012'), ('inlineStr', '=1+1')") || !strings.Contains(got, "('n', '20.9401')") {
		t.Errorf("it reads %s", got)
	}
}

func TestImportStandsEveryReader(t *testing.T) {
	h, browser := openHouse(t), rig.Chromium(t)
	v := h.enter("lan", pano.Curator)
	h.face("PN-1")
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	h.ok(os.WriteFile(good, []byte(tableHead+"PN-1;Mặt pa-nô;Mặt phía Đông, đường Trần Hưng Đạo;6.000;3000;20,9401;106,333\nPN-2;Mặt pa-nô;Mặt Tây;;;;\n"), 0o600))
	h.ok(os.WriteFile(bad, []byte(tableHead+"PN-1;cây;Mặt;;;;\nPN-2;Mặt pa-nô;Mặt Tây;;;chín;1\nPN-3;Mặt pa-nô;Mặt Nam;;;;\n"), 0o600))
	rig.Views(t, func(t *testing.T, view rig.View) {
		p := browser.Page(t, view.Width, 844, view.Dark, view.Lang)
		v.signInto(p)
		look := func(name string) { p.WholeShot(fmt.Sprint(name, "-", view)); p.Sideways(); rig.Axe(t, p) }
		p.Open(h.URL + "/locations/import")
		look("import")
		for name, path := range map[string]string{"bad": bad, "good": good} {
			p.Open(h.URL + "/locations/import")
			p.Choose("#f-file", path)
			rig.Eval[bool](p, "document.querySelector('.import-file form').requestSubmit(), true")
			p.Until("document.querySelector('.import-tried')")
			look(name)
		}
	})
}

// TestATableByKeyboardAlone brings places in without a mouse.
func TestATableByKeyboardAlone(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Curator)
	name := filepath.Join(t.TempDir(), "a.csv")
	h.ok(os.WriteFile(name, []byte(tableHead+"PN-1;Mặt pa-nô;Mặt Tây;;;;\n"), 0o600))
	p := rig.Chromium(t).Page(t, 1366, 900, false, "vi")
	v.signInto(p)
	p.Open(h.URL + "/locations/import")
	p.Choose("#f-file", name)
	p.Focus("button", "Xem trước")
	p.Press("Enter")
	p.Until("document.querySelector('.import-tried')")
	p.Focus("button", "Nhập: 1 mới, 0 sửa")
	p.Press("Enter")
	p.Until("location.pathname === '/locations' && document.querySelector('#results').innerText.includes('PN-1')")
}
