package lanczos

func (a *Across) Plain(to []byte, step int) { a.plain(to, step) }

func PlainMix(to []byte, rows [][]byte, weights []int32) { plainMix(to, rows, weights, 0) }
