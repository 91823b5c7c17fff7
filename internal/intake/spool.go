package intake

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/json"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A Mode says what becomes of a delivery whose bytes are known already.
type Mode string

// The modes.
const (
	Ask     Mode = ""        // wait for a person to decide
	Anyway  Mode = "new"     // another asset of the same bytes
	Skip    Mode = "skip"    // nothing: it is here
	Version Mode = "version" // it becomes the next version of Describe.Asset, known or not
	proving Mode = "proof"   // it is a picture that proves something, and never becomes an asset
)

// Describe is what a sender says of a file before sending it.
type Describe struct {
	Name  string       `json:"name"` // of the file; for people only
	Size  int64        `json:"-"`    // bytes; -1 = not known yet
	Mode  Mode         `json:"mode,omitempty"`
	Into  pano.AssetID `json:"into,omitempty"` // with Mode Version
	Key   string       `json:"key,omitempty"`  // idempotency key, "" for none
	About Sheet        `json:"about"`
}

// A Sheet is what people say of an asset when they bring it in; all of it may
// be left out and mended later.
type Sheet struct {
	Title       string          `json:"title,omitempty"`
	Kind        pano.AssetKind  `json:"kind,omitempty"`
	Description string          `json:"description,omitempty"`
	Creator     string          `json:"creator,omitempty"`
	Credit      string          `json:"credit,omitempty"`
	Rights      string          `json:"rights,omitempty"`
	Source      string          `json:"source,omitempty"`
	Language    string          `json:"language,omitempty"`
	Material    string          `json:"material,omitempty"`
	Tags        []string        `json:"tags,omitempty"`
	Width       pano.MM         `json:"width_mm,omitempty"`
	Height      pano.MM         `json:"height_mm,omitempty"`
	Agency      pano.AgencyID   `json:"agency,omitempty"` // "" = the sender's only one
	Campaign    pano.CampaignID `json:"campaign,omitempty"`
}

// Begin opens a delivery and returns its id. It fails with KindTooLarge,
// KindNoSpace, and as the description itself would be refused.
func (d *Desk) Begin(ctx context.Context, who pano.Actor, x Describe) (pano.UploadID, error) {
	x.Name = FileName(x.Name)
	if err := d.mayDeliver(ctx, who, &x); err != nil {
		return "", err
	}
	if x.Size > d.MaxFile {
		return "", tooLarge(x.Name, d.MaxFile)
	}
	if err := d.room(ctx, max(x.Size, 0)); err != nil {
		return "", err
	}
	meta, err := json.Marshal(x)
	if err != nil {
		return "", err
	}
	h, crc := newSums().state()
	return d.DB.AddUpload(ctx, catalog.Upload{User: who.ID, Size: x.Size, Hash: h, CRC: crc, Meta: string(meta)})
}

// mayDeliver refuses, before any byte is sent, what would be refused after, and
// fills in the agency.
func (d *Desk) mayDeliver(ctx context.Context, who pano.Actor, x *Describe) error {
	if x.Mode == Version {
		return d.DB.Read(ctx, func(tx *catalog.Tx) error {
			a, err := tx.Asset(ctx, x.Into)
			if err != nil {
				return err
			}
			return mayAddVersion(who, a)
		})
	}
	if err := who.MayAny(pano.AssetAdd); err != nil {
		return err
	}
	reach := who.Reach(pano.AssetAdd)
	if x.About.Agency == "" {
		if len(reach.Agencies) == 0 {
			return pano.Invalid("upload.no_agency").At("agency")
		}
		x.About.Agency = reach.Agencies[0]
	}
	if !reach.Has(pano.Resource{Agency: x.About.Agency, Owner: who.ID}) {
		return pano.Invalid("upload.other_agency").At("agency")
	}
	if err := d.campaignID(ctx, &x.About.Campaign); err != nil {
		return err
	}
	return x.asset(who).Check()
}

// campaignID accepts a code for an id.
func (d *Desk) campaignID(ctx context.Context, id *pano.CampaignID) error {
	if *id == "" {
		return nil
	}
	return d.DB.Read(ctx, func(tx *catalog.Tx) error {
		c, err := tx.Campaign(ctx, string(*id))
		if pano.KindOf(err) == pano.KindNotFound {
			return pano.Invalid("campaign.none").At("campaign")
		}
		*id = c.ID
		return err
	})
}

// mayAddVersion: whoever may bring pictures into an agency may bring new
// versions of those assets that they may also edit.
func mayAddVersion(who pano.Actor, a pano.Asset) error {
	if err := who.May(pano.AssetEdit, a.Resource()); err != nil {
		return err
	}
	if !a.Binned.IsZero() {
		return pano.Conflict("asset.in_bin")
	}
	return nil
}

func tooLarge(name string, most int64) error {
	return (&pano.Error{Kind: pano.KindTooLarge, Key: "upload.too_large", Args: []any{pano.Bytes(most)}, Field: "file"}).On(name)
}

// room fails with KindNoSpace unless size more bytes fit beside those promised
// to others: many uploads at once must not fill the disk together.
func (d *Desk) room(ctx context.Context, size int64) error {
	promised, err := d.DB.PromisedBytes(ctx)
	if err != nil {
		return err
	}
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.Spool, &st); err != nil {
		return err
	}
	if int64(st.Bavail)*st.Bsize-promised-size < d.Reserve {
		return noSpace(nil)
	}
	return nil
}

func noSpace(cause error) error {
	return (&pano.Error{Kind: pano.KindNoSpace, Key: "upload.no_space"}).Because(cause)
}

func (d *Desk) path(id pano.UploadID) string { return filepath.Join(d.Spool, string(id)+".part") }

// sums are the digests of the bytes so far.
type sums struct {
	sha hash.Hash
	crc uint32
}

func newSums() sums { return sums{sha256.New(), 0} }

func (s *sums) Write(p []byte) (int, error) {
	s.crc = crc32.Update(s.crc, crc32.IEEETable, p)
	return s.sha.Write(p)
}

func (s sums) state() ([]byte, uint32) {
	state, err := s.sha.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // crypto/sha256 can always be saved
	}
	return state, s.crc
}

func sumsOf(u catalog.Upload) (*sums, error) {
	s := &sums{sha256.New(), u.CRC}
	return s, s.sha.(encoding.BinaryUnmarshaler).UnmarshalBinary(u.Hash)
}

// step is how many bytes are made durable at a time, and how many a sender
// loses at most when this machine dies.
const step = 8 << 20

// Append takes bytes of the delivery from offset on until r ends, and returns
// how many are on disk for good; an error of r itself is returned after what
// came before it is safe. It fails with KindConflict if offset is not where the
// delivery stands, and with KindTooLarge or KindNoSpace.
func (d *Desk) Append(ctx context.Context, who pano.Actor, id pano.UploadID, offset int64, r io.Reader) (n int64, err error) {
	u, err := d.Upload(ctx, who, id)
	if err != nil {
		return 0, err
	}
	if u.State != catalog.Receiving || offset != u.Received {
		return 0, pano.Conflict("upload.moved")
	}
	s, err := sumsOf(u)
	if err != nil {
		return 0, err
	}
	f, err := os.OpenFile(d.path(id), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return 0, spoolError(err)
	}
	defer f.Close()
	// Bytes beyond the noted offset were never acknowledged.
	if err := f.Truncate(offset); err != nil {
		return 0, err
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	most := d.MaxFile
	if u.Size >= 0 {
		most = min(most, u.Size)
	}
	end := context.WithoutCancel(ctx) // what was read is noted, even if the sender is gone
	for {
		k, readErr := io.Copy(io.MultiWriter(f, s), io.LimitReader(r, min(step, most-offset-n+1)))
		if offset+n+k > most {
			return n, tooLarge(nameOf(u), most)
		}
		if k > 0 {
			if err := syscall.Fdatasync(int(f.Fd())); err != nil {
				return n, spoolError(err)
			}
			state, crc := s.state()
			if err := d.DB.ReceiveUpload(end, id, offset+n, offset+n+k, state, crc); err != nil {
				return n, err
			}
			n += k
		}
		if readErr != nil {
			return n, spoolError(readErr)
		}
		if k < step {
			return n, nil
		}
	}
}

func spoolError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return noSpace(err)
	}
	return err
}

// Upload returns a delivery of the actor's own, or a KindNotFound error.
func (d *Desk) Upload(ctx context.Context, who pano.Actor, id pano.UploadID) (catalog.Upload, error) {
	u, err := d.DB.Upload(ctx, id)
	if err == nil && u.User != who.ID {
		return catalog.Upload{}, pano.NotFound("upload.none")
	}
	return u, err
}

// Redescribe replaces what was said of a delivery that is still coming in; its
// size stays as it was.
func (d *Desk) Redescribe(ctx context.Context, who pano.Actor, id pano.UploadID, x Describe) error {
	x.Name = FileName(x.Name)
	if err := d.mayDeliver(ctx, who, &x); err != nil {
		return err
	}
	if _, err := d.Upload(ctx, who, id); err != nil {
		return err
	}
	meta, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return d.DB.RedescribeUpload(ctx, id, string(meta))
}

// SetSize says how many bytes a delivery will have that was begun without.
func (d *Desk) SetSize(ctx context.Context, who pano.Actor, id pano.UploadID, size int64) error {
	u, err := d.Upload(ctx, who, id)
	if err != nil {
		return err
	}
	if size > d.MaxFile {
		return tooLarge(nameOf(u), d.MaxFile)
	}
	return d.DB.SizeUpload(ctx, id, size)
}

// Abandon gives a delivery up. Giving up one that an asset has changes nothing.
func (d *Desk) Abandon(ctx context.Context, who pano.Actor, id pano.UploadID) error {
	u, err := d.Upload(ctx, who, id)
	if err != nil || u.State == catalog.Done {
		return err
	}
	return d.drop(ctx, id)
}

// drop removes a delivery and its spool file.
func (d *Desk) drop(ctx context.Context, id pano.UploadID) error {
	if err := os.Remove(d.path(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return d.DB.DropUpload(ctx, id)
}

func describeOf(u catalog.Upload) (x Describe, err error) {
	err = json.Unmarshal([]byte(u.Meta), &x)
	x.Size = u.Size
	return x, err
}

func nameOf(u catalog.Upload) string {
	x, _ := describeOf(u)
	return x.Name
}

// FileName makes the name of a file fit to be shown: its last part only, NFC,
// without control and direction characters, at most 200 characters.
func FileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = Clean(name)
	if r := []rune(name); len(r) > 200 {
		ext := []rune(filepath.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(slices.Concat(r[:200-len(ext)], ext))
	}
	if name == "" {
		return "?"
	}
	return name
}

// Clean makes a text fit to be kept: valid UTF-8, NFC, without control and
// direction characters but line breaks and tabs, without space at the ends.
func Clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// asset is what the description makes of the delivery.
func (x Describe) asset(who pano.Actor) pano.Asset {
	s := x.About
	a := pano.Asset{
		Title: Clean(s.Title), Kind: s.Kind, Description: Clean(s.Description), Creator: Clean(s.Creator), Credit: Clean(s.Credit),
		Rights: Clean(s.Rights), Source: Clean(s.Source), Language: Clean(s.Language), Material: Clean(s.Material),
		Width: s.Width, Height: s.Height, State: pano.Draft, Agency: s.Agency, Campaign: s.Campaign, Owner: who.ID,
	}
	for _, tag := range s.Tags {
		a.Tags = append(a.Tags, Clean(tag))
	}
	if a.Title == "" {
		a.Title = strings.TrimSuffix(x.Name, filepath.Ext(x.Name))
	}
	if a.Kind == "" {
		a.Kind = pano.Photo
	}
	return a.Tidy()
}
