package render

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/disintegration/imaging"

	"pano/internal/icc"
	"pano/internal/render/jpegwrite"
)

// A task is a picture in memory and what is made of it.
type task struct {
	img         image.Image
	orientation int
	whole       image.Point
	part        image.Rectangle
	size        image.Point
	colours     colours
}

func (c task) cutting() cutting {
	return cutting{cut{c.part, c.whole, c.orientation, c.colours}.of(c.img), c.part.Size(), c.size, c.colours}
}

// gathered is a rowWriter that keeps the rows.
type gathered struct {
	img  *image.RGBA
	most int // rows in one call
}

func (g *gathered) Write(rows *image.RGBA) error {
	y := g.img.Rect.Max.Y
	if y%bandOut != 0 {
		return errors.New("rows after half a band")
	}
	for i := range rows.Rect.Dy() {
		g.img.Pix = append(g.img.Pix, rows.Pix[i*rows.Stride:][:g.img.Stride]...)
	}
	g.img.Rect.Max.Y += rows.Rect.Dy()
	g.most = max(g.most, rows.Rect.Dy())
	return nil
}

func (g *gathered) Close() error { return nil }

func gather(t testing.TB, c cutting) *image.RGBA {
	t.Helper()
	g := gathered{img: &image.RGBA{Stride: 4 * c.size.X, Rect: image.Rect(0, 0, c.size.X, 0)}}
	if err := c.writeTo(&g); err != nil {
		t.Fatal(err)
	}
	if g.img.Rect.Size() != c.size || g.most > bandIn {
		t.Fatalf("%v in bands of at most %d rows, want %v", g.img.Rect, g.most, c.size)
	}
	return g.img
}

// atOnce is the same picture made as a whole, by imaging alone.
func atOnce(c task) *image.RGBA {
	img := c.colours.early(c.img)
	if c.orientation > 1 {
		img = turned(img, c.orientation)
	}
	part := imaging.Crop(img, c.part.Add(img.Bounds().Min))
	out := imaging.Resize(part, c.size.X, c.size.Y, imaging.Lanczos)
	c.colours.late(out)
	return onWhite(out)
}

// decibels compares two pictures, and says by how much they differ at most.
func decibels(a, b *image.RGBA) (db float64, most int) {
	var sum float64
	for i, v := range a.Pix {
		d := int(v) - int(b.Pix[i])
		sum += float64(d * d)
		most = max(most, d, -d)
	}
	return 10 * math.Log10(255*255*float64(len(a.Pix))*3/4/sum), most
}

// kinds are pictures of every kind that a decoder returns.
func kinds(w, h int) map[string]image.Image {
	from := scene(w, h)
	all := map[string]image.Image{"RGBA": from}
	add := func(name string, dst draw.Image) {
		draw.Draw(dst, dst.Bounds(), from, image.Point{}, draw.Src)
		all[name] = dst
	}
	add("Gray", image.NewGray(from.Rect))
	add("Gray16", image.NewGray16(from.Rect))
	add("RGBA64", image.NewRGBA64(from.Rect))
	add("NRGBA64", image.NewNRGBA64(from.Rect))
	add("CMYK", image.NewCMYK(from.Rect))
	add("Paletted", image.NewPaletted(from.Rect, color.Palette{color.White, color.Black, color.RGBA{200, 30, 30, 255}, color.NRGBA{0, 200, 0, 90}}))
	holes := image.NewNRGBA(from.Rect)
	r := rand.New(rand.NewPCG(5, 6))
	for i := 0; i < len(holes.Pix); i += 4 {
		copy(holes.Pix[i:], from.Pix[i:i+3])
		holes.Pix[i+3] = []byte{0, 0, 255, 255, byte(r.IntN(256))}[r.IntN(5)]
	}
	all["NRGBA with holes"] = holes
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		p := image.NewNYCbCrA(from.Rect, ratio)
		for y := range h {
			for x := range w {
				c := from.RGBAAt(x, y)
				p.Y[p.YOffset(x, y)], p.Cb[p.COffset(x, y)], p.Cr[p.COffset(x, y)] = color.RGBToYCbCr(c.R, c.G, c.B)
				p.A[p.AOffset(x, y)] = byte(r.IntN(256))
			}
		}
		all[ratio.String()] = &p.YCbCr
		all["with alpha, "+ratio.String()] = p
	}
	return all
}

func TestBandsAreWhatImagingMakesOfTheWhole(t *testing.T) {
	for name, img := range kinds(397, 301) {
		for o := 1; o <= 8; o++ {
			whole := image.Pt(397, 301)
			if o >= 5 {
				whole = image.Pt(301, 397)
			}
			c := task{img, o, whole, image.Rect(11, 7, 290, 286), image.Pt(223, 201), colours{}}
			if db, most := decibels(gather(t, c.cutting()), atOnce(c)); db < 80 || most > 1 {
				t.Errorf("%s, orientation %d: %.1f dB, up to %d levels", name, o, db, most)
			}
		}
	}
}

func TestEverySizeIsMadeByBandsAsAtOnce(t *testing.T) {
	img := scene(520, 410)
	for _, tt := range []struct {
		cut  image.Rectangle
		w, h int
	}{
		{image.Rect(0, 0, 520, 410), 519, 409}, {image.Rect(0, 0, 520, 410), 1, 1}, {image.Rect(0, 0, 520, 410), 20, 300}, {image.Rect(0, 0, 520, 410), 500, 3},
		{image.Rect(0, 0, 520, 410), 520, 410}, {image.Rect(0, 0, 520, 410), 520, 99}, {image.Rect(0, 0, 520, 410), 99, 410},
		{image.Rect(0, 0, 1, 1), 1, 1}, {image.Rect(519, 409, 520, 410), 1, 1}, {image.Rect(0, 0, 1, 410), 1, 64}, {image.Rect(0, 0, 520, 1), 65, 1},
		{image.Rect(519, 0, 520, 410), 1, 300}, {image.Rect(0, 0, 63, 64), 33, 63}, {image.Rect(457, 281, 520, 410), 60, 128}, {image.Rect(0, 281, 65, 410), 64, 129},
		{image.Rect(3, 5, 131, 133), 128, 127}, {image.Rect(1, 1, 3, 3), 1, 2},
	} {
		c := task{img, 1, img.Rect.Size(), tt.cut, image.Pt(tt.w, tt.h), colours{}}
		if db, most := decibels(gather(t, c.cutting()), atOnce(c)); db < 75 || most > 1 {
			t.Errorf("%v to %d × %d: %.1f dB, up to %d levels", tt.cut, tt.w, tt.h, db, most)
		}
	}
}

func TestLargePrintsAreWithin85Decibels(t *testing.T) {
	img := scene(1900, 1300)
	for _, size := range []image.Point{{1425, 975}, {760, 520}, {1881, 1287}} {
		c := task{img, 1, img.Rect.Size(), img.Rect, size, colours{}}
		db, most := decibels(gather(t, c.cutting()), onWhite(imaging.Fill(img, size.X, size.Y, imaging.Center, imaging.Lanczos)))
		t.Logf("%v: %.1f dB", size, db)
		if db < 85 || most > 1 {
			t.Errorf("%v: %.1f dB, up to %d levels", size, db, most)
		}
	}
}

func TestBandsBringColoursToSRGB(t *testing.T) {
	p3, err := icc.Parse(icc.DisplayP3())
	if err != nil {
		t.Fatal(err)
	}
	cube, err := p3.ToSRGB()
	if err != nil {
		t.Fatal(err)
	}
	all := kinds(301, 290)
	for name, c := range map[string]colours{"CMYK": {icc.CoatedCMYK()}, "RGBA": {cube}, "NRGBA with holes": {cube}, "Gray": {cube}} {
		for _, size := range []image.Point{{301, 290}, {200, 190}} {
			for _, o := range []int{1, 6} {
				whole := image.Pt(301, 290)
				if o == 6 {
					whole = image.Pt(290, 301)
				}
				cut := task{all[name], o, whole, image.Rectangle{Max: whole}, size, c}
				if o == 6 {
					cut.size = image.Pt(size.Y, size.X)
				}
				want := atOnce(cut)
				if db, most := decibels(gather(t, cut.cutting()), want); db < 75 || most > 3 {
					t.Errorf("%s, %v, orientation %d: %.1f dB, up to %d levels", name, size, o, db, most)
				}
			}
		}
	}
}

func TestLyingPicturesLookAsWhenTheyAreTurnedLast(t *testing.T) {
	img := scene(500, 400)
	for o := 5; o <= 8; o++ {
		c := task{img, o, image.Pt(400, 500), image.Rect(0, 0, 400, 500), image.Pt(310, 377), colours{}}
		last := onWhite(turned(imaging.Resize(img, 377, 310, imaging.Lanczos), o))
		if db, most := decibels(gather(t, c.cutting()), last); db < 50 || most > 3 {
			t.Errorf("orientation %d: %.1f dB, up to %d levels", o, db, most)
		}
	}
}

func TestAWriterThatFailsEndsThePrint(t *testing.T) {
	img := scene(300, 900)
	for _, size := range []image.Point{{300, 900}, {200, 600}} {
		for _, format := range []string{"jpeg", "png"} {
			for _, room := range []int{0, 400, 20_000} {
				err := printTo(&roomy{room}, task{img, 1, image.Pt(300, 900), img.Rect, size, colours{}}.cutting(), format)
				if !errors.Is(err, io.ErrShortWrite) {
					t.Errorf("%s, %v, %d bytes: %v", format, size, room, err)
				}
			}
		}
	}
}

// roomy takes so many bytes.
type roomy struct{ left int }

func (r *roomy) Write(p []byte) (int, error) {
	if len(p) > r.left {
		return 0, io.ErrShortWrite
	}
	r.left -= len(p)
	return len(p), nil
}

// printTo writes a print without a file.
func printTo(w io.Writer, c cutting, format string) (err error) {
	var out rowWriter
	if paper := (paperData{300, icc.SRGB()}); format == "png" {
		out, err = newPNG(w, c.size, paper)
	} else {
		out, err = jpegwrite.NewWriter(w, c.size, jpegwrite.Options{Quality: printQuality, Full: true, Segments: paper.jpegMarkers()})
	}
	if err != nil {
		return err
	}
	if err := c.writeTo(out); err != nil {
		return err
	}
	return out.Close()
}

func TestAPNGIsWrittenByRowsAsByTheLibrary(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {1, 200}, {200, 1}, {3, 65}, {301, 333}} {
		img := scene(size.X, size.Y)
		var b bytes.Buffer
		if err := printTo(&b, task{img, 1, size, img.Rect, size, colours{}}.cutting(), "png"); err != nil {
			t.Fatal(err)
		}
		var library bytes.Buffer
		if err := png.Encode(&library, img); err != nil {
			t.Fatal(err)
		}
		theirs := library.Len()
		if over := b.Len() - theirs - 3500; over > theirs/100 { // the profile takes three thousand
			t.Errorf("%v: %d bytes, the library %d", size, b.Len(), theirs)
		}
		got := picture(t, write(t, b.Bytes(), "a.png"))
		for y := range size.Y {
			for x := range size.X {
				if r := img.RGBAAt(x, y); got.NRGBAAt(x, y) != (color.NRGBA{r.R, r.G, r.B, 255}) {
					t.Fatalf("%v: %v at %d, %d, want %v", size, got.NRGBAAt(x, y), x, y, r)
				}
			}
		}
		said := run(t, "libvips-tools", "vips", "avg", write(t, b.Bytes(), "a.png"))
		var seen float64
		if _, err := fmt.Sscan(said, &seen); err != nil || math.Abs(seen-mean(img)) > 1e-4 {
			t.Errorf("%v: vips reads a mean of %s, want %.6f", size, said, mean(img))
		}
	}
}

func mean(img *image.RGBA) float64 {
	var sum, n float64
	for i, v := range img.Pix {
		if i%4 < 3 {
			sum, n = sum+float64(v), n+1
		}
	}
	return sum / n
}
