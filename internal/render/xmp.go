package render

import (
	"bytes"
	"encoding/xml"
	"strings"
	"time"
)

const maxXMPDepth = 64

// xmp reads the few properties of an XMP packet that Pano keeps. A packet that
// is no good XML says what it says up to the fault.
func (m *metadata) xmp(b []byte) {
	if len(b) > maxText {
		return
	}
	x := xmpReader{m: m}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	for {
		tok, err := d.RawToken()
		if err != nil {
			return
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if len(x.path) >= maxXMPDepth {
				return
			}
			x.path = append(x.path, name(tok.Name))
			for _, a := range tok.Attr {
				x.property(name(a.Name), a.Value)
			}
		case xml.EndElement:
			if len(x.path) > 0 {
				x.path = x.path[:len(x.path)-1]
			}
		case xml.CharData:
			x.text(string(tok))
		}
	}
}

// name keeps the customary prefix: every writer uses dc, photoshop, xmp and exif for these names.
func name(n xml.Name) string { return n.Space + ":" + n.Local }

// An xmpReader knows where in the packet it is.
type xmpReader struct {
	m    *metadata
	path []string
}

// text gives a property its value, directly or as an item of a list.
func (x *xmpReader) text(s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	n := len(x.path)
	switch {
	case n >= 3 && x.path[n-1] == "rdf:li":
		x.property(x.path[n-3], s)
	case n >= 1:
		x.property(x.path[n-1], s)
	}
}

func (x *xmpReader) property(name, v string) {
	s := &x.m.fromXMP
	first := func(dst *string) {
		if *dst == "" {
			*dst = v
		}
	}
	switch name {
	case "dc:title":
		first(&s.title)
	case "dc:creator":
		s.creator = string(join(s.creator, []byte(v)))
	case "dc:rights":
		first(&s.copyright)
	case "dc:description":
		first(&s.description)
	case "photoshop:Credit":
		first(&s.credit)
	case "exif:DateTimeOriginal", "photoshop:DateCreated":
		if s.takenAt.IsZero() {
			s.takenAt = xmpTime(v)
		}
	case "exif:GPSLatitude", "exif:GPSLongitude":
		x.m.hasGPS = true
	}
}

// xmpTime reads the lengths of ISO 8601 that XMP allows from a day on.
func xmpTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, home()); err == nil {
			return t
		}
	}
	return time.Time{}
}
