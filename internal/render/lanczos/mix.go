package lanczos

// Mix makes a row of the weighed sums of others, which are as long as it or longer.
func Mix(to []byte, rows [][]byte, weights []int32) {
	rows = rows[:len(weights)]
	for _, row := range rows {
		_ = row[:len(to)] // so that the fast way need not look
	}
	plainMix(to, rows, weights, fastMix(to, rows, weights))
}

// plainMix is Mix for every processor, from the sample at on.
func plainMix(to []byte, rows [][]byte, weights []int32, at int) {
	const columns = 256 // whose sums stay at hand
	var sums [columns]int32
	for ; at < len(to); at += columns {
		part := sums[:min(columns, len(to)-at)]
		clear(part)
		for k, w := range weights {
			row := rows[k][at:][:len(part)]
			for i, v := range row {
				part[i] += w * int32(v)
			}
		}
		for i, s := range part {
			to[at+i] = level(s)
		}
	}
}
