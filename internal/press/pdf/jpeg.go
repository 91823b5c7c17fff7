package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// maxHead is what may stand in a JPEG before its picture begins: previews,
// profiles, edits.
const maxHead = 24 << 20 // bytes

// JPEG copies a JPEG into the document as it is: nothing is decoded, nothing
// gets worse. Notes in it (Exif with positions, XMP, comments) stay out.
//
// A file that is none, or of a kind that PDF does not know, is ErrPicture; then
// the document is as it was. See Add for what else may fail.
func (d *Document) JPEG(r io.Reader) (*Image, error) {
	p, err := ReadJPEG(r)
	if err != nil {
		return nil, err
	}
	return d.Add(p)
}

// ReadJPEG reads what comes before the picture in a JPEG. The body of the result
// is the file without its notes, and reads r to its end.
func ReadJPEG(r io.Reader) (Picture, error) {
	h := jpegHead{r: r}
	if err := h.read(); err != nil {
		return Picture{}, err
	}
	return h.picture()
}

// jpegHead is what is known of a JPEG from its markers.
type jpegHead struct {
	r           io.Reader
	seen        int // bytes
	keep        bytes.Buffer
	width       int
	height      int
	ids         []byte
	adobe       bool
	orientation int
	pieces      map[int][]byte // of the profile
	total       int            // pieces there should be
}

func badJPEG(format string, args ...any) error {
	return fmt.Errorf("%w: JPEG: %s", ErrPicture, fmt.Sprintf(format, args...))
}

// read reads all markers up to and with the one that begins the picture.
func (h *jpegHead) read() error {
	start, err := h.take(2)
	if err != nil {
		return err
	}
	if !bytes.Equal(start, []byte{0xFF, 0xD8}) {
		return badJPEG("it begins otherwise")
	}
	h.keep.Write(start)
	for {
		marker, err := h.marker()
		if err != nil {
			return err
		}
		size, err := h.take(2)
		if err != nil {
			return err
		}
		n := int(binary.BigEndian.Uint16(size)) - 2
		if n < 0 {
			return badJPEG("a marker without length")
		}
		body, err := h.take(n)
		if err != nil {
			return err
		}
		keep, err := h.segment(marker, body)
		if err != nil {
			return err
		}
		if keep {
			h.keep.Write([]byte{0xFF, marker})
			h.keep.Write(size)
			h.keep.Write(body)
		}
		if marker == 0xDA {
			return nil
		}
	}
}

// take reads n bytes of the head.
func (h *jpegHead) take(n int) ([]byte, error) {
	if h.seen += n; h.seen > maxHead {
		return nil, badJPEG("more than %d MB before the picture", maxHead>>20)
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(h.r, b); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, badJPEG("it ends early")
	} else if err != nil {
		return nil, err
	}
	return b, nil
}

// marker reads the next marker, which any number of 0xFF may come before.
func (h *jpegHead) marker() (byte, error) {
	for filled := false; ; filled = true {
		b, err := h.take(1)
		switch {
		case err != nil:
			return 0, err
		case b[0] != 0xFF && !filled:
			return 0, badJPEG("no marker where one should be")
		case b[0] == 0xFF:
			continue
		case b[0] == 0 || b[0] == 0x01 || b[0] >= 0xD0 && b[0] <= 0xD9:
			return 0, badJPEG("marker %02x before the picture", b[0])
		}
		return b[0], nil
	}
}

// segment looks at one marker and says whether it goes into the document.
func (h *jpegHead) segment(marker byte, body []byte) (keep bool, err error) {
	switch {
	case marker == 0xC4 || marker == 0xDB || marker == 0xDD: // tables, restarts
		return true, nil
	case marker == 0xDA:
		if h.width == 0 {
			return false, badJPEG("no frame")
		}
		return true, nil
	case marker >= 0xC0 && marker <= 0xCF:
		return true, h.frame(marker, body)
	case marker == 0xE0:
		return bytes.HasPrefix(body, []byte("JFIF\x00")), nil
	case marker == 0xE1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
		h.orientation = exifOrientation(body[6:])
	case marker == 0xE2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")) && len(body) >= 14:
		if h.pieces == nil {
			h.pieces = map[int][]byte{}
		}
		h.pieces[int(body[12])], h.total = body[14:], int(body[13])
	case marker == 0xEE && bytes.HasPrefix(body, []byte("Adobe")) && len(body) >= 12:
		h.adobe = true
		return true, nil
	}
	return false, nil
}

// frame reads the size of the picture.
func (h *jpegHead) frame(marker byte, body []byte) error {
	switch {
	case marker > 0xC2:
		return badJPEG("packed in a way (%02x) that PDF does not know", marker)
	case h.width != 0:
		return badJPEG("two frames")
	case len(body) < 6 || len(body) < 6+3*int(body[5]):
		return badJPEG("a frame that ends early")
	case body[0] != 8:
		return badJPEG("%d bits a channel", body[0])
	}
	h.height, h.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	if h.width == 0 || h.height == 0 {
		return badJPEG("%d × %d pixels", h.width, h.height)
	}
	for i := range int(body[5]) {
		h.ids = append(h.ids, body[6+3*i])
	}
	return nil
}

func (h *jpegHead) picture() (Picture, error) {
	p := Picture{
		Width: h.width, Height: h.height, Orientation: h.orientation, Profile: h.profile(),
		Filter: "/Filter /DCTDecode", Body: io.MultiReader(&h.keep, h.r),
	}
	switch len(h.ids) {
	case 1:
		p.Space = DeviceGrey
	case 3:
		p.Space = DeviceRGB
		if !h.adobe && string(h.ids) == "RGB" {
			p.Filter += " /DecodeParms << /ColorTransform 0 >>"
		}
	case 4:
		// whoever writes Adobe's marker writes inks the other way round
		p.Space, p.Inverted = DeviceCMYK, h.adobe
	default:
		return p, badJPEG("%d channels", len(h.ids))
	}
	return p, nil
}

// profile puts the pieces of the profile together; nil if one is missing.
func (h *jpegHead) profile() []byte {
	var all []byte
	for i := 1; i <= h.total; i++ {
		piece, ok := h.pieces[i]
		if !ok {
			return nil
		}
		all = append(all, piece...)
	}
	return all
}

// exifOrientation returns the orientation that a block of Exif says, 0 if none.
func exifOrientation(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(b[4:]))
	if at+2 > int64(len(b)) {
		return 0
	}
	for i := range int64(order.Uint16(b[at:])) {
		e := at + 2 + 12*i
		if e+12 > int64(len(b)) {
			return 0
		}
		if order.Uint16(b[e:]) == 0x0112 {
			if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
				return v
			}
		}
	}
	return 0
}
