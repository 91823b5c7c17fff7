package pdf_test

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
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"pano/internal/press/font"
	"pano/internal/press/pdf"
)

const vietnamese = "Lễ hội Côn Sơn – Kiếp Bạc: “Đường Nguyễn Lương Bằng”, ửng ựng ỡ ẵ ỵ ỹ ẳ ể ộ, 12.500.000 ₫ × 2"

func created() time.Time {
	return time.Date(2026, 11, 20, 9, 30, 0, 0, time.FixedZone("", 7*3600))
}

func fonts(t testing.TB) (sans, serif *font.Font) {
	t.Helper()
	sans, err := font.Sans()
	if err != nil {
		t.Fatal(err)
	}
	serif, err = font.SerifItalic()
	if err != nil {
		t.Fatal(err)
	}
	return sans, serif
}

// document writes what draw draws to a file and returns its name.
func document(t *testing.T, o pdf.Options, draw func(d *pdf.Document)) string {
	t.Helper()
	name := filepath.Join(t.ArtifactDir(), "out.pdf")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := pdf.New(f, o)
	draw(d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if out := ask(t, "qpdf", "--check", name); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Errorf("qpdf: %s", out)
	}
	if out := ask(t, "mutool", "info", name); strings.Contains(out, "error") || strings.Contains(out, "warning") {
		t.Errorf("mutool: %s", out)
	}
	if out := ask(t, "gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=nullpage", name); out != "" {
		t.Errorf("Ghostscript: %s", out)
	}
	return name
}

// ask runs an outside judge and returns what it says.
func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	var out, aside bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &aside
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s%s", program, strings.Join(args, " "), err, out.String(), aside.String())
	}
	if program != "zbarimg" { // which speaks of a bus that is not there
		out.Write(aside.Bytes())
	}
	return out.String()
}

// look returns page 1 as poppler draws it.
func look(t *testing.T, name string, dpi int) image.Image {
	t.Helper()
	base := strings.TrimSuffix(name, ".pdf")
	ask(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-png", "-singlefile", name, base)
	f, err := os.Open(base + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// quarters returns a picture of four colours: red, green, then blue, yellow.
func quarters(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range []color.RGBA{{220, 0, 0, 255}, {0, 160, 0, 255}, {0, 0, 220, 255}, {240, 220, 0, 255}} {
		x, y := i%2*w/2, i/2*h/2
		draw.Draw(m, image.Rect(x, y, x+w/2, y+h/2), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hue names the colour at a place given as a part of the picture.
func hue(m image.Image, fx, fy float64) string {
	b := m.Bounds()
	r, g, bl, _ := m.At(b.Min.X+int(fx*float64(b.Dx())), b.Min.Y+int(fy*float64(b.Dy()))).RGBA()
	switch r, g, bl := r>>8, g>>8, bl>>8; {
	case r > 230 && g > 230 && bl > 230:
		return "white"
	case r < 40 && g < 40 && bl < 40:
		return "black"
	case r > 180 && g > 170 && bl < 110:
		return "yellow"
	case r > 150 && g < 100 && bl < 100:
		return "red"
	case g > 100 && r < 120 && bl < 120:
		return "green"
	case bl > 100 && r < 110 && g < 110:
		return "blue"
	default:
		return fmt.Sprint(r, g, bl)
	}
}

func TestVietnameseComesBackLetterForLetter(t *testing.T) {
	sans, serif := fonts(t)
	name := document(t, pdf.Options{Title: "Nhãn (1)", Lang: "vi", Created: created()}, func(d *pdf.Document) {
		p := d.Page(pdf.A4)
		p.Text(20, 30, pdf.Style{Font: sans, Size: 11}, vietnamese)
		p.Text(20, 50, pdf.Style{Font: serif, Size: 11}, norm.NFD.String(vietnamese))
		p.Text(20, 60, pdf.Style{Font: sans, Size: 11}, "chỗ trống\u00A0dính, 漢")
	})
	got := ask(t, "pdftotext", "-layout", name, "-")
	if n := strings.Count(got, vietnamese); n != 2 {
		t.Errorf("found %d times in %q", n, got)
	}
	out := ask(t, "mutool", "draw", "-q", "-F", "txt", name)
	if strings.Count(out, vietnamese) != 2 || !strings.Contains(out, "dính, 漢") {
		t.Errorf("mutool reads %q", out)
	}
	// both readers make a plain space of the other one; the file knows better
	if out := ask(t, "qpdf", "--qdf", name, "-"); !strings.Contains(out, "> <00A0>") || !strings.Contains(out, "> <0020>") {
		t.Error("two letters became one")
	}
	for line := range strings.Lines(ask(t, "pdffonts", name)) {
		if strings.Contains(line, "+Liberation") && !strings.Contains(line, "yes yes yes") {
			t.Errorf("font %s", line)
		}
	}
	if n := strings.Count(ask(t, "pdffonts", name), "+Liberation"); n != 2 {
		t.Errorf("%d fonts", n)
	}
}

func TestDocumentSaysWhatItIs(t *testing.T) {
	sans, _ := fonts(t)
	name := document(t, pdf.Options{Title: "Danh mục <tác phẩm> & ảnh", Author: "Phòng Di sản", Lang: "vi", Created: created()}, func(d *pdf.Document) {
		p := d.Page(pdf.A4.Turned())
		p.Text(20, 30, pdf.Style{Font: sans, Size: 20, Role: pdf.Heading1}, "Danh mục")
		p.Text(20, 40, pdf.Style{Font: sans, Size: 10, Lang: "en"}, "List of works")
		p.Text(20, 200, pdf.Style{Font: sans, Size: 8, Role: pdf.Ornament}, "Trang 1")
		p.Trim(pdf.Rect{X: 10, Y: 10, W: 277, H: 190})
		p.Bleed(pdf.Rect{X: 5, Y: 7, W: 287, H: 196})
		d.Page(pdf.A5)
	})
	info := ask(t, "pdfinfo", "-box", name)
	for _, want := range []string{
		"Title:           Danh mục <tác phẩm> & ảnh", "Author:          Phòng Di sản", "Tagged:          yes", "Pages:           2",
		"PDF version:     1.7", "841.89 x 595.276 pts (A4)", "Encrypted:       no",
		"TrimBox:            28.35    28.35   813.54   566.93", "BleedBox:           14.17    19.84   827.72   575.43",
	} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in\n%s", want, info)
		}
	}
	if got := ask(t, "pdfinfo", "-isodates", name); !strings.Contains(got, "CreationDate:    2026-11-20T09:30:00+07") && !strings.Contains(got, "CreationDate:    2026-11-20T02:30:00Z") {
		t.Errorf("dates:\n%s", got)
	}
	meta := ask(t, "exiftool", "-XMP:all", "-PDF:Language", "-s", name)
	for _, want := range []string{"Danh mục <tác phẩm> & ảnh", "2026:11:20 09:30:00+07:00", "Language                        : vi", "Phòng Di sản"} {
		if !strings.Contains(meta, want) {
			t.Errorf("no %q in\n%s", want, meta)
		}
	}
	tree := ask(t, "pdfinfo", "-struct-text", name)
	for _, want := range []string{"Document", "H1 (block)", `"Danh mục"`, "List of works"} {
		if !strings.Contains(tree, want) {
			t.Errorf("no %q in\n%s", want, tree)
		}
	}
	if strings.Contains(tree, "Trang 1") {
		t.Errorf("an ornament is read aloud:\n%s", tree)
	}
}

func TestSameCallsGiveTheSameBytes(t *testing.T) {
	sans, serif := fonts(t)
	photo := jpegOf(t, quarters(60, 40))
	make := func(title string) []byte {
		var b bytes.Buffer
		d := pdf.New(&b, pdf.Options{Title: title, Created: created()})
		for range 3 {
			p := d.Page(pdf.A4)
			p.Text(20, 30, pdf.Style{Font: sans, Size: 11}, vietnamese)
			p.Text(20, 40, pdf.Style{Font: serif, Size: 11}, vietnamese)
			m, err := d.JPEG(bytes.NewReader(photo))
			if err != nil {
				t.Fatal(err)
			}
			p.Image(m, pdf.Rect{X: 20, Y: 60, W: 30, H: 30}, pdf.Whole(), "")
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(make("a"), make("a")) {
		t.Error("they differ")
	}
	id := func(b []byte) string { return string(b[bytes.LastIndex(b, []byte("/ID")):][:40]) }
	if id(make("a")) == id(make("b")) {
		t.Error("two documents with one ID")
	}
}

func TestPicturesPassThrough(t *testing.T) {
	photo := jpegOf(t, quarters(300, 200))
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		m, err := d.JPEG(bytes.NewReader(photo))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got := d.Page(pdf.A4).Image(m, pdf.Rect{X: 20, Y: 20, W: 60, H: 60}, pdf.Whole(), "bốn màu")
			if want := (pdf.Rect{X: 20, Y: 30, W: 60, H: 40}); math.Abs(float64(got.Y-want.Y)) > 1e-9 || math.Abs(float64(got.H-want.H)) > 1e-9 || got.X != want.X {
				t.Errorf("it covers %v, want %v", got, want)
			}
		}
	})
	list := ask(t, "pdfimages", "-list", name)
	if strings.Count(list, "image     300   200  rgb     3   8  jpeg") != 2 || !strings.Contains(list, "127   127") {
		t.Errorf("pictures:\n%s", list)
	}
	base := filepath.Join(t.TempDir(), "m")
	ask(t, "pdfimages", "-j", "-l", "1", name, base)
	if got, err := os.ReadFile(base + "-000.jpg"); err != nil || !bytes.Equal(got, photo) {
		t.Errorf("%d bytes of %d come out: %v", len(got), len(photo), err)
	}
	if st, err := os.Stat(name); err != nil || st.Size() > int64(len(photo))+6000 {
		t.Errorf("the picture is there twice: %v, %v", st.Size(), err)
	}
	page := look(t, name, 72)
	for _, c := range []struct {
		x, y float64
		want string
	}{{25, 35, "red"}, {75, 35, "green"}, {25, 65, "blue"}, {75, 65, "yellow"}, {50, 25, "white"}} {
		if got := hue(page, c.x/210, c.y/297); got != c.want {
			t.Errorf("at %g, %g mm: %s, want %s", c.x, c.y, got, c.want)
		}
	}
}

// exif returns a JPEG with the given orientation and a place in Exif.
func exif(jpegFile []byte, orientation byte) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00SECRETPLACE")
	body := append([]byte("Exif\x00\x00"), tiff...)
	head := []byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(body) + 2)}
	return append(append(head, body...), jpegFile[2:]...)
}

// The four colours stand where exiftool says that they do.
func TestPicturesAreUpright(t *testing.T) {
	plain := jpegOf(t, quarters(300, 200))
	// colours of the corners of the upright picture, row by row
	want := map[byte]string{
		1: "red green blue yellow", 2: "green red yellow blue", 3: "yellow blue green red", 4: "blue yellow red green",
		5: "red blue green yellow", 6: "blue red yellow green", 7: "yellow green blue red", 8: "green yellow red blue",
	}
	for o := byte(1); o <= 8; o++ {
		t.Run(fmt.Sprint(o), func(t *testing.T) {
			name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
				m, err := d.JPEG(bytes.NewReader(exif(plain, o)))
				if err != nil {
					t.Fatal(err)
				}
				if wide := m.Width > m.Height; wide != (o < 5) {
					t.Errorf("%d × %d", m.Width, m.Height)
				}
				d.Page(pdf.Size{W: 100, H: 100}).Image(m, pdf.Rect{W: 100, H: 100}, pdf.Cover(0.5, 0.5), "")
			})
			page := look(t, name, 30)
			var got []string
			for _, at := range [][2]float64{{.1, .1}, {.9, .1}, {.1, .9}, {.9, .9}} {
				got = append(got, hue(page, at[0], at[1]))
			}
			if s := strings.Join(got, " "); s != want[o] {
				t.Errorf("%s, want %s", s, want[o])
			}
			if file, err := os.ReadFile(name); err != nil || bytes.Contains(file, []byte("SECRETPLACE")) {
				t.Errorf("the place where it was taken is in the document: %v", err)
			}
		})
	}
}

func TestCoverCutsAwayFromTheFocus(t *testing.T) {
	photo := jpegOf(t, quarters(400, 200))
	for _, c := range []struct {
		fx   float64
		want string // left and right
	}{{0, "red red"}, {1, "green green"}, {0.5, "red green"}, {0.2, "red red"}} {
		name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
			m, err := d.JPEG(bytes.NewReader(photo))
			if err != nil {
				t.Fatal(err)
			}
			d.Page(pdf.Size{W: 100, H: 100}).Image(m, pdf.Rect{X: 10, Y: 10, W: 80, H: 80}, pdf.Cover(c.fx, 0.5), "")
		})
		page := look(t, name, 72)
		if got := hue(page, .12, .2) + " " + hue(page, .88, .2); got != c.want {
			t.Errorf("focus %g: %s, want %s", c.fx, got, c.want)
		}
		if hue(page, .08, .5)+hue(page, .92, .5)+hue(page, .5, .08)+hue(page, .5, .92) != "whitewhitewhitewhite" {
			t.Errorf("focus %g: it sticks out", c.fx)
		}
	}
}

// Inks as Adobe writes them, with the profile of a press, made by vips.
func TestInksKeepTheirMeaning(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.jpg"), filepath.Join(dir, "inks.jpg")
	if err := os.WriteFile(in, jpegOf(t, quarters(200, 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	ask(t, "vips", "icc_transform", in, out+"[Q=95]", "/usr/share/color/icc/ghostscript/default_cmyk.icc", "--input-profile", "/usr/share/color/icc/ghostscript/srgb.icc")
	inks, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		for range 2 {
			m, err := d.JPEG(bytes.NewReader(inks))
			if err != nil {
				t.Fatal(err)
			}
			d.Page(pdf.Size{W: 100, H: 100}).Image(m, pdf.Rect{W: 100, H: 100}, pdf.Whole(), "")
		}
	})
	if list := ask(t, "pdfimages", "-list", name); strings.Count(list, "icc     4   8  jpeg") != 2 {
		t.Errorf("pictures:\n%s", list)
	}
	file, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(file, []byte("/Alternate /DeviceCMYK")); n != 1 {
		t.Errorf("the profile is there %d times", n)
	}
	page := look(t, name, 30)
	if got := hue(page, .2, .2) + hue(page, .8, .2) + hue(page, .2, .8) + hue(page, .8, .8); got != "redgreenblueyellow" {
		t.Errorf("colours %s", got)
	}
}

func TestWhatIsNoPictureIsRefusedAndTheDocumentGoesOn(t *testing.T) {
	good := jpegOf(t, quarters(30, 20))
	frame := bytes.Index(good, []byte{0xFF, 0xC0})
	changed := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		for name, file := range map[string][]byte{
			"nothing": nil, "text": []byte("<html>"), "cut short": good[:frame+4], "arithmetic": changed(frame+1, 0xC9),
			"lossless": changed(frame+1, 0xC3), "12 bits": changed(frame+4, 12), "no size": changed(frame+6, 0), "no marker": changed(2, 0),
			"two channels": changed(frame+9, 2),
		} {
			if name == "no size" {
				file[frame+5] = 0
			}
			if _, err := d.JPEG(bytes.NewReader(file)); !errors.Is(err, pdf.ErrPicture) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAPictureThatStopsStopsTheDocument(t *testing.T) {
	stop := errors.New("the store is away")
	var out bytes.Buffer
	d := pdf.New(&out, pdf.Options{Title: "a"})
	photo := jpegOf(t, quarters(300, 200))
	_, err := d.JPEG(io.MultiReader(bytes.NewReader(photo[:len(photo)-5]), failing{stop}))
	if !errors.Is(err, stop) || !errors.Is(d.Close(), stop) {
		t.Errorf("%v, then %v", err, d.Err())
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)  { return 0, f.err }
func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAFullDiskIsTold(t *testing.T) {
	full := errors.New("no room")
	d := pdf.New(failing{full}, pdf.Options{Title: "a"})
	d.Page(pdf.A4)
	if err := d.Close(); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestMeasuresThatAreNoneAreRefused(t *testing.T) {
	for name, draw := range map[string]func(p *pdf.Page){
		"a line to nowhere": func(p *pdf.Page) { p.Line(0, 0, pdf.MM(math.NaN()), 1, pdf.Pen{}) },
		"an endless area":   func(p *pdf.Page) { p.Fill(pdf.Rect{W: pdf.MM(math.Inf(1)), H: 2}, pdf.Color{}) },
	} {
		d := pdf.New(io.Discard, pdf.Options{Title: "a"})
		draw(d.Page(pdf.A4))
		if err := d.Close(); !errors.Is(err, pdf.ErrNumber) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := pdf.New(io.Discard, pdf.Options{Title: "a"})
	d.Page(pdf.Size{W: 6000, H: 10})
	if err := d.Close(); !errors.Is(err, pdf.ErrNumber) {
		t.Errorf("a page of six metres: %v", err)
	}
}

func TestAPhoneReadsTheCode(t *testing.T) {
	link := "https://pano.example/p/" + strings.Repeat("A7", 30) + "?t=nh%C3%A3n"
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		p := d.Page(pdf.A4)
		p.Fill(pdf.Rect{X: 10, Y: 10, W: 60, H: 60}, pdf.CMYK(0, 0, 0, 1)) // the code brings its own white
		if err := p.QR(link, 20, 20, 30); err != nil {
			t.Fatal(err)
		}
		if err := p.QR(strings.Repeat("x", 5000), 20, 80, 30); !errors.Is(err, pdf.ErrQR) {
			t.Errorf("5,000 letters: %v", err)
		}
	})
	page := look(t, name, 200)
	for _, at := range [][2]float64{{21, 35}, {49, 35}, {35, 21}, {35, 49}} {
		if got := hue(page, at[0]/210, at[1]/297); got != "white" {
			t.Errorf("at %v mm it is %s, not quiet", at, got)
		}
	}
	if got := ask(t, "zbarimg", "-q", "--raw", strings.TrimSuffix(name, ".pdf")+".png"); strings.TrimSpace(got) != link {
		t.Errorf("read %q", got)
	}
}

func TestTextStaysInItsBox(t *testing.T) {
	sans, _ := fonts(t)
	s := pdf.Style{Font: sans, Size: 10}
	long := strings.Repeat("Đêm hội trăng rằm ở phố Hàng Mã ", 20)
	lines := s.Fit(long, 50, 3)
	if len(lines) != 3 || !strings.HasSuffix(lines[2], "…") || !strings.HasPrefix(lines[0], "Đêm hội") {
		t.Errorf("%q", lines)
	}
	for _, l := range append(s.Lines(long+strings.Repeat("x", 300)+" "+long, 50), lines...) {
		if w := s.Width(l); w > 50 {
			t.Errorf("%q is %g mm wide", l, w)
		}
	}
	if got := strings.Join(s.Lines(long, 50), " ") + " "; got != long {
		t.Errorf("words are lost: %q", got)
	}
	if got := s.Fit("vừa", 50, 1); len(got) != 1 || got[0] != "vừa" {
		t.Errorf("%q", got)
	}
	if got := s.Lines("một\n\nhai", 50); len(got) != 3 || got[1] != "" {
		t.Errorf("%q", got)
	}
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		p := d.Page(pdf.Size{W: 100, H: 100})
		if got := p.Box(pdf.Rect{X: 30, Y: 30, W: 40, H: 20}, s, long); got > 20 || got < 20-s.LineHeight() {
			t.Errorf("%g mm high", got)
		}
		s.Align = pdf.Right
		p.Box(pdf.Rect{X: 30, Y: 60, W: 40, H: 10}, s, "phải")
		if got := p.Box(pdf.Rect{X: 30, Y: 80, W: 40, H: 2}, s, "thấp"); got != 0 {
			t.Errorf("a low box takes %g", got)
		}
	})
	page := look(t, name, 100)
	b := page.Bounds()
	right := 0.0
	for y := range b.Dy() {
		for x := range b.Dx() {
			if hue(page, float64(x)/float64(b.Dx()), float64(y)/float64(b.Dy())) != "white" {
				mx, my := float64(x)/float64(b.Dx())*100, float64(y)/float64(b.Dy())*100
				if mx < 29.9 || mx > 70.1 || my < 29.9 || my > 70.1 || my > 50.1 && my < 59.9 {
					t.Fatalf("ink at %g, %g mm", mx, my)
				}
				if my > 60 {
					right = max(right, mx)
				}
			}
		}
	}
	if right < 69 {
		t.Errorf("text set right ends at %g mm", right)
	}
}

func TestStampsAreSetWhenAllIsKnown(t *testing.T) {
	sans, _ := fonts(t)
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		of := d.Stamp(pdf.Style{Font: sans, Size: 40, Align: pdf.Right})
		for range 3 {
			d.Page(pdf.Size{W: 100, H: 100}).Stamp(90, 50, of)
		}
		of.Set(fmt.Sprintf("/%d Đủ", d.Pages()))
	})
	if got := ask(t, "pdftotext", name, "-"); strings.Count(got, "/3 Đủ") != 3 {
		t.Errorf("the pages say %q", got)
	}
	if tree := ask(t, "pdfinfo", "-struct-text", name); strings.Contains(tree, "Đủ") {
		t.Errorf("a stamp is read aloud:\n%s", tree)
	}
	page := look(t, name, 100)
	b := page.Bounds()
	left, right := b.Dx(), 0
	for x := range b.Dx() {
		for y := range b.Dy() {
			if hue(page, float64(x)/float64(b.Dx()), float64(y)/float64(b.Dy())) == "black" {
				left, right = min(left, x), max(right, x)
			}
		}
	}
	mm := func(x int) float64 { return float64(x) / float64(b.Dx()) * 100 }
	wide := float64(pdf.Style{Font: sans, Size: 40}.Width("/3 Đủ"))
	if mm(right) > 90 || mm(right) < 86 || mm(left) < 90-wide-1 || mm(left) > 90-wide+3 {
		t.Errorf("it stands from %.1f to %.1f mm", mm(left), mm(right))
	}
}

func TestLinesAndAreasAreWhereTheyShouldBe(t *testing.T) {
	name := document(t, pdf.Options{Title: "a"}, func(d *pdf.Document) {
		p := d.Page(pdf.Size{W: 100, H: 100})
		p.Fill(pdf.Rect{X: 10, Y: 10, W: 20, H: 20}, pdf.RGB(1, 0, 0))
		p.Line(0, 50, 100, 50, pdf.Pen{Width: 6, Dash: []pdf.MM{10, 10}})
		p.Clip(pdf.Rect{X: 60, Y: 60, W: 10, H: 10}, func() { p.Fill(pdf.Rect{X: 50, Y: 50, W: 50, H: 50}, pdf.CMYK(1, 1, 0, 0)) })
		p.Stroke(pdf.Rect{X: 80, Y: 80, W: 10, H: 10}, pdf.Pen{Width: 3})
		p.Circle(80, 20, 10, pdf.Pen{Width: 3, Color: pdf.Registration()})
	})
	page := look(t, name, 72)
	for _, c := range []struct {
		x, y float64
		want string
	}{{20, 20, "red"}, {35, 20, "white"}, {5, 50, "black"}, {15, 50, "white"}, {65, 65, "blue"}, {75, 75, "white"}, {80, 85, "black"}, {85, 85, "white"},
		{80, 20, "white"}, {90, 20, "black"}, {80, 10, "black"}, {70, 20, "black"}, {80, 30, "black"}, {87.07, 27.07, "black"}, {72.93, 12.93, "black"}} {
		if got := hue(page, c.x/100, c.y/100); got != c.want {
			t.Errorf("at %g, %g mm: %s, want %s", c.x, c.y, got, c.want)
		}
	}
}

// endless is a JPEG of many megabytes that nobody holds.
func endless(head []byte, size int64) io.Reader {
	return io.MultiReader(bytes.NewReader(head), io.LimitReader(zeros{}, size))
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestPicturesAreNotKept(t *testing.T) {
	photo := jpegOf(t, quarters(300, 200))
	d := pdf.New(io.Discard, pdf.Options{Title: "a"})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 100 {
		m, err := d.JPEG(endless(photo, 10<<20))
		if err != nil {
			t.Fatal(err)
		}
		d.Page(pdf.A4).Image(m, pdf.Rect{X: 20, Y: 20, W: 150, H: 100}, pdf.Whole(), "ảnh")
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 90<<20 {
		t.Errorf("%d MB went through memory for 1,000 MB of pictures", got>>20)
	}
}

func FuzzReadJPEG(f *testing.F) {
	var small bytes.Buffer
	if err := jpeg.Encode(&small, quarters(16, 16), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Add(exif(small.Bytes(), 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := pdf.ReadJPEG(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, pdf.ErrPicture) {
				t.Errorf("unnamed error %v", err)
			}
			return
		}
		if p.Width < 1 || p.Height < 1 || p.Orientation < 0 || p.Orientation > 8 {
			t.Errorf("%+v", p)
		}
		if _, err := io.Copy(io.Discard, p.Body); err != nil {
			t.Error(err)
		}
	})
}
