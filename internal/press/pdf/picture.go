package pdf

import (
	"crypto/sha256"
	"fmt"
	"io"

	"pano/internal/icc"
)

// A Space is what the numbers of a picture are.
type Space uint8

const (
	DeviceGrey Space = iota
	DeviceRGB
	DeviceCMYK
)

func (s Space) channels() int { return [...]int{1, 3, 4}[s] }

func (s Space) name() string { return [...]string{"/DeviceGray", "/DeviceRGB", "/DeviceCMYK"}[s] }

// profile returns the letters by which a colour profile is known to be of s.
func (s Space) profile() icc.Space { return [...]icc.Space{icc.Grey, icc.RGB, icc.CMYK}[s] }

// A Picture is a picture of 8 bits a channel on its way into a document.
type Picture struct {
	Width, Height int // pixels, as stored
	Space         Space
	Profile       []byte // ICC profile of that space, or nil
	Inverted      bool   // 0 is the most ink
	Orientation   int    // as Exif counts: how it must be turned to be upright; 0 = it is
	Filter        string // entries that say how Body is packed, such as "/Filter /DCTDecode"
	Body          io.Reader
}

// An Image is a picture in a document. It may be drawn on many pages, and its
// bytes are there once.
type Image struct {
	Width, Height int // pixels, upright
	name          string
	ref           Ref
	turn          [6]float64 // of the unit square
}

// turns are the matrices for the eight orientations of Exif.
func turn(orientation int) [6]float64 {
	switch orientation {
	case 2:
		return [6]float64{-1, 0, 0, 1, 1, 0}
	case 3:
		return [6]float64{-1, 0, 0, -1, 1, 1}
	case 4:
		return [6]float64{1, 0, 0, -1, 0, 1}
	case 5:
		return [6]float64{0, -1, -1, 0, 1, 1}
	case 6:
		return [6]float64{0, -1, 1, 0, 0, 1}
	case 7:
		return [6]float64{0, 1, 1, 0, 0, 0}
	case 8:
		return [6]float64{0, 1, -1, 0, 1, 0}
	}
	return [6]float64{1, 0, 0, 1, 0, 0}
}

// Add copies a picture into the document. When its body fails, that error is
// returned and the document is lost, because half of the picture is in it.
func (d *Document) Add(p Picture) (*Image, error) {
	if p.Width < 1 || p.Height < 1 || p.Space > DeviceCMYK {
		return nil, fmt.Errorf("%w: %d × %d pixels", ErrPicture, p.Width, p.Height)
	}
	ref := d.file.Reserve()
	entries := fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace %s %s",
		p.Width, p.Height, d.space(p.Space, p.Profile), p.Filter)
	if p.Inverted {
		entries += " /Decode ["
		for range p.Space.channels() {
			entries += " 1 0"
		}
		entries += " ]"
	}
	if err := d.file.Stream(ref, entries, p.Body); err != nil {
		return nil, err
	}
	m := &Image{Width: p.Width, Height: p.Height, name: fmt.Sprintf("I%d", int(ref)), ref: ref, turn: turn(p.Orientation)}
	if p.Orientation >= 5 && p.Orientation <= 8 {
		m.Width, m.Height = m.Height, m.Width
	}
	return m, nil
}

// space returns the colour space of a picture; profiles are kept once each. One
// that does not fit the space is left out: the numbers are then taken as they are.
func (d *Document) space(s Space, profile []byte) string {
	if len(profile) == 0 {
		return s.name()
	}
	if p, err := icc.Parse(profile); err != nil || p.Space() != s.profile() {
		return s.name()
	}
	digest := sha256.Sum256(profile)
	ref, ok := d.profiles[digest]
	if !ok {
		ref = d.file.Reserve()
		d.profiles[digest] = ref
		d.file.Deflate(ref, fmt.Sprintf("/N %d /Alternate %s", s.channels(), s.name()), profile)
	}
	return fmt.Sprintf("[/ICCBased %v]", ref)
}

// A Fit says how a picture takes its place.
type Fit struct {
	fill   bool
	fx, fy float64
}

// Whole shows all of a picture, in the middle of its place.
func Whole() Fit { return Fit{} }

// Cover fills the place and cuts off what sticks out. The focus, from 0 to 1
// across and down the picture, is where it is cut last.
func Cover(focusX, focusY float64) Fit {
	return Fit{true, min(max(focusX, 0), 1), min(max(focusY, 0), 1)}
}

// Image draws m in r and returns what it covers. alt says in words what is to
// be seen; without words the picture is an ornament.
func (p *Page) Image(m *Image, r Rect, fit Fit, alt string) Rect {
	if r.W <= 0 || r.H <= 0 {
		p.doc.file.Fail(fmt.Errorf("%w: a picture of %g × %g mm", ErrNumber, r.W, r.H))
		return Rect{}
	}
	scale := min(r.W/MM(m.Width), r.H/MM(m.Height))
	fx, fy := 0.5, 0.5
	if fit.fill {
		scale = max(r.W/MM(m.Width), r.H/MM(m.Height))
		fx, fy = fit.fx, fit.fy
	}
	full := Rect{W: MM(m.Width) * scale, H: MM(m.Height) * scale}
	full.X, full.Y = r.X+along(full.W, r.W, fx), r.Y+along(full.H, r.H, fy)
	role := figure
	if alt == "" {
		role = Ornament
	}
	p.mark(role, alt, "")
	p.printf("q\n")
	if fit.fill {
		p.printf("%s W n\n", p.rect(r))
	}
	p.draw(m, full, false, false)
	p.printf("Q\n")
	p.unmark()
	if fit.fill {
		return r
	}
	return full
}

// Stretch draws m as large as r, whatever its proportions, turned over from left
// to right or from top to bottom if asked: an ornament.
func (p *Page) Stretch(m *Image, r Rect, acrossX, acrossY bool) {
	p.mark(Ornament, "", "")
	p.printf("q\n")
	p.draw(m, r, acrossX, acrossY)
	p.printf("Q\n")
	p.unmark()
}

// draw draws m in r, turned over or not.
func (p *Page) draw(m *Image, r Rect, acrossX, acrossY bool) {
	w, x := r.W, r.X
	if acrossX {
		w, x = -w, x+w
	}
	h, y := r.H, r.Y+r.H
	if acrossY {
		h, y = -h, r.Y
	}
	p.used[m.name] = m.ref
	p.printf("%s 0 0 %s %s %s cm\n", p.fine(float64(w)*pointsPerMM), p.fine(float64(h)*pointsPerMM), p.x(x), p.y(y))
	if t := m.turn; t != turn(1) {
		p.printf("%g %g %g %g %g %g cm\n", t[0], t[1], t[2], t[3], t[4], t[5])
	}
	p.printf("/%s Do\n", m.name)
}

// along returns where a side of length full begins so that focus is as near to
// the middle of room as it gets without leaving any of room empty. What is
// shorter than room is centred.
func along(full, room MM, focus float64) MM {
	if full <= room {
		return (room - full) / 2
	}
	return -min(max(MM(focus)*full-room/2, 0), full-room)
}
