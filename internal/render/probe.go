package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"pano/internal/icc"
	"pano/internal/pano"
)

const (
	maxSide    = 65_500  // pixels; the most a JPEG can say, rounded down
	maxFrames  = 10_000  // frames and pages counted
	maxProfile = 4 << 20 // bytes of an ICC profile; a larger one is passed over
	maxText    = 1 << 20 // bytes of one block of metadata; a larger one is passed over
)

// A header is all that is known of a file before its pixels are read.
type header struct {
	Facts
	icc   []byte
	adobe bool // a JPEG with an Adobe marker
	meta  metadata
	// unfolded is the most pixels that the file's bytes can possibly hold; 0 = not known.
	unfolded int64
}

// Probe reads what the header of a picture says. It reads no pixels: a few
// kilobytes, and the chain of chunks, frames or pages.
//
// It fails with KindUnsupported for bytes that are no picture
// (picture.unknown) or one that is not taken (picture.not_taken), and with
// KindInvalid for picture.empty, picture.truncated, picture.broken, and for
// picture.absurd: a size beyond 65,500 pixels, of nothing, or of more pixels
// than a file of that length can hold.
func Probe(r io.ReaderAt, size int64) (Facts, error) {
	h, err := readHeader(source{r, size})
	return h.Facts, err
}

func readHeader(s source) (header, error) {
	if s.size <= 0 {
		return header{}, pano.Invalid("picture.empty")
	}
	start, err := s.head(4 << 10)
	if err != nil {
		return header{}, err
	}
	h := header{Facts: Facts{Orientation: 1, Frames: 1}}
	read := sniff(start, &h)
	if read == nil {
		if name := otherFormat(start); name != "" {
			return header{}, notTaken(name)
		}
		return header{}, unknown()
	}
	if err := read(s, &h); err != nil {
		return header{}, explain(h.Format, err)
	}
	if err := h.checkSize(); err != nil {
		return header{}, err
	}
	h.finish()
	return h, nil
}

// sniff tells the format from the first bytes, and who reads it; nil if nobody.
func sniff(b []byte, h *header) func(source, *header) error {
	is := func(format, media string, read func(source, *header) error) func(source, *header) error {
		h.Format, h.MediaType = format, media
		return read
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8\xff")):
		return is("JPEG", "image/jpeg", readJPEG)
	case bytes.HasPrefix(b, []byte(pngMagic)):
		return is("PNG", "image/png", readPNG)
	case isTIFF(b):
		return is("TIFF", "image/tiff", readTIFF)
	case len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return is("WebP", "image/webp", readWebP)
	case bytes.HasPrefix(b, []byte("GIF87a")), bytes.HasPrefix(b, []byte("GIF89a")):
		return is("GIF", "image/gif", readGIF)
	case isBMP(b):
		return is("BMP", "image/bmp", readBMP)
	case isPDF(b):
		return is("PDF", "application/pdf", readPDF)
	case isSVG(b):
		return is("SVG", "image/svg+xml", readSVG)
	}
	return nil
}

// checkSize refuses sizes that no picture has.
func (h *header) checkSize() error {
	if h.Document {
		return nil
	}
	w, ht := int64(h.W), int64(h.H)
	if w <= 0 || ht <= 0 || w > maxSide || ht > maxSide || h.unfolded > 0 && w*ht > h.unfolded {
		return absurd(w, ht)
	}
	return nil
}

// finish fills in what follows from the rest.
func (h *header) finish() {
	if h.Orientation < 1 || h.Orientation > 8 {
		h.Orientation = 1
	}
	if h.Sampling == 0 {
		h.Sampling = float64(h.Components)
	}
	h.meta.into(&h.Facts)
	if len(h.icc) == 0 {
		return
	}
	p, err := icc.Parse(h.icc)
	if err != nil {
		h.icc = nil
		return
	}
	sum := sha256.Sum256(h.icc)
	h.ICCName, h.ICCDigest = cleanText(p.Name()), hex.EncodeToString(sum[:])
}
