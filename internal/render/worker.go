package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"pano/internal/pano"
)

// A Worker makes pictures in child processes: Exe is run again as
// "Exe render-child" for every call, with an empty environment, the source and
// the files to write as its only open files, and limits on memory, processor
// time, wall time and file size. Whatever a picture does to a decoder, only
// that child ends. A Worker may be used by many at once.
type Worker struct {
	Exe  string // this program
	Dir  string // where the pictures are written
	Gate *Gate
	Wall time.Duration // most time for one call; 0 = 10 minutes
	CPU  time.Duration // most processor time for one call; 0 = 10 minutes

	fault string // tests only
}

// Output is a picture that was made. The caller removes the file at Path.
type Output struct {
	Path      string `json:"-"`
	MediaType string
	W, H      pano.Px
	Bytes     int64
	Hash      uint64  // of a thumbnail or preview: see differenceHash
	DPI       float64 // of a print: how fine it really is
	Partial   bool    // a part of the original is missing or broken; it is grey here
	Peak      int64   // most memory that the child has taken so far, in bytes; 0 = not known
}

// Renditions makes a picture for each spec from one decoding of src, which is
// not closed. The largest is made from the original and each smaller one from
// the one before; the outputs are in the order of the specs.
//
// It fails with KindInvalid: picture.original_only for a picture that takes
// more memory than any job may, picture.too_heavy for one that went over its
// limits, picture.broken or picture.truncated for one that cannot be decoded,
// and picture.document for a PDF or SVG. It fails as ctx does when that ends.
func (w *Worker) Renditions(ctx context.Context, src *os.File, f Facts, specs []Spec) ([]Output, error) {
	if len(specs) == 0 {
		return nil, nil
	}
	order := make([]int, len(specs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(specs[b].Edge - specs[a].Edge) })
	j := job{}
	for _, i := range order {
		j.Specs = append(j.Specs, specs[i])
	}
	made, err := w.run(ctx, src, f, j, Estimate(f, j.Specs[0].Edge), len(specs))
	if err != nil {
		return nil, err
	}
	out := make([]Output, len(specs))
	for k, i := range order {
		out[i] = made[k]
	}
	return out, nil
}

// Print makes one file of src at a size on paper. It fails as Renditions does.
func (w *Worker) Print(ctx context.Context, src *os.File, f Facts, p PrintSpec) (Output, error) {
	if err := p.check(); err != nil {
		return Output{}, err
	}
	made, err := w.run(ctx, src, f, job{Print: &p}, p.estimate(f), 1)
	if err != nil {
		return Output{}, err
	}
	return made[0], nil
}

const (
	childBase   = 192 << 20 // bytes that a child takes before it sees a picture, amply
	defaultTime = 10 * time.Minute
)

func orElse(d, other time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return other
}

// run waits for room, runs the child, and takes its files away if it failed.
func (w *Worker) run(ctx context.Context, src *os.File, f Facts, j job, weight int64, n int) ([]Output, error) {
	if f.Document {
		return nil, pano.Unsupported("picture.document", f.Format)
	}
	st, err := src.Stat()
	if err != nil {
		return nil, err
	}
	leave, err := w.Gate.Enter(ctx, weight)
	if err != nil {
		return nil, err
	}
	defer leave()
	j.Size, j.Fault = st.Size(), w.fault
	j.Heap = weight + weight/4 + 24<<20
	j.Memory = 2*weight + childBase
	j.CPU = uint64(max(1, orElse(w.CPU, defaultTime).Seconds()))
	files, err := w.files(n)
	if err != nil {
		return nil, err
	}
	made, err := w.call(ctx, src, f, j, files)
	for i, file := range files {
		file.Close()
		if err == nil {
			err = made[i].isAt(file.Name())
		}
	}
	if err != nil {
		for _, file := range files {
			os.Remove(file.Name())
		}
		return nil, err
	}
	return made, nil
}

func (o *Output) isAt(path string) error {
	st, err := os.Stat(path)
	if err == nil {
		o.Path, o.Bytes = path, st.Size()
	}
	return err
}

func (w *Worker) files(n int) (files []*os.File, err error) {
	for range n {
		f, err := os.CreateTemp(w.Dir, "render-*")
		if err != nil {
			for _, f := range files {
				f.Close()
				os.Remove(f.Name())
			}
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// call runs the child once and reads its answer.
func (w *Worker) call(ctx context.Context, src *os.File, f Facts, j job, files []*os.File) ([]Output, error) {
	wall, cancel := context.WithTimeout(ctx, orElse(w.Wall, defaultTime))
	defer cancel()
	ask, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	said, cried := &capped{most: 1 << 20}, &capped{most: 64 << 10}
	cmd := exec.CommandContext(wall, w.Exe, ChildCommand)
	cmd.Env = []string{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(ask), said, cried
	cmd.ExtraFiles = append([]*os.File{src}, files...)
	cmd.WaitDelay = 5 * time.Second
	bind(cmd)
	err = runLocked(cmd)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case cmd.ProcessState == nil:
		return nil, fmt.Errorf("render: the child did not start: %w", err)
	case err != nil:
		return nil, w.died(wall, cmd, f, cried.String(), err)
	}
	var a answer
	if err := json.Unmarshal(said.Bytes(), &a); err != nil {
		return nil, fmt.Errorf("render: the child's answer: %w", err)
	}
	if a.Error != nil {
		return nil, a.Error.err()
	}
	if len(a.Made) != len(files) {
		return nil, errors.New("render: the child made another number of pictures")
	}
	return a.Made, nil
}

// runLocked keeps the thread that starts the child until it ends: the kernel
// ends a child when its parent's thread ends, not the parent.
func runLocked(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.Run()
}

// died tells what a child that ended without an answer died of: its limits, or the picture.
func (w *Worker) died(wall context.Context, cmd *exec.Cmd, f Facts, cried string, err error) error {
	cause := fmt.Errorf("%w: %s", err, strings.TrimSpace(cried[:min(len(cried), 500)]))
	spent := used(cmd.ProcessState) >= orElse(w.CPU, defaultTime)-time.Second/2
	if wall.Err() != nil || spent || outOfMemory(cried) {
		return pano.Invalid("picture.too_heavy").Because(cause)
	}
	if strings.HasPrefix(cried, "render: no ") {
		return fmt.Errorf("render: %w", cause)
	}
	return pano.Invalid("picture.broken", f.Format).Because(cause)
}

// outOfMemory reports whether a child's last words are those of Go's runtime
// without memory. Where the kernel refuses it some in the middle of a collection
// it dies of a signal of its own, which no picture causes: a fault in a decoder
// is a panic.
func outOfMemory(cried string) bool {
	for _, words := range []string{"out of memory", "cannot allocate", "fatal error: unexpected signal", "runtime: failed"} {
		if strings.Contains(cried, words) {
			return true
		}
	}
	return false
}

// capped keeps the first bytes that are written to it, and takes the rest in silence.
type capped struct {
	bytes.Buffer
	most int
}

func (c *capped) Write(p []byte) (int, error) {
	c.Buffer.Write(p[:min(len(p), c.most-c.Len())])
	return len(p), nil
}

var _ io.Writer = (*capped)(nil)
