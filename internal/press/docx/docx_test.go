package docx

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// made is a document with something of everything in it.
func made(t *testing.T) []byte {
	t.Helper()
	var out, jpg, pngs bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 30, 20))
	if err := errors.Join(jpeg.Encode(&jpg, img, nil), png.Encode(&pngs, img)); err != nil {
		t.Fatal(err)
	}
	d := New(&out, Options{Title: "Danh mục <tác phẩm>", Author: "Bảo tàng", Lang: "vi", Created: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)})
	d.Text(Title, "DANH MỤC TÁC PHẨM")
	d.Text(Heading, "Phần 1: Đất & người")
	d.Text(Normal, "Một dòng\nrồi dòng nữa\x00\x0b")
	d.Table([]Column{{"Số", 12}, {"Tên tác phẩm", 80}}, [][]string{{"1", "Bến sông <1978>"}, {"2"}, {"3", "Ữ", "thừa"}})
	if err := errors.Join(d.Picture(&jpg, "image/jpeg", 150, 100, `Ảnh "Bến sông"`), d.Picture(&pngs, "image/png", 66, 100, "Cổng làng")); err != nil {
		t.Fatal(err)
	}
	if err := d.Picture(strings.NewReader("x"), "image/webp", 1, 1, ""); !errors.Is(err, ErrPicture) {
		t.Errorf("a WebP: %v", err)
	}
	d.Text(Caption, "Hình 1")
	d.Break()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestEveryPartIsWellFormedAndLinked(t *testing.T) {
	data := made(t)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	parts := map[string]string{}
	for _, f := range z.File {
		names = append(names, f.Name)
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		dec := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	slices.Sort(names)
	want := []string{"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels", "word/document.xml", "word/media/picture1.jpeg", "word/media/picture2.png", "word/styles.xml"}
	if !slices.Equal(names, want) {
		t.Errorf("parts %v, want %v", names, want)
	}
	for _, id := range []string{`r:embed="rId2"`, `r:embed="rId3"`} {
		if !strings.Contains(parts["word/document.xml"], id) || !strings.Contains(parts["word/_rels/document.xml.rels"], strings.TrimPrefix(id, "r:embed=")) {
			t.Errorf("%s leads nowhere", id)
		}
	}
	if strings.Contains(parts["word/document.xml"], "thừa") || !strings.Contains(parts["word/document.xml"], "rồi dòng nữa</w:t>") {
		t.Error("the text is not what was written")
	}
}

// TestAnotherProgramReadsIt asks python-docx, which knows nothing of this package.
func TestAnotherProgramReadsIt(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.docx")
	if err := os.WriteFile(name, made(t), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("/usr/bin/python3", "-c", `
import docx, json, sys
d = docx.Document(sys.argv[1])
print(json.dumps({"title": d.core_properties.title, "text": [[p.style.name, p.text] for p in d.paragraphs if p.text.strip()],
  "table": [[c.text for c in r.cells] for r in d.tables[0].rows], "pictures": [[round(s.width.mm, 2), round(s.height.mm, 2)] for s in d.inline_shapes],
  "paper": [round(d.sections[0].page_width.mm), round(d.sections[0].left_margin.mm), round(d.sections[0].top_margin.mm)]}))`, name).CombinedOutput()
	if err != nil {
		t.Fatalf("python3-docx (apt-get install python3-docx): %v\n%s", err, out)
	}
	var got struct {
		Title    string
		Text     [][]string
		Table    [][]string
		Pictures [][]float64
		Paper    []int
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got.Title != "Danh mục <tác phẩm>" || len(got.Text) != 4 || got.Text[1][0] != "Heading 1" || got.Text[2][1] != "Một dòng\nrồi dòng nữa" ||
		len(got.Table) != 4 || got.Table[1][1] != "Bến sông <1978>" || got.Table[2][1] != "" || len(got.Pictures) != 2 || got.Pictures[0][0] != 150 || got.Pictures[1][1] != 100 ||
		!slices.Equal(got.Paper, []int{210, 30, 20}) {
		t.Errorf("it reads %+v", got)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("gone") }

func TestAPictureThatBreaksSpoilsTheDocument(t *testing.T) {
	d := New(io.Discard, Options{})
	if err := d.Picture(broken{}, "image/png", 1, 1, ""); err == nil {
		t.Error("nothing is said")
	}
	if err := d.Close(); err == nil {
		t.Error("the document is said to be whole")
	}
}
