package intake

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"strconv"
	"time"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/catalog"
)

// Limits of the form of a proof.
const (
	maxShot       = 100 << 20 // bytes of one picture; the best phones make 30 MB
	maxProofParts = 40
	maxProofField = 64 << 10 // bytes of a field that is no file
)

// A ProofForm is a form with pictures that prove something, in the spool. It
// holds them until Close; what was kept by then stays.
type ProofForm struct {
	url.Values
	d     *Desk
	who   pano.Actor
	shots map[string]pano.UploadID
}

// ProofForm returns an empty form of who's. The caller closes it.
func (d *Desk) ProofForm(who pano.Actor) *ProofForm {
	return &ProofForm{Values: url.Values{}, d: d, who: who, shots: map[string]pano.UploadID{}}
}

// Read reads the fields of a form, and the pictures near and wide straight to the
// spool. A picture of no bytes counts as none. It fails with KindTooLarge,
// KindNoSpace, and KindInvalid if the form breaks off; what came before stays.
func (f *ProofForm) Read(ctx context.Context, in *multipart.Reader) error {
	if err := f.who.MayAny(pano.PlacementMark); err != nil {
		return err
	}
	for range maxProofParts {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return brokenOff(err)
		}
		if err := f.take(ctx, part); err != nil {
			return err
		}
	}
	return pano.Invalid("request.too_many_parts", maxProofParts)
}

func (f *ProofForm) take(ctx context.Context, part *multipart.Part) error {
	name := part.FormName()
	if name == "near" || name == "wide" {
		if f.shots[name] != "" {
			return pano.Invalid("request.one_file").At(name)
		}
		return f.shoot(ctx, name, part)
	}
	if part.FileName() != "" {
		return pano.Invalid("request.field", name).At(name)
	}
	value, err := io.ReadAll(io.LimitReader(part, maxProofField+1))
	switch {
	case err != nil:
		return brokenOff(err)
	case len(value) > maxProofField:
		return pano.Invalid("text.too_long", len(value), maxProofField).At(name)
	}
	f.Set(name, Clean(string(value)))
	return nil
}

func brokenOff(err error) error { return pano.Invalid("proof.broken_off").Because(err) }

// sent is a reader that remembers whether its sender broke off.
type sent struct {
	io.Reader
	err error
}

func (s *sent) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// shoot takes one picture to the spool.
func (f *ProofForm) shoot(ctx context.Context, name string, r io.Reader) error {
	d := f.d
	if err := d.room(ctx, 0); err != nil {
		return err
	}
	meta, err := json.Marshal(Describe{Name: FileName(name), Mode: proving})
	if err != nil {
		return err
	}
	h, crc := newSums().state()
	id, err := d.DB.AddUpload(ctx, catalog.Upload{User: f.who.ID, Size: -1, Hash: h, CRC: crc, Meta: string(meta)})
	if err != nil {
		return err
	}
	f.shots[name] = id
	most := min(d.MaxFile, maxShot)
	body := &sent{Reader: io.LimitReader(r, most+1)}
	n, err := d.Append(ctx, f.who, id, 0, body)
	switch {
	case body.err != nil:
		return brokenOff(body.err)
	case err != nil:
		return atField(err, name)
	case n > most:
		return atField(tooLarge("", most), name)
	case n == 0: // an empty file field
		delete(f.shots, name)
		return d.drop(ctx, id)
	}
	return nil
}

func atField(err error, field string) error {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		return e.At(field)
	}
	return err
}

// Has reports whether a picture came under that name.
func (f *ProofForm) Has(name string) bool { return f.shots[name] != "" }

// Shot returns what the picture of that name is; ok is false if none came. It
// fails with KindUnsupported or KindInvalid at the name if it is no picture.
func (f *ProofForm) Shot(ctx context.Context, name string) (s pano.Shot, ok bool, err error) {
	ok, err = f.look(ctx, name, func(_ catalog.Upload, _ *os.File, of pano.Shot) error { s = of; return nil })
	return s, ok, err
}

// Hold puts the picture of that name in the store and returns it once it is
// there for good. It fails as Shot does.
func (f *ProofForm) Hold(ctx context.Context, name string) (h catalog.Held, ok bool, err error) {
	ok, err = f.look(ctx, name, func(u catalog.Upload, src *os.File, s pano.Shot) (err error) {
		h.Shot = s
		h.Claim, err = f.d.keep(ctx, s.Digest, s.Size, u.CRC, src)
		return err
	})
	return h, ok, err
}

// look opens the picture of that name.
func (f *ProofForm) look(ctx context.Context, name string, do func(catalog.Upload, *os.File, pano.Shot) error) (ok bool, err error) {
	id := f.shots[name]
	if id == "" {
		return false, nil
	}
	u, err := f.d.Upload(ctx, f.who, id)
	if err != nil {
		return false, err
	}
	src, err := os.Open(f.d.path(id))
	if err != nil {
		return false, err
	}
	defer src.Close()
	s, err := shotOf(u, src)
	if err != nil {
		return false, atField(err, name)
	}
	err = do(u, src, s)
	return err == nil, err
}

// shotOf is what the delivery and its header say.
func shotOf(u catalog.Upload, src *os.File) (s pano.Shot, err error) {
	facts, err := render.Probe(src, u.Received)
	if err != nil {
		return s, err
	}
	if facts.Document {
		return s, pano.Unsupported("proof.no_picture")
	}
	sums, err := sumsOf(u)
	if err != nil {
		return s, err
	}
	s = pano.Shot{Digest: pano.Digest(sums.sha.Sum(nil)), Size: u.Received, MediaType: facts.MediaType, Ready: pano.Processing, Upload: u.ID, By: u.User}
	s.Width, s.Height = facts.Upright()
	if !facts.TakenAt.IsZero() {
		s.Taken = facts.TakenAt.Format(time.RFC3339)
	}
	return s, nil
}

// Close gives up the pictures that nothing kept.
func (f *ProofForm) Close(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	for _, id := range f.shots {
		if err := f.d.Abandon(ctx, f.who, id); err != nil && pano.KindOf(err) != pano.KindNotFound {
			f.d.Log.Warn("delivery not given up", "upload", id, "err", err)
		}
	}
}

// Proof is what the form says of itself; what it leaves out is left to Prove. A
// form without an id of its own gets one. It fails with KindInvalid at the field
// that cannot be read.
func (f *ProofForm) Proof(id pano.PlacementID) (p pano.Proof, err error) {
	p = pano.Proof{Placement: id, Kind: pano.ProofKind(f.Get("kind")), Verdict: pano.Verdict(cmp.Or(f.Get("verdict"), string(pano.Good))),
		Client: cmp.Or(f.Get("client_uuid"), rand.Text()), Remark: f.Get("remark")}
	if p.Located = f.Get("lat") != "" || f.Get("lon") != ""; p.Located {
		for _, c := range []struct {
			field string
			into  *float64
		}{{"lat", &p.Lat}, {"lon", &p.Lon}} {
			if *c.into, err = strconv.ParseFloat(f.Get(c.field), 64); err != nil {
				return p, pano.Invalid("request.field", c.field).At(c.field).Because(err)
			}
		}
	}
	if text := f.Get("accuracy_m"); text != "" {
		if p.Accuracy, err = strconv.ParseFloat(text, 64); err != nil {
			return p, pano.Invalid("proof.bad_accuracy").At("accuracy_m").Because(err)
		}
	}
	if text := f.Get("taken_at"); text != "" {
		if p.Taken, err = time.Parse(time.RFC3339, text); err != nil {
			return p, pano.Invalid("proof.bad_time").At("taken_at").Because(err)
		}
	}
	return p, nil
}
