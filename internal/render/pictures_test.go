package render

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/image/bmp"
	xtiff "golang.org/x/image/tiff"

	"pano/internal/pano"
)

// scene draws a made-up photograph: a sky, hills, a lit building, leaves.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(3, 4))
	hill, leafX, lit := make([]float64, w), make([]float64, w), make([]int, w)
	for x := range w {
		u := float64(x) / float64(w)
		hill[x], leafX[x] = 0.55+0.1*math.Sin(9*u)+0.03*math.Sin(40*u), 40*math.Sin(u*300)
		if u > 0.4 && u < 0.6 {
			lit[x] = 1 + int(u*100)%3
		}
	}
	for y := range h {
		v := float64(y) / float64(h)
		leafY, row := math.Sin(v*260), img.Pix[y*img.Stride:]
		for x := range w {
			c := [3]float64{90 + 120*v, 140 + 80*v, 230 - 40*v}
			if v > hill[x] {
				leaf := leafX[x] * leafY
				c = [3]float64{60 + leaf, 110 + leaf, 50 + leaf/2}
			}
			if lit[x] > 0 && v > 0.3 && v < 0.8 {
				c = [3]float64{190, 60, 45}
				if lit[x] == 1 && int(v*60)%3 != 0 {
					c = [3]float64{250, 220, 120}
				}
			}
			n := float64(r.Uint32()%64)/10 - 3
			copy(row[4*x:], []byte{clip(c[0] + n), clip(c[1] + n), clip(c[2] + n), 255})
		}
	}
	return img
}

func clip(v float64) uint8 { return uint8(min(max(v, 0), 255)) }

// corners is a picture whose corners are red, green, blue and white, clockwise
// from the top left, when it stands upright.
func corners(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	half := func(left, right []byte) []byte {
		return append(bytes.Repeat(left, w/2), bytes.Repeat(right, w-w/2)...)
	}
	top := half([]byte{255, 0, 0, 255}, []byte{0, 255, 0, 255})
	bottom := half([]byte{255, 255, 255, 255}, []byte{0, 0, 255, 255})
	for y := range h {
		if y*2 >= h {
			top = bottom
		}
		copy(img.Pix[y*img.Stride:], top)
	}
	return img
}

func encode(t testing.TB, format string, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch format {
	case "JPEG":
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 90})
	case "PNG":
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	case "GIF":
		err = gif.Encode(&b, img, nil)
	case "BMP":
		err = bmp.Encode(&b, img)
	case "TIFF":
		err = xtiff.Encode(&b, img, &xtiff.Options{Compression: xtiff.Deflate, Predictor: true})
	case "WebP":
		return vips(t, img, ".webp", "copy")
	default:
		t.Fatal("no such format: ", format)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func run(t testing.TB, pkg, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("install %s: %s %q: %v\n%s", pkg, name, args, err, out)
	}
	return string(out)
}

// vips runs one operation on img and returns the file that it wrote.
func vips(t testing.TB, img image.Image, suffix, operation string, args ...string) []byte {
	t.Helper()
	in := write(t, encode(t, "PNG", img), "in.png")
	out := filepath.Join(filepath.Dir(in), "out"+suffix)
	run(t, "libvips-tools", "vips", append([]string{operation, in, out}, args...)...)
	name, _, _ := bytes.Cut([]byte(out), []byte("["))
	made, err := os.ReadFile(string(name))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func write(t testing.TB, b []byte, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tagged returns b after exiftool has written tags into it.
func tagged(t testing.TB, b []byte, name string, args ...string) []byte {
	t.Helper()
	path := write(t, b, name)
	run(t, "libimage-exiftool-perl", "exiftool", append(append([]string{"-q", "-overwrite_original"}, args...), path)...)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func probe(t testing.TB, b []byte) Facts {
	t.Helper()
	f, err := Probe(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// key is the message key of an error, "" for none.
func key(err error) string {
	if err == nil {
		return ""
	}
	e, ok := err.(*pano.Error)
	if !ok {
		return "not for people: " + err.Error()
	}
	return e.Key
}

// flatJPEG writes a JPEG of 16 × 8 pixels whose left and right halves each
// have one colour. The samples are what goes into the file: adobe is the
// transform of the Adobe marker, -1 for none.
func flatJPEG(left, right []byte, adobe int) []byte {
	n := len(left)
	b := []byte{0xff, 0xd8}
	if adobe >= 0 {
		b = marker(b, 0xee, append([]byte("Adobe\x00\x64\x00\x00\x00\x00"), byte(adobe)))
	}
	b = marker(b, 0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...))
	frame := []byte{8, 0, 8, 0, 16, byte(n)}
	scan := []byte{byte(n)}
	for i := range n {
		frame = append(frame, byte(i+1), 0x11, 0)
		scan = append(scan, byte(i+1), 0)
	}
	b = marker(b, 0xc0, frame)
	// Every code has four bits: lengths of 0 to 11 bits for DC, end of block for AC.
	dc := append([]byte{0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	ac := append([]byte{0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
	b = marker(marker(b, 0xc4, dc), 0xc4, ac)
	b = marker(b, 0xda, append(scan, 0, 63, 0))
	var bits bitWriter
	last := make([]int, n)
	for _, px := range [][]byte{left, right} {
		for i, v := range px {
			level := 8 * (int(v) - 128)
			bits.coefficient(level - last[i])
			last[i] = level
			bits.put(0, 4)
		}
	}
	return append(append(b, bits.bytes()...), 0xff, 0xd9)
}

type bitWriter struct {
	out  []byte
	acc  uint32
	have int
}

func (w *bitWriter) put(v uint32, n int) {
	w.acc, w.have = w.acc<<n|v&(1<<n-1), w.have+n
	for w.have >= 8 {
		w.have -= 8
		c := byte(w.acc >> w.have)
		if w.out = append(w.out, c); c == 0xff {
			w.out = append(w.out, 0)
		}
	}
}

func (w *bitWriter) coefficient(d int) {
	size := 0
	for v := max(d, -d); v > 0; v >>= 1 {
		size++
	}
	w.put(uint32(size), 4)
	if d < 0 {
		d += 1<<size - 1
	}
	w.put(uint32(d), size)
}

func (w *bitWriter) bytes() []byte {
	if w.have > 0 {
		w.put(0xff, 8-w.have)
	}
	return w.out
}

// tags writes a little-endian TIFF or Exif directory of whole numbers: tag, kind, values.
type tags struct {
	tag, kind uint16
	values    []uint32
}

// tiffBytes writes a TIFF: the header, the data, then one directory that next follows.
func tiffBytes(data []byte, next uint32, fields ...tags) []byte {
	le := binary.LittleEndian
	b := append([]byte("II*\x00"), 0, 0, 0, 0)
	b = append(append(b, data...), make([]byte, len(data)&1)...)
	var extra []byte
	le.PutUint32(b[4:], uint32(len(b)))
	tail := uint32(len(b) + 2 + 12*len(fields) + 4)
	b = le.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		b = le.AppendUint16(le.AppendUint16(b, f.tag), f.kind)
		b = le.AppendUint32(b, uint32(len(f.values)))
		var v []byte
		for _, x := range f.values {
			switch f.kind {
			case 1, 7:
				v = append(v, byte(x))
			case 3:
				v = le.AppendUint16(v, uint16(x))
			default:
				v = le.AppendUint32(v, x)
			}
		}
		if len(v) > 4 {
			b = le.AppendUint32(b, tail+uint32(len(extra)))
			extra = append(extra, v...)
		} else {
			b = append(b, append(v, 0, 0, 0, 0)[:4]...)
		}
	}
	return append(le.AppendUint32(b, next), extra...)
}

// gifOf writes an animation.
func gifOf(t testing.TB, frames ...*image.Paletted) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: frames, Delay: make([]int, len(frames))}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
