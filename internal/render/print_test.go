package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pano/internal/icc"
	"pano/internal/pano"
)

func printed(t *testing.T, b []byte, p PrintSpec) Output {
	t.Helper()
	o, err := worker(t).Print(t.Context(), open(t, b), probe(t, b), p)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestPrintHasTheSizeResolutionAndProfileThatExiftoolAndVipsRead(t *testing.T) {
	b := encode(t, "JPEG", scene(1500, 1000))
	var all []judgement
	for _, tt := range []struct {
		name string
		spec PrintSpec
		w, h pano.Px
		dpi  float64
	}{
		{"smaller than the source", PrintSpec{W: 100, H: 60, Bleed: 3, DPI: 150}, 626, 390, 150},
		{"as large as the source", PrintSpec{W: 1500, H: 1000, DPI: 300}, 1500, 1000, 25.4},
		{"upright from lying", PrintSpec{W: 420, H: 594, Bleed: 3, DPI: 150}, 710, 1000, 1000 / (600 / 25.4)},
		{"a strip", PrintSpec{W: 1000, H: 20, DPI: 72}, 1500, 30, 1500 / (1000 / 25.4)},
	} {
		for _, format := range []string{"jpeg", "png", "tiff"} {
			p := tt.spec.Centred()
			p.Format = format
			o := printed(t, b, p)
			if o.W != tt.w || o.H != tt.h || math.Abs(o.DPI-tt.dpi) > 0.01 || o.MediaType != "image/"+format {
				t.Errorf("%s, %s: %d × %d at %.2f dpi, want %d × %d at %.2f", tt.name, format, o.W, o.H, o.DPI, tt.w, tt.h, tt.dpi)
			}
			all = append(all, judgement{tt.name + ", " + format, o, tt.dpi})
		}
	}
	var paths []string
	for _, j := range all {
		paths = append(paths, j.o.Path)
	}
	for i, said := range exiftool(t, paths...) {
		all[i].pass(t, said)
	}
}

// A judgement is a print and how fine it must be.
type judgement struct {
	name string
	o    Output
	dpi  float64
}

// pass compares a print with what exiftool and vips read from its file.
func (j judgement) pass(t *testing.T, f map[string]any) {
	t.Helper()
	name, o, dpi := j.name, j.o, j.dpi
	got, _ := f["XResolution"].(float64)
	if m, ok := f["PixelsPerUnitX"].(float64); ok {
		got = m * 0.0254
	}
	if f["ImageWidth"] != float64(o.W) || f["ImageHeight"] != float64(o.H) || math.Abs(got-dpi) > 0.02 {
		t.Errorf("%s: exiftool reads %v × %v at %.3f dpi, want %d × %d at %.3f", name, f["ImageWidth"], f["ImageHeight"], got, o.W, o.H, dpi)
	}
	if f["ProfileDescription"] != "sRGB (Pano)" || f["Warning"] != nil {
		t.Errorf("%s: profile %v, warning %v", name, f["ProfileDescription"], f["Warning"])
	}
	said := run(t, "libvips-tools", "vipsheader", "-a", o.Path)
	var res float64
	for line := range strings.Lines(said) {
		fmt.Sscanf(line, "xres: %g", &res)
	}
	most := 0.02
	if o.MediaType == "image/jpeg" {
		most = 0.51 // vips reads JFIF, which has whole numbers only
	}
	if !strings.Contains(said, "icc-profile-data") || math.Abs(res*25.4-dpi) > most {
		t.Errorf("%s: vips reads %.3f dpi\n%s", name, res*25.4, said)
	}
}

func TestPrintIsCutAroundItsFocus(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 300, 100)) // red, green, blue from left to right
	for i, c := range []color.NRGBA{{200, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 200, 255}} {
		draw.Draw(img, image.Rect(100*i, 0, 100*i+100, 100), image.NewUniform(c), image.Point{}, draw.Src)
	}
	for o := 1; o <= 8; o++ {
		b := turnedPNG(t, backwards(img, o), uint32(o))
		for _, tt := range []struct {
			x    float64
			want color.NRGBA
		}{{0, color.NRGBA{200, 0, 0, 255}}, {0.5, color.NRGBA{0, 200, 0, 255}}, {1, color.NRGBA{0, 0, 200, 255}}} {
			p := PrintSpec{W: 50, H: 50, DPI: 25, Format: "png", FocusX: tt.x, FocusY: 0.5}
			out := printed(t, b, p)
			got := picture(t, out.Path)
			if out.W != 49 || out.H != 49 {
				t.Errorf("orientation %d: %d × %d", o, out.W, out.H)
			}
			for _, at := range []image.Point{{4, 4}, {44, 44}, {24, 24}} {
				near(t, fmt.Sprintf("orientation %d, focus %.1f at %v", o, tt.x, at), got.NRGBAAt(at.X, at.Y), tt.want, 1)
			}
			tall := turnedPNG(t, backwards(turned(img, 6), o), uint32(o)) // red at the top, blue at the bottom
			p.FocusX, p.FocusY = p.FocusY, p.FocusX
			got = picture(t, printed(t, tall, p).Path)
			near(t, fmt.Sprintf("orientation %d, focus %.1f down", o, tt.x), got.NRGBAAt(24, 24), tt.want, 1)
		}
	}
}

// turnedPNG is a PNG with an Exif chunk.
func turnedPNG(t *testing.T, img image.Image, orientation uint32) []byte {
	b := encode(t, "PNG", img)
	exif := chunk(nil, "eXIf", tiffBytes(nil, 0, tags{274, 3, []uint32{orientation}}))
	const header = len(pngMagic) + 25
	return append(append(bytes.Clone(b[:header]), exif...), b[header:]...)
}

func TestPrintKeepsTheColoursOfItsOwnProfile(t *testing.T) {
	stored := color.NRGBA{120, 160, 70, 255}
	patch := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(patch, patch.Rect, image.NewUniform(stored), image.Point{}, draw.Src)
	p3 := write(t, icc.DisplayP3(), "p3.icc")
	b := tagged(t, encode(t, "PNG", patch), "a.png", "-icc_profile<="+p3)
	o := printed(t, b, PrintSpec{W: 25, H: 25, DPI: 25, Format: "tiff"}.Centred())
	if got := picture(t, o.Path).NRGBAAt(9, 9); got != stored {
		t.Errorf("%v, want %v as stored", got, stored)
	}
	file, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	if f := probe(t, file); f.ICCName != "Display P3 (Pano)" {
		t.Errorf("profile %q", f.ICCName)
	}
	ink := flatJPEG([]byte{242, 15, 23, 250}, []byte{242, 15, 23, 250}, 0)
	got := picture(t, printed(t, ink, PrintSpec{W: 16, H: 8, DPI: 25, Format: "png"}.Centred()).Path)
	near(t, "flag red in CMYK", got.NRGBAAt(5, 4), color.NRGBA{218, 37, 29, 255}, 2)
}

func TestRedLetteringDoesNotFray(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	red, yellow := color.NRGBA{218, 37, 29, 255}, color.NRGBA{255, 220, 40, 255}
	for y := range 64 {
		for x := range 64 {
			img.SetNRGBA(x, y, []color.NRGBA{yellow, red}[(x/3+y/5)%2])
		}
	}
	got := picture(t, printed(t, encode(t, "PNG", img), PrintSpec{W: 64, H: 64, DPI: 300, Format: "jpeg"}.Centred()).Path)
	for i, v := range img.Pix {
		if d := int(v) - int(got.Pix[i]); max(d, -d) > 40 {
			t.Fatalf("sample %d is %d, want %d", i, got.Pix[i], v)
		}
	}
}

func TestPrintMatchesTheCutOfVips(t *testing.T) {
	b := encode(t, "PNG", scene(1600, 1000))
	o := printed(t, b, PrintSpec{W: 200, H: 200, DPI: 72, Format: "png"}.Centred())
	ref := filepath.Join(t.TempDir(), "ref.png")
	run(t, "libvips-tools", "vipsthumbnail", write(t, b, "in.png"), "-s", "567x567", "--smartcrop", "centre", "-o", ref)
	if s := ssim(picture(t, o.Path), picture(t, ref)); s < 0.99 {
		t.Errorf("SSIM %.4f", s)
	}
}

func TestPrintsStayWithinTheEstimate(t *testing.T) {
	img := scene(3600, 2400)
	b := encode(t, "JPEG", img)
	lying := tagged(t, b, "a.jpg", "-n", "-Orientation=6")
	for name, tt := range map[string]struct {
		b    []byte
		most int64 // MB to ask for
	}{
		"JPEG": {b, 25}, "turned": {lying, 45}, "progressive": {vips(t, img, ".jpg[interlace=true]", "copy"), 90}, "PNG": {encode(t, "PNG", img), 60},
	} {
		for _, format := range []string{"jpeg", "png", "tiff"} {
			if name != "JPEG" && format != "jpeg" {
				continue
			}
			p := PrintSpec{W: 841, H: 594, DPI: 90, Format: format}.Centred()
			estimate, peak := p.estimate(probe(t, tt.b)), printed(t, tt.b, p).Peak
			t.Logf("%s as %s: estimated %d MB, peak %d MB", name, format, estimate>>20, peak>>20)
			if peak == 0 || peak > estimate+estimate/4+40<<20 || estimate > tt.most<<20 {
				t.Errorf("%s as %s: estimated %d MB, took %d MB", name, format, estimate>>20, peak>>20)
			}
		}
	}
}

func TestAPrintOfABrokenPictureIsRefused(t *testing.T) {
	b := encode(t, "JPEG", scene(600, 400))
	for _, o := range []string{"1", "6"} {
		whole := tagged(t, b, "a.jpg", "-n", "-Orientation="+o)
		f := probe(t, whole)
		for _, at := range []int{len(whole) / 2, len(whole) - 200} {
			for _, dpi := range []pano.DPI{10, 25} {
				_, err := worker(t).Print(t.Context(), open(t, patched(whole, at, 0xff, 0xd9)), f, PrintSpec{W: 600, H: 400, DPI: dpi, Format: "jpeg"}.Centred())
				if key(err) != "picture.broken" {
					t.Errorf("orientation %s, broken off after %d of %d bytes: %v", o, at, len(whole), err)
				}
			}
		}
	}
}

func TestAJPEGIsPrintedAsItsPixelsAre(t *testing.T) {
	img := scene(700, 500)
	for name, b := range map[string][]byte{
		"4:2:0": encode(t, "JPEG", img), "4:4:4": vips(t, img, ".jpg[Q=92,no-subsample]", "copy"),
		"progressive": vips(t, img, ".jpg[interlace=true]", "copy"), "grey": vips(t, img, ".jpg", "colourspace", "b-w"),
		"CMYK": vips(t, img, ".jpg", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"),
	} {
		for _, o := range []string{"1", "5"} {
			lying := tagged(t, b, "a.jpg", "-n", "-Orientation="+o)
			f := probe(t, lying)
			src := source{bytes.NewReader(lying), int64(len(lying))}
			h, err := readHeader(src)
			if err != nil {
				t.Fatal(err)
			}
			p := PrintSpec{W: 200, H: 150, DPI: 50, Format: "png", FocusX: 0.9, FocusY: 0.2}
			w, ht := f.Upright()
			part, size, _ := p.plan(int(w), int(ht))
			whole, _, err := decode(src, h, 0)
			if err != nil {
				t.Fatal(err)
			}
			c, _ := p.colours(h)
			want := atOnce(task{whole, h.Orientation, image.Pt(int(w), int(ht)), part, size, c})
			got := onWhite(picture(t, printed(t, lying, p).Path))
			if db, most := decibels(got, want); db < 48 || most > 6 {
				t.Errorf("%s, orientation %s: %.1f dB, up to %d levels", name, o, db, most)
			}
		}
	}
}

func TestPrintRefusesWhatCannotBe(t *testing.T) {
	b := encode(t, "PNG", scene(16, 10))
	good := PrintSpec{W: 100, H: 100, DPI: 72, Format: "png"}
	for key0, change := range map[string]func(*PrintSpec){
		"print.size": func(p *PrintSpec) { p.W = 0 }, "print.dpi": func(p *PrintSpec) { p.DPI = -1 },
		"print.format": func(p *PrintSpec) { p.Format = "gif" }, "print.focus": func(p *PrintSpec) { p.FocusX = math.NaN() },
	} {
		p := good
		change(&p)
		if _, err := worker(t).Print(t.Context(), open(t, b), probe(t, b), p); key(err) != key0 {
			t.Errorf("%+v: %v, want %s", p, err, key0)
		}
	}
}

func FuzzPlan(f *testing.F) {
	f.Add(1500, 1000, 420, 594, 3, 150, 0.5, 0.5)
	f.Add(1, 65500, 5000, 10, 100, 1, 1.0, 0.0)
	f.Fuzz(func(t *testing.T, w, h, pw, ph, bleed, dpi int, x, y float64) {
		p := PrintSpec{pano.MM(pw), pano.MM(ph), pano.MM(bleed), pano.DPI(dpi), "png", x, y}
		if p.check() != nil || w < 1 || h < 1 || w > maxSide || h > maxSide {
			return
		}
		cut, size, d := p.plan(w, h)
		if !cut.In(image.Rect(0, 0, w, h)) || cut.Empty() || size.X < 1 || size.Y < 1 || size.X > cut.Dx() || size.Y > cut.Dy() || !(d > 0) || d > float64(dpi)+1e-9 {
			t.Fatalf("cut %v to %v at %v dpi", cut, size, d)
		}
		for o := 1; o <= 8; o++ {
			sw, sh := w, h
			if o >= 5 {
				sw, sh = h, w
			}
			if c := stored(cut, image.Pt(w, h), o); !c.In(image.Rect(0, 0, sw, sh)) || c.Dx()*c.Dy() != cut.Dx()*cut.Dy() {
				t.Fatalf("orientation %d: %v of %v became %v", o, cut, image.Pt(w, h), c)
			}
		}
	})
}
