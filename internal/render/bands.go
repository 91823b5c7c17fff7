package render

import (
	"cmp"
	"errors"
	"image"
	"sync"

	"pano/internal/render/lanczos"
)

const (
	bandIn  = 128 // rows of the original that are narrowed at once
	bandOut = 64  // rows of the result that are made at once: whole strips of every rowWriter
)

// A rowWriter takes the rows of a picture from the top. Alpha is left out. All
// calls but the last bring a multiple of bandOut rows. Close ends the picture,
// and leaves its file open.
type rowWriter interface {
	Write(rows *image.RGBA) error
	Close() error
}

// A cutting is a part of a picture at another size, made in bands of rows from
// the top, so that the result is never in memory as a whole. It is what
// imaging.Resize makes of the upright part; only the rows are narrowed by that
// itself, and then weighed here as it would. Pixels of the part may be spoilt.
type cutting struct {
	pieces  pieces
	from    image.Point // pixels of the part
	size    image.Point // at most that
	colours colours
}

// writeTo hands all rows to w: sRGB or as they are, on white. While w is busy,
// the next rows are narrowed, and those after them read.
func (c cutting) writeTo(w rowWriter) error {
	left := make(chan struct{})
	read := relay(left, c.pieces, func(img image.Image) image.Image { return img })
	narrow := narrower{w: c.size.X}
	in := relay(left, read.all, narrow.band)
	err := c.weigh(in, w)
	if err == nil { // all rows came, and whether they were whole is yet to be heard
		err = in.all(func(*image.NRGBA) error { return nil })
	}
	close(left)
	for range in.out { // they end before anybody closes the files
	}
	return err
}

// weigh makes as many rows of those that come in as there must be.
func (c cutting) weigh(in *relayed[*image.NRGBA], w rowWriter) error {
	if c.size.Y == c.from.Y {
		return in.all(func(rows *image.NRGBA) error { return c.hand(rows, w) })
	}
	p := pile{in: in, taps: lanczos.Axis{From: c.from.Y, To: c.size.Y}.Taps()}
	rows := image.NewNRGBA(image.Rect(0, 0, c.size.X, bandOut))
	for y := 0; y < c.size.Y; y += bandOut {
		rows.Rect.Max.Y = min(bandOut, c.size.Y-y)
		if err := p.fill(rows, y); err != nil {
			return err
		}
		if err := c.hand(rows, w); err != nil {
			return err
		}
	}
	return nil
}

func (c cutting) hand(rows *image.NRGBA, w rowWriter) error {
	c.colours.late(rows)
	return w.Write(onWhite(rows))
}

// relayed is what comes from somebody who works at the same time.
type relayed[T any] struct {
	out chan T
	err error // why there is no more, once out is closed
}

// relay does something with all that comes, until left is closed.
func relay[S, T any](left <-chan struct{}, from func(each func(S) error) error, do func(S) T) *relayed[T] {
	r := &relayed[T]{out: make(chan T)}
	go func() {
		defer close(r.out)
		r.err = from(func(v S) error {
			select {
			case r.out <- do(v):
				return nil
			case <-left:
				return errEnough
			}
		})
	}()
	return r
}

// all calls each for all that comes.
func (r *relayed[T]) all(each func(T) error) error {
	for v := range r.out {
		if err := each(v); err != nil {
			return err
		}
	}
	return r.err
}

// A pile makes rows out of the weighed sums of others that come in order, and
// keeps only those that are still needed.
type pile struct {
	in    *relayed[*image.NRGBA]
	taps  []lanczos.Taps // of all rows of the result
	rows  [][]byte
	first int  // which row rows[0] is
	holes bool // some pixel so far was not opaque
}

// fill makes the rows of dst, the first of which is row y of the result.
// It fails if those that it is made of did not come.
func (p *pile) fill(dst *image.NRGBA, y int) error {
	h := dst.Rect.Dy()
	all := p.taps[y : y+h]
	if err := p.take(all[h-1].End()); err != nil {
		return err
	}
	const workers = 2
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() { p.mix(dst, all, h*k/workers, h*(k+1)/workers) })
	}
	wg.Wait()
	p.drop(all[h-1].First)
	return nil
}

// take waits for the rows before end.
func (p *pile) take(end int) error {
	for p.first+len(p.rows) < end {
		b, ok := <-p.in.out
		if !ok {
			return cmp.Or(p.in.err, errors.New("render: rows are missing"))
		}
		p.holes = p.holes || !b.Opaque()
		for y := range b.Rect.Dy() {
			p.rows = append(p.rows, b.Pix[y*b.Stride:][:4*b.Rect.Dx()])
		}
	}
	return nil
}

// drop forgets the rows before first, which no later row is made of: the rows
// that one is made of begin no earlier than those of the one above.
func (p *pile) drop(first int) {
	n := first - p.first
	clear(p.rows[copy(p.rows, p.rows[n:]):])
	p.rows, p.first = p.rows[:len(p.rows)-n], first
}

// mix makes the rows of dst from y to end.
func (p *pile) mix(dst *image.NRGBA, all []lanczos.Taps, y, end int) {
	for i := y; i < end; i++ {
		rows, to := p.rows[all[i].First-p.first:], dst.Pix[i*dst.Stride:][:4*dst.Rect.Dx()]
		if p.holes {
			mixWithHoles(to, rows, all[i].Weights)
		} else {
			lanczos.Mix(to, rows, all[i].Weights)
		}
	}
}

// mixWithHoles weighs colours by how opaque they are, in the numbers that
// imaging does it in.
func mixWithHoles(dst []byte, rows [][]byte, weights []int32) {
	for i := 0; i < len(dst); i += 4 {
		var red, green, blue, alpha float64
		for k, w := range weights {
			p := rows[k][i:][:4]
			a := float64(p[3]) * float64(w) / lanczos.One
			red, green, blue, alpha = red+float64(p[0])*a, green+float64(p[1])*a, blue+float64(p[2])*a, alpha+a
		}
		d := dst[i:][:4]
		clear(d)
		if alpha != 0 {
			part := 1 / alpha
			d[0], d[1], d[2], d[3] = nearest(red*part), nearest(green*part), nearest(blue*part), nearest(alpha)
		}
	}
}

func nearest(v float64) byte { return byte(min(max(int(v+0.5), 0), 255)) }
