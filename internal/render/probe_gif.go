package render

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"pano/internal/pano"
)

// maxGIFWalk bounds the bytes read while counting frames.
const maxGIFWalk = 64 << 20

// readGIF walks the blocks and counts the frames, not looking into them.
//
// A code of 12 bits stands for at most 4,096 pixels, so no more than 2,731 pixels fit a byte.
func readGIF(s source, h *header) error {
	b, err := s.at(0, 13)
	if err != nil {
		return err
	}
	h.W, h.H = pano.Px(binary.LittleEndian.Uint16(b[6:])), pano.Px(binary.LittleEndian.Uint16(b[8:]))
	h.Components, h.Depth, h.Space, h.unfolded = 1, 8, Palette, 2731*s.size
	if err := h.checkSize(); err != nil {
		return err
	}
	g := gifWalk{Reader: bufio.NewReader(io.LimitReader(s.section(13), maxGIFWalk)), h: h}
	h.Frames = 0
	err = g.walk(b[10])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		if s.size > maxGIFWalk && h.Frames > 0 {
			return nil
		}
		return errShort
	}
	if err == nil && h.Frames == 0 {
		return errors.New("no picture in it")
	}
	return err
}

// A gifWalk steps from block to block.
type gifWalk struct {
	*bufio.Reader
	h *header
}

func (g gifWalk) walk(flags byte) error {
	if err := g.skipPalette(flags); err != nil {
		return err
	}
	for {
		kind, err := g.ReadByte()
		if err != nil {
			return err
		}
		switch kind {
		case ';':
			return nil
		case '!':
			err = g.extension()
		case ',':
			err = g.frame()
		default:
			return errors.New("no such block")
		}
		if err != nil || g.h.Frames >= maxFrames {
			return err
		}
	}
}

func (g gifWalk) skipPalette(flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	_, err := g.Discard(3 << (flags&7 + 1))
	return err
}

func (g gifWalk) frame() error {
	var b [9]byte
	if _, err := io.ReadFull(g, b[:]); err != nil {
		return err
	}
	le := binary.LittleEndian
	right := int(le.Uint16(b[0:])) + int(le.Uint16(b[4:]))
	bottom := int(le.Uint16(b[2:])) + int(le.Uint16(b[6:]))
	if right > int(g.h.W) || bottom > int(g.h.H) {
		return errors.New("a frame lies outside the picture")
	}
	g.h.Frames++
	g.h.Progressive = g.h.Progressive || b[8]&0x40 != 0
	if err := g.skipPalette(b[8]); err != nil {
		return err
	}
	if _, err := g.Discard(1); err != nil { // least code size
		return err
	}
	return g.skipBlocks()
}

func (g gifWalk) extension() error {
	label, err := g.ReadByte()
	if err != nil {
		return err
	}
	if label == 0xf9 {
		if b, err := g.Peek(2); err == nil && b[0] == 4 && b[1]&1 != 0 {
			g.h.HasAlpha = true
		}
	}
	return g.skipBlocks()
}

func (g gifWalk) skipBlocks() error {
	for {
		n, err := g.ReadByte()
		if err != nil || n == 0 {
			return err
		}
		if _, err := g.Discard(int(n)); err != nil {
			return err
		}
	}
}
