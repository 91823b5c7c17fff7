package httpd_test

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// printed saves what comes from an address as a file, for others to judge.
func (v *visitor) printed(t *testing.T, path, media string) string {
	t.Helper()
	p := v.get(path)
	if p.Status != http.StatusOK || p.Header.Get("Content-Type") != media {
		t.Fatalf("%s: %d, %s\n%s", path, p.Status, p.Header.Get("Content-Type"), text(p.Body))
	}
	name := filepath.Join(t.ArtifactDir(), filepath.Base(path))
	v.h.ok(os.WriteFile(name, []byte(p.Body), 0o600))
	return name
}

// said is what a program says of a file; it must not complain.
func said(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// TestPapersOfAnExhibitionCanBePrinted lets qpdf, poppler, zbar and python-docx read them.
func TestPapersOfAnExhibitionCanBePrinted(t *testing.T) {
	g := openSalon(t)
	for i, x := range g.list() {
		f := url.Values{"rev": {"1"}, "title": {x.Label.Title}, "title_en": {"A work of the East"}, "creator": {"Nguyễn Thị Mẫu"}, "year": {"1978"}, "technique": {"Sơn mài trên vóc"}, "source": {"Bảo tàng tỉnh"},
			"text": {strings.Repeat("Bến đò cũ bên sông Thái Bình, nơi thuyền gốm Chu Đậu từng ghé. ", 1+i*4)}, "text_en": {strings.Repeat("The old landing of the Thái Bình river. ", 1+i*6)}}
		g.follow(g.post(g.path+"/works/"+string(x.ID), f))
	}
	labels := g.printed(t, g.path+"/labels.pdf", "application/pdf")
	said(t, "qpdf", "--check", labels)
	words := strings.Join(strings.Fields(said(t, "pdftotext", "-layout", labels, "-")), " ")
	for _, want := range []string{"Ảnh: Làng gốm Chu Đậu", "A work of the East", "Nguyễn Thị Mẫu, 1978", "Sơn mài trên vóc, 90 × 120 cm"} {
		if !strings.Contains(words, want) {
			t.Errorf("the labels do not say %q:\n%s", want, words)
		}
	}
	if strings.Contains(words, "…") {
		t.Error("a label is cut short")
	}
	picture := filepath.Join(t.TempDir(), "labels")
	said(t, "pdftoppm", "-r", "200", "-png", "-singlefile", labels, picture)
	if codes := said(t, "zbarimg", "-q", "--raw", picture+".png"); !strings.Contains(codes, "/m/"+g.items[0].Code) || strings.Count(codes, "http://") != 3 {
		t.Errorf("the codes say %q", codes)
	}
	list := g.printed(t, g.path+"/works.pdf", "application/pdf")
	said(t, "qpdf", "--check", list)
	if words := said(t, "pdftotext", "-layout", list, "-"); !strings.Contains(words, "Danh mục tác phẩm: Xứ Đông") || !strings.Contains(words, "1. Tranh sơn mài: Bến sông, Nguyễn Thị Mẫu") {
		t.Errorf("the list says\n%s", words)
	}
	if pictures := said(t, "pdfimages", "-list", list); strings.Count(pictures, "jpeg") != 3 {
		t.Errorf("pictures of the list:\n%s", pictures)
	}
	doc := g.printed(t, g.path+"/works.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	read := said(t, "/usr/bin/python3", "-c", `
import docx, sys
d = docx.Document(sys.argv[1])
print(len(d.tables[0].rows), [(round(s.width.mm), round(s.height.mm)) for s in d.inline_shapes], d.tables[0].rows[1].cells[1].text, d.paragraphs[0].text)`, doc)
	if !strings.Contains(read, "4 [(150, 75), (150, 75), (150, 75)] Tranh sơn mài: Bến sông\nHV-2026-0001") && !strings.Contains(read, "4 [(150, 75), (150, 75), (150, 75)] Tranh sơn mài: Bến sông Danh mục") {
		t.Errorf("the document: %s", read)
	}
	if p := g.get("/exhibitions/01ARZ3NDEKTSV4RRFFQ69G5FAV/labels.pdf"); p.Status != http.StatusNotFound {
		t.Errorf("of none: %d", p.Status)
	}
	ba := g.enterAt(g.BT, "ba")
	if p := ba.get(g.path + "/works.pdf"); p.Status != http.StatusForbidden {
		t.Errorf("to who may see none: %d", p.Status)
	}
}
