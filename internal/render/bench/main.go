// Bench compares "pano render" with vipsthumbnail: it makes its pictures, runs
// both programs on them in turn, and prints medians and their ratios as a
// Markdown table.
//
//	go run ./internal/render/bench [-pano bin/pano] [-rounds 7] [-large] [-dir DIR]
//
// It needs vips and vipsthumbnail (Debian: libvips-tools). Memory is the
// largest resident size of the program and its children together.
// Called as "bench render …" it is that command itself, for tests.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"pano/internal/pano"
	"pano/internal/render"
)

func main() {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == render.ChildCommand:
		os.Exit(render.ChildMain())
	case len(os.Args) > 1 && os.Args[1] == "render":
		err = render.RenderCommand(context.Background(), os.Args[2:], papers, os.Stdout, os.Stderr)
	case len(os.Args) > 2 && os.Args[1] == paintCommand:
		err = paint(os.Args[2])
	default:
		err = bench(os.Args[1:], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func papers(name string) (w, h pano.MM, ok bool) { return 420, 594, name == "A2" }

// A scene is one task for both programs: each of vips's commands is run in turn.
type scene struct {
	name  string
	input string
	sizes string   // for pano render -size
	vips  []string // longest edges, one command each
	chain bool     // vips makes each from the one before
}

func scenes(large bool) []scene {
	all := []scene{
		{"24 MP JPEG → 1600 + 320, vs two commands", "24.jpg", "1600,320", []string{"1600", "320"}, false},
		{"the same, vs 320 from the 1600", "24.jpg", "1600,320", []string{"1600", "320"}, true},
		{"24 MP JPEG → 1600", "24.jpg", "1600", []string{"1600"}, false},
		{"24 MP JPEG → 320", "24.jpg", "320", []string{"320"}, false},
		{"24 MP progressive JPEG → 1600 + 320", "progressive.jpg", "1600,320", []string{"1600", "320"}, false},
		{"100 MP JPEG → 1600 + 320", "100.jpg", "1600,320", []string{"1600", "320"}, false},
		{"24 MP 16-bit TIFF → 1600", "24.tif", "1600", []string{"1600"}, false},
	}
	if large {
		all = append(all,
			scene{"150 MP PNG → 1600", "150.png", "1600", []string{"1600"}, false},
			scene{"the same, interlaced", "interlaced.png", "1600", []string{"1600"}, false})
	}
	return all
}

func bench(args []string, out io.Writer) error {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	program := f.String("pano", "bin/pano", "the `program` to measure")
	rounds := f.Int("rounds", 7, "how often each task is done; at least 5")
	large := f.Bool("large", false, "also PNGs of 150 megapixels")
	dir := f.String("dir", "", "where the pictures are made, and kept for the next time; a temporary place if left out")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *rounds < 5 {
		return fmt.Errorf("-rounds %d: a median of fewer than 5 says nothing", *rounds)
	}
	pano, err := filepath.Abs(*program)
	if err != nil {
		return err
	}
	if _, err := os.Stat(pano); err != nil {
		return fmt.Errorf("%w: build it first", err)
	}
	if *dir == "" {
		if *dir, err = os.MkdirTemp("", "bench"); err != nil {
			return err
		}
		defer os.RemoveAll(*dir)
	}
	if err := makePictures(*dir, *large); err != nil {
		return err
	}
	return compare(*dir, pano, scenes(*large), *rounds, out)
}

// A run is what one task took.
type run struct {
	wall time.Duration
	peak int64 // bytes
}

// compare does every task with both programs, round by round.
func compare(dir, pano string, all []scene, rounds int, out io.Writer) error {
	ours, theirs := make([][]run, len(all)), make([][]run, len(all))
	for range rounds {
		for i, s := range all {
			r, err := s.pano(dir, pano)
			if err != nil {
				return err
			}
			ours[i] = append(ours[i], r)
			if r, err = s.vipsthumbnail(dir); err != nil {
				return err
			}
			theirs[i] = append(theirs[i], r)
		}
	}
	fmt.Fprintln(out, "| task | vipsthumbnail | pano | wall | memory |\n|---|---|---|---|---|")
	for i, s := range all {
		v, p := median(theirs[i]), median(ours[i])
		fmt.Fprintf(out, "| %s | %.2f s, %d MB | %.2f s, %d MB | %.2f | %.2f |\n", s.name,
			v.wall.Seconds(), v.peak>>20, p.wall.Seconds(), p.peak>>20,
			p.wall.Seconds()/v.wall.Seconds(), float64(p.peak)/float64(v.peak))
	}
	return nil
}

func median(runs []run) run {
	walls, peaks := make([]time.Duration, len(runs)), make([]int64, len(runs))
	for i, r := range runs {
		walls[i], peaks[i] = r.wall, r.peak
	}
	slices.Sort(walls)
	slices.Sort(peaks)
	return run{walls[len(walls)/2], peaks[len(peaks)/2]}
}

func (s scene) pano(dir, program string) (run, error) {
	outs := filepath.Join(dir, "p0.jpg")
	if len(s.vips) > 1 {
		outs += "," + filepath.Join(dir, "p1.jpg")
	}
	return measure(exec.Command(program, "render", "-size", s.sizes, "-o", outs, filepath.Join(dir, s.input)))
}

// vipsthumbnail adds up the times of its commands; memory is that of the largest.
func (s scene) vipsthumbnail(dir string) (total run, err error) {
	in := filepath.Join(dir, s.input)
	for i, size := range s.vips {
		out := filepath.Join(dir, fmt.Sprintf("v%d.jpg", i))
		r, err := measure(exec.Command("vipsthumbnail", in, "-s", size, "-o", out+"[Q=85]"))
		if err != nil {
			return total, err
		}
		total.wall, total.peak = total.wall+r.wall, max(total.peak, r.peak)
		if s.chain {
			in = out
		}
	}
	return total, nil
}
