package render

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"path/filepath"
	"testing"

	"pano/internal/render/likeness"
)

// lines draws what a plan has: rays, circles and a fine grid, black on white.
func lines(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2), float64(y-h/2)
			c := color.NRGBA{255, 255, 255, 255}
			if math.Mod(math.Hypot(dx, dy), 40) < 3 || math.Mod(math.Atan2(dy, dx)+4, 0.2) < 0.02 || x%97 < 2 || y%89 < 2 {
				c = color.NRGBA{A: 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// banner draws a red banner with yellow bars, as letters have them.
func banner(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{205, 20, 25, 255}), image.Point{}, draw.Src)
	for i := range 9 {
		bar := image.Rect(w/20+i*w/10, h/3, w/20+i*w/10+w/30, h*2/3)
		draw.Draw(img, bar, image.NewUniform(color.NRGBA{255, 225, 40, 255}), image.Point{}, draw.Src)
	}
	return img
}

// A preview is as like to what exact arithmetic makes of a picture as vips's is,
// to two thousandths.
// What is missing to 1 is the JPEG of either: both are of quality 85.
func TestPreviewsAreAsGoodAsThoseOfVips(t *testing.T) {
	for name, img := range map[string]image.Image{"photograph": scene(1500, 1000), "line art": lines(1500, 1000), "banner": banner(3000, 900)} {
		for format, suffix := range map[string]string{"JPEG": ".jpg[Q=92]", "PNG": ".png"} {
			in := write(t, vips(t, img, suffix, "copy"), "in")
			ours, theirs := filepath.Join(t.TempDir(), "ours.jpg"), filepath.Join(t.TempDir(), "theirs.jpg")
			if out, err := runCommand(t, "-size", "400", "-o", ours, in); err != nil {
				t.Fatal(out, err)
			}
			run(t, "libvips-tools", "vipsthumbnail", in, "-s", "400", "-o", theirs+"[Q=85]")
			exact := write(t, vips(t, img, ".jpg[Q=100]", "copy"), "exact")
			if format == "JPEG" {
				exact = in
			}
			whole, err := likeness.Open(exact)
			if err != nil {
				t.Fatal(err)
			}
			own, err := likeness.Open(ours)
			if err != nil {
				t.Fatal(err)
			}
			other, err := likeness.Open(theirs)
			if err != nil {
				t.Fatal(err)
			}
			want := whole.Resized(own.W, own.H)
			a, b := own.SSIM(want), other.SSIM(want)
			t.Logf("%s, %s: SSIM %.4f, vips %.4f", name, format, a, b)
			if least := map[string]float64{"photograph": 0.985, "line art": 0.975, "banner": 0.99}[name]; a < least || a < b-0.002 {
				t.Errorf("%s, %s: SSIM %.4f, want %.3f and vips's %.4f", name, format, a, least, b)
			}
		}
	}
}
