package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"
	"strings"
	"testing"

	"pano/internal/pano"
)

// counting counts the bytes that are read.
type counting struct {
	*bytes.Reader
	read int64
}

func (c *counting) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.Reader.ReadAt(p, off)
	c.read += int64(n)
	return n, err
}

func TestTruncatedFilesAreRefused(t *testing.T) {
	img := scene(160, 120)
	for name, b := range map[string][]byte{
		"JPEG": encode(t, "JPEG", img), "PNG": encode(t, "PNG", img), "GIF": encode(t, "GIF", img),
		"BMP": encode(t, "BMP", img), "WebP": encode(t, "WebP", img),
		"TIFF":             encode(t, "TIFF", img),
		"progressive JPEG": vips(t, img, ".jpg[interlace=true]", "copy"),
		"BigTIFF":          vips(t, img, ".tif[bigtiff=true]", "copy"),
		"PDF":              []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"),
	} {
		probe(t, b)
		for i := range 64 {
			n := len(b) * i / 64
			_, err := Probe(bytes.NewReader(b[:n]), int64(n))
			e, ok := errors.AsType[*pano.Error](err)
			switch {
			case !ok:
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(b), err)
			case n == 0 && e.Key != "picture.empty":
				t.Errorf("%s, nothing: %v", name, err)
			case n >= 64 && e.Key != "picture.truncated" && e.Key != "picture.absurd":
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(b), err)
			case n >= len(b)/2 && e.Key != "picture.truncated":
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(b), err)
			}
		}
		if strings.HasSuffix(name, "TIFF") {
			continue // its last byte may be of a tag that nobody needs
		}
		if _, err := Probe(bytes.NewReader(b[:len(b)-1]), int64(len(b)-1)); key(err) != "picture.truncated" {
			t.Errorf("%s without its last byte: %v", name, err)
		}
	}
}

// pngBytes writes a PNG of any header around data.
func pngBytes(w, h uint32, depth, colour, interlace byte, palette, data []byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b := chunk([]byte(pngMagic), "IHDR", append(head, depth, colour, 0, 0, interlace))
	if palette != nil {
		b = chunk(b, "PLTE", palette)
	}
	return chunk(chunk(b, "IDAT", data), "IEND", nil)
}

// zeros is n packed zero bytes.
func zeros(t testing.TB, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z, _ := zlib.NewWriterLevel(&b, 9)
	if _, err := io.CopyN(z, zero{}, n); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.Bytes()
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// webpBytes writes a WebP of one chunk, and whatever follows.
func webpBytes(name string, data []byte, more ...byte) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte(name), uint32(len(data)))
	b = append(append(b, data...), make([]byte, len(data)&1)...)
	b = append(b, more...)
	return append(append(le.AppendUint32([]byte("RIFF"), uint32(len(b)+4)), "WEBP"...), b...)
}

// bmpBytes writes a BMP header and data after it.
func bmpBytes(w, h int32, bits uint16, colours uint32, data []byte) []byte {
	le := binary.LittleEndian
	b := append([]byte("BM"), make([]byte, 52)...)
	le.PutUint32(b[2:], uint32(54+len(data)))
	le.PutUint32(b[10:], 54+4*colours)
	le.PutUint32(b[14:], 40)
	le.PutUint32(b[18:], uint32(w))
	le.PutUint32(b[22:], uint32(h))
	le.PutUint16(b[26:], 1)
	le.PutUint16(b[28:], bits)
	le.PutUint32(b[46:], colours)
	return append(b, data...)
}

func patched(b []byte, at int, with ...byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

// hostile is one file and what the probe says about it.
type hostile struct {
	name string
	b    []byte
	key  string
}

func hostiles(t testing.TB) []hostile {
	jpg := encode(t, "JPEG", scene(64, 48))
	sof := bytes.Index(jpg, []byte{0xff, 0xc0}) + 5
	gif := encode(t, "GIF", scene(64, 48))
	webp := webpBytes("VP8 ", []byte("\x00\x00\x00\x9d\x01\x2a\x40\x00\x30\x00______"))
	set := func(tag uint16, v ...uint32) []tags {
		fs := onePixel()
		for i := range fs {
			if fs[i].tag == tag {
				fs[i].values = v
			}
		}
		return fs
	}
	return []hostile{
		{"nothing", nil, "picture.empty"},
		{"text", []byte("Kính gửi quý cơ quan, xin gửi kèm tệp ảnh."), "picture.unknown"},
		{"zip called jpg", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00aaaaaaaaaaaaaaaaaaaaaaaaaa"), "picture.unknown"},
		{"HTML", []byte("<!DOCTYPE html><html><body>svg</body></html>"), "picture.unknown"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "picture.not_taken"},
		{"AVIF", []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), "picture.not_taken"},
		{"PSD", []byte("8BPS\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03"), "picture.not_taken"},
		{"EPS", []byte("%!PS-Adobe-3.0 EPSF-3.0\n"), "picture.not_taken"},

		{"JPEG of 65,000 × 65,000", patched(jpg, sof, 0xfd, 0xe8, 0xfd, 0xe8), "picture.absurd"},
		{"JPEG of no height", patched(jpg, sof, 0, 0), "picture.absurd"},
		{"JPEG beyond every side", patched(jpg, sof, 0xff, 0xff, 0, 8), "picture.absurd"},
		{"JPEG of 12 bits", patched(jpg, sof-1, 12), "picture.not_taken"},
		{"arithmetic JPEG", patched(jpg, sof-4, 0xc9), "picture.not_taken"},
		{"JPEG of two components", patched(jpg, sof+4, 2), "picture.broken"},
		{"JPEG component without samples", patched(jpg, sof+6, 0), "picture.broken"},
		{"JPEG with junk for a marker", patched(jpg, sof-5, 0), "picture.broken"},
		{"JPEG of start marks only", bytes.Repeat([]byte{0xff, 0xd8}, 40_000), "picture.broken"},
		{"JPEG of fill bytes only", append([]byte{0xff, 0xd8}, bytes.Repeat([]byte{0xff}, 1<<20)...), "picture.broken"},

		{"PNG of 65,000 × 65,000", pngBytes(65_000, 65_000, 8, 6, 0, nil, zeros(t, 100)), "picture.absurd"},
		{"PNG beyond every side", pngBytes(1<<31-1, 1, 8, 6, 0, nil, zeros(t, 100)), "picture.absurd"},
		{"PNG of no height", pngBytes(10, 0, 8, 6, 0, nil, zeros(t, 100)), "picture.absurd"},
		{"PNG header with a wrong checksum", patched(pngBytes(10, 10, 8, 6, 0, nil, nil), 18, 1), "picture.broken"},
		{"PNG of no colour type", pngBytes(10, 10, 8, 5, 0, nil, zeros(t, 1000)), "picture.broken"},
		{"PNG palette of a wrong length", pngBytes(10, 10, 8, 3, 0, []byte{1, 2}, zeros(t, 1000)), "picture.broken"},
		{"PNG chunk of 4 GB", patched(pngBytes(10, 10, 8, 6, 0, nil, nil), 33, 255, 255, 255, 255), "picture.broken"},

		{"BMP of 2 GB in 54 bytes", bmpBytes(30_000, 30_000, 24, 0, nil), "picture.absurd"},
		{"BMP beyond every side", bmpBytes(1<<30, 1, 8, 0, nil), "picture.absurd"},
		{"BMP of least height", bmpBytes(1, -1<<31, 24, 0, nil), "picture.absurd"},
		{"BMP with its rows cut", bmpBytes(100, 100, 24, 0, make([]byte, 20_000)), "picture.truncated"},
		{"BMP palette of 4 G colours", bmpBytes(4, 4, 8, 1<<31, make([]byte, 100)), "picture.broken"},
		{"packed BMP", patched(bmpBytes(4, 4, 8, 1, make([]byte, 100)), 30, 1), "picture.not_taken"},

		{"GIF of 65,535 × 65,535", patched(gif, 6, 255, 255, 255, 255), "picture.absurd"},
		{"GIF frame outside", patched(manyFrames(1), 20, 9), "picture.broken"},
		{"GIF without a frame", append(manyFrames(0)[:19], ';'), "picture.broken"},
		{"GIF of an unknown block", patched(manyFrames(1), 19, 'x'), "picture.broken"},

		{"WebP longer than its file", patched(webp, 4, 0xff, 0xff, 0xff, 0x7f), "picture.truncated"},
		{"WebP of 16,383 × 16,383", patched(webp, 26, 0xff, 0x3f, 0xff, 0x3f), "picture.absurd"},
		{"WebP of no size", patched(webp, 26, 0, 0, 0, 0), "picture.absurd"},
		{"WebP without a picture", patched(webp, 12, 'J', 'U', 'N', 'K'), "picture.broken"},
		{"WebP of one flat colour, 268 MP in 25 bytes", webpBytes("VP8L", []byte("\x2f\xff\xff\xff\x0f")), "picture.absurd"},
		{"WebP of two sizes", webpBytes("VP8X", []byte("\x00\x00\x00\x00\x09\x00\x00\x09\x00\x00"), webp[12:]...), "picture.broken"},

		{"TIFF of 65,000 × 65,000", tiffBytes([]byte{1}, 0, append(set(256, 65_000), tags{257, 3, []uint32{65_000}})...), "picture.absurd"},
		{"TIFF of no height", tiffBytes([]byte{1}, 0, set(257, 0)...), "picture.absurd"},
		{"TIFF rows beyond the end", tiffBytes([]byte{1}, 0, set(273, 1<<30)...), "picture.truncated"},
		{"TIFF rows longer than the file", tiffBytes([]byte{1}, 0, set(279, 1<<31)...), "picture.truncated"},
		{"TIFF directory beyond the end", []byte("II*\x00\xff\xff\xff\x7f____"), "picture.truncated"},
		{"TIFF of 60,000 tags", append([]byte("II*\x00\x08\x00\x00\x00\x60\xea"), make([]byte, 60_000*12)...), "picture.broken"},
		{"TIFF tag of 4 G values", tiffBytes([]byte{1}, 0, append(onePixel()[:4], tags{})...), "picture.broken"},
		{"TIFF of nine components", tiffBytes([]byte{1}, 0, set(277, 9)...), "picture.broken"},
		{"PDF without an end", []byte("%PDF-1.7\n1 0 obj"), "picture.truncated"},
	}
}

// tiffRing is a TIFF whose second page is its first.
// Pages that go round in a ring end where it closes; the first is shown.
func TestPagesInARingAreCountedOnce(t *testing.T) {
	b := tiffBytes([]byte{1, 2}, 0, onePixel()...)
	b = tiffBytes([]byte{1, 2}, binary.LittleEndian.Uint32(b[4:]), onePixel()...)
	if f := probe(t, b); f.Frames != 1 || f.W != 1 {
		t.Errorf("%+v", f)
	}
}

func TestHostileHeadersAreRefusedWithAReason(t *testing.T) {
	for _, h := range hostiles(t) {
		r := &counting{Reader: bytes.NewReader(h.b)}
		_, err := Probe(r, int64(len(h.b)))
		if key(err) != h.key {
			t.Errorf("%s: %v, want %s", h.name, err, h.key)
		}
		if k := pano.KindOf(err); k != pano.KindInvalid && k != pano.KindUnsupported {
			t.Errorf("%s: kind %d", h.name, k)
		}
		if most := int64(64<<10) + 2*int64(len(h.b)); r.read > most {
			t.Errorf("%s: read %d bytes of %d", h.name, r.read, len(h.b))
		}
	}
}

// TestProbeWorkIsBounded counts bytes, not seconds: what is read of a file is
// its header and its marks, however large the picture claims to be.
func TestProbeWorkIsBounded(t *testing.T) {
	bomb := pngBytes(5_000, 5_000, 8, 0, 0, nil, zeros(t, 5_001*5_000)) // 25 MP in 25 kB, and true
	long := bytes.Repeat(chunk(nil, "teSt", nil), 300_000)
	endless := append(bytes.Clone(bomb[:33]), long...)
	jpg := encode(t, "JPEG", scene(64, 48))
	trailer := append(bytes.Clone(jpg), make([]byte, 8<<20)...)
	for name, tt := range map[string]struct {
		b    []byte
		most int64
	}{
		"true bomb":         {bomb, 16 << 10},
		"chunks of nothing": {endless, int64(len(endless)) + 2<<20},
		"JPEG with a tail":  {trailer, 1 << 20},
		"30,000 frames":     {manyFrames(30_000), 1 << 20},
	} {
		r := &counting{Reader: bytes.NewReader(tt.b)}
		_, err := Probe(r, int64(len(tt.b)))
		t.Logf("%s: %d bytes, %d read, %v", name, len(tt.b), r.read, err)
		if r.read > tt.most {
			t.Errorf("%s: %d bytes read, want at most %d", name, r.read, tt.most)
		}
	}
}

// outside is a picture with a pixel outside its palette.
func outside() *image.Paletted {
	p := image.NewPaletted(image.Rect(0, 0, 64, 64), color.Palette{color.White})
	for i := range p.Pix {
		p.Pix[i] = 70
	}
	return p
}

func TestPixelsOutsideThePaletteAreRefused(t *testing.T) {
	if err := sound(outside(), image.Pt(64, 64)); err == nil {
		t.Error("went on to the resizer, which crashes on it")
	}
}

func FuzzProbe(f *testing.F) {
	for _, h := range hostiles(f) {
		if len(h.b) < 64<<10 {
			f.Add(h.b)
		}
	}
	img := scene(16, 12)
	for _, format := range []string{"JPEG", "PNG", "GIF", "BMP", "TIFF", "WebP"} {
		f.Add(encode(f, format, img))
	}
	f.Add(tagged(f, encode(f, "JPEG", img), "a.jpg", "-Title=a", "-IPTC:By-line=b", "-Artist=c", "-GPSLatitude=2"))
	f.Add(tagged(f, encode(f, "PNG", img), "a.png", "-XMP:Title=a", "-PNG:Author=b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &counting{Reader: bytes.NewReader(b)}
		facts, err := Probe(r, int64(len(b)))
		if err != nil {
			if _, ok := errors.AsType[*pano.Error](err); !ok {
				t.Fatalf("an error without words: %v", err)
			}
			return
		}
		if !facts.Document && (facts.W < 1 || facts.H < 1 || facts.W > maxSide || facts.H > maxSide || Estimate(facts, 0) <= 0) {
			t.Fatalf("%+v", facts)
		}
		if facts.Orientation < 1 || facts.Orientation > 8 || len([]rune(facts.Title)) > maxWords {
			t.Fatalf("%+v", facts)
		}
	})
}
