package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/draw"

	"golang.org/x/image/webp"

	"pano/internal/pano"
)

// decodeWebP decodes a picture, or the first frame of a moving one, which the
// library does not read: it is given as a picture of its own (WebP Container
// Specification, RFC 9649, 2.7.1.5).
func decodeWebP(s source, h header) (image.Image, error) {
	f, err := firstWebPFrame(s)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return webp.Decode(s.section(0))
	}
	canvas := image.Rect(0, 0, int(h.W), int(h.H))
	if !f.place.In(canvas) {
		return nil, errors.New("a frame beyond its canvas")
	}
	img, err := webp.Decode(bytes.NewReader(f.file))
	if err != nil || img.Bounds().Size() == canvas.Size() {
		return img, err
	}
	full := image.NewNRGBA(canvas)
	draw.Draw(full, f.place, img, image.Point{}, draw.Src)
	return full, nil
}

// A webpFrame is one frame as a file of its own.
type webpFrame struct {
	place image.Rectangle
	file  []byte
}

const frameHead = 16 // bytes before the chunks of a frame

// firstWebPFrame returns nil for a picture that does not move.
func firstWebPFrame(s source) (*webpFrame, error) {
	for off := int64(12); off+8 <= s.size; {
		c, err := s.at(off, 8)
		if err != nil {
			return nil, err
		}
		n := int64(binary.LittleEndian.Uint32(c[4:]))
		switch string(c[:4]) {
		case "VP8 ", "VP8L":
			return nil, nil
		case "ANMF":
			b, err := s.at(off+8, int(n))
			if err != nil {
				return nil, err
			}
			return webpFrameOf(b)
		}
		off += 8 + n + n&1
	}
	return nil, nil
}

// webpFrameOf makes a file of the chunks of a frame.
func webpFrameOf(b []byte) (*webpFrame, error) {
	if len(b) < frameHead {
		return nil, errors.New("short frame")
	}
	u24 := func(i int) int { return int(b[i]) | int(b[i+1])<<8 | int(b[i+2])<<16 }
	at, size := image.Pt(2*u24(0), 2*u24(3)), image.Pt(u24(6)+1, u24(9)+1)
	f := &webpFrame{place: image.Rectangle{at, at.Add(size)}}
	var body []byte
	alpha := byte(0)
	for rest := b[frameHead:]; len(rest) >= 8; {
		n := int64(binary.LittleEndian.Uint32(rest[4:]))
		whole := 8 + n + n&1
		if 8+n > int64(len(rest)) {
			return nil, errShort
		}
		name := string(rest[:4])
		if name == "VP8 " || name == "VP8L" {
			own := header{}
			if err := own.webpPicture(name, rest[8:8+min(n, 30)], n); err != nil {
				return nil, err
			}
			if own.W != pano.Px(size.X) || own.H != pano.Px(size.Y) {
				return nil, errors.New("the picture is not of the size of its frame")
			}
		}
		if name == "ALPH" {
			alpha = 0x10
		}
		if name == "ALPH" || name == "VP8 " || name == "VP8L" {
			body = append(append(body, rest[:8+n]...), make([]byte, n&1)...)
		}
		rest = rest[min(whole, int64(len(rest))):]
	}
	if alpha != 0 { // only the extended format may have it apart
		head := []byte{'V', 'P', '8', 'X', 10, 0, 0, 0, alpha, 0, 0, 0}
		for _, v := range []int{size.X - 1, size.Y - 1} {
			head = append(head, byte(v), byte(v>>8), byte(v>>16))
		}
		body = append(head, body...)
	}
	f.file = binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)+4))
	f.file = append(append(f.file, "WEBP"...), body...)
	return f, nil
}
