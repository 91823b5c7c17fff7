// Bench compares "pano render" with vipsthumbnail: it makes its pictures, runs
// both programs on them in turn, and prints medians and their ratios as a
// Markdown table.
//
//	go run ./internal/render/bench [-pano bin/pano] [-rounds 7] [-large] [-dir DIR]
//
// It needs vips and vipsthumbnail (Debian: libvips-tools). Memory is the most
// that the program and its children take together, shared pages counted once.
// Called as "bench render …" it is that command itself, for tests.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

func papers(name string) (w, h pano.MM, ok bool) {
	switch name {
	case "A1":
		return 594, 841, true
	case "A2":
		return 420, 594, true
	}
	return 0, 0, false
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
	if err := compare(*dir, scenes(pano, *large), *rounds, out); err != nil {
		return err
	}
	return quality(*dir, pano, out)
}

// compare does every task with both programs, round by round.
func compare(dir string, all []scene, rounds int, out io.Writer) error {
	type figures struct {
		walls []time.Duration
		peaks []int64
	}
	ours, theirs := make([]figures, len(all)), make([]figures, len(all))
	look := func(f *figures, c []command) error {
		wall, err := timed(dir, c)
		if err != nil {
			return err
		}
		peak, err := weighed(dir, c)
		f.walls, f.peaks = append(f.walls, wall), append(f.peaks, peak)
		return err
	}
	for range rounds {
		for i, s := range all {
			if err := look(&ours[i], s.ours); err != nil {
				return err
			}
			if err := look(&theirs[i], s.theirs); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(out, "| task | vipsthumbnail | pano | wall | aim | memory | aim |\n|---|---|---|---|---|---|---|")
	for i, s := range all {
		wall, peak := median(ours[i].walls), median(ours[i].peaks)
		theirWall, theirPeak := median(theirs[i].walls), median(theirs[i].peaks)
		fmt.Fprintf(out, "| %s | %.2f s, %d MB | %.2f s, %d MB | %.2f | %s | %.2f | %s |\n", s.name,
			theirWall.Seconds(), theirPeak>>20, wall.Seconds(), peak>>20,
			wall.Seconds()/theirWall.Seconds(), aim(s.wall, 0), float64(peak)/float64(theirPeak), aim(s.memory, s.most))
	}
	return nil
}

func aim(ratio float64, bytes int64) string {
	switch {
	case bytes > 0:
		return fmt.Sprintf("%d MB", bytes>>20)
	case ratio > 0:
		return fmt.Sprintf("%.2f", ratio)
	}
	return "–"
}
