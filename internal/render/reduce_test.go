package render

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"

	"pano/internal/icc"
	"pano/internal/pano"
)

// TestReducedPixelsAreTheMeanOfTheirArea compares with the plain definition.
func TestReducedPixelsAreTheMeanOfTheirArea(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, size := range []image.Point{{37, 11}, {101, 64}, {50, 203}} {
		src := image.NewGray(image.Rectangle{Max: size})
		for i := range src.Pix {
			src.Pix[i] = uint8(r.IntN(256))
		}
		edge := pano.Px(max(size.X, size.Y) / 5)
		got := reduce(src, edge).(*image.Gray)
		w, h := got.Rect.Dx(), got.Rect.Dy()
		if w == size.X {
			t.Fatalf("%v was not reduced", size)
		}
		for y := range h {
			for x := range w {
				want := areaMean(src, x, y, float64(size.X)/float64(w), float64(size.Y)/float64(h))
				if g := float64(got.GrayAt(x, y).Y); g < want-1.5 || g > want+1.5 {
					t.Fatalf("%v at %d, %d: %.0f, want %.2f", size, x, y, g, want)
				}
			}
		}
	}
}

func areaMean(src *image.Gray, x, y int, sx, sy float64) float64 {
	over := func(i int, at, n float64) float64 {
		return max(0, min(float64(i+1), (at+1)*n)-max(float64(i), at*n))
	}
	var sum float64
	for v := range src.Rect.Dy() {
		for u := range src.Rect.Dx() {
			sum += over(u, float64(x), sx) * over(v, float64(y), sy) * float64(src.GrayAt(u, v).Y)
		}
	}
	return sum / (sx * sy)
}

func TestReducedPicturesKeepTheirKindAndColour(t *testing.T) {
	rect := image.Rect(0, 0, 103, 57)
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		p := image.NewYCbCr(rect, ratio)
		for i := range p.Y {
			p.Y[i] = 120
		}
		for i := range p.Cb {
			p.Cb[i], p.Cr[i] = 90, 200
		}
		got := reduce(p, 10)
		if b := got.Bounds(); b.Dx() != 16 || got.At(15, 7) != (color.YCbCr{120, 90, 200}) {
			t.Errorf("%v: %v, %v", ratio, b, got.At(15, 7))
		}
	}
	n := image.NewNRGBA(rect)
	if reduce(n, 10) != image.Image(n) {
		t.Error("a picture with holes was averaged")
	}
	for i := range n.Pix {
		n.Pix[i] = []byte{10, 20, 30, 255}[i%4]
	}
	if got := reduce(n, 10); got.At(5, 5) != (color.NRGBA{10, 20, 30, 255}) {
		t.Error(got.At(5, 5))
	}
	if reduce(n, 60) != image.Image(n) || reduce(n, 0) != image.Image(n) {
		t.Error("reduced without need")
	}
}

func TestAJPEGIsReducedAsFarAsItsSizeAllows(t *testing.T) {
	for _, tt := range []struct {
		w, h, edge pano.Px
		by         int
	}{
		{6000, 4000, 1600, 2}, {6000, 4000, 320, 8}, {4000, 6000, 320, 8}, {12_247, 8165, 1600, 4},
		{959, 700, 320, 1}, {960, 700, 320, 2}, {1919, 1, 320, 2}, {1920, 1, 320, 4}, {65_500, 65_500, 1, 8},
		{300, 200, 320, 1}, {6000, 4000, 0, 1}, {6000, 4000, maxSide, 1},
	} {
		if by := (Facts{Format: "JPEG", W: tt.w, H: tt.h}).reduction(tt.edge); by != tt.by {
			t.Errorf("%d × %d to %d: by %d, want %d", tt.w, tt.h, tt.edge, by, tt.by)
		}
		if by := (Facts{Format: "PNG", W: tt.w, H: tt.h}).reduction(tt.edge); by != 1 {
			t.Errorf("a PNG is reduced by %d", by)
		}
	}
}

// TestReducedPicturesLookLikeWholeOnes makes a thumbnail of a reduced picture,
// and one of the whole picture, of every kind of JPEG and at every reduction.
// The sides are multiples of 8: others come out up to half a reduced pixel off,
// which the fine waves of this scene do not forgive.
func TestReducedPicturesLookLikeWholeOnes(t *testing.T) {
	img := scene(1600, 1064)
	ink := vips(t, img, ".jpg[Q=95]", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc")
	grey := image.NewGray(img.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = img.Pix[4*i]
	}
	for name, b := range map[string][]byte{
		"JPEG": encode(t, "JPEG", img), "grey": encode(t, "JPEG", grey), "CMYK": ink,
		"4:4:4":           vips(t, img, ".jpg[Q=95,subsample-mode=off]", "copy"),
		"progressive":     vips(t, img, ".jpg[Q=95,interlace=true]", "copy"),
		"on its side":     turnedJPEG(t, img, 6, false),
		"of a wide gamut": withProfile(encode(t, "JPEG", img), icc.AdobeRGB()),
	} {
		want := picture(t, made(t, b, full())[0].Path)
		for _, edge := range []pano.Px{500, 250, 125} {
			o := made(t, b, Spec{Edge: edge, Quality: 100})[0]
			got, small := picture(t, o.Path), resize(want, int(o.W), int(o.H))
			s := ssim(got, small)
			t.Logf("%s at %d: SSIM %.4f", name, edge, s)
			if s < 0.98 || o.Partial {
				t.Errorf("%s at %d: SSIM %.4f, partial %t", name, edge, s, o.Partial)
			}
			w, h := got.Rect.Dx(), got.Rect.Dy()
			for _, at := range []image.Point{{w / 2, h / 8}, {w / 8, h / 4}, {w - w/8, h / 8}} {
				near(t, fmt.Sprint(name, " at ", at), got.NRGBAAt(at.X, at.Y), small.NRGBAAt(at.X, at.Y), 4)
			}
		}
	}
}

// TestABrokenJPEGIsShownInPartAndSaidSo has junk for the lower half, and its end.
func TestABrokenJPEGIsShownInPartAndSaidSo(t *testing.T) {
	b := encode(t, "JPEG", scene(1000, 800))
	for i := len(b) / 2; i < len(b)-2; i++ {
		b[i] = 0xaa
	}
	b = append(b[:len(b)/2+1000], 0xff, 0xd9)
	o := made(t, b, Thumb())[0]
	if got := picture(t, o.Path); !o.Partial || got.NRGBAAt(160, 250) != got.NRGBAAt(10, 250) {
		t.Errorf("partial %t, %v at the bottom", o.Partial, got.NRGBAAt(160, 250))
	}
}

// TestTheGateKnowsWhatAReducedJPEGTakes pins the formula of the estimate: planes,
// coefficients, narrowed rows, result.
func TestTheGateKnowsWhatAReducedJPEGTakes(t *testing.T) {
	f := Facts{Format: "JPEG", W: 6400, H: 4800, Orientation: 1, Components: 3, Sampling: 1.5}
	for what, tt := range map[string]struct {
		change func(*Facts)
		edge   pano.Px
		want   int64
	}{
		"by 2":           {func(*Facts) {}, 1600, 6400*4800/4*3/2 + 7*1600*1200},
		"by 8":           {func(*Facts) {}, 320, 6400*4800/64*3/2 + 7*320*240},
		"turned":         {func(f *Facts) { f.Orientation = 6 }, 1600, 6400*4800/4*3/2 + 11*1600*1200},
		"grey":           {func(f *Facts) { f.Sampling = 1 }, 1600, 6400*4800/4 + 7*1600*1200},
		"CMYK":           {func(f *Facts) { f.Components, f.Sampling = 4, 4 }, 1600, 6400*4800/4*8 + 4*1600*2400 + 4*1600*1200},
		"progressive":    {func(f *Facts) { f.Progressive = true }, 1600, 6400*4800/4*3/2 + 6400*4800/64*80*3/2 + 7*1600*1200},
		"progressive, 8": {func(f *Facts) { f.Progressive = true }, 320, 6400*4800/64*3/2 + 6400*4800/64*4*3/2 + 7*320*240},
	} {
		g := f
		if tt.change(&g); Estimate(g, tt.edge) != tt.want {
			t.Errorf("%s: %d, want %d", what, Estimate(g, tt.edge), tt.want)
		}
	}
}

// TestABrokenPNGIsShownInPartAndSaidSo has half of its rows.
func TestABrokenPNGIsShownInPartAndSaidSo(t *testing.T) {
	b := pngBytes(100, 100, 8, 0, 0, nil, zeros(t, 101*50))
	o := made(t, b, full())[0]
	got := picture(t, o.Path)
	near(t, "a row that is there", got.NRGBAAt(50, 25), color.NRGBA{0, 0, 0, 255}, 3)
	near(t, "a row that is not", got.NRGBAAt(50, 75), color.NRGBA{128, 128, 128, 255}, 3)
	if !o.Partial {
		t.Error("not said")
	}
}

// TestTheGateKnowsWhatAnAveragedPNGTakes pins the formula of the estimate: the
// small picture or its sums, narrowed rows, result.
func TestTheGateKnowsWhatAnAveragedPNGTakes(t *testing.T) {
	f := Facts{Format: "PNG", W: 16_000, H: 12_000, Depth: 8, Orientation: 1, Components: 3, Space: RGB}
	const narrow, made = 4 * 1600 * 1800, 4 * 1600 * 1200
	for what, tt := range map[string]struct {
		change func(*Facts)
		want   int64
	}{
		"RGB":              {func(*Facts) {}, 4*2400*1800 + narrow + made},
		"of 16 bits":       {func(f *Facts) { f.Depth = 16 }, 4*2400*1800 + narrow + made},
		"grey":             {func(f *Facts) { f.Components, f.Space = 1, Grey }, 2400*1800 + narrow + made},
		"palette":          {func(f *Facts) { f.Components, f.Space = 1, Palette }, 4*2400*1800 + narrow + made},
		"turned":           {func(f *Facts) { f.Orientation = 6 }, 4*2400*1800 + narrow + 2*made},
		"interlaced":       {func(f *Facts) { f.Progressive = true }, 12*2400*1800 + narrow + made},
		"interlaced grey":  {func(f *Facts) { f.Progressive, f.Components, f.Space = true, 1, Grey }, 4*2400*1800 + narrow + made},
		"interlaced holes": {func(f *Facts) { f.Progressive, f.HasAlpha = true, true }, 32*2400*1800 + narrow + made},
		"interlaced, vast": {func(f *Facts) { f.Progressive, f.W, f.H = true, 60_000, 45_000 }, 24*2400*1800 + narrow + made},
		"hardly larger":    {func(f *Facts) { f.W, f.H = 3000, 3000 }, 4*3000*3000 + 4*1600*3000 + 12*1600*1600},
	} {
		g := f
		if tt.change(&g); Estimate(g, 1600) != tt.want {
			t.Errorf("%s: %d, want %d", what, Estimate(g, 1600), tt.want)
		}
	}
}
