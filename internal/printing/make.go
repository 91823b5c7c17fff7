package printing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"pano/internal/icc"
	"pano/internal/pano"
	"pano/internal/press/coated"
	"pano/internal/press/font"
	"pano/internal/press/pdf"
	"pano/internal/press/pdfx"
	"pano/internal/render"
)

// A Format is a kind of file that shops print.
type Format string

// The formats.
const (
	PDFX4  Format = "pdfx4"  // PDF/X-4: the picture keeps its colours and says which
	PDFX1a Format = "pdfx1a" // PDF/X-1a: inks only
)

// Formats returns every format, the usual one first.
func Formats() []Format { return []Format{PDFX4, PDFX1a} }

// A Piece is one print to be made.
type Piece struct {
	Wish
	Format  Format
	Title   string
	Created time.Time
	Profile []byte // of the shop's press; nil is pano's own
	Marks   bool   // for cutting, around the bleed
	Slug    string // a line of text beside them
	// Roll is the widest that the shop prints in one. A piece that fits on it
	// neither standing nor lying is cut into panels that overlap. 0 is any width.
	Roll, Overlap pano.MM
}

// A Maker makes print files.
type Maker struct {
	Pictures *render.Worker
}

// Make writes the print file of a picture to w. The pixels of a JPEG pass
// through as they are; of other pictures they are packed once more, as many as
// there are up to 1.5 times what the size can use.
//
// It fails with KindInvalid for a picture that cannot be printed rightly
// (print.damaged, print.needs_inks, print.inks_not_jpeg, print.profile, print.not_so),
// and as render.Worker does.
func (m *Maker) Make(ctx context.Context, w io.Writer, src *os.File, f render.Facts, p Piece) error {
	if f.Document {
		return pano.Invalid("picture.document", f.Format)
	}
	if err := m.whole(ctx, src, f); err != nil {
		return err
	}
	picture, done, err := m.picture(ctx, src, f, p)
	if err != nil {
		return err
	}
	defer done()
	sheet, err := p.sheet(f, picture)
	if err != nil {
		return err
	}
	return inOurWords(pdfx.Write(w, sheet), p)
}

// whole makes sure that all of the picture can be read: what passes through is
// never looked at again.
func (m *Maker) whole(ctx context.Context, src *os.File, f render.Facts) error {
	small, err := m.Pictures.Renditions(ctx, src, f, []render.Spec{render.Thumb()})
	if err != nil {
		return err
	}
	for _, s := range small {
		if err := os.Remove(s.Path); err != nil {
			return err
		}
		if s.Partial {
			return pano.Invalid("print.damaged")
		}
	}
	return nil
}

// picture returns what is drawn; done is called after it was.
func (m *Maker) picture(ctx context.Context, src *os.File, f render.Facts, p Piece) (_ pdf.Picture, done func(), err error) {
	inks := f.Space == render.CMYK || f.Space == render.YCCK
	if p.Format == PDFX1a && !inks {
		return pdf.Picture{}, nil, pano.Invalid("print.needs_inks")
	}
	if f.Format == "JPEG" {
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			return pdf.Picture{}, nil, err
		}
		picture, err := pdf.ReadJPEG(src)
		if err == nil || !errors.Is(err, pdf.ErrPicture) {
			return picture, func() {}, err
		}
	}
	if inks {
		return pdf.Picture{}, nil, pano.Invalid("print.inks_not_jpeg", f.Format)
	}
	return m.packed(ctx, src, f, p)
}

// packed makes a JPEG of the whole picture, as large as it is to be printed, to
// the millimetre.
func (m *Maker) packed(ctx context.Context, src *os.File, f render.Facts, p Piece) (pdf.Picture, func(), error) {
	width, height := f.Upright()
	dpi := pano.EffectiveDPI(width, height, p.Width, p.Height)
	full := func(px pano.Px) pano.MM { return pano.MM(math.Round(float64(px) * pano.MMPerInch / dpi)) }
	wanted := pano.DPI(math.Ceil(dpi))
	if target := p.Demands().Target; dpi > farTooFine*float64(target) {
		wanted = target
	}
	made, err := m.Pictures.Print(ctx, src, f, render.PrintSpec{W: full(width), H: full(height), DPI: wanted, Format: "jpeg"}.Centred())
	if err != nil {
		return pdf.Picture{}, nil, err
	}
	file, err := os.Open(made.Path)
	if err == nil {
		var picture pdf.Picture
		if picture, err = pdf.ReadJPEG(file); err == nil {
			return picture, func() { file.Close(); os.Remove(made.Path) }, nil
		}
		file.Close()
	}
	return pdf.Picture{}, nil, errors.Join(err, os.Remove(made.Path))
}

// sheet says how the picture is drawn.
func (p Piece) sheet(f render.Facts, picture pdf.Picture) (pdfx.Sheet, error) {
	width, height := f.Upright()
	s := pdfx.Sheet{
		Title: p.Title, Lang: "vi", Creator: "Pano", Created: p.Created,
		Intent:  pdfx.Intent{Profile: p.Profile},
		Size:    pdf.Size{W: pdf.MM(p.Width), H: pdf.MM(p.Height)},
		Bleed:   pdfx.All(pdf.MM(p.Bleed)),
		Scale:   p.Scale,
		Picture: picture, FocusX: p.FocusX, FocusY: p.FocusY,
		Mirror: !hasBleed(width, height, p.Wish),
		Marks:  p.Marks, Slug: p.Slug,
	}
	if p.Profile == nil {
		s.Intent.Profile = coated.Profile()
	}
	if press, err := icc.Parse(s.Intent.Profile); err == nil {
		s.Intent.Condition = press.Name()
	}
	if p.Format == PDFX1a {
		s.Standard = pdfx.X1a
	}
	if p.Roll > 0 && min(p.Width, p.Height)+2*p.Bleed > p.Roll {
		s.Panels = pdfx.Panels(s.Size.W, pdf.MM(p.Roll-2*p.Bleed), pdf.MM(p.Overlap))
	}
	if p.Slug != "" {
		sans, err := font.Sans()
		if err != nil {
			return s, err
		}
		s.Font = sans
	}
	return s, nil
}

// inOurWords tells a reader what was wrong with the piece.
func inOurWords(err error, p Piece) error {
	switch {
	case errors.Is(err, pdfx.ErrProfile):
		return pano.Invalid("print.profile").At("profile").Because(err)
	case errors.Is(err, pdfx.ErrSheet):
		return pano.Invalid("print.not_so", fmt.Sprintf("%d × %d mm", p.Width, p.Height)).At("size").Because(err)
	}
	return err
}
