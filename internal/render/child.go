package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"runtime/debug"

	"pano/internal/pano"
	"pano/internal/render/jpegwrite"
)

// ChildCommand is the first argument with which this program calls itself.
const ChildCommand = "render-child"

// A job is what the parent asks of the child, as JSON on its standard input.
// The source is file 3; the file of the nth picture is file 4 + n.
type job struct {
	Memory, Heap int64 // bytes: what the kernel allows, and what the collector aims at
	CPU          uint64
	Size         int64 // of the source
	Specs        []Spec
	Print        *PrintSpec
	Fault        string // tests only: how to misbehave
}

// An answer is what the child says, as JSON on its standard output.
type answer struct {
	Made  []Output
	Error *fault
}

// A fault is a *pano.Error on its way from the child to the parent.
type fault struct {
	Kind  pano.Kind
	Key   string
	Args  []any
	Cause string
}

// ChildMain is what the program does when its first argument is ChildCommand:
// one job, within limits, reading and writing only the files it was given.
// It returns the exit code.
func ChildMain() int {
	var j job
	if err := json.NewDecoder(io.LimitReader(os.Stdin, 1<<20)).Decode(&j); err != nil {
		fmt.Fprintln(os.Stderr, "render: no job:", err)
		return 2
	}
	if err := limit(j); err != nil {
		fmt.Fprintln(os.Stderr, "render: no limits:", err)
		return 2
	}
	debug.SetMemoryLimit(j.Heap)
	misbehave(j.Fault)
	made, err := j.do()
	for i := range made {
		made[i].Peak = peakMemory()
	}
	a := answer{Made: made}
	if err != nil {
		a = answer{Error: asFault(err)}
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		return 2
	}
	return 0
}

func asFault(err error) *fault {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		f := &fault{Kind: e.Kind, Key: e.Key, Args: e.Args}
		if e.Err != nil {
			f.Cause = e.Err.Error()
		}
		return f
	}
	return &fault{Cause: err.Error()}
}

// err is the same error in the parent. Numbers among the arguments are whole.
func (f *fault) err() error {
	if f.Key == "" {
		return errors.New("render: " + f.Cause)
	}
	e := &pano.Error{Kind: f.Kind, Key: f.Key, Args: f.Args}
	for i, a := range e.Args {
		if n, ok := a.(float64); ok {
			e.Args[i] = int64(n)
		}
	}
	if f.Cause != "" {
		e.Err = errors.New(f.Cause)
	}
	return e
}

// do makes the pictures. A decoder that panics is a broken picture.
func (j job) do() (made []Output, err error) {
	src := source{os.NewFile(3, "source"), j.Size}
	h, err := readHeader(src)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = explain(h.Format, fmt.Errorf("panic: %v", p))
		}
	}()
	if j.Print != nil {
		o, err := j.Print.make(src, h, os.NewFile(4, "print"))
		return []Output{o}, err
	}
	return j.renditions(src, h)
}

// renditions decodes once. The specs come largest first; each picture is made
// from the one before it.
func (j job) renditions(src source, h header) (made []Output, err error) {
	w, ht := Fit(h.W, h.H, j.Specs[0].Edge)
	img, partial, err := largest(src, h, j.Specs[0].Edge, int(w), int(ht))
	if err != nil {
		return nil, err
	}
	for i, spec := range j.Specs {
		if i > 0 {
			w, ht = Fit(h.W, h.H, spec.Edge)
			img = smaller(img, int(w), int(ht))
		}
		o, err := spec.save(upright(img, h.Orientation), os.NewFile(uintptr(4+i), "picture"))
		if err != nil {
			return nil, err
		}
		o.Partial = partial
		made = append(made, o)
	}
	return made, nil
}

// largest makes the first picture, w × ht pixels as stored, in sRGB. It is an
// *image.YCbCr, sampled 4:2:0, if the picture is that from beginning to end.
func largest(src source, h header, edge pano.Px, w, ht int) (img image.Image, partial bool, err error) {
	if h.Space == CMYK || h.Space == YCCK {
		return fromInks(src, h, edge, w, ht)
	}
	c := coloursOf(h)
	if h.Format == "JPEG" {
		asIs := c.cube == nil && h.Orientation == 1
		planes, partial, err := fromStrips(src, h, edge, w, ht, !asIs)
		switch {
		case err == nil && asIs:
			return planes, partial, nil
		case err == nil:
			small := pixels(planes)
			c.late(small)
			return small, partial, nil
		case !errors.Is(err, errPixels) && !beyond(err):
			return nil, false, explain(h.Format, err)
		}
	}
	if h.Format == "PNG" || h.Format == "TIFF" {
		img, partial, err = fromRows(src, h, edge, w, ht)
	} else {
		img, partial, err = decode(src, h, edge)
	}
	if err != nil {
		return nil, false, err
	}
	small := shrunk(img, w, ht)
	c.late(small)
	return small, partial, nil
}

// fromInks is largest for CMYK, whose cube, the largest of all, is made while
// the picture is read.
func fromInks(src source, h header, edge pano.Px, w, ht int) (img image.Image, partial bool, err error) {
	made := make(chan colours, 1)
	go func() { made <- coloursOf(h) }()
	img, partial, err = decode(src, h, edge)
	c := <-made
	if err != nil {
		return nil, false, err
	}
	return shrunk(c.early(img), w, ht), partial, nil
}

// save writes a picture: planes as they are, pixels on white.
func (s Spec) save(img image.Image, f *os.File) (o Output, err error) {
	how := jpegwrite.Options{Quality: s.Quality}
	if planes, ok := img.(*image.YCbCr); ok {
		err = jpegwrite.EncodePlanes(f, planes, how)
	} else {
		flat := onWhite(pixels(img))
		img, err = flat, jpegwrite.Encode(f, flat, how)
	}
	if err != nil {
		return Output{}, err
	}
	size := img.Bounds().Size()
	return Output{
		MediaType: "image/jpeg", W: pano.Px(size.X), H: pano.Px(size.Y),
		Hash: differenceHash(img),
	}, f.Close()
}
