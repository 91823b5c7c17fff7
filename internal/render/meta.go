package render

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pano/internal/render/tiff"
)

// metadata is what the blocks inside a file say in words. Where they differ,
// XMP goes before IPTC, IPTC before Exif, and Exif before a PNG's text chunks.
type metadata struct {
	fromXMP, fromIPTC, fromExif, fromPNG said
	hasGPS                               bool
}

// said is what one kind of block says.
type said struct {
	title, creator, copyright, description, credit string
	takenAt                                        time.Time
}

func (m *metadata) into(f *Facts) {
	f.HasGPS = m.hasGPS
	for _, s := range []said{m.fromXMP, m.fromIPTC, m.fromExif, m.fromPNG} {
		prefer(&f.Title, s.title)
		prefer(&f.Creator, s.creator)
		prefer(&f.Copyright, s.copyright)
		prefer(&f.Description, s.description)
		prefer(&f.Credit, s.credit)
		if f.TakenAt.IsZero() {
			f.TakenAt = s.takenAt
		}
	}
}

func prefer(dst *string, s string) {
	if *dst == "" {
		*dst = cleanText(s)
	}
}

const maxWords = 2000 // characters

// cleanText makes a text safe to keep and to show: NFC, one line, no control
// or direction characters, at most 2,000 characters. Bytes that are not UTF-8
// are read as Latin-1.
func cleanText(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	if !utf8.ValidString(s) {
		s = latin1(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff', r == '\u2028', r == '\u2029':
			return -1
		}
		return r
	}, s)
	runes := []rune(norm.NFC.String(strings.TrimSpace(s)))
	return strings.TrimSpace(string(runes[:min(len(runes), maxWords)]))
}

func latin1(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// exif reads an Exif block. A broken one says nothing.
func (m *metadata) exif(b []byte, h *header) {
	t, err := tiff.OpenBytes(b)
	if err != nil {
		return
	}
	d, _, err := t.Dir(t.First())
	if err != nil {
		return
	}
	if o := d.Int(tiff.Orientation, 0); o >= 1 && o <= 8 {
		h.Orientation = int(o)
	}
	if h.DPIX == 0 {
		h.tiffDensity(d)
	}
	m.exifDir(t, d)
}

const (
	exifOriginal       = 0x9003
	exifDigitized      = 0x9004
	exifOffset         = 0x9010
	exifOffsetOriginal = 0x9011
	windowsTitle       = 0x9c9b
	windowsAuthor      = 0x9c9d
)

// exifDir reads the words of a directory, and of the Exif directory it points to.
func (m *metadata) exifDir(t *tiff.Reader, d tiff.Dir) {
	s := &m.fromExif
	s.description, s.creator = ascii(d, tiff.Description), ascii(d, tiff.Artist)
	s.copyright = ascii(d, tiff.Copyright)
	s.title = windowsText(d, windowsTitle)
	if s.creator == "" {
		s.creator = windowsText(d, windowsAuthor)
	}
	if off := d.Int(tiff.GPS, 0); off != 0 {
		g, _, err := t.Dir(off)
		m.hasGPS = m.hasGPS || err == nil && (g.Has(2) || g.Has(4))
	}
	e, _, err := t.Dir(d.Int(tiff.Exif, -1))
	if err != nil {
		return
	}
	at, zone := ascii(e, exifOriginal), ascii(e, exifOffsetOriginal)
	if at == "" {
		at = ascii(e, exifDigitized)
	}
	if zone == "" {
		zone = ascii(e, exifOffset)
	}
	s.takenAt = exifTime(at, zone)
}

// ascii reads a tag of text up to its closing zero.
func ascii(d tiff.Dir, tag uint16) string {
	b, err := d.Bytes(tag)
	if err != nil {
		return ""
	}
	b, _, _ = bytes.Cut(b, []byte{0})
	return strings.TrimSpace(string(b))
}

// windowsText reads a tag of UTF-16, as Windows Explorer writes them.
func windowsText(d tiff.Dir, tag uint16) string {
	b, err := d.Bytes(tag)
	if err != nil {
		return ""
	}
	u := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		u = append(u, binary.LittleEndian.Uint16(b))
	}
	return strings.TrimRight(string(utf16.Decode(u)), "\x00")
}

// home is the zone of a camera that names none.
func home() *time.Location { return time.FixedZone("+07", 7*3600) }

func exifTime(at, zone string) time.Time {
	if t, err := time.Parse("2006:01:02 15:04:05-07:00", at+zone); err == nil {
		return t
	}
	t, err := time.ParseInLocation("2006:01:02 15:04:05", at, home())
	if err != nil || t.Year() < 1800 {
		return time.Time{}
	}
	return t
}

// pngText reads the text chunks of a PNG: keyword, zero, words.
func (m *metadata) pngText(name string, b []byte) {
	key, rest, ok := strings.Cut(string(b), "\x00")
	if !ok {
		return
	}
	switch name {
	case "zTXt":
		if len(rest) < 1 {
			return
		}
		rest = string(inflate([]byte(rest[1:]), maxText))
	case "iTXt":
		rest = pngInternational(rest)
	}
	s := &m.fromPNG
	switch key {
	case "XML:com.adobe.xmp":
		m.xmp([]byte(rest))
	case "Title":
		s.title = rest
	case "Author":
		s.creator = rest
	case "Copyright":
		s.copyright = rest
	case "Description":
		s.description = rest
	}
}

// pngInternational skips flags, language and translated keyword.
func pngInternational(s string) string {
	if len(s) < 2 {
		return ""
	}
	packed := s[0] == 1
	parts := strings.SplitN(s[2:], "\x00", 3)
	if len(parts) < 3 {
		return ""
	}
	if packed {
		return string(inflate([]byte(parts[2]), maxText))
	}
	return parts[2]
}
