package main

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
)

// paintCommand makes this program paint the first picture in a process of its
// own, so that the one that measures stays small.
const paintCommand = "paint"

// makePictures makes what is missing in dir.
func makePictures(dir string, large bool) error {
	at := func(name string) string { return filepath.Join(dir, name) }
	self, err := os.Executable()
	if err != nil {
		return err
	}
	type step struct {
		file string
		cmd  *exec.Cmd
	}
	steps := []step{
		{"24.jpg", exec.Command(self, paintCommand, at("24.jpg"))},
		{"progressive.jpg", exec.Command("vips", "copy", at("24.jpg"), at("progressive.jpg")+"[interlace=true,Q=90]")},
		{"100.jpg", exec.Command("vips", "resize", at("24.jpg"), at("100.jpg")+"[Q=90]", "2.0412")},
		{"cmyk.jpg", exec.Command("vips", "icc_transform", at("24.jpg"), at("cmyk.jpg")+"[Q=90]", "cmyk")},
		{"24.tif", exec.Command("vips", "colourspace", at("24.jpg"), at("24.tif"), "rgb16")},
	}
	if large {
		steps = append(steps,
			step{"150.png", exec.Command("vips", "resize", at("24.jpg"), at("150.png"), "2.5")},
			step{"interlaced.png", exec.Command("vips", "copy", at("150.png"), at("interlaced.png")+"[interlace=true]")})
	}
	for _, s := range steps {
		if _, err := os.Stat(at(s.file)); err == nil {
			continue
		}
		if out, err := s.cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%v (Debian: libvips-tools): %w: %s", s.cmd.Args, err, out)
		}
	}
	return nil
}

// paint draws 6,000 × 4,000 pixels of sky, hills, leaves and a lit house, with the noise of a camera.
func paint(path string) error {
	const w, h = 6000, 4000
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, colourAt(float64(x)/w, float64(y)/h, 5*r.NormFloat64()))
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	b := bufio.NewWriter(f)
	if err := jpeg.Encode(b, img, &jpeg.Options{Quality: 90}); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// colourAt is the colour of a point of the unit square.
func colourAt(u, v, noise float64) color.RGBA {
	c := [3]float64{90 + 120*v, 140 + 80*v, 230 - 40*v}
	if v > 0.55+0.1*math.Sin(9*u)+0.03*math.Sin(40*u) {
		leaf := 40 * math.Sin(u*900) * math.Sin(v*700)
		c = [3]float64{60 + leaf, 110 + leaf, 50 + leaf/2}
	}
	if u > 0.4 && u < 0.6 && v > 0.3 && v < 0.8 {
		c = [3]float64{190, 60, 45}
		if int(u*100)%3 == 0 && int(v*60)%3 != 0 {
			c = [3]float64{250, 220, 120}
		}
	}
	px := func(v float64) uint8 { return uint8(min(max(v+noise, 0), 255)) }
	return color.RGBA{px(c[0]), px(c[1]), px(c[2]), 255}
}
