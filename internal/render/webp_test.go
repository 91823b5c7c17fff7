package render

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
)

// moving makes a WebP of one frame, at 20, 10 on a canvas of 80 × 60, out of a
// picture that does not move.
func moving(still []byte) []byte {
	size := func(b []byte, w, h int) []byte {
		return append(b, byte(w-1), byte((w-1)>>8), 0, byte(h-1), byte((h-1)>>8), 0)
	}
	chunk := func(b []byte, name string, data []byte) []byte {
		b = binary.LittleEndian.AppendUint32(append(b, name...), uint32(len(data)))
		return append(append(b, data...), make([]byte, len(data)&1)...)
	}
	frame := size([]byte{10, 0, 0, 5, 0, 0}, 40, 30)
	pixels := still[bytes.Index(still, []byte("VP8L")):]
	n := binary.LittleEndian.Uint32(pixels[4:])
	frame = append(append(frame, 100, 0, 0, 0), pixels[:8+n+n&1]...)
	body := chunk([]byte("WEBP"), "VP8X", size([]byte{0x12, 0, 0, 0}, 80, 60))
	body = chunk(body, "ANIM", make([]byte, 6))
	body = chunk(chunk(body, "ANMF", frame), "ANMF", frame)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// The first frame of a moving picture stands where vips puts it.
func TestMovingPicturesAreTheirFirstFrame(t *testing.T) {
	red := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := 0; i < len(red.Pix); i += 4 {
		copy(red.Pix[i:], []byte{200, 30, 20, 255})
	}
	still := vips(t, red, ".webp[lossless=true,strip=true]", "copy")
	b := moving(still)
	in := write(t, b, "in.webp")
	run(t, "libvips-tools", "vips", "copy", in, in+".png")
	src, h := opened(t, b)
	if h.W != 80 || h.H != 60 || h.Frames != 2 {
		t.Fatalf("%+v", h.Facts)
	}
	img, _, err := decode(src, h, 0)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(in + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []image.Point{{20, 10}, {59, 39}, {19, 10}, {60, 39}, {0, 0}} {
		got := color.NRGBAModel.Convert(img.At(p.X, p.Y)).(color.NRGBA)
		if w := color.NRGBAModel.Convert(want.At(p.X, p.Y)); got != w {
			t.Errorf("at %v: %v, vips has %v", p, got, w)
		}
	}
	for name, broken := range map[string][]byte{
		"a frame beyond its canvas":   patched(b, 12+18+14+8, 200),
		"a frame that ends too early": b[:len(b)-60],
		"a frame of another size":     patched(b, 12+18+14+8+6, 20),
	} {
		src := source{bytes.NewReader(broken), int64(len(broken))}
		if img, err := decodeWebP(src, h); err == nil && img.Bounds().Dx() == 80 && name != "a frame that ends too early" {
			t.Errorf("%s was decoded", name)
		}
	}
}
