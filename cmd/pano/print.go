package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/internal/printing"
	"pano/internal/render"
	"pano/web"
)

// A wishFlags reads how something is to be printed.
type wishFlags struct {
	size  *string
	view  *float64
	bleed *int
	focus *string
	lang  *string
}

func wishes(fs *flag.FlagSet, w world) wishFlags {
	return wishFlags{
		size:  fs.String("size", "", "finished `size`: a preset such as A2 or BR-300x60, or millimetres such as 1200x800"),
		view:  fs.Float64("view", 0, "`metres` from which it is seen; 0 is as the size has it"),
		bleed: fs.Int("bleed", -1, "`millimetres` on every side beyond the size; -1 is as the size has it"),
		focus: fs.String("focus", "0.5,0.5", "point of the picture to keep, `x,y` from 0 to 1"),
		lang:  fs.String("lang", cmp.Or(w.getenv("PANO_LANG"), i18n.Langs()[0]), "`language` of what is said: vi or en"),
	}
}

func (f wishFlags) wish() (w printing.Wish, err error) {
	if *f.size != "" {
		if w.Preset, err = pano.ParseSize(*f.size, *f.view); err != nil {
			return w, inWords(err)
		}
	}
	if *f.bleed >= 0 {
		w.Bleed = pano.MM(*f.bleed)
	}
	if _, err := fmt.Sscanf(*f.focus, "%g,%g", &w.FocusX, &w.FocusY); err != nil || min(w.FocusX, w.FocusY) < 0 || max(w.FocusX, w.FocusY) > 1 {
		return w, fmt.Errorf("-focus %s: want x,y from 0 to 1", *f.focus)
	}
	if !slices.Contains(i18n.Langs(), *f.lang) {
		return w, fmt.Errorf("-lang %s: want one of %v", *f.lang, i18n.Langs())
	}
	return w, nil
}

// printCommand is "pano print": one print file from one picture.
func printCommand(ctx context.Context, w world, args []string) error {
	fs := flag.NewFlagSet("pano print", flag.ContinueOnError)
	fs.SetOutput(w.say)
	flags := wishes(fs, w)
	format := fs.String("format", string(printing.PDFX4), "pdfx4 or pdfx1a")
	profile := fs.String("profile", "", "ICC `file` of the shop's press; pano's own without it")
	out := fs.String("o", "", "`file` to write")
	marks := fs.Bool("marks", false, "marks for cutting, and a line that says what it is")
	roll := fs.Int("roll", 0, "widest roll of the shop in `millimetres`: wider pieces are cut into panels; 0 is any")
	overlap := fs.Int("overlap", 20, "`millimetres` by which panels overlap")
	anyway := fs.Bool("anyway", false, "print what the preflight stops, too")
	if err := fs.Parse(args); err != nil {
		return usage2(err)
	}
	wish, err := flags.wish()
	switch {
	case err != nil:
		return usageError{err}
	case fs.NArg() != 1 || *out == "" || *flags.size == "":
		return usageError{errors.New("usage: pano print -size A2 -o OUT IN")}
	case !slices.Contains(printing.Formats(), printing.Format(*format)):
		return usageError{fmt.Errorf("-format %s: want one of %v", *format, printing.Formats())}
	case *roll < 0 || *overlap < 0:
		return usageError{errors.New("-roll and -overlap are lengths")}
	}
	p := printing.Piece{
		Wish: wish, Format: printing.Format(*format), Created: time.Now(), Marks: *marks,
		Title: strings.TrimSuffix(filepath.Base(fs.Arg(0)), filepath.Ext(fs.Arg(0))),
		Roll:  pano.MM(*roll), Overlap: pano.MM(*overlap),
	}
	if *profile != "" {
		if p.Profile, err = os.ReadFile(*profile); err != nil {
			return err
		}
	}
	pages, err := web.Open(web.Files)
	if err != nil {
		return err
	}
	words := pages.Words(*flags.lang)
	r := lookAt(words, fs.Arg(0), wish)
	var b bytes.Buffer
	r.write(&b, words)
	if _, err := w.say.Write(b.Bytes()); err != nil {
		return err
	}
	if r.Error != "" || r.stops() && !*anyway {
		return errors.New("not printed")
	}
	return inWords(printOne(ctx, p, fs.Arg(0), *out))
}

// printOne writes the print file of one picture. A file of that name is replaced
// when the new one is whole, and not before.
func printOne(ctx context.Context, p printing.Piece, in, out string) (err error) {
	src, err := os.Open(in)
	if err != nil {
		return err
	}
	defer src.Close()
	f, err := facts(in)
	if err != nil {
		return err
	}
	p.Preset = p.Turned(f.Upright())
	if p.Marks {
		p.Slug = fmt.Sprintf("%s · %d × %d mm", p.Title, p.Width, p.Height)
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	dir := filepath.Dir(out)
	file, err := os.CreateTemp(dir, "."+filepath.Base(out)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	m := printing.Maker{Pictures: &render.Worker{Exe: exe, Dir: dir, Gate: render.DefaultGate()}}
	whole := bufio.NewWriterSize(file, 1<<18)
	if err := m.Make(ctx, whole, src, f, p); err != nil {
		return err
	}
	if err := whole.Flush(); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), out); err != nil {
		return err
	}
	return file.Close()
}

// A preflightReport is what the preflight says of one file.
type preflightReport struct {
	File     string         `json:"file"`
	Media    string         `json:"media_type,omitempty"`
	Width    pano.Px        `json:"width,omitempty"`
	Height   pano.Px        `json:"height,omitempty"`
	DPI      float64        `json:"dpi,omitempty"`   // at the size asked for
	Error    string         `json:"error,omitempty"` // why nothing could be looked at
	Findings []pano.Finding `json:"findings"`
}

func (r preflightReport) stops() bool {
	return r.Error != "" || slices.ContainsFunc(r.Findings, func(f pano.Finding) bool { return f.Severity == pano.Blocks })
}

// preflight is "pano preflight": the checks alone. It fails if any file must not
// be printed as it is.
func preflight(_ context.Context, w world, args []string) error {
	fs := flag.NewFlagSet("pano preflight", flag.ContinueOnError)
	fs.SetOutput(w.say)
	flags := wishes(fs, w)
	asJSON := fs.Bool("json", false, "as JSON, an object a file")
	if err := fs.Parse(args); err != nil {
		return usage2(err)
	}
	wish, err := flags.wish()
	if err != nil {
		return usageError{err}
	}
	if fs.NArg() == 0 {
		return usageError{errors.New("name at least one file")}
	}
	pages, err := web.Open(web.Files)
	if err != nil {
		return err
	}
	words, stopped := pages.Words(*flags.lang), 0
	for _, name := range fs.Args() {
		r := lookAt(words, name, wish)
		if r.stops() {
			stopped++
		}
		if *asJSON {
			err = json.NewEncoder(w.out).Encode(r)
		} else {
			var b bytes.Buffer
			r.write(&b, words)
			_, err = w.out.Write(b.Bytes())
		}
		if err != nil {
			return err
		}
	}
	if stopped > 0 {
		return fmt.Errorf("%d of %d files must not be printed as they are", stopped, fs.NArg())
	}
	return nil
}

func lookAt(words *i18n.Words, name string, wish printing.Wish) preflightReport {
	r := preflightReport{File: name, Findings: []pano.Finding{}}
	f, err := facts(name)
	if err == nil && f.Document {
		err = pano.Invalid("picture.document", f.Format)
	}
	if err != nil {
		r.Error = err.Error()
		if e, ok := errors.AsType[*pano.Error](err); ok {
			r.Error = words.Say(e.Key, e.Args...)
		}
		return r
	}
	r.Media = f.MediaType
	r.Width, r.Height = f.Upright()
	wish.Preset = wish.Turned(r.Width, r.Height)
	r.DPI = pano.EffectiveDPI(r.Width, r.Height, wish.Width, wish.Height)
	r.Findings = append(r.Findings, printing.Preflight(f, wish)...)
	return r
}

// facts reads the head of a file.
func facts(name string) (render.Facts, error) {
	file, err := os.Open(name)
	if err != nil {
		return render.Facts{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return render.Facts{}, err
	}
	return render.Probe(file, info.Size())
}

// write writes the report for people to w; a bytes.Buffer takes everything.
func (r preflightReport) write(w *bytes.Buffer, words *i18n.Words) {
	fmt.Fprintln(w, r.File)
	if r.Error != "" {
		fmt.Fprintf(w, "  %s: %s\n", words.Say("severity."+string(pano.Blocks)), r.Error)
		return
	}
	if r.DPI > 0 {
		fmt.Fprintf(w, "  %s\n", words.Say("print.dpi_is", int(r.DPI)))
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  %s: %s. %s %s\n", words.Say("severity."+string(f.Severity)),
			words.Say("preflight."+string(f.Rule), f.Args...), words.Say("preflight.why."+string(f.Rule)), words.Say("preflight.remedy."+string(f.Rule)))
	}
	if len(r.Findings) == 0 {
		fmt.Fprintf(w, "  %s\n", words.Say("preflight.clean"))
	}
}
