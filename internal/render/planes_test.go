package render

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"pano/internal/pano"
)

// opened is a picture as the child has it.
func opened(t testing.TB, b []byte) (source, header) {
	t.Helper()
	s := source{bytes.NewReader(b), int64(len(b))}
	h, err := readHeader(s)
	if err != nil {
		t.Fatal(err)
	}
	return s, h
}

// By strips and planes a picture comes out as by pixels: 60 dB where nothing is
// turned to RGB and back, else as near as that and the spreading of colours allow.
func TestPlanesComeOutAsPixelsDo(t *testing.T) {
	img := scene(1200, 800)
	for name, b := range map[string][]byte{
		"4:2:0":       vips(t, img, ".jpg[Q=95,subsample-mode=on]", "copy"),
		"4:4:4":       vips(t, img, ".jpg[Q=95,subsample-mode=off]", "copy"),
		"progressive": vips(t, img, ".jpg[Q=95,interlace=true]", "copy"),
		"grey":        vips(t, img, ".jpg[Q=95]", "colourspace", "b-w"),
	} {
		src, h := opened(t, b)
		if (h.Components == 1) != (name == "grey") || h.Progressive != (name == "progressive") {
			t.Fatalf("%s: %+v", name, h.Facts)
		}
		for _, edge := range []pano.Px{400, 301, 90} {
			w, ht := Fit(h.W, h.H, edge)
			planes, partial, err := fromStrips(src, h, edge, int(w), int(ht), true)
			if err != nil || partial || planes.Rect.Dx() != int(w) || planes.Rect.Dy() != int(ht) {
				t.Fatalf("%s, %d: %v, partial %v, %v", name, edge, planes.Rect, partial, err)
			}
			img, _, err := decode(src, h, edge)
			if err != nil {
				t.Fatal(err)
			}
			light, colour := apart(planes, resize(img, int(w), int(ht)))
			t.Logf("%s, %d: brightness %.2f levels off, colours %.2f", name, edge, light, colour)
			most := 0.75
			if name == "grey" {
				most = 0.255 // 60 dB
			}
			if light > most || colour > 1.5 {
				t.Errorf("%s, %d: brightness %.2f levels off, colours %.2f; want %.2f and 1.5", name, edge, light, colour, most)
			}
		}
	}
}

// A picture whose sides cannot be halved lies where it lay: nearer to one made
// of all its pixels than if its last, partly empty boxes counted as whole ones.
func TestOddPicturesAreNotShifted(t *testing.T) {
	src, h := opened(t, vips(t, scene(1203, 805), ".jpg[Q=98]", "copy"))
	whole, _, err := decode(src, h, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, edge := range []pano.Px{400, 301, 90} {
		w, ht := Fit(h.W, h.H, edge)
		planes, _, err := fromStrips(src, h, edge, int(w), int(ht), false)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := decode(src, h, edge)
		if err != nil {
			t.Fatal(err)
		}
		best := resize(whole, int(w), int(ht))
		light, _ := apart(planes, best)
		boxes, _ := apart(ycc(resize(img, int(w), int(ht))), best)
		t.Logf("%d: %.2f levels off, with whole boxes %.2f", edge, light, boxes)
		if light > 0.75*boxes {
			t.Errorf("%d: %.2f levels off, with whole boxes %.2f", edge, light, boxes)
		}
	}
}

func TestPixelsAreShrunkAsImagingDoes(t *testing.T) {
	size := image.Rect(0, 0, 301, 203)
	rgb, grey, holes := image.NewNRGBA(size), image.NewGray(size), image.NewNRGBA(size)
	draw.Draw(rgb, size, scene(301, 203), image.Point{}, draw.Src)
	draw.Draw(grey, size, rgb, image.Point{}, draw.Src)
	copy(holes.Pix, rgb.Pix)
	for i := 3; i < len(holes.Pix); i += 20 {
		holes.Pix[i] = byte(i)
	}
	part := rgb.SubImage(image.Rect(20, 30, 250, 190))
	for _, img := range []image.Image{rgb, grey, holes, part} {
		for _, to := range []image.Point{{100, 67}, {301, 203}, {1, 1}} {
			got, want := shrunk(img, to.X, to.Y), resize(img, to.X, to.Y)
			if got.Rect != want.Rect {
				t.Fatalf("%v, want %v", got.Rect, want.Rect)
			}
			var sum float64
			for i, v := range want.Pix {
				sum += sq(v, got.Pix[i])
			}
			if sum/float64(len(want.Pix)) > 0.065 { // 60 dB
				t.Errorf("%T %v → %v: mean square %.3f", img, img.Bounds(), to, sum/float64(len(want.Pix)))
			}
		}
	}
}

// ycc turns a picture to planes of full size.
func ycc(img *image.NRGBA) *image.YCbCr {
	all := image.NewYCbCr(img.Rect, image.YCbCrSubsampleRatio444)
	for i := range all.Y {
		all.Y[i], all.Cb[i], all.Cr[i] = color.RGBToYCbCr(img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2])
	}
	return all
}

// apart is by how much brightness and colours differ, as roots of mean squares.
func apart(a *image.YCbCr, b *image.NRGBA) (light, colour float64) {
	size := b.Rect.Size()
	for y := range size.Y {
		for x := range size.X {
			p, q := a.YCbCrAt(x, y), b.NRGBAAt(x, y)
			l, cb, cr := color.RGBToYCbCr(q.R, q.G, q.B)
			light += sq(p.Y, l)
			colour += (sq(p.Cb, cb) + sq(p.Cr, cr)) / 2
		}
	}
	n := float64(size.X * size.Y)
	return math.Sqrt(light / n), math.Sqrt(colour / n)
}

func sq(a, b byte) float64 { return float64(int(a)-int(b)) * float64(int(a)-int(b)) }

// The preview of a flat picture is flat to its edges, whatever its size, and the
// thumbnail made of its planes is too.
func TestPlanesOfOddSizesReachTheEdges(t *testing.T) {
	for w := 61; w < 69; w++ {
		for h := 51; h < 55; h++ {
			img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
			for i := range img.Y {
				img.Y[i] = 90
			}
			for i := range img.Cb {
				img.Cb[i], img.Cr[i] = 100, 170
			}
			small := smaller(img, w/3, h/3).(*image.YCbCr)
			for _, p := range []image.Point{{0, 0}, {w/3 - 1, 0}, {0, h/3 - 1}, {w/3 - 1, h/3 - 1}} {
				if got := small.YCbCrAt(p.X, p.Y); got != (color.YCbCr{Y: 90, Cb: 100, Cr: 170}) {
					t.Fatalf("%d × %d at %v: %v", w, h, p, got)
				}
			}
		}
	}
}

// A picture that is made of planes from beginning to end is written as such.
func TestPicturesStayInPlanesWhereTheyCan(t *testing.T) {
	for _, c := range []struct {
		orientation uint32
		planes      bool
	}{{1, true}, {6, false}} {
		src, h := opened(t, turnedJPEG(t, scene(900, 600), c.orientation, false))
		img, _, err := largest(src, h, 200, 200, 133)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := img.(*image.YCbCr); ok != c.planes {
			t.Errorf("orientation %d: %T", c.orientation, img)
		}
	}
}
