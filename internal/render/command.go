package render

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pano/internal/pano"
)

// Presets finds the size on paper of a named format, such as A2.
type Presets func(name string) (w, h pano.MM, ok bool)

// RenderCommand is "pano render": the product's own way from one file to its
// pictures, child, limits and all. For each picture it prints its path, its
// size in pixels and its bytes, and for a print how fine it is. A print lies or
// stands as its picture does.
//
//	pano render -size 320[,1600] -o OUT[,OUT2] IN
//	pano render -print A2 -dpi 150 -bleed 3 [-format jpeg] [-focus 0.5,0.3] -o OUT IN
func RenderCommand(ctx context.Context, args []string, presets Presets, stdout, stderr io.Writer) error {
	c, err := parseCommand(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	src, err := os.Open(c.in)
	if err != nil {
		return err
	}
	defer src.Close()
	st, err := src.Stat()
	if err != nil {
		return err
	}
	facts, err := Probe(src, st.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.in, err)
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	w := &Worker{Exe: exe, Dir: filepath.Dir(c.outs[0]), Gate: DefaultGate()}
	made, err := c.run(ctx, w, src, facts, presets)
	if err != nil {
		return fmt.Errorf("%s: %w", c.in, err)
	}
	return c.deliver(made, stdout)
}

// A command is what the arguments ask for.
type command struct {
	in, print, format string
	outs              []string
	sizes             []pano.Px
	bleed             pano.MM
	dpi               pano.DPI
	focus             [2]float64
}

func parseCommand(args []string, stderr io.Writer) (c command, err error) {
	f := flag.NewFlagSet("pano render", flag.ContinueOnError)
	f.SetOutput(stderr)
	sizes := f.String("size", "", "longest `edges` in pixels, with commas between them")
	outs := f.String("o", "", "`files` to write, one for each size, with commas between them")
	f.StringVar(&c.print, "print", "", "make a print of this `format`, such as A2")
	dpi := f.Int("dpi", 150, "dots per inch of a print")
	bleed := f.Int("bleed", 0, "millimetres added on every side of a print")
	f.StringVar(&c.format, "format", "", "jpeg, png or tiff; by the ending of the file to write if left out")
	focus := f.String("focus", "0.5,0.5", "point of the picture to keep in a print, `x,y` from 0 to 1")
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if *outs != "" {
		c.outs = strings.Split(*outs, ",")
	}
	c.dpi, c.bleed = pano.DPI(*dpi), pano.MM(*bleed)
	if f.NArg() != 1 || len(c.outs) == 0 || (*sizes == "") == (c.print == "") {
		return c, errors.New("usage: pano render -size N[,M] -o OUT[,OUT2] IN, or -print FORMAT -o OUT IN")
	}
	c.in = f.Arg(0)
	if _, err := fmt.Sscanf(*focus, "%g,%g", &c.focus[0], &c.focus[1]); err != nil {
		return c, fmt.Errorf("-focus %s: want x,y", *focus)
	}
	return c, c.parseSizes(*sizes)
}

func (c *command) parseSizes(s string) error {
	if s != "" {
		for n := range strings.SplitSeq(s, ",") {
			px, err := strconv.Atoi(n)
			if err != nil || px < 1 || px > maxSide {
				return fmt.Errorf("-size %s: want whole numbers from 1 to %d", s, maxSide)
			}
			c.sizes = append(c.sizes, pano.Px(px))
		}
	}
	if want := max(1, len(c.sizes)); want != len(c.outs) {
		return fmt.Errorf("-o names %d files, %d are made", len(c.outs), want)
	}
	return nil
}

func (c command) run(ctx context.Context, w *Worker, src *os.File, f Facts, presets Presets) ([]Output, error) {
	if c.print == "" {
		return w.Renditions(ctx, src, f, c.specs())
	}
	width, height, ok := presets(c.print)
	if !ok {
		return nil, fmt.Errorf("-print %s: no such format", c.print)
	}
	paper := pano.Preset{Width: width, Height: height}.Turned(f.Upright())
	o, err := w.Print(ctx, src, f, PrintSpec{
		W: paper.Width, H: paper.Height, Bleed: c.bleed, DPI: c.dpi, Format: c.fileFormat(),
		FocusX: c.focus[0], FocusY: c.focus[1],
	})
	return []Output{o}, err
}

func (c command) specs() (specs []Spec) {
	for _, px := range c.sizes {
		s := Preview()
		if px <= Thumb().Edge {
			s = Thumb()
		}
		s.Edge = px
		specs = append(specs, s)
	}
	return specs
}

// fileFormat is the format asked for, or the one that the file's ending names.
func (c command) fileFormat() string {
	if c.format != "" {
		return c.format
	}
	switch strings.ToLower(filepath.Ext(c.outs[0])) {
	case ".png":
		return "png"
	case ".tif", ".tiff":
		return "tiff"
	}
	return "jpeg"
}

// deliver gives the pictures their names.
func (c command) deliver(made []Output, stdout io.Writer) error {
	for i, o := range made {
		if err := os.Rename(o.Path, c.outs[i]); err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s %d×%d %d bytes", c.outs[i], o.W, o.H, o.Bytes)
		if o.DPI > 0 {
			fmt.Fprintf(stdout, " %.2f dpi", o.DPI)
		}
		fmt.Fprintln(stdout)
	}
	return nil
}
