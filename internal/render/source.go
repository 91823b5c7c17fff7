package render

import (
	"bytes"
	"errors"
	"io"
)

// A source is a file of known size that is read in small pieces.
type source struct {
	r    io.ReaderAt
	size int64
}

// at returns n bytes from off. It fails with errShort beyond the end.
func (s source) at(off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 || off > s.size-int64(n) {
		return nil, errShort
	}
	b := make([]byte, n)
	if _, err := s.r.ReadAt(b, off); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}

// head returns the first n bytes, or as many as there are.
func (s source) head(n int) ([]byte, error) { return s.at(0, int(min(int64(n), s.size))) }

// tail returns the last n bytes after off, or as many as there are.
func (s source) tail(off int64, n int) ([]byte, error) {
	k := min(int64(n), max(0, s.size-off))
	return s.at(s.size-k, int(k))
}

// section reads everything from off on.
func (s source) section(off int64) *io.SectionReader {
	return io.NewSectionReader(s.r, off, max(0, s.size-off))
}

// contains reports whether mark stands anywhere after off. It looks near the
// end first, where it is in nearly every file.
func (s source) contains(mark []byte, off int64) (bool, error) {
	end, err := s.tail(off, 64<<10)
	if err != nil || bytes.Contains(end, mark) {
		return err == nil, err
	}
	const piece = 256 << 10
	for ; off < s.size; off += piece {
		n := int(min(piece+int64(len(mark))-1, s.size-off))
		b, err := s.at(off, n)
		if err != nil || bytes.Contains(b, mark) {
			return err == nil, err
		}
	}
	return false, nil
}
