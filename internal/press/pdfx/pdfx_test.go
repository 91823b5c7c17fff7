package pdfx_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/icc"
	"pano/internal/press/font"
	"pano/internal/press/pdf"
	"pano/internal/press/pdfx"
)

const pressProfile = "/usr/share/color/icc/ghostscript/default_cmyk.icc"

func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// photo is a JPEG of four colours: red, green, then blue, yellow.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.RGBA{{218, 37, 29, 255}, {0, 160, 0, 255}, {0, 0, 220, 255}, {255, 205, 0, 255}} {
		x, y := i%2*w/2, i/2*h/2
		draw.Draw(m, image.Rect(x, y, x+w/2, y+h/2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheet is 600 × 400 mm with 5 mm of bleed, of a picture of those proportions.
func sheet(t *testing.T, picture []byte) pdfx.Sheet {
	t.Helper()
	p, err := pdf.ReadJPEG(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	return pdfx.Sheet{Title: "Băng rôn lễ hội <1>", Lang: "vi", Creator: "Pano", Created: time.Date(2026, 11, 20, 9, 30, 0, 0, time.FixedZone("", 7*3600)),
		Intent: pdfx.Intent{Profile: file(t, pressProfile), ID: "FOGRA39", Condition: "Offset on coated paper", Registry: "http://www.color.org"},
		Size:   pdf.Size{W: 600, H: 400}, Bleed: pdfx.All(5), Picture: p, FocusX: 0.5, FocusY: 0.5}
}

// write writes s to a file that every judge has looked at.
func write(t *testing.T, s pdfx.Sheet) (name string) {
	t.Helper()
	name = filepath.Join(t.ArtifactDir(), "sheet.pdf")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := pdfx.Write(f, s); err != nil {
		t.Fatal(err)
	}
	if out := ask(t, "qpdf", "--check", name); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Errorf("qpdf: %s", out)
	}
	return name
}

// proof is a page as a press with the file's own profile would print it.
func proof(t *testing.T, name string, page, dpi int) image.Image {
	t.Helper()
	out := filepath.Join(t.TempDir(), "proof.png")
	if said := ask(t, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-dUsePDFX3Profile", "-sDEVICE=png16m", fmt.Sprintf("-dFirstPage=%d", page), fmt.Sprintf("-dLastPage=%d", page),
		fmt.Sprintf("-r%d", dpi), "-sOutputFile="+out, name); said != "" {
		t.Errorf("Ghostscript: %s", said)
	}
	m, err := png.Decode(bytes.NewReader(file(t, out)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hue names the colour at x, y millimetres of a page drawn at dpi.
func hue(m image.Image, x, y float64, dpi int) string {
	r, g, b, _ := m.At(int(x/25.4*float64(dpi)), int(y/25.4*float64(dpi))).RGBA()
	switch r, g, b := r>>8, g>>8, b>>8; {
	case r > 235 && g > 235 && b > 235:
		return "white"
	case r > 200 && g > 160 && b < 110:
		return "yellow"
	case r > 150 && g < 110 && b < 110:
		return "red"
	case g > 100 && r < 120 && b < 120:
		return "green"
	case b > 100 && r < 110 && g < 110:
		return "blue"
	default:
		return fmt.Sprint(r, g, b)
	}
}

func TestReadersSeePDFX4(t *testing.T) {
	picture := photo(t, 600, 400)
	name := write(t, sheet(t, picture))
	info := ask(t, "pdfinfo", "-box", name)
	for _, want := range []string{"PDF subtype:    PDF/X-4\n", "PDF version:     1.6", "Title:           Băng rôn lễ hội <1>", "Creator:         Pano",
		"TrimBox:            14.17    14.17  1714.96  1148.03", "BleedBox:            0.00     0.00  1729.13  1162.20", "MediaBox:            0.00     0.00  1729.13  1162.20", "Encrypted:       no"} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in\n%s", want, info)
		}
	}
	if list := ask(t, "pdfimages", "-list", name); !strings.Contains(list, "600   400  icc     3   8  jpeg") {
		t.Errorf("pictures:\n%s", list)
	}
	if !bytes.Contains(file(t, name), picture[len(picture)-1000:]) {
		t.Error("the picture did not pass through as it is")
	}
}

// What the standards want is in the file once, and agrees with itself.
func TestFileSaysAllThatAPressAsks(t *testing.T) {
	name := write(t, sheet(t, photo(t, 600, 400)))
	plain := ask(t, "qpdf", "--qdf", "--object-streams=disable", name, "-")
	for _, want := range []string{`/S /GTS_PDFX`, `/OutputConditionIdentifier \(FOGRA39\)`, `/OutputCondition \(Offset`, `/RegistryName \(http`, `/Info \(Offset`, `/DestOutputProfile \d+ 0 R`,
		`/Trapped /False`, `/CreationDate \(D:20261120093000\+07'00'\)`, `/ModDate \(D:20261120093000\+07'00'\)`, `/ID \[`, `/TrimBox \[`, `/BleedBox \[`,
		`<pdfxid:GTS_PDFXVersion[^>]*>PDF/X-4<`, `<xmpMM:DocumentID[^>]*>uuid:`, `<xmpMM:VersionID[^>]*>1<`, `<xmpMM:RenditionClass[^>]*>default<`, `<pdf:Trapped[^>]*>False<`,
		`<xmp:CreateDate>2026-11-20T09:30:00\+07:00<`, `<xmp:ModifyDate>2026-11-20T09:30:00\+07:00<`, `<xmp:MetadataDate>2026-11-20T09:30:00\+07:00<`, `<dc:title>`} {
		if n := len(regexp.MustCompile(want).FindAllString(plain, -1)); n != 1 {
			t.Errorf("%s is there %d times", want, n)
		}
	}
	for _, never := range []string{"/Encrypt", "/LZWDecode", "/JPXDecode", "/Annots", "/OpenAction", "/AA ", "/ArtBox", "/CropBox", "/SMask", "/UserUnit", "/ColorSpace /DeviceRGB"} {
		if strings.Contains(plain, never) {
			t.Errorf("%s is there", never)
		}
	}
	if out := ask(t, "exiftool", "-s", "-XMP-pdfxid:all", "-XMP-xmpMM:all", "-XMP-dc:Title", name); !strings.Contains(out, "PDF/X-4") || !strings.Contains(out, "Băng rôn lễ hội <1>") {
		t.Errorf("exiftool reads\n%s", out)
	}
}

func TestLightsAlwaysHaveAProfile(t *testing.T) {
	for name, profile := range map[string][]byte{"none": nil, "nonsense": []byte("nonsense"), "of a press": file(t, pressProfile), "its own": icc.AdobeRGB()} {
		s := sheet(t, photo(t, 60, 40))
		s.Picture.Profile = profile
		out := write(t, s)
		if list := ask(t, "pdfimages", "-list", out); !strings.Contains(list, "60    40  icc     3") {
			t.Errorf("%s:\n%s", name, list)
		}
		want := "sRGB (Pano)"
		if name == "its own" {
			want = "Compatible with Adobe RGB"
		}
		if plain := ask(t, "qpdf", "--qdf", out, "-"); !strings.Contains(plain, want) {
			t.Errorf("%s: no %s in it", name, want)
		}
	}
}

func TestSameSheetGivesTheSameBytes(t *testing.T) {
	picture := photo(t, 60, 40)
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		if err := pdfx.Write(out, sheet(t, picture)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("they differ")
	}
}

// The bleed goes on with the edge turned over, not with the other side of the picture.
func TestBleedIsMirrored(t *testing.T) {
	s := sheet(t, photo(t, 600, 400))
	s.Mirror, s.Bleed = true, pdfx.Sides{Top: 20, Right: 30, Bottom: 25, Left: 35}
	page := proof(t, write(t, s), 1, 25)
	for _, c := range []struct {
		x, y float64 // mm of the finished piece
		want string
	}{
		{10, 10, "red"}, {590, 10, "green"}, {10, 390, "blue"}, {590, 390, "yellow"}, {290, 190, "red"}, {310, 210, "yellow"},
		{-30, 100, "red"}, {-30, 300, "blue"}, {625, 100, "green"}, {625, 300, "yellow"}, {100, -15, "red"}, {500, -15, "green"}, {100, 420, "blue"}, {500, 420, "yellow"},
		{-30, -15, "red"}, {625, -15, "green"}, {-30, 420, "blue"}, {625, 420, "yellow"},
	} {
		if got := hue(page, c.x+35, c.y+20, 25); got != c.want {
			t.Errorf("at %g, %g mm: %s, want %s", c.x, c.y, got, c.want)
		}
	}
}

// What sticks out of a picture wider than the sheet is real bleed; only above
// and below is it turned over.
func TestBleedIsRealWhereThePictureHasMore(t *testing.T) {
	s := sheet(t, photo(t, 800, 400))
	s.Mirror, s.FocusX = true, 0.5
	var mirrored, enlarged bytes.Buffer
	if err := pdfx.Write(&mirrored, s); err != nil {
		t.Fatal(err)
	}
	s = sheet(t, photo(t, 800, 400))
	if err := pdfx.Write(&enlarged, s); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		want int
	}{"mirrored above and below": {mirrored.Bytes(), 3}, "enlarged": {enlarged.Bytes(), 1}} {
		path := filepath.Join(t.TempDir(), "a.pdf")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		plain := ask(t, "qpdf", "--qdf", path, "-")
		if n := len(regexp.MustCompile(`(?m)^/I\d+ Do$`).FindAllString(plain, -1)); n != c.want {
			t.Errorf("%s: drawn %d times, want %d", name, n, c.want)
		}
	}
}

func TestMarksStandOutsideOfTheBleed(t *testing.T) {
	s := sheet(t, photo(t, 600, 400))
	sans, err := font.Sans()
	if err != nil {
		t.Fatal(err)
	}
	s.Marks, s.Font, s.Slug = true, sans, "HD25-0142-03 · Băng rôn lễ hội · SL 12"
	name := write(t, s)
	if got := ask(t, "pdftotext", name, "-"); !strings.Contains(got, s.Slug) {
		t.Errorf("the slug reads %q", got)
	}
	if out := ask(t, "pdffonts", name); !strings.Contains(out, "yes yes yes") {
		t.Errorf("fonts:\n%s", out)
	}
	const dpi = 50
	page := proof(t, name, 1, dpi)
	b := page.Bounds()
	if w := float64(b.Dx()) / dpi * 25.4; w < 633 || w > 635 {
		t.Errorf("the page is %g mm wide", w)
	}
	for x := 12.5; x < 621; x += 0.5 { // all of the bleed is printed
		if got := hue(page, x, 12.6, dpi); got == "white" {
			t.Fatalf("white at %g mm in the bleed", x)
		}
	}
	ink := func(x0, y0, x1, y1 float64) (n int) {
		for y := y0; y < y1; y += 0.25 {
			for x := x0; x < x1; x += 0.25 {
				if hue(page, x, y, dpi) != "white" {
					n++
				}
			}
		}
		return n
	}
	if ink(0, 0, 634, 3) != 0 || ink(0, 10.5, 634, 11.5) != 0 {
		t.Error("ink at the edge of the page, or between marks and bleed")
	}
	for _, x := range []float64{17, 617, 317} { // two corners and the middle
		if ink(x-1, 4, x+1, 10) == 0 {
			t.Errorf("no mark above %g mm", x)
		}
	}
}

func TestPanelsShareOnePicture(t *testing.T) {
	picture := photo(t, 600, 400)
	s := sheet(t, picture)
	s.Size, s.Scale, s.Bleed = pdf.Size{W: 6000, H: 4000}, 10, pdfx.All(50)
	s.Panels = pdfx.Panels(6000, 3150, 20)
	if want := []pdfx.Panel{{X: 0, W: 3010}, {X: 2990, W: 3010}}; !slices.Equal(s.Panels, want) {
		t.Fatalf("panels %v, want %v", s.Panels, want)
	}
	name := write(t, s)
	info := ask(t, "pdfinfo", "-box", "-l", "2", name)
	if !strings.Contains(info, "Pages:           2") || !strings.Contains(info, "Page    2 TrimBox:      14.17    14.17   867.40  1148.03") {
		t.Errorf("pages:\n%s", info)
	}
	left, right := proof(t, name, 1, 25), proof(t, name, 2, 25)
	for _, c := range []struct {
		page image.Image
		x    float64
		want string
	}{{left, 20, "red"}, {left, 300, "red"}, {left, 308, "green"}, {right, 3, "red"}, {right, 20, "green"}, {right, 300, "green"}} {
		if got := hue(c.page, c.x, 100, 25); got != c.want {
			t.Errorf("at %g mm: %s, want %s", c.x, got, c.want)
		}
	}
	if n := bytes.Count(file(t, name), []byte("/Subtype /Image")); n != 1 {
		t.Errorf("%d pictures", n)
	}
	if !strings.Contains(ask(t, "exiftool", "-XMP-dc:Description", name), "1:10") {
		t.Error("the scale is not told")
	}
}

func TestPanelsCoverTheWidth(t *testing.T) {
	for _, c := range []struct{ w, roll, overlap pdf.MM }{{6000, 3150, 20}, {10000, 3150, 20}, {3151, 3150, 20}, {20000, 1500, 10}, {3150, 3150, 20}, {6290, 3150, 20}} {
		all := pdfx.Panels(c.w, c.roll, c.overlap)
		if c.w <= c.roll {
			if all != nil {
				t.Errorf("%v: %v", c, all)
			}
			continue
		}
		for i, p := range all {
			if p.W > c.roll+0.001 || i > 0 && all[i-1].X+all[i-1].W-p.X < c.overlap-0.001 {
				t.Errorf("%v: %v", c, all)
			}
		}
		if end := all[len(all)-1]; all[0].X != 0 || end.X+end.W < c.w-0.01 || end.X+end.W > c.w+0.01 {
			t.Errorf("%v: %v", c, all)
		}
	}
}

// Inks pass through to PDF/X-1a; lights do not.
func TestInksGoIntoPDFX1a(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.jpg"), filepath.Join(dir, "inks.jpg")
	if err := os.WriteFile(in, photo(t, 600, 400), 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, "vips", "icc_transform", in, out+"[Q=95]", pressProfile, "--input-profile", "/usr/share/color/icc/ghostscript/srgb.icc")
	s := sheet(t, file(t, out))
	if s.Picture.Profile == nil {
		t.Fatal("vips left the profile out")
	}
	if list := ask(t, "pdfimages", "-list", write(t, s)); !strings.Contains(list, "cmyk    4   8  jpeg") {
		t.Errorf("inks in PDF/X-4:\n%s", list)
	}
	s = sheet(t, file(t, out))
	s.Standard = pdfx.X1a
	name := write(t, s)
	info := ask(t, "pdfinfo", name)
	if !strings.Contains(info, "PDF version:     1.3") || !strings.Contains(info, "PDF/X-1") {
		t.Errorf("readers see\n%s", info)
	}
	if list := ask(t, "pdfimages", "-list", name); !strings.Contains(list, "cmyk    4   8  jpeg") {
		t.Errorf("pictures:\n%s", list)
	}
	page := proof(t, name, 1, 25)
	if got := hue(page, 50, 50, 25) + hue(page, 550, 50, 25) + hue(page, 50, 350, 25) + hue(page, 550, 350, 25); got != "redgreenblueyellow" {
		t.Errorf("colours %s", got)
	}
	s = sheet(t, photo(t, 600, 400))
	s.Standard = pdfx.X1a
	if err := pdfx.Write(io.Discard, s); !errors.Is(err, pdfx.ErrColours) {
		t.Errorf("lights: %v", err)
	}
}

func TestWhatCannotBePrintedIsRefused(t *testing.T) {
	picture := photo(t, 60, 40)
	for name, c := range map[string]struct {
		change func(s *pdfx.Sheet)
		want   error
	}{
		"no size":               {func(s *pdfx.Sheet) { s.Size.W = 0 }, pdfx.ErrSheet},
		"no title":              {func(s *pdfx.Sheet) { s.Title = "" }, pdfx.ErrSheet},
		"no date":               {func(s *pdfx.Sheet) { s.Created = time.Time{} }, pdfx.ErrSheet},
		"no picture":            {func(s *pdfx.Sheet) { s.Picture.Body = nil }, pdfx.ErrSheet},
		"a bleed inwards":       {func(s *pdfx.Sheet) { s.Bleed.Left = -1 }, pdfx.ErrSheet},
		"six metres at 1:1":     {func(s *pdfx.Sheet) { s.Size.W = 6000 }, pdfx.ErrSheet},
		"a panel beside it":     {func(s *pdfx.Sheet) { s.Panels = []pdfx.Panel{{X: 500, W: 200}} }, pdfx.ErrSheet},
		"a slug without a font": {func(s *pdfx.Sheet) { s.Slug = "a" }, pdfx.ErrSheet},
		"no profile":            {func(s *pdfx.Sheet) { s.Intent.Profile = nil }, pdfx.ErrProfile},
		"a scanner's profile":   {func(s *pdfx.Sheet) { copy(s.Intent.Profile[12:], "scnr") }, pdfx.ErrProfile},
		"a screen's profile":    {func(s *pdfx.Sheet) { s.Intent.Profile = icc.SRGB() }, pdfx.ErrProfile},
	} {
		s := sheet(t, picture)
		c.change(&s)
		if err := pdfx.Write(io.Discard, s); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := sheet(t, picture)
	s.Size.W, s.Scale = 6000, 10
	if err := pdfx.Write(io.Discard, s); err != nil {
		t.Errorf("six metres at 1:10: %v", err)
	}
}
