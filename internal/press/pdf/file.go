package pdf

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// What can go wrong while a document is written, besides the errors of what it
// is written to and read from. They are wrapped, never compared by text.
var (
	ErrPicture = errors.New("not a picture that a PDF can hold as it is")
	ErrNumber  = errors.New("a measure that is no number")
	ErrObject  = errors.New("an object that was promised was not written")
	ErrTooBig  = errors.New("more than a PDF can hold")
	ErrDone    = errors.New("the document is closed")
	ErrQR      = errors.New("text that no QR code can hold")
)

// maxFile is what the ten digits of a cross reference can say.
const maxFile = 9_999_999_999 // bytes

// A Ref is the number of an object. It prints as a reference to it.
type Ref int

func (r Ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// A File writes the objects of one PDF one after the other and keeps nothing
// of them but where they begin. It knows objects and streams; what they mean is
// up to the caller.
//
// The first error stays, makes everything after it do nothing, and comes back
// from End.
type File struct {
	w   *bufio.Writer
	sum hash.Hash
	n   int64
	at  []int64 // by number - 1; 0 = not written
	err error
}

// Begin writes the head of a file of the given version, such as "1.7", to w.
func Begin(w io.Writer, version string) *File {
	f := &File{sum: sha256.New()}
	f.w = bufio.NewWriterSize(io.MultiWriter(w, f.sum), 64<<10)
	// four bytes above 127 tell those who move files that this one is not text
	f.printf("%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n", version)
	return f
}

// Reserve returns the number of an object that is written later.
func (f *File) Reserve() Ref {
	f.at = append(f.at, 0)
	return Ref(len(f.at))
}

// Put writes object r.
func (f *File) Put(r Ref, object string) {
	f.begin(r)
	f.printf("%s\nendobj\n", object)
}

// Add writes an object and returns its number.
func (f *File) Add(object string) Ref {
	r := f.Reserve()
	f.Put(r, object)
	return r
}

// Stream writes object r with what body holds, as it is. entries are those of
// its dictionary without /Length. It returns the error of body, after which the
// file is lost.
func (f *File) Stream(r Ref, entries string, body io.Reader) error {
	length := f.Reserve()
	f.begin(r)
	f.printf("<< %s /Length %v >>\nstream\n", entries, length)
	if f.err != nil {
		return f.err
	}
	n, err := io.Copy(counted{f}, body)
	if err != nil {
		f.Fail(err)
		return err
	}
	f.printf("\nendstream\nendobj\n")
	f.Put(length, strconv.FormatInt(n, 10))
	return f.err
}

// Deflate writes object r with the given bytes, made smaller.
func (f *File) Deflate(r Ref, entries string, body []byte) {
	var small bytes.Buffer
	z := zlib.NewWriter(&small)
	z.Write(body) // a buffer takes everything
	z.Close()
	f.begin(r)
	f.printf("<< %s /Filter /FlateDecode /Length %d >>\nstream\n", entries, small.Len())
	f.write(small.Bytes())
	f.printf("\nendstream\nendobj\n")
}

// Fail makes err the outcome of the file, unless it has one.
func (f *File) Fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// Err returns the first error, or nil.
func (f *File) Err() error { return f.err }

// End writes the table of all objects and the trailer, whose /ID follows from
// every byte before it. info may be 0.
func (f *File) End(root, info Ref) error {
	for i, at := range f.at {
		if at == 0 {
			f.Fail(fmt.Errorf("%w: %d", ErrObject, i+1))
		}
	}
	if f.n > maxFile {
		f.Fail(fmt.Errorf("%w: %d bytes", ErrTooBig, f.n))
	}
	if f.err != nil {
		return f.err
	}
	start := f.n
	f.printf("xref\n0 %d\n0000000000 65535 f \n", len(f.at)+1)
	for _, at := range f.at {
		f.printf("%010d 00000 n \n", at)
	}
	if err := f.w.Flush(); err != nil {
		f.Fail(err)
		return f.err
	}
	id := hex.EncodeToString(f.sum.Sum(nil)[:16])
	f.printf("trailer\n<< /Size %d /Root %v", len(f.at)+1, root)
	if info != 0 {
		f.printf(" /Info %v", info)
	}
	f.printf(" /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n", id, id, start)
	if err := f.w.Flush(); err != nil {
		f.Fail(err)
	}
	if f.err != nil {
		return f.err
	}
	f.err = ErrDone
	return nil
}

func (f *File) begin(r Ref) {
	f.at[r-1] = f.n
	f.printf("%d 0 obj\n", int(r))
}

func (f *File) printf(format string, args ...any) { f.write(fmt.Appendf(nil, format, args...)) }

func (f *File) write(b []byte) {
	if f.err != nil {
		return
	}
	n, err := f.w.Write(b)
	f.n += int64(n)
	if err != nil {
		f.err = err
	}
}

// counted is the file as something that bytes are copied to.
type counted struct{ f *File }

func (c counted) Write(b []byte) (int, error) {
	if c.f.write(b); c.f.err != nil {
		return 0, c.f.err
	}
	return len(b), nil
}

// Text returns s as a string of words, for titles and the like.
func Text(s string) string {
	plain := true
	for _, r := range s {
		plain = plain && r >= ' ' && r <= '~'
	}
	if plain {
		return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
	}
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// Date returns t as a string for a dictionary.
func Date(t time.Time) string {
	zone := t.Format("-0700")
	return "(D:" + t.Format("20060102150405") + zone[:3] + "'" + zone[3:] + "')"
}

// number returns v with at most four decimals and no exponent.
func number(v float64) (string, error) {
	if math.IsNaN(v) || math.Abs(v) > 1e7 {
		return "0", fmt.Errorf("%w: %g", ErrNumber, v)
	}
	s := strconv.FormatFloat(v, 'f', 4, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" {
		s = "0"
	}
	return s, nil
}
