package tiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	xtiff "golang.org/x/image/tiff"
)

func noise(w, h int) *image.RGBA {
	r := rand.New(rand.NewPCG(1, 1))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(r.IntN(256))
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	return img
}

// inBands writes img in bands of rows.
func inBands(f io.WriteSeeker, img *image.RGBA, o Options) error {
	size := img.Rect.Size()
	w, err := NewWriter(f, size, o)
	if err != nil {
		return err
	}
	for y := 0; y < size.Y; y += 2 * Rows {
		if err := w.Write(img.SubImage(image.Rect(0, y, size.X, min(y+2*Rows, size.Y))).(*image.RGBA)); err != nil {
			return err
		}
	}
	return w.Close()
}

// written returns what a Writer makes of img.
func written(t testing.TB, img *image.RGBA, o Options) []byte {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "a.tif"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := inBands(f, img, o); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func same(t *testing.T, what string, got image.Image, want *image.RGBA) {
	t.Helper()
	if got.Bounds().Size() != want.Rect.Size() {
		t.Errorf("%s: %v, want %v", what, got.Bounds(), want.Rect)
		return
	}
	for y := range want.Rect.Dy() {
		for x := range want.Rect.Dx() {
			if g, w := color.RGBAModel.Convert(got.At(x, y)), want.At(x, y); g != w {
				t.Errorf("%s: %v at %d, %d, want %v", what, g, x, y, w)
				return
			}
		}
	}
}

func TestWrittenIsReadBackByEveryone(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {3, 2}, {301, 977}, {3000, 130}, {30000, 3}} { // strips of 64, 16 and 2 rows
		img := noise(size.X, size.Y)
		b := written(t, img, Options{DPI: 123.456, Profile: []byte("profile")})
		got, err := decode(b, Reduce{})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "own reader", got, img)
		other, err := xtiff.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "library", other, img)
		path := filepath.Join(t.TempDir(), "b.tif")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := exec.Command("tiffinfo", path).CombinedOutput()
		if s := string(said); err != nil || !strings.Contains(s, "Resolution: 123.456, 123.456 pixels/inch") || strings.Contains(s, "Warning") {
			t.Errorf("install libtiff-tools: %v\n%s", err, s)
		}
	}
}

// tagged is one tag of a file written by hand; kind 3 or 4.
type tagged struct {
	tag, kind uint16
	values    []int
}

// file writes a big-endian TIFF: header, rows, directory, longer values.
func file(rows []byte, entries ...tagged) []byte {
	be := binary.BigEndian
	b := append([]byte("MM\x00*\x00\x00\x00\x00"), rows...)
	be.PutUint32(b[4:], uint32(len(b)))
	tail := len(b) + 2 + 12*len(entries) + 4
	b = be.AppendUint16(b, uint16(len(entries)))
	var extra []byte
	for _, e := range entries {
		b = be.AppendUint32(be.AppendUint16(be.AppendUint16(b, e.tag), e.kind), uint32(len(e.values)))
		var v []byte
		for _, x := range e.values {
			if e.kind == 3 {
				v = be.AppendUint16(v, uint16(x))
			} else {
				v = be.AppendUint32(v, uint32(x))
			}
		}
		if len(v) <= 4 {
			b = append(b, append(v, 0, 0, 0, 0)[:4]...)
			continue
		}
		b = be.AppendUint32(b, uint32(tail+len(extra)))
		extra = append(extra, v...)
	}
	return append(append(b, 0, 0, 0, 0), extra...)
}

// simple describes w × h pixels of samples, 8 bits, in one strip behind the header.
func simple(w, h, samples, photometric, compression, length int) []tagged {
	bits := make([]int, samples)
	for i := range bits {
		bits[i] = 8
	}
	return []tagged{{Width, 3, []int{w}}, {Height, 3, []int{h}}, {BitsPerSample, 3, bits}, {Compression, 3, []int{compression}},
		{Photometric, 3, []int{photometric}}, {StripOffsets, 4, []int{8}}, {SamplesPerPixel, 3, []int{samples}},
		{RowsPerStrip, 3, []int{h}}, {StripByteCounts, 4, []int{length}}}
}

func set(es []tagged, tag uint16, v ...int) []tagged {
	for i := range es {
		if es[i].tag == tag {
			es[i].values = v
			return es
		}
	}
	return append(es, tagged{tag, 3, v})
}

func TestKindsThatTheLibraryDoesNotRead(t *testing.T) {
	for _, tt := range []struct {
		name string
		b    []byte
		want color.Color
	}{
		{"CMYK", file([]byte{1, 2, 3, 4}, simple(1, 1, 4, 5, 1, 4)...), color.CMYK{1, 2, 3, 4}},
		{"CMYK and alpha", file([]byte{1, 2, 3, 4, 99}, set(simple(1, 1, 5, 5, 1, 5), ExtraSamples, 2)...), color.CMYK{1, 2, 3, 4}},
		{"planar CMYK", file([]byte{1, 2, 3, 4}, set(set(set(simple(1, 1, 4, 5, 1, 4), PlanarConfig, 2), StripOffsets, 8, 9, 10, 11), StripByteCounts, 1, 1, 1, 1)...), color.CMYK{1, 2, 3, 4}},
		{"packed CMYK", file([]byte{1, 1, 2, 0xff, 7, 0x80}, simple(1, 1, 4, 5, 32773, 6)...), color.CMYK{1, 2, 7, 7}},
		{"16-bit CMYK", file([]byte{0x80, 0x80, 0, 0, 0xff, 0xff, 0, 0x81}, set(simple(1, 1, 4, 5, 1, 8), BitsPerSample, 16, 16, 16, 16)...), color.CMYK{128, 0, 255, 1}},
		{"grey and alpha", file([]byte{100, 50}, set(simple(1, 1, 2, 1, 1, 2), ExtraSamples, 2)...), color.NRGBA{100, 100, 100, 50}},
		{"joined alpha", file([]byte{50, 25, 10, 128}, set(simple(1, 1, 4, 2, 1, 4), ExtraSamples, 1)...), color.NRGBA{100, 50, 20, 128}},
		{"RGB and nothing", file([]byte{9, 8, 7, 1}, set(simple(1, 1, 4, 2, 1, 4), ExtraSamples, 0)...), color.NRGBA{9, 8, 7, 255}},
		{"white is zero", file([]byte{55}, simple(1, 1, 1, 0, 1, 1)...), color.Gray{200}},
	} {
		img, err := decode(tt.b, Reduce{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if got := img.At(0, 0); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestDifferencesOf16BitsAreAdded(t *testing.T) {
	rows := []byte{0x10, 0x00, 0x01, 0x01, 0xff, 0xff} // 0x1000, +0x101, −1
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	z.Write(rows)
	z.Close()
	b := file(packed.Bytes(), set(set(simple(3, 1, 1, 1, 8, packed.Len()), BitsPerSample, 16), Predictor, 2)...)
	img, err := decode(b, Reduce{})
	if err != nil {
		t.Fatal(err)
	}
	if got := img.(*image.Gray).Pix; !bytes.Equal(got, []byte{16, 17, 17}) {
		t.Errorf("%v", got)
	}
}

func TestBrokenFilesAreErrors(t *testing.T) {
	one := simple(1, 1, 1, 1, 1, 1)
	for _, tt := range []struct {
		name string
		b    []byte
		want error
	}{
		{"nothing", nil, ErrShort},
		{"no byte order", []byte("XX*\x00\x00\x00\x00\x08"), nil},
		{"rows cut", file([]byte{1}, set(simple(9, 9, 1, 1, 1, 1), StripByteCounts, 1)...), ErrShort},
		{"rows beyond the end", file([]byte{1}, set(one, StripOffsets, 1<<30)...), ErrShort},
		{"strips of no rows", file([]byte{1}, set(simple(1, 1, 1, 1, 1, 1), RowsPerStrip, 0)...), nil},
		{"fax of eight bits", file([]byte{1}, simple(1, 1, 1, 1, 4, 1)...), nil},
		{"uneven bits", file([]byte{1, 1, 1}, set(simple(1, 1, 3, 2, 1, 3), BitsPerSample, 8, 16, 8)...), Unsupported("samples of different sizes")},
		{"palette without colours", file([]byte{1}, simple(1, 1, 1, 3, 1, 1)...), nil},
		{"no deflate", file([]byte{1, 2, 3}, simple(1, 1, 1, 1, 8, 3)...), nil},
		{"tiles of no size", file([]byte{1}, append(simple(1, 1, 1, 1, 1, 1), tagged{TileOffsets, 4, []int{8}}, tagged{TileByteCounts, 4, []int{1}})...), nil},
	} {
		_, err := decode(tt.b, Reduce{})
		if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// full is a disk that takes nothing more.
type full struct{}

func (full) Write([]byte) (int, error)      { return 0, io.ErrShortWrite }
func (full) Seek(int64, int) (int64, error) { return 0, nil }

func TestAFullDiskIsAnError(t *testing.T) {
	if err := inBands(full{}, noise(3, 3), Options{DPI: 1}); !errors.Is(err, io.ErrShortWrite) {
		t.Error(err)
	}
}

// decode reads bytes in memory.
func decode(b []byte, to Reduce) (image.Image, error) {
	img, _, err := Decode(bytes.NewReader(b), int64(len(b)), to)
	return img, err
}

// FuzzDecode begins with files of every packing, kind of colour and layout.
func FuzzDecode(f *testing.F) {
	f.Add(written(f, noise(5, 7), Options{DPI: 72}))
	f.Add(file([]byte{1, 1, 2, 0xff, 7, 0x80}, simple(1, 1, 4, 5, 32773, 6)...))
	f.Add(file([]byte{1, 2, 3, 4}, set(set(set(simple(1, 1, 4, 5, 1, 4), PlanarConfig, 2), StripOffsets, 8, 9, 10, 11), StripByteCounts, 1, 1, 1, 1)...))
	w := workbench{f.TempDir()}
	for i, img := range []image.Image{patches(40, 30), image.NewGray(image.Rect(0, 0, 40, 30))} {
		from := w.save(f, fmt.Sprint(i, ".png"), encoded(f, img))
		for _, c := range []string{
			"none --bitdepth 1", "none --bitdepth 4", "lzw", "deflate --bigtiff", "packbits --tile --tile-width 16 --tile-height 16",
			"ccittfax4 --bitdepth 1", "jpeg", "jpeg --tile --tile-width 16 --tile-height 16",
		} {
			if i == 0 && strings.Contains(c, "bitdepth") {
				continue
			}
			name := w.make(f, from, "vips tiffsave $1 $2 --compression "+c)
			f.Add(read(f, name))
			switch {
			case strings.HasPrefix(c, "cc"):
				f.Add(read(f, w.make(f, name, "tiffcp -c g3:1d $1 $2")))
				f.Add(read(f, w.make(f, name, "tiffcp -c g3:2d:fill -B $1 $2")))
			case c == "lzw" && i == 0:
				f.Add(read(f, w.make(f, name, "tiffmedian -C 16 -c zip $1 $2")))
				f.Add(read(f, w.make(f, name, "tiffcp -p separate -c lzw:2 $1 $2")))
				f.Add(read(f, w.make(f, name, "vips colourspace $1 $2 labs")))
				f.Add(read(f, w.make(f, name, "vips colourspace $1 $2 rgb16")))
			}
		}
	}
	f.Add(file(faxRowsOf([][]byte{{0, 1, 1, 0}, {1, 1, 0, 0}}), set(simple(4, 2, 1, whiteIsZero, faxRows, 4), BitsPerSample, 1)...))
	f.Add(file(make([]byte, 96), set(simple(8, 8, 3, yCbCr, 1, 96), YCbCrSampling, 2, 2)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		d, _, err := r.Dir(r.First())
		w, h := d.Int(Width, 0), d.Int(Height, 0)
		if err != nil || w*h > 1<<18 {
			return // the caller checks sizes against the length of the file
		}
		decode(b, Reduce{})
		img, err := decode(b, Reduce{int(w+2) / 3, int(h+2) / 3})
		if size := (image.Point{int(w+2) / 3, int(h+2) / 3}); err == nil && img.Bounds().Size() != size {
			t.Fatalf("%v, want %v", img.Bounds(), size)
		}
	})
}

func encoded(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
