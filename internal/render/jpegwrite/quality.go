package jpegwrite

// Quality returns the quality, 1 to 100, at which libjpeg would have quantised
// brightness most nearly by these steps, in the order of the file. A program
// with steps of its own gets the number whose steps are least away from them, in
// squares; of two that are as near, the better one.
func Quality(steps [64]byte) int {
	best, least := 0, 0
	for q := 100; q >= 1; q-- {
		if away := distance(steps, brightness(q)); best == 0 || away < least {
			best, least = q, away
		}
	}
	return best
}

// brightness returns the steps of a quality in the order of the file.
func brightness(quality int) (b [64]byte) {
	table := steps()[0]
	for k, at := range zigzag() {
		b[k] = byte(scaled(int(table[at]), quality))
	}
	return b
}

func distance(a, b [64]byte) (sum int) {
	for i := range a {
		d := int(a[i]) - int(b[i])
		sum += d * d
	}
	return sum
}
