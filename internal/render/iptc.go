package render

import (
	"bytes"
	"encoding/binary"
	"time"
)

// photoshop looks for the IPTC block among Photoshop's image resources.
func (m *metadata) photoshop(b []byte) {
	for len(b) >= 12 && string(b[:4]) == "8BIM" {
		id := binary.BigEndian.Uint16(b[4:])
		name := 1 + int(b[6])
		off := 6 + name + name&1
		if off+4 > len(b) {
			return
		}
		n := int64(binary.BigEndian.Uint32(b[off:]))
		b = b[off+4:]
		if n > int64(len(b)) {
			return
		}
		if id == 0x0404 {
			m.iptc(b[:n])
		}
		b = b[min(n+n&1, int64(len(b))):]
	}
}

// iptc reads the records of an IPTC-IIM block.
func (m *metadata) iptc(b []byte) {
	s := &m.fromIPTC
	var day, hour []byte
	for len(b) >= 5 && b[0] == 0x1c {
		record, set, n := b[1], b[2], int(binary.BigEndian.Uint16(b[3:]))
		if b = b[5:]; n > len(b) {
			break
		}
		v := b[:n]
		b = b[n:]
		if record != 2 {
			continue
		}
		switch set {
		case 5:
			s.title = string(v)
		case 80:
			s.creator = string(join(s.creator, v))
		case 110:
			s.credit = string(v)
		case 116:
			s.copyright = string(v)
		case 120:
			s.description = string(v)
		case 55:
			day = v
		case 60:
			hour = v
		}
	}
	s.takenAt = iptcTime(day, hour)
}

func join(had string, v []byte) []byte {
	if had == "" {
		return v
	}
	return bytes.Join([][]byte{[]byte(had), v}, []byte("; "))
}

// iptcTime reads a date and a time, with or without a zone.
func iptcTime(day, hour []byte) time.Time {
	if len(hour) == 0 {
		hour = []byte("000000")
	}
	s := string(day) + string(hour)
	if t, err := time.Parse("20060102150405-0700", s); err == nil {
		return t
	}
	t, err := time.ParseInLocation("20060102150405", s, home())
	if err != nil {
		return time.Time{}
	}
	return t
}
