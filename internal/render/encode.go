package render

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"math"

	"pano/internal/pano"
)

// paperData is what a print file says besides its pixels.
type paperData struct {
	dpi     float64
	profile []byte
}

// jpegMarkers writes JFIF, whose resolution is whole, Exif, whose is not, and the profile.
func (d paperData) jpegMarkers() []byte {
	whole := uint16(min(max(math.Round(d.dpi), 1), math.MaxUint16))
	jfif := []byte("JFIF\x00\x01\x02\x01")
	jfif = binary.BigEndian.AppendUint16(jfif, whole)
	jfif = binary.BigEndian.AppendUint16(jfif, whole)
	b := marker(nil, 0xe0, append(jfif, 0, 0))
	b = marker(b, 0xe1, append([]byte("Exif\x00\x00"), d.exif()...))
	const most = math.MaxUint16 - 2 - len(iccMark) - 2
	pieces := (len(d.profile) + most - 1) / most
	for i := range pieces {
		head := append([]byte(iccMark), byte(i+1), byte(pieces))
		b = marker(b, 0xe2, append(head, d.profile[i*most:min((i+1)*most, len(d.profile))]...))
	}
	return b
}

func marker(b []byte, m byte, data []byte) []byte {
	b = append(b, 0xff, m)
	b = binary.BigEndian.AppendUint16(b, uint16(len(data)+2))
	return append(b, data...)
}

// exif is an Exif block that holds the resolution and nothing else.
func (d paperData) exif() []byte {
	be := binary.BigEndian
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x03")
	const values = 8 + 2 + 3*12 + 4
	for i, tag := range []uint16{282, 283} {
		b = be.AppendUint16(b, tag)
		b = append(b, 0, 5, 0, 0, 0, 1)
		b = be.AppendUint32(b, uint32(values+8*i))
	}
	b = append(b, 1, 40, 0, 3, 0, 0, 0, 1, 0, 2, 0, 0) // resolution unit: inch
	b = append(b, 0, 0, 0, 0)
	for range 2 {
		b = be.AppendUint32(b, uint32(math.Round(d.dpi*1000)))
		b = be.AppendUint32(b, 1000)
	}
	return b
}

// pngChunks writes the profile and the resolution in pixels a metre.
func (d paperData) pngChunks() []byte {
	var z bytes.Buffer
	z.WriteString("ICC profile\x00\x00")
	zw := zlib.NewWriter(&z)
	zw.Write(d.profile) // to memory: cannot fail
	zw.Close()
	metre := uint32(math.Round(d.dpi / pano.MMPerInch * 1000))
	phys := binary.BigEndian.AppendUint32(nil, metre)
	phys = append(binary.BigEndian.AppendUint32(phys, metre), 1)
	return chunk(chunk(nil, "iCCP", z.Bytes()), "pHYs", phys)
}

func chunk(b []byte, name string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
