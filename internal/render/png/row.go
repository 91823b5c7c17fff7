package png

import "encoding/binary"

// channels is how many samples of 8 bits the pixels of a row are turned to: 1
// for grey, 3 for colours, 4 for either with alpha.
func (d *decoder) channels() int {
	switch {
	case d.hasHoles:
		return 4
	case d.kind == grey:
		return 1
	}
	return 3
}

// turned returns the n pixels of a row as samples of 8 bits. They stay until
// the next call.
func (d *decoder) turned(raw []byte, n int) []byte {
	if d.depth == 8 && (d.kind == rgbAlpha || !d.hasHoles && d.kind != paletted) {
		return raw
	}
	row := d.row[:n*d.channels()]
	switch {
	case d.kind == paletted:
		d.paint(row, raw)
	case d.kind == grey && d.hasHoles:
		d.greyHoles(row, raw)
	case d.kind == rgb && d.hasHoles:
		d.colourHoles(row, raw)
	case d.kind == greyAlpha:
		for i := range n {
			p := row[4*i:][:4]
			p[0], p[3] = d.sample(raw, 2*i), d.sample(raw, 2*i+1)
			p[1], p[2] = p[0], p[0]
		}
	case d.depth == 16:
		for i := range row {
			row[i] = narrow(binary.BigEndian.Uint16(raw[2*i:]))
		}
	default:
		unpack(row, raw, d.depth, 255/(1<<d.depth-1))
	}
	return row
}

// narrow rounds 16 bits to 8.
func narrow(v uint16) byte { return byte((uint32(v)*255 + 32_895) >> 16) }

// sample is number i of a row of whole bytes.
func (d *decoder) sample(raw []byte, i int) byte {
	if d.depth == 16 {
		return narrow(binary.BigEndian.Uint16(raw[2*i:]))
	}
	return raw[i]
}

// unpack writes samples of depth bits apart, × scale.
func unpack(row, raw []byte, depth, scale int) {
	each := 8 / depth
	mask := byte(1<<depth - 1)
	for i := range row {
		row[i] = raw[i/each] >> ((each - 1 - i%each) * depth) & mask * byte(scale)
	}
}

// paint looks the colours up. Numbers of less than a byte are unpacked to the
// end of the row first, which is overwritten only after they were read.
func (d *decoder) paint(row, raw []byte) {
	step := d.channels()
	if d.depth < 8 {
		numbers := row[len(row)-len(row)/step:]
		unpack(numbers, raw, d.depth, 1)
		raw = numbers
	}
	for ; len(row) >= step; row, raw = row[step:], raw[1:] {
		copy(row[:step], d.palette[raw[0]][:])
	}
}

// greyHoles makes pixels of greys, one of which is a hole.
func (d *decoder) greyHoles(row, raw []byte) {
	n := len(row) / 4
	if d.depth == 16 {
		for i := range n {
			v := raw[2*i:][:2]
			grey := narrow(binary.BigEndian.Uint16(v))
			pixel(row[4*i:], grey, grey, grey, v[0] == d.hole[0] && v[1] == d.hole[1])
		}
		return
	}
	numbers := row[3*n:]
	unpack(numbers, raw, d.depth, 1)
	scale := byte(255 / (1<<d.depth - 1))
	for i := range n {
		v := numbers[i]
		pixel(row[4*i:], v*scale, v*scale, v*scale, v == d.hole[1])
	}
}

// colourHoles makes pixels of colours, one of which is a hole.
func (d *decoder) colourHoles(row, raw []byte) {
	if d.depth == 16 {
		for i := range len(row) / 4 {
			v := raw[6*i:][:6]
			pixel(row[4*i:], d.sample(v, 0), d.sample(v, 1), d.sample(v, 2), [6]byte(v) == d.hole)
		}
		return
	}
	for i := range len(row) / 4 {
		v := raw[3*i:][:3]
		pixel(row[4*i:], v[0], v[1], v[2], v[0] == d.hole[1] && v[1] == d.hole[3] && v[2] == d.hole[5])
	}
}

func pixel(px []byte, r, g, b byte, hole bool) {
	px[0], px[1], px[2], px[3] = r, g, b, 255
	if hole {
		px[3] = 0
	}
}
