package tiffx

import (
	"encoding/binary"
	"math"
)

// A field is one tag with its values.
type field struct {
	tag, kind uint16
	count     int
	data      []byte
}

func shorts(tag uint16, v ...uint16) field {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint16(b, x)
	}
	return field{tag, 3, len(v), b}
}

func longs(tag uint16, v ...uint32) field {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, x)
	}
	return field{tag, 4, len(v), b}
}

func ratio(tag uint16, v float64) field {
	f := longs(tag, uint32(math.Round(v*1000)), 1000)
	return field{tag, 5, 1, f.data}
}

// fields are the tags in order, as TIFF 6.0 numbers and counts them.
func (f *Writer) fields() []field {
	o := f.options
	bits := []uint16{8, 8, 8, 8}[:o.Space]
	colours := uint16(2)
	if o.Space == CMYK {
		colours = 5
	}
	all := []field{
		longs(254, 0), // the picture itself, not a smaller one
		longs(256, uint32(f.size.X)), longs(257, uint32(f.size.Y)),
		shorts(258, bits...), shorts(259, o.Compression.code()), shorts(262, colours),
		longs(273, f.offs...), shorts(274, 1), // upright
		shorts(277, uint16(o.Space)), longs(278, uint32(f.rows)), longs(279, f.cnts...),
		ratio(282, o.DPI), ratio(283, o.DPI), shorts(284, 1), // samples side by side
		shorts(296, 2), // inches
	}
	if o.Compression != None {
		all = append(all, shorts(317, 2)) // differences
	}
	if o.Space == CMYK {
		all = append(all, shorts(332, 1)) // cyan, magenta, yellow, black
	}
	if o.Profile != nil {
		all = append(all, field{34675, 7, len(o.Profile), o.Profile})
	}
	return all
}

func (c Compression) code() uint16 { return [...]uint16{Deflate: 8, LZW: 5, None: 1}[c] }

// directory is the fields, and what of their values does not fit into four
// bytes behind them.
func (f *Writer) directory() []byte {
	le := binary.LittleEndian
	fields := f.fields()
	head := le.AppendUint16(nil, uint16(len(fields)))
	values := uint32(f.at) + 2 + 12*uint32(len(fields)) + 4
	var tail []byte
	for _, e := range fields {
		head = le.AppendUint16(le.AppendUint16(head, e.tag), e.kind)
		head = le.AppendUint32(head, uint32(e.count))
		if len(e.data) <= 4 {
			head = append(head, append(e.data, 0, 0, 0, 0)[:4]...)
			continue
		}
		head = le.AppendUint32(head, values+uint32(len(tail)))
		tail = append(append(tail, e.data...), make([]byte, len(e.data)&1)...)
	}
	return append(append(head, 0, 0, 0, 0), tail...)
}
