package tiffx

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/image/tiff"

	"pano/internal/icc"
)

// samples are flats, slopes and grain, with the red of flags in between.
func samples(size image.Point, s Space) []byte {
	r := rand.New(rand.NewPCG(3, 4))
	b := make([]byte, 0, size.X*size.Y*int(s))
	for y := range size.Y {
		for x := range size.X {
			px := [4]byte{byte(x), byte(y), byte(x + y), byte(r.IntN(4) * r.IntN(64))}
			switch (x/11 + y/7) % 3 {
			case 0:
				px = [4]byte{13, 240, 232, 5}
			case 1:
				px = [4]byte{0, byte(r.IntN(256)), 255, 0}
			}
			b = append(b, px[:s]...)
		}
	}
	return b
}

// inkProfile is one of Ghostscript's.
func inkProfile(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("/usr/share/color/icc/ghostscript/default_cmyk.icc")
	if err != nil {
		t.Fatalf("install libgs-common: %v", err)
	}
	return b
}

// written returns the name of a TIFF of those samples, which come in odd pieces.
func written(t testing.TB, size image.Point, o Options, samples []byte) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "a.tif"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, size, o)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for len(samples) > 0 {
		n := min(1+r.IntN(300_000), len(samples))
		if _, err := w.Write(samples[:n]); err != nil {
			t.Fatal(err)
		}
		samples = samples[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
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

// seen returns the samples that libvips and libtiff see in a file, which must
// not make them warn.
func seen(t testing.TB, name string) []byte {
	t.Helper()
	raw := name + ".raw"
	if said := ask(t, "vips", "rawsave", name, raw); said != "" {
		t.Fatalf("vips says of %s: %s", name, said)
	}
	b, err := os.ReadFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestColoursInAreColoursOut(t *testing.T) {
	for _, space := range []Space{RGB, CMYK} {
		for _, packing := range []Compression{Deflate, LZW, None} {
			for _, size := range []image.Point{{1, 1}, {3, 2}, {5, 1}, {301, 577}, {3000, 90}, {90_001, 2}} {
				t.Run(fmt.Sprintf("%d_%d_%v", space, packing, size), func(t *testing.T) {
					want := samples(size, space)
					if got := seen(t, written(t, size, Options{Space: space, Compression: packing, DPI: 150}, want)); !bytes.Equal(got, want) {
						t.Errorf("%d samples come back as %d others", len(want), len(got))
					}
				})
			}
		}
	}
}

func TestTheLibraryReadsRGB(t *testing.T) {
	size := image.Pt(301, 977)
	for _, packing := range []Compression{Deflate, LZW, None} {
		want := samples(size, RGB)
		f, err := os.Open(written(t, size, Options{Space: RGB, Compression: packing, DPI: 72}, want))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		img, err := tiff.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		for p := img.(*image.RGBA).Pix; len(p) > 0; p = p[4:] {
			got = append(got, p[:3]...)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("packed as %d it comes back otherwise", packing)
		}
	}
}

// Runs make long codes, grain makes them come to their end soonest: the lengths
// at which codes grow and begin anew are all met on a byte more or less.
func TestLZWOfEveryLengthIsRead(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	grain := make([]byte, 30_000)
	for i := range grain {
		grain[i] = byte(r.Uint32())
	}
	for _, near := range []int{1, 252, 254, 764, 1788, 3833, 3836, 3837, 4090, 7673, 9000} {
		for n := max(near-3, 1); n <= near+3; n++ {
			for what, b := range map[string][]byte{"grain": grain[:n], "flat": make([]byte, 8*n)} {
				var got bytes.Buffer
				if err := unpacked(&got, b); err != nil || !bytes.Equal(got.Bytes(), b) {
					t.Fatalf("%d bytes of %s: %d come back, %v", len(b), what, got.Len(), err)
				}
			}
		}
	}
}

// unpacked lets the library read b as a picture of one grey row, packed by lzw.
func unpacked(to *bytes.Buffer, b []byte) error {
	f := Writer{size: image.Pt(len(b), 1), options: Options{Space: CMYK, Compression: LZW, DPI: 1}, rows: 1}
	packed := lzw(b)
	f.at = int64(8 + len(packed) + len(packed)&1)
	f.offs, f.cnts = []uint32{8}, []uint32{uint32(len(packed))}
	at := byte(f.at)
	file := append([]byte{'I', 'I', 42, 0, at, byte(f.at >> 8), byte(f.at >> 16), 0}, packed...)
	file = append(append(file, make([]byte, len(packed)&1)...), grey(f.directory())...)
	img, err := tiff.Decode(bytes.NewReader(file))
	if err != nil {
		return err
	}
	to.Write(img.(*image.Gray).Pix)
	return nil
}

// grey changes a directory of four samples to one of one, without differences.
func grey(d []byte) []byte {
	for i := 2; i+12 <= 2+12*int(d[0]); i += 12 {
		switch e := d[i : i+12]; uint16(e[0]) | uint16(e[1])<<8 {
		case 258:
			copy(e[4:], []byte{1, 0, 0, 0, 8, 0, 0, 0})
		case 262, 277, 317:
			e[8] = 1
		}
	}
	return d
}

func TestAFileSaysWhatItIs(t *testing.T) {
	inks := inkProfile(t)
	for _, tt := range []struct {
		o     Options
		words []string
	}{
		{Options{Space: CMYK, DPI: 59.06, Profile: inks}, []string{"Photometric Interpretation: separated", "Compression Scheme: AdobeDeflate", "InkSet: 1", "Samples/Pixel: 4", "Predictor: horizontal differencing"}},
		{Options{Space: CMYK, Compression: LZW, DPI: 59.06}, []string{"Compression Scheme: LZW"}},
		{Options{Space: RGB, Compression: None, DPI: 59.06, Profile: icc.SRGB()}, []string{"Photometric Interpretation: RGB color", "Compression Scheme: None", "Samples/Pixel: 3"}},
	} {
		size := image.Pt(700, 500)
		name := written(t, size, tt.o, samples(size, tt.o.Space))
		said := ask(t, "tiffinfo", name)
		for _, want := range append(tt.words, "Resolution: 59.06, 59.06 pixels/inch", "Image Width: 700 Image Length: 500", "Orientation: row 0 top, col 0 lhs") {
			if !strings.Contains(said, want) {
				t.Errorf("tiffinfo does not say %q:\n%s", want, said)
			}
		}
		if strings.Contains(said, "Warning") {
			t.Error(said)
		}
		if got := ask(t, "exiftool", "-s3", "-XResolution", "-ResolutionUnit", name); got != "59.06\ninches\n" {
			t.Errorf("exiftool says %q", got)
		}
		if got := ask(t, "exiftool", "-b", "-ICC_Profile", name); got != string(tt.o.Profile) {
			t.Errorf("%d bytes of profile, want %d", len(got), len(tt.o.Profile))
		}
	}
}

// A place remembers what was written to it.
type place struct {
	b  []byte
	at int
}

func (p *place) Write(b []byte) (int, error) {
	if more := p.at + len(b) - len(p.b); more > 0 {
		p.b = append(p.b, make([]byte, more)...)
	}
	p.at += copy(p.b[p.at:], b)
	return len(b), nil
}

func (p *place) Seek(at int64, _ int) (int64, error) {
	p.at = int(at)
	return at, nil
}

func TestTooLargeIsToldBeforeAByteIsWritten(t *testing.T) {
	for _, size := range []image.Point{{40_000, 30_000}, {32_768, 32_768}, {1 << 20, 1 << 20}} {
		var p place
		if _, err := NewWriter(&p, size, Options{Space: CMYK, Compression: None, DPI: 30}); !errors.Is(err, ErrTooLarge) || len(p.b) > 0 {
			t.Errorf("%v: %v after %d bytes", size, err, len(p.b))
		}
	}
	if _, err := NewWriter(&place{}, image.Pt(32_768, 32_000), Options{Space: CMYK, Compression: None, DPI: 30}); err != nil {
		t.Errorf("what fits: %v", err)
	}
}

func TestAFileNeverOutgrowsItsOffsets(t *testing.T) {
	size := image.Pt(499, 999)
	b := samples(size, CMYK)
	profile := inkProfile(t)
	for _, packing := range []Compression{Deflate, LZW, None} {
		o := Options{Space: CMYK, Compression: packing, DPI: 72, Profile: profile}
		whole := int64(len(must(os.ReadFile(written(t, size, o, b)))))
		for _, most := range []int64{whole - 1, whole / 2, whole + 1000} {
			var p place
			w, err := newWriter(&p, size, o, most)
			if err == nil {
				_, err = w.Write(b)
			}
			if err == nil {
				err = w.Close()
			}
			if fits := most > whole; fits != (err == nil) || !fits && !errors.Is(err, ErrTooLarge) {
				t.Errorf("packed as %d, %d bytes into %d: %v", packing, whole, most, err)
			}
			if int64(len(p.b)) > most {
				t.Errorf("%d bytes were written, %d at most", len(p.b), most)
			}
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestRowsMustBeAsManyAsSaid(t *testing.T) {
	o := Options{Space: RGB, DPI: 72}
	w, err := NewWriter(&place{}, image.Pt(10, 10), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 299)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 2)); !errors.Is(err, ErrRows) {
		t.Errorf("a sample too many: %v", err)
	}
	if w, err = NewWriter(&place{}, image.Pt(10, 10), o); err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 299))
	if err := w.Close(); !errors.Is(err, ErrRows) {
		t.Errorf("a sample too few: %v", err)
	}
}

func TestWhatCannotBeIsRefused(t *testing.T) {
	good := Options{Space: CMYK, DPI: 72}
	with := func(change func(o *Options)) Options {
		o := good
		change(&o)
		return o
	}
	for name, tt := range map[string]struct {
		size image.Point
		o    Options
	}{
		"no width":              {image.Pt(0, 5), good},
		"a height below zero":   {image.Pt(5, -5), good},
		"no space":              {image.Pt(5, 5), with(func(o *Options) { o.Space = 0 })},
		"no such compression":   {image.Pt(5, 5), with(func(o *Options) { o.Compression = 7 })},
		"no resolution":         {image.Pt(5, 5), with(func(o *Options) { o.DPI = 0 })},
		"a resolution of none":  {image.Pt(5, 5), with(func(o *Options) { o.DPI = math.NaN() })},
		"an endless resolution": {image.Pt(5, 5), with(func(o *Options) { o.DPI = math.Inf(1) })},
		"a profile of no kind":  {image.Pt(5, 5), with(func(o *Options) { o.Profile = []byte("profile") })},
		"a screen's profile":    {image.Pt(5, 5), with(func(o *Options) { o.Profile = icc.SRGB() })},
	} {
		var p place
		if _, err := NewWriter(&p, tt.size, tt.o); !errors.Is(err, ErrOptions) || len(p.b) > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, len(p.b))
		}
	}
}

// A disk has room for so many bytes. What is too large for it leaves room for less.
type disk int

func (d *disk) Write(b []byte) (int, error) {
	if len(b) > int(*d) {
		return 0, io.ErrShortWrite
	}
	*d -= disk(len(b))
	return len(b), nil
}

func (*disk) Seek(int64, int) (int64, error) { return 0, nil }

func TestAFullDiskIsTold(t *testing.T) {
	size := image.Pt(300, 900)
	b := samples(size, CMYK)
	o := Options{Space: CMYK, Compression: None, DPI: 72}
	whole := len(must(os.ReadFile(written(t, size, o, b))))
	for _, room := range []int{0, 8, 100_000, whole - 1, whole + 3} { // the last four bytes are written twice
		d := disk(room)
		w, err := NewWriter(&d, size, o)
		if err == nil {
			_, err = io.Copy(w, iotest.HalfReader(bytes.NewReader(b)))
			if closed := w.Close(); err == nil {
				err = closed
			}
		}
		if !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("%d of %d bytes: %v", room, whole, err)
		}
	}
}

// nowhere takes all and keeps nothing.
type nowhere struct{ io.Writer }

func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

func TestMemoryDoesNotGrowWithThePicture(t *testing.T) {
	row := samples(image.Pt(10_000, 1), CMYK)
	w, err := NewWriter(nowhere{io.Discard}, image.Pt(10_000, 400), Options{Space: CMYK, Compression: LZW, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	var most uint64
	for y := range 400 { // 16 MB
		if _, err := w.Write(row); err != nil {
			t.Fatal(err)
		}
		if y%100 == 99 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if most > 8<<20 {
		t.Errorf("%d bytes are in use", most)
	}
}

func BenchmarkWrite(b *testing.B) {
	size := image.Pt(4000, 1000)
	pix := samples(size, CMYK)
	for name, packing := range map[string]Compression{"deflate": Deflate, "lzw": LZW, "none": None} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(pix)))
			for b.Loop() {
				w, err := NewWriter(nowhere{io.Discard}, size, Options{Space: CMYK, Compression: packing, DPI: 150})
				if err != nil {
					b.Fatal(err)
				}
				w.Write(pix)
				if err := w.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
