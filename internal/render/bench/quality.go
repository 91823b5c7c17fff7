package main

import (
	"fmt"
	"io"
	"path/filepath"

	"pano/internal/render/likeness"
)

// quality prints how like the preview of each program is to what exact
// arithmetic makes of the same picture.
func quality(dir, pano string, out io.Writer) error {
	for _, c := range []command{
		{pano, "render", "-size", "1600", "-o", "p0.jpg", "24.jpg"},
		{"vipsthumbnail", "24.jpg", "-s", "1600", "-o", "v0.jpg[Q=85]"},
	} {
		if _, err := timed(dir, []command{c}); err != nil {
			return err
		}
	}
	full, err := likeness.Open(filepath.Join(dir, "24.jpg"))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\n| likeness to exact arithmetic, 24 MP → 1600 | SSIM | PSNR |\n|---|---|---|")
	var want likeness.Grey
	for _, p := range []struct{ name, file string }{{"vipsthumbnail", "v0.jpg"}, {"pano", "p0.jpg"}} {
		got, err := likeness.Open(filepath.Join(dir, p.file))
		if err != nil {
			return err
		}
		if want.W == 0 {
			want = full.Resized(got.W, got.H)
		}
		if got.W != want.W || got.H != want.H {
			return fmt.Errorf("%s: %d × %d, want %d × %d", p.file, got.W, got.H, want.W, want.H)
		}
		fmt.Fprintf(out, "| %s | %.4f | %.2f dB |\n", p.name, got.SSIM(want), got.PSNR(want))
	}
	return nil
}
