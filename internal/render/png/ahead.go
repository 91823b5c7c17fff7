package png

import "io"

// An ahead reads on while what it has read is worked at: unpacking takes about
// as long as the rest.
type ahead struct {
	free, full chan []byte
	quit       chan struct{}
	err        error  // after the last block; set before full is closed
	block, cur []byte // the one that is being read, and what is left of it
}

// readAhead starts to read r, in a few blocks of so many bytes. It has to be closed.
func readAhead(r io.Reader, block int) *ahead {
	const blocks = 4
	a := &ahead{free: make(chan []byte, blocks), full: make(chan []byte, blocks), quit: make(chan struct{})}
	for range blocks {
		a.free <- make([]byte, block)
	}
	go a.run(r)
	return a
}

func (a *ahead) run(r io.Reader) {
	defer close(a.full)
	for {
		select {
		case <-a.quit:
			return
		case b := <-a.free:
			n, err := io.ReadFull(r, b)
			a.full <- b[:n]
			if err != nil {
				a.err = err
				return
			}
		}
	}
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.cur) == 0 {
		if a.block != nil {
			a.free <- a.block[:cap(a.block)]
			a.block = nil
		}
		b, ok := <-a.full
		if !ok {
			return 0, a.err
		}
		a.block, a.cur = b, b
	}
	n := copy(p, a.cur)
	a.cur = a.cur[n:]
	return n, nil
}

// close ends the reading and waits until it has.
func (a *ahead) close() {
	close(a.quit)
	for range a.full {
	}
}
