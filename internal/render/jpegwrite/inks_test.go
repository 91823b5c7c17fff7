package jpegwrite

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pano/internal/icc"
)

// flag is the red of flags as a press prints it: taken the wrong way round it is
// a pale blue.
func flag() color.CMYK { return color.CMYK{13, 240, 232, 5} }

// plates has slopes in each ink, and the red of flags.
func plates(w, h int) *image.CMYK {
	img := image.NewCMYK(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.CMYK{clip(float64(x) / 3), clip(200 - float64(y)/2), clip(float64(x+y) / 4), clip(90 - float64(x)/8)}
			if x >= w/2 && y >= h/2 {
				c = flag()
			}
			img.SetCMYK(x, y, c)
		}
	}
	return img
}

func inked(t testing.TB, img *image.CMYK, o Options) []byte {
	t.Helper()
	o.Inks = true
	var b bytes.Buffer
	w, err := NewWriter(&b, img.Rect.Size(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteInks(img); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func saved(t testing.TB, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// ask runs an outside judge and returns all that it says.
func ask(t testing.TB, program string, args ...string) string {
	t.Helper()
	said, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s (make test installs it): %v\n%s", program, strings.Join(args, " "), err, said)
	}
	return string(said)
}

// readers are two that have nothing in common; each returns all samples of a
// JPEG, 0 for no ink.
func readers() map[string]func(t testing.TB, b []byte) []byte {
	return map[string]func(t testing.TB, b []byte) []byte{
		"the library": func(t testing.TB, b []byte) []byte {
			img, err := jpeg.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			inks := img.(*image.CMYK)
			var all []byte
			for y := range inks.Rect.Dy() {
				all = append(all, inks.Pix[y*inks.Stride:][:4*inks.Rect.Dx()]...)
			}
			return all
		},
		"vips": func(t testing.TB, b []byte) []byte {
			name := saved(t, b)
			if said := ask(t, "vips", "rawsave", name, name+".raw"); said != "" {
				t.Fatal(said)
			}
			all, err := os.ReadFile(name + ".raw")
			if err != nil {
				t.Fatal(err)
			}
			return all
		},
	}
}

func TestInksKeepTheirAmountAndTheirWayRound(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {7, 9}, {8, 8}, {17, 31}, {64, 33}, {301, 197}, {5, 400}} {
		img := plates(size.X, size.Y)
		b := inked(t, img, Options{Quality: 95})
		for who, read := range readers() {
			got := read(t, b)
			if len(got) != len(img.Pix) {
				t.Fatalf("%v: %s reads %d samples, not %d", size, who, len(got), len(img.Pix))
			}
			var sum float64
			for i, v := range got {
				d := float64(v) - float64(img.Pix[i])
				sum += d * d
			}
			if off := math.Sqrt(sum / float64(len(got))); off > 3 {
				t.Errorf("%v: %s sees inks that are off by %.1f of 255", size, who, off)
			}
			if size.X < 64 || size.Y < 33 {
				continue
			}
			for i, v := range got[len(got)-4:] {
				if w := img.Pix[len(img.Pix)-4+i]; max(v, w)-min(v, w) > 3 {
					t.Errorf("%v: %s sees the red of flags as %v", size, who, got[len(got)-4:])
				}
			}
		}
	}
}

func TestBlackTextTakesNoOtherInk(t *testing.T) {
	img := image.NewCMYK(image.Rect(0, 0, 120, 80))
	for y := range 80 {
		for x := range 120 {
			if (x/3+y/5)%3 == 0 {
				img.SetCMYK(x, y, color.CMYK{K: 255})
			}
		}
	}
	for who, read := range readers() {
		for i, v := range read(t, inked(t, img, Options{Quality: 75})) {
			if i%4 < 3 && v != 0 {
				t.Fatalf("%s sees %d of ink %d", who, v, i%4)
			}
		}
	}
}

func TestInksThroughAProfileAreTheColoursMeant(t *testing.T) {
	img := image.NewCMYK(image.Rect(0, 0, 40, 40))
	for i := 0; i < len(img.Pix); i += 4 {
		f := flag()
		copy(img.Pix[i:], []byte{f.C, f.M, f.Y, f.K})
	}
	name := saved(t, inked(t, img, Options{Quality: 90, DPI: 100, Profile: press(t)}))
	ask(t, "vips", "icc_transform", name, name+".png", "srgb", "--embedded")
	var r, g, b int
	if _, err := fmt.Sscan(ask(t, "vips", "getpoint", name+".png", "20", "20"), &r, &g, &b); err != nil {
		t.Fatal(err)
	}
	if r < 190 || g > 80 || b > 80 {
		t.Errorf("the red of flags is %d, %d, %d on a screen", r, g, b)
	}
}

// press is one of Ghostscript's profiles, of more than two segments.
func press(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("/usr/share/color/icc/ghostscript/default_cmyk.icc")
	if err != nil {
		t.Fatalf("install libgs-common: %v", err)
	}
	if len(b) <= 2*iccPiece {
		t.Fatalf("%d bytes are too few", len(b))
	}
	return b
}

func TestPaperIsReadByOthers(t *testing.T) {
	inks := saved(t, inked(t, plates(90, 60), Options{Quality: 90, DPI: 59.06, Profile: press(t)}))
	colours := saved(t, encoded(t, scene(90, 60), Options{Quality: 90, DPI: 59.06, Profile: icc.SRGB()}))
	for _, tt := range []struct{ file, tags, want string }{
		{inks, "-IFD0:XResolution -IFD0:YResolution -IFD0:ResolutionUnit", "59.06\n59.06\ninches\n"},
		{inks, "-Photoshop:XResolution -Photoshop:DisplayedUnitsX", "59.06\ninches\n"},
		{inks, "-ColorTransform -APP14:DCTEncodeVersion -ColorComponents", "Unknown (RGB or CMYK)\n100\n4\n"},
		{inks, "-JFIF:all", ""},
		{colours, "-IFD0:XResolution -JFIF:XResolution -ColorComponents", "59.06\n59\n3\n"},
		{colours, "-Photoshop:all -Adobe:all", ""},
	} {
		if got := ask(t, "exiftool", append(append([]string{"-s3"}, strings.Fields(tt.tags)...), tt.file)...); got != tt.want {
			t.Errorf("%s: exiftool says %q, want %q", tt.tags, got, tt.want)
		}
	}
	for file, want := range map[string][]byte{inks: press(t), colours: icc.SRGB()} {
		if got := ask(t, "exiftool", "-b", "-ICC_Profile", file); got != string(want) {
			t.Errorf("%d bytes of profile, want %d", len(got), len(want))
		}
		if got := ask(t, "exiftool", "-s3", "-Warning", "-Error", file); got != "" {
			t.Error(got)
		}
		var mm float64
		if _, err := fmt.Sscan(ask(t, "vipsheader", "-f", "xres", file), &mm); err != nil || math.Abs(mm*25.4-59.06) > 0.07 {
			t.Errorf("vips reads %.3f dpi, %v", mm*25.4, err)
		}
	}
	if got := ask(t, "vipsheader", inks); !strings.Contains(got, ", cmyk, ") {
		t.Errorf("vips takes it for %s", got)
	}
}

func TestInksInBandsMakeTheSameFileAsAllAtOnce(t *testing.T) {
	img := plates(200, 333)
	want := inked(t, img, Options{Quality: 85})
	var got bytes.Buffer
	w, err := NewWriter(&got, img.Rect.Size(), Options{Quality: 85, Inks: true})
	if err != nil {
		t.Fatal(err)
	}
	for y := 0; y < 333; y += Strip {
		if err := w.WriteInks(img.SubImage(image.Rect(0, y, 200, min(y+Strip, 333))).(*image.CMYK)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Error("the files differ")
	}
}

func TestPaperThatCannotBeIsRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"a resolution below zero":     {DPI: -1},
		"a resolution of none":        {DPI: math.NaN()},
		"an endless resolution":       {DPI: math.Inf(1)},
		"a screen's profile for inks": {Inks: true, Profile: icc.SRGB()},
		"a press's for colours":       {Profile: press(t)},
		"a profile of no kind":        {Profile: []byte("profile")},
		"a profile beyond its pieces": {Profile: append(icc.SRGB(), make([]byte, maxProfile)...)},
	} {
		var b bytes.Buffer
		o.Quality = 90
		if _, err := NewWriter(&b, image.Pt(8, 8), o); err == nil || b.Len() > 0 {
			t.Errorf("%s: %v after %d bytes", name, err, b.Len())
		}
	}
}

func TestColoursAndInksDoNotMix(t *testing.T) {
	for _, inks := range []bool{false, true} {
		w, err := NewWriter(io.Discard, image.Pt(8, 8), Options{Quality: 90, Inks: inks})
		if err != nil {
			t.Fatal(err)
		}
		if inks {
			err = w.Write(image.NewRGBA(image.Rect(0, 0, 8, 8)))
		} else {
			err = w.WriteInks(image.NewCMYK(image.Rect(0, 0, 8, 8)))
		}
		if err == nil {
			t.Errorf("inks %v: both are taken", inks)
		}
	}
	grey := image.NewYCbCr(image.Rect(0, 0, 8, 8), image.YCbCrSubsampleRatio444)
	if err := EncodePlanes(io.Discard, grey, Options{Quality: 90, Inks: true}); err == nil {
		t.Error("planes of colours were taken for inks")
	}
}

func BenchmarkEncodeInks(b *testing.B) {
	img := plates(3000, 2000)
	for b.Loop() {
		inked(b, img, Options{Quality: 95})
	}
}

func TestPiecesOfAProfileAreCountedFromOne(t *testing.T) {
	b := inked(t, plates(8, 8), Options{Quality: 90, Profile: press(t)})
	var got []string
	for _, piece := range bytes.Split(b, []byte(iccMark))[1:] {
		got = append(got, fmt.Sprintf("%d of %d", piece[0], piece[1]))
	}
	if want := "1 of 3, 2 of 3, 3 of 3"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", got, want)
	}
}
