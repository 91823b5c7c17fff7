package area

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// A picture has noise for samples.
type picture struct {
	w, h, channels int
	pix            []byte
}

func noise(r *rand.Rand, w, h, channels int) picture {
	p := picture{w, h, channels, make([]byte, w*h*channels)}
	for i := range p.pix {
		p.pix[i] = byte(r.Uint32())
	}
	return p
}

func (p picture) row(y int) []byte { return p.pix[y*p.w*p.channels:][:p.w*p.channels] }

// run is some pixels of a row.
func (p picture) run(y, x0, dx, x1 int) (b []byte) {
	for x := x0; x < x1; x += dx {
		b = append(b, p.row(y)[x*p.channels:][:p.channels]...)
	}
	return b
}

// at is the mean of the area that a new pixel covers, by the plain definition.
func (p picture) at(x, y, toW, toH, c int, alpha bool) float64 {
	sx, sy := float64(p.w)/float64(toW), float64(p.h)/float64(toH)
	over := func(i int, at, n float64) float64 {
		return max(0, min(float64(i+1), (at+1)*n)-max(float64(i), at*n))
	}
	var sum, all float64
	for v := int(float64(y) * sy); v < min(p.h, int(float64(y+1)*sy)+1); v++ {
		for u := int(float64(x) * sx); u < min(p.w, int(float64(x+1)*sx)+1); u++ {
			px := p.row(v)[u*p.channels:][:p.channels]
			k := over(u, float64(x), sx) * over(v, float64(y), sy)
			if alpha && c < p.channels-1 {
				k *= float64(px[p.channels-1])
			}
			sum, all = sum+k*float64(px[c]), all+k
		}
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

func (p picture) mean(toW, toH int, o Options) []byte {
	m := New(p.w, p.h, toW, toH, p.channels)
	m.Options = o
	for y := range p.h {
		m.Row(p.row(y))
	}
	m.Row(p.row(0)) // one too many
	return m.Pix()
}

// order is a way to add all pixels: each run is y, x0, dx, x1.
type order func(w, h int, add func(y, x0, dx, x1 int))

func adam7(w, h int, add func(y, x0, dx, x1 int)) {
	for _, p := range [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		for y := p[1]; y < h; y += p[3] {
			add(y, p[0], p[2], w)
		}
	}
}

func tiles(w, h int, add func(y, x0, dx, x1 int)) {
	const side = 5
	for x := (w - 1) / side * side; x >= 0; x -= side {
		for y := h - 1; y >= 0; y-- {
			add(y, x, 1, min(x+side, w))
		}
	}
}

func (p picture) scatter(toW, toH int, o Options, all order) []byte {
	s := NewScatter(p.w, p.h, toW, toH, p.channels)
	s.Options = o
	all(p.w, p.h, func(y, x0, dx, x1 int) { s.Add(y, x0, dx, p.run(y, x0, dx, x1)) })
	return s.Pix()
}

var sizes = [][4]int{
	{37, 11, 20, 10}, {101, 64, 7, 9}, {50, 203, 49, 1}, {64, 64, 16, 32}, {8, 8, 8, 4}, {8, 8, 5, 8},
	{1, 70, 1, 9}, {70, 1, 9, 1}, {33, 21, 33, 21}, {1, 1, 1, 1}, {300, 5, 1, 1}, {300, 200, 1, 1}, {256, 3, 255, 2},
}

func TestEveryPixelIsTheMeanOfItsArea(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range sizes {
		for channels := 1; channels <= 5; channels++ {
			for _, alpha := range []bool{false, true} {
				p := noise(r, s[0], s[1], channels)
				got := p.mean(s[2], s[3], Options{Alpha: alpha})
				if len(got) != s[2]*s[3]*channels {
					t.Fatalf("%v: %d bytes", s, len(got))
				}
				if s[0] == s[2] && s[1] == s[3] {
					if !bytes.Equal(got, p.pix) {
						t.Errorf("%v: not the same picture", s)
					}
					continue
				}
				for i, v := range got {
					x, y, c := i/channels%s[2], i/channels/s[2], i%channels
					want := p.at(x, y, s[2], s[3], c, alpha && channels > 1)
					if alpha && channels == 1 {
						continue // a mask alone
					}
					if math.Abs(float64(v)-want) > 0.5+1.0 {
						t.Fatalf("%v, %d channels, alpha %t, at %d, %d: %d, want %.2f", s, channels, alpha, x, y, v, want)
					}
				}
			}
		}
	}
}

func TestRowsAreHandedOutAsTheyAreMade(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, s := range sizes {
		p := noise(r, s[0], s[1], 3)
		want := p.mean(s[2], s[3], Options{Step: 4})
		m, got := New(p.w, p.h, s[2], s[3], 3), []byte{}
		m.Step, m.Each = 4, func(row []byte) { got = append(got, row...) }
		for y := range p.h {
			m.Row(p.row(y))
		}
		m.Row(p.row(0))
		if !bytes.Equal(got, want) {
			t.Errorf("%v: %d bytes handed out, not the %d of the picture", s, len(got), len(want))
		}
	}
}

func TestAnyOrderComesToTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, s := range sizes {
		for channels := 1; channels <= 4; channels++ {
			for _, o := range []Options{{}, {Alpha: true}, {Step: 4}} {
				p := noise(r, s[0], s[1], channels)
				want := p.mean(s[2], s[3], o)
				for name, all := range map[string]order{"Adam7": adam7, "tiles": tiles} {
					if !bytes.Equal(p.scatter(s[2], s[3], o, all), want) {
						t.Errorf("%v, %d channels, %+v: %s differ from rows", s, channels, o, name)
					}
				}
			}
		}
	}
}

func TestBytesBehindTheChannelsAreFull(t *testing.T) {
	p := noise(rand.New(rand.NewPCG(5, 6)), 40, 30, 3)
	for _, to := range [][2]int{{40, 30}, {13, 9}} {
		plain, spread := p.mean(to[0], to[1], Options{}), p.mean(to[0], to[1], Options{Step: 4})
		for i := range to[0] * to[1] {
			if want := append(bytes.Clone(plain[3*i:3*i+3]), 255); !bytes.Equal(spread[4*i:4*i+4], want) {
				t.Fatalf("%v: pixel %d is %v, want %v", to, i, spread[4*i:4*i+4], want)
			}
		}
	}
}

func TestAFlatPictureStaysFlat(t *testing.T) {
	for _, s := range sizes {
		for _, v := range []byte{0, 1, 127, 254, 255} {
			p := picture{s[0], s[1], 3, bytes.Repeat([]byte{v}, s[0]*s[1]*3)}
			if got := p.mean(s[2], s[3], Options{}); !bytes.Equal(got, bytes.Repeat([]byte{v}, len(got))) {
				t.Errorf("%v of %d: %v", s, v, got)
			}
		}
	}
}

func TestWhatIsNotThereHasNoColour(t *testing.T) {
	p := picture{4, 1, 4, []byte{200, 100, 50, 255, 9, 9, 9, 0, 1, 2, 3, 0, 4, 5, 6, 0}}
	if got := p.mean(2, 1, Options{Alpha: true}); !bytes.Equal(got, []byte{200, 100, 50, 128, 0, 0, 0, 0}) {
		t.Error(got)
	}
}

// TestPartsThatAreMissingDoNotDarken adds three of the seven passes, and of the
// lower half nothing.
func TestPartsThatAreMissingDoNotDarken(t *testing.T) {
	for _, s := range [][4]int{{64, 64, 10, 16}, {300, 256, 20, 16}, {64, 64, 8, 64}} {
		for channels := 3; channels <= 4; channels++ {
			all, seen := NewScatter(s[0], s[1], s[2], s[3], channels), NewScatter(s[0], s[1], s[2], s[3], 1)
			all.Options = Options{Step: 4, Alpha: channels == 4}
			for _, p := range [][4]int{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}} {
				for y := p[1]; y < s[1]/2; y += p[3] {
					n := (s[0] - p[0] + p[2] - 1) / p[2]
					all.Add(y, p[0], p[2], bytes.Repeat([]byte{90, 90, 90, 255}[:channels], n))
					seen.Add(y, p[0], p[2], bytes.Repeat([]byte{1}, n))
				}
			}
			pix := all.Of(seen)
			for i := range s[2] * s[3] {
				px, y := pix[4*i:4*i+4], i/s[2]*s[1]/s[3]
				known := bytes.Equal(px, []byte{90, 90, 90, 255})
				grey := bytes.Equal(px, []byte{128, 128, 128, 255})
				if !known && (!grey || y%4 == 0 && y < s[1]/2) || known && y >= s[1]/2 {
					t.Fatalf("%v, %d channels: %v for row %d", s, channels, px, y)
				}
			}
		}
	}
}

func TestAPlaneComesToTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, s := range sizes {
		p := noise(r, s[0], s[1], 3)
		stride := p.w*3 + 5
		pix := make([]byte, stride*p.h)
		for y := range p.h {
			copy(pix[y*stride:], p.row(y))
		}
		if got := Plane(pix, stride, p.w, p.h, s[2], s[3], 3); !bytes.Equal(got, p.mean(s[2], s[3], Options{})) {
			t.Errorf("%v: a plane differs from rows", s)
		}
	}
}

// TestNoSumOverflows has the longest lines, and the bound of what they add up to.
func TestNoSumOverflows(t *testing.T) {
	const side = 65_500
	for _, s := range [][2]int{{side, 1}, {1, side}, {side, 3}, {9, side}} {
		for _, alpha := range []bool{false, true} {
			p := picture{s[0], s[1], 4, bytes.Repeat([]byte{255}, s[0]*s[1]*4)}
			o := Options{Alpha: alpha}
			want := []byte{255, 255, 255, 255}
			if got := p.mean(1, 1, o); !bytes.Equal(got, want) {
				t.Errorf("%v, alpha %t: %v", s, alpha, got)
			}
			if got := p.scatter(1, 1, o, adam7); !bytes.Equal(got, want) {
				t.Errorf("%v, alpha %t, scattered: %v", s, alpha, got)
			}
		}
	}
	area := uint64(side*256) * (side * 256)
	if over, _ := bits.Mul64(area, 255*255); over != 0 {
		t.Error("alpha of the largest picture overflows")
	}
	for _, s := range []struct {
		to    int
		alpha bool
		width int
	}{{side, false, 4}, {side / 15, false, 4}, {side / 17, false, 8}, {side / 2, true, 8}, {1, true, 8}} {
		g := NewScatter(side, side, s.to, s.to, 1)
		if g.Alpha = s.alpha; g.sumBytes() != s.width {
			t.Errorf("%+v: %d bytes", s, g.sumBytes())
		}
	}
}

func BenchmarkRow(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, tt := range []struct {
		channels int
		Options
	}{{1, Options{}}, {3, Options{Step: 4}}, {4, Options{}}, {4, Options{Alpha: true}}} {
		p := noise(r, 15_000, 16, tt.channels)
		b.Run(fmt.Sprint(tt.channels, tt.Alpha), func(b *testing.B) {
			b.SetBytes(15_000) // pixels
			m := New(15_000, 65_500, 2400, 10_480, tt.channels)
			m.Options = tt.Options
			for i := 0; b.Loop(); i++ {
				if i%65_500 == 0 {
					m.y, m.out = 0, 0
				}
				m.Row(p.row(i % 16))
			}
		})
		b.Run(fmt.Sprint("scatter ", tt.channels, tt.Alpha), func(b *testing.B) {
			b.SetBytes(15_000)
			s := NewScatter(15_000, 10_000, 2400, 1600, tt.channels)
			s.Options = tt.Options
			for i := 0; b.Loop(); i++ {
				s.Add(i%10_000, 0, 1, p.row(i%16))
			}
		})
	}
}
