package area

// A sample is one of a row, or of a sum of rows.
type sample interface{ byte | uint32 }

// addUp adds up the samples of a row that each of spans covers, × 256.
func addUp[T sample](line []uint64, row []T, across []span, channels int) {
	switch channels {
	case 1:
		addUp1(line, row, across)
	case 3:
		addUp3(line, row, across)
	case 4:
		addUp4(line, row, across)
	default:
		addUpAny(line, row, across, channels)
	}
}

func addUp1[T sample](line []uint64, row []T, across []span) {
	for i, s := range across {
		var a uint64
		for _, x := range row[s.first:s.end] {
			a += uint64(x)
		}
		a *= 256
		if s.before > 0 {
			a += uint64(s.before) * uint64(row[s.first-1])
		}
		if s.after > 0 {
			a += uint64(s.after) * uint64(row[s.end])
		}
		line[i] = a
	}
}

func addUp3[T sample](line []uint64, row []T, across []span) {
	for i, s := range across {
		var a, b, c uint64
		for px := row[3*s.first : 3*s.end]; len(px) >= 3; px = px[3:] {
			a, b, c = a+uint64(px[0]), b+uint64(px[1]), c+uint64(px[2])
		}
		a, b, c = 256*a, 256*b, 256*c
		if s.before > 0 {
			px, w := row[3*s.first-3:][:3], uint64(s.before)
			a, b, c = a+w*uint64(px[0]), b+w*uint64(px[1]), c+w*uint64(px[2])
		}
		if s.after > 0 {
			px, w := row[3*s.end:][:3], uint64(s.after)
			a, b, c = a+w*uint64(px[0]), b+w*uint64(px[1]), c+w*uint64(px[2])
		}
		v := line[3*i:][:3]
		v[0], v[1], v[2] = a, b, c
	}
}

func addUp4[T sample](line []uint64, row []T, across []span) {
	for i, s := range across {
		var a, b, c, d uint64
		for px := row[4*s.first : 4*s.end]; len(px) >= 4; px = px[4:] {
			a, b, c, d = a+uint64(px[0]), b+uint64(px[1]), c+uint64(px[2]), d+uint64(px[3])
		}
		a, b, c, d = 256*a, 256*b, 256*c, 256*d
		if s.before > 0 {
			px, w := row[4*s.first-4:][:4], uint64(s.before)
			a, b, c, d = a+w*uint64(px[0]), b+w*uint64(px[1]), c+w*uint64(px[2]), d+w*uint64(px[3])
		}
		if s.after > 0 {
			px, w := row[4*s.end:][:4], uint64(s.after)
			a, b, c, d = a+w*uint64(px[0]), b+w*uint64(px[1]), c+w*uint64(px[2]), d+w*uint64(px[3])
		}
		v := line[4*i:][:4]
		v[0], v[1], v[2], v[3] = a, b, c, d
	}
}

func addUpAny[T sample](line []uint64, row []T, across []span, n int) {
	for i, s := range across {
		for c := range n {
			var a uint64
			for x := s.first; x < s.end; x++ {
				a += uint64(row[n*x+c])
			}
			a *= 256
			if s.before > 0 {
				a += uint64(s.before) * uint64(row[n*(s.first-1)+c])
			}
			if s.after > 0 {
				a += uint64(s.after) * uint64(row[n*s.end+c])
			}
			line[n*i+c] = a
		}
	}
}

// addUpAlpha adds up as addUp does, each colour × the alpha behind it.
func addUpAlpha(line []uint64, row []byte, across []span, n int) {
	for i, s := range across {
		v := line[n*i:][:n]
		if n == 4 {
			whole(v, row[4*s.first:4*s.end])
		} else {
			clear(v)
			for px := row[n*s.first : n*s.end]; len(px) >= n; px = px[n:] {
				part(v, px, 256)
			}
		}
		if s.before > 0 {
			part(v, row[n*(s.first-1):], s.before)
		}
		if s.after > 0 {
			part(v, row[n*s.end:], s.after)
		}
	}
}

// whole sets v to the sums of pixels of three colours and alpha.
func whole(v []uint64, px []byte) {
	var a, b, c, all uint64
	for ; len(px) >= 4; px = px[4:] {
		w := uint64(px[3])
		a, b, c, all = a+w*uint64(px[0]), b+w*uint64(px[1]), c+w*uint64(px[2]), all+w
	}
	v[0], v[1], v[2], v[3] = 256*a, 256*b, 256*c, 256*all
}

// part adds a part of a pixel whose last channel is alpha, in 256ths.
func part(v []uint64, px []byte, weight uint32) {
	last := len(v) - 1
	w := uint64(weight) * uint64(px[last])
	for c := range last {
		v[c] += w * uint64(px[c])
	}
	v[last] += w
}
