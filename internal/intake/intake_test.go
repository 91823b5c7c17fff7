package intake

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/internal/render"
	"pano/storage/blob"
	"pano/storage/blob/files"
	"pano/storage/catalog"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	if os.Getenv("PANO_CRASH_AT") != "" {
		os.Exit(crashMain())
	}
	os.Exit(m.Run())
}

// clock is the time of a desk under test.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// desk returns a desk in dir, with a real catalogue and files.
func desk(t testing.TB, dir string, now func() time.Time) *Desk {
	t.Helper()
	d, closing, err := openDesk(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	d.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	t.Cleanup(closing)
	return d
}

func openDesk(dir string, now func() time.Time) (*Desk, func(), error) {
	db, err := catalog.Open(filepath.Join(dir, "pano.db"), now)
	if err != nil {
		return nil, nil, err
	}
	store, err := files.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		return nil, nil, err
	}
	spool := filepath.Join(dir, "spool")
	if err := os.MkdirAll(spool, 0o700); err != nil {
		return nil, nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	err = db.Tend(context.Background(), func(tx *catalog.Tx) error {
		_, err := tx.Exec(`
			INSERT INTO agency (id, code, name) VALUES ('A1', 'SVH', 'Sở Văn hóa'), ('A2', 'BT', 'Bảo tàng') ON CONFLICT DO NOTHING;
			INSERT INTO user (id, login, name, created) VALUES ('lan', 'lan', 'Lan', 0), ('minh', 'minh', 'Minh', 0) ON CONFLICT DO NOTHING;`)
		return err
	})
	d := &Desk{DB: db, Blobs: store, Render: &render.Worker{Exe: exe, Dir: spool, Gate: render.DefaultGate()},
		Spool: spool, MaxFile: 64 << 20, Log: slog.New(slog.DiscardHandler), Now: now}
	return d, func() { store.Close(); db.Close() }, err
}

// lan and minh may do everything with pictures, each in another agency.
var (
	lan  = pano.Actor{ID: "lan", Name: "Lan", Memberships: []pano.Membership{{Agency: "A1", Role: pano.Staff}, {Agency: "A1", Role: pano.Curator}}}
	minh = pano.Actor{ID: "minh", Name: "Minh", Memberships: []pano.Membership{{Agency: "A2", Role: pano.Staff}, {Agency: "A2", Role: pano.Curator}}}
)

func picture(w, h int, seed uint8) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x) ^ seed, uint8(y), seed, 255})
		}
	}
	return img
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// deliver sends data in one go.
func (d *Desk) deliver(ctx context.Context, who pano.Actor, x Describe, data []byte) (pano.UploadID, Result, error) {
	x.Size = int64(len(data))
	id, err := d.Begin(ctx, who, x)
	if err != nil {
		return "", Result{}, err
	}
	if _, err := d.Append(ctx, who, id, 0, bytes.NewReader(data)); err != nil {
		return id, Result{}, err
	}
	r, err := d.Finish(ctx, who, id)
	return id, r, err
}

func bytesOf(t testing.TB, d *Desk, digest pano.Digest) []byte {
	t.Helper()
	r, _, err := d.Blobs.Open(t.Context(), digest, 0, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPictureComesInPiecesAndIsMadeReady(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	data := asJPEG(picture(2000, 1000, 7))
	first, closing, err := openDesk(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	id, err := first.Begin(ctx, lan, Describe{Name: `C:\anh\phướn  trưng bày.jpg`, Size: int64(len(data)), About: Sheet{Kind: pano.FlagBanner}})
	if err != nil {
		t.Fatal(err)
	}
	half := len(data) / 2
	if _, err := first.Append(ctx, lan, id, 0, bytes.NewReader(data[:half])); err != nil {
		t.Fatal(err)
	}
	closing() // the service stops in the middle

	d := desk(t, dir, time.Now)
	if u, err := d.Upload(ctx, lan, id); err != nil || u.Received != int64(half) {
		t.Fatalf("after the restart %d bytes are there, %v; want %d", u.Received, err, half)
	}
	if _, err := d.Finish(ctx, lan, id); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("finishing half a delivery: %v, want a conflict", err)
	}
	if _, err := d.Append(ctx, lan, id, 0, bytes.NewReader(data)); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("sending from the start again: %v, want a conflict", err)
	}
	if _, err := d.Append(ctx, minh, id, int64(half), bytes.NewReader(data[half:])); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("somebody else's delivery: %v, want not found", err)
	}
	if _, err := d.Append(ctx, lan, id, int64(half), bytes.NewReader(data[half:])); err != nil {
		t.Fatal(err)
	}
	r, err := d.Finish(ctx, lan, id)
	if err != nil {
		t.Fatal(err)
	}
	a := r.Asset
	if !r.Made || a.Title != "phướn trưng bày" && a.Title != "phướn  trưng bày" || a.Current.Name != "phướn  trưng bày.jpg" || a.Current.Width != 2000 || a.Current.Ready != pano.Processing {
		t.Fatalf("made %v: %+v", r.Made, a)
	}
	if got := bytesOf(t, d, a.Current.Digest); !bytes.Equal(got, data) {
		t.Fatal("the bytes in the store are not those sent")
	}
	if err := d.MakeRenditions(ctx, a.Current.Digest.String()); err != nil {
		t.Fatal(err)
	}
	if a, err = d.Asset(ctx, lan, a.ID); err != nil || a.Current.Ready != pano.Made || a.Current.Hash == 0 {
		t.Fatalf("after the job: %v, %v", a.Current.Ready, err)
	}
	d.DB.Read(ctx, func(tx *catalog.Tx) error {
		for spec, want := range map[string]image.Point{ThumbSpec: {320, 160}, PreviewSpec: {1600, 800}} {
			got, err := tx.Rendition(ctx, a.Current.Digest, spec)
			if err != nil {
				t.Fatal(err)
			}
			img, err := jpeg.DecodeConfig(bytes.NewReader(bytesOf(t, d, got.Digest)))
			if err != nil || img.Width != want.X || img.Height != want.Y {
				t.Errorf("%s is %d × %d, %v; want %v", spec, img.Width, img.Height, err, want)
			}
		}
		return nil
	})
	again, err := d.Finish(ctx, lan, id) // the answer was lost, the client asks again
	if err != nil || !again.Again || again.Asset.ID != a.ID {
		t.Errorf("finishing again: %+v, %v; want the same asset", again, err)
	}
}

func TestWhatIsNoPictureIsRefusedByNameAndLeavesNothing(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	whole := asPNG(picture(300, 300, 1))
	for _, tt := range []struct {
		name string
		data []byte
		key  string
		kind pano.Kind
	}{
		{"trống.jpg", nil, "picture.empty", pano.KindInvalid},
		{"cụt.png", whole[:len(whole)/2], "picture.truncated", pano.KindInvalid},
		{"thư.jpg", []byte("Kính gửi: Phòng Văn hóa\n"), "picture.unknown", pano.KindUnsupported},
		{"khoác lác.png", lyingPNG(), "picture.absurd", pano.KindInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := d.deliver(t.Context(), lan, Describe{Name: tt.name}, tt.data)
			e, ok := errors.AsType[*pano.Error](err)
			if !ok || e.Key != tt.key || e.Kind != tt.kind || e.About != tt.name || e.Field != "file" {
				t.Fatalf("got %v (%+v), want %s about %s", err, e, tt.key, tt.name)
			}
		})
	}
	left, _ := os.ReadDir(d.Spool)
	rows, _ := d.DB.Uploads(t.Context(), time.Now().Add(time.Hour))
	if len(left) != 0 || len(rows) != 0 {
		t.Errorf("%d files and %d rows are left of refused deliveries", len(left), len(rows))
	}
}

// lyingPNG claims 60,000 × 60,000 pixels in a few bytes.
func lyingPNG() []byte {
	data := asPNG(picture(8, 8, 1))
	binary.BigEndian.PutUint32(data[16:], 60000)
	binary.BigEndian.PutUint32(data[20:], 60000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func TestKnownBytesWaitForADecision(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	data := asPNG(picture(400, 300, 3))
	_, first, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, data)
	if err != nil {
		t.Fatal(err)
	}
	id, r, err := d.deliver(ctx, lan, Describe{Name: "b.png"}, data)
	if err != nil || !r.Waits() || len(r.Known) != 1 || r.Known[0].ID != first.Asset.ID {
		t.Fatalf("%+v, %v; want it to wait beside %s", r, err, first.Asset.ID)
	}
	if _, err := d.Decide(ctx, lan, id, "delete", ""); pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("a decision nobody knows: %v", err)
	}
	if _, err := d.Decide(ctx, lan, id, Version, first.Asset.ID); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("the same bytes as the next version: %v, want a conflict", err)
	}
	r, err = d.Decide(ctx, lan, id, Anyway, "")
	if err != nil || !r.Made || r.Asset.ID == first.Asset.ID || r.Asset.Title != "b" {
		t.Fatalf("anyway: %+v, %v", r, err)
	}
	_, r, err = d.deliver(ctx, lan, Describe{Name: "c.png", Mode: Skip}, data)
	if err != nil || !r.Skipped {
		t.Fatalf("skip: %+v, %v", r, err)
	}
	other := asPNG(picture(401, 300, 3))
	_, r, err = d.deliver(ctx, lan, Describe{Name: "a2.png", Mode: Version, Into: first.Asset.ID}, other)
	if err != nil || r.Asset.ID != first.Asset.ID || r.Asset.Current.N != 2 || r.Asset.Current.Width != 401 {
		t.Fatalf("new version: %+v, %v", r.Asset, err)
	}
}

func TestAGuessAtADigestFindsNothing(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	data := asPNG(picture(400, 300, 3))
	if _, _, err := d.deliver(t.Context(), lan, Describe{Name: "a.png"}, data); err != nil {
		t.Fatal(err)
	}
	_, r, err := d.deliver(t.Context(), minh, Describe{Name: "a.png"}, data)
	if err != nil || !r.Made || len(r.Known) != 0 {
		t.Errorf("another agency's delivery of the same bytes: %+v, %v; want an asset like any other", r, err)
	}
	if _, err := d.Asset(t.Context(), lan, r.Asset.ID); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("lan sees minh's asset: %v", err)
	}
}

func TestOnlyOwnAgencyIsDeliveredTo(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	_, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: 10, About: Sheet{Agency: "A2"}})
	if e, ok := errors.AsType[*pano.Error](err); !ok || e.Field != "agency" {
		t.Errorf("got %v, want an error at agency", err)
	}
	auditor := pano.Actor{ID: "minh", Memberships: []pano.Membership{{Agency: "A1", Role: pano.Auditor}}}
	if _, err := d.Begin(t.Context(), auditor, Describe{Name: "a.png", Size: 10}); pano.KindOf(err) != pano.KindForbidden {
		t.Errorf("an auditor delivers: %v", err)
	}
}

func TestNoMoreThanFits(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	if _, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: d.MaxFile + 1}); pano.KindOf(err) != pano.KindTooLarge {
		t.Errorf("too large: %v", err)
	}
	id, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: 10})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := d.Append(t.Context(), lan, id, 0, bytes.NewReader(make([]byte, 11))); pano.KindOf(err) != pano.KindTooLarge || n != 0 {
		t.Errorf("more bytes than promised: %d, %v", n, err)
	}
	d.Reserve = 1 << 60
	if _, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: 10}); pano.KindOf(err) != pano.KindNoSpace {
		t.Errorf("full disk: %v", err)
	}
}

func TestBrokenConnectionKeepsWhatCame(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	data := asPNG(picture(500, 500, 9))
	id, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: int64(len(data))})
	if err != nil {
		t.Fatal(err)
	}
	cable := errors.New("cable pulled")
	n, err := d.Append(t.Context(), lan, id, 0, io.MultiReader(bytes.NewReader(data[:1000]), failing{cable}))
	if n != 1000 || !errors.Is(err, cable) {
		t.Fatalf("Append = %d, %v; want 1000 and the cable", n, err)
	}
	if _, err := d.Append(t.Context(), lan, id, 1000, bytes.NewReader(data[1000:])); err != nil {
		t.Fatal(err)
	}
	r, err := d.Finish(t.Context(), lan, id)
	if err != nil || !bytes.Equal(bytesOf(t, d, r.Asset.Current.Digest), data) {
		t.Fatalf("%v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBytesTheStoreLostArePutAgain(t *testing.T) {
	c := &clock{time.Now()}
	d := desk(t, t.TempDir(), c.now)
	ctx := t.Context()
	data := asPNG(picture(400, 300, 3))
	id, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, data)
	if err != nil {
		t.Fatal(err)
	}
	digest := r.Asset.Current.Digest
	if err := d.Blobs.Delete(ctx, digest); err != nil { // a power cut at the store
		t.Fatal(err)
	}
	c.t = c.t.Add(settle + time.Second)
	for range 2 {
		if err := d.Settle(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got := bytesOf(t, d, digest); !bytes.Equal(got, data) {
		t.Error("other bytes came back")
	}
	if _, err := os.Stat(d.path(id)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the spool still has its copy of settled bytes: %v", err)
	}
}

func TestLostRenditionIsOwedAgain(t *testing.T) {
	c := &clock{time.Now()}
	d := desk(t, t.TempDir(), c.now)
	ctx := t.Context()
	_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, asPNG(picture(400, 300, 3)))
	if err != nil {
		t.Fatal(err)
	}
	digest := r.Asset.Current.Digest
	if err := d.MakeRenditions(ctx, digest.String()); err != nil {
		t.Fatal(err)
	}
	var thumb pano.Rendition
	d.DB.Read(ctx, func(tx *catalog.Tx) (err error) {
		thumb, err = tx.Rendition(ctx, digest, ThumbSpec)
		return err
	})
	d.Blobs.Delete(ctx, thumb.Digest)
	c.t = c.t.Add(settle + time.Second)
	if err := d.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	job, ok, err := d.DB.Claim(ctx, time.Minute)
	if !ok || err != nil || job.Kind != RenditionJob {
		t.Errorf("nothing is owed: %v, %v, %v", job, ok, err)
	}
}

func TestPictureThatCannotBeDecodedStaysAndSaysSo(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	data := asPNG(picture(600, 600, 5))
	first := bytes.Index(data, []byte("IDAT")) + 4
	for i := first; i < first+200; i++ {
		data[i] ^= 0x5a // spoils the compressed pixels from the first row on, not the header
	}
	_, r, err := d.deliver(ctx, lan, Describe{Name: "hỏng.png"}, data)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.MakeRenditions(ctx, r.Asset.Current.Digest.String()); err != nil {
		t.Fatal(err)
	}
	a, err := d.Asset(ctx, lan, r.Asset.ID)
	if err != nil || a.Current.Ready != pano.OriginalOnly || a.Current.Problem == "" {
		t.Errorf("%v %q, %v; want original_only and a reason", a.Current.Ready, a.Current.Problem, err)
	}
	if got := bytesOf(t, d, a.Current.Digest); !bytes.Equal(got, data) {
		t.Error("the original was not kept as it came")
	}
}

func TestUnneededBytesAreCollectedAndNeededOnesKept(t *testing.T) {
	c := &clock{time.Now()}
	d := desk(t, t.TempDir(), c.now)
	ctx := t.Context()
	_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, asPNG(picture(40, 30, 3)))
	if err != nil {
		t.Fatal(err)
	}
	orphan := []byte("bytes of a delivery that crashed")
	digest := digestOf(orphan)
	if _, err := d.keep(ctx, digest, int64(len(orphan)), 0, bytes.NewReader(orphan)); err != nil {
		t.Fatal(err)
	}
	if err := d.Collect(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Blobs.Stat(ctx, digest); err != nil {
		t.Errorf("bytes put a moment ago were collected: %v", err)
	}
	c.t = c.t.Add(grace + time.Hour)
	if err := d.Collect(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Blobs.Stat(ctx, digest); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("bytes nobody needs are still there: %v", err)
	}
	if _, err := d.Blobs.Stat(ctx, r.Asset.Current.Digest); err != nil {
		t.Errorf("needed bytes were collected: %v", err)
	}
}

// Collecting stands still between condemning and deleting, and between deleting
// and dropping the row, while the same bytes come in again.
func TestCollectingCannotEatADeliveryOfTheSameBytes(t *testing.T) {
	for _, point := range []string{"condemned", "deleted"} {
		t.Run(point, func(t *testing.T) {
			c := &clock{time.Now()}
			d := desk(t, t.TempDir(), c.now)
			ctx := t.Context()
			data := asPNG(picture(40, 30, 3))
			if _, err := d.keep(ctx, digestOf(data), int64(len(data)), 0, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			c.t = c.t.Add(grace + time.Hour)
			type outcome struct {
				r   Result
				err error
			}
			done := make(chan outcome, 1)
			started := false
			collector := *d
			collector.crash = func(at string) {
				if at == point && !started {
					started = true
					go func() {
						_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, data)
						done <- outcome{r, err}
					}()
					time.Sleep(3 * waitShort) // long enough for the delivery to reach its claim
				}
			}
			if err := collector.Collect(ctx); err != nil {
				t.Fatal(err)
			}
			o := <-done
			if o.err != nil {
				t.Fatal(o.err)
			}
			if got := bytesOf(t, d, o.r.Asset.Current.Digest); !bytes.Equal(got, data) {
				t.Error("an acknowledged picture has no bytes")
			}
		})
	}
}

// A delivery that stood still between its claim and its commit for longer than
// the grace, while its bytes were collected and claimed anew by another, must
// not pass for that other one.
func TestAClaimOfAnEarlierLifeIsRefused(t *testing.T) {
	c := &clock{time.Now()}
	d := desk(t, t.TempDir(), c.now)
	ctx := t.Context()
	data := []byte("some bytes")
	old, err := d.keep(ctx, digestOf(data), int64(len(data)), 0, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c.t = c.t.Add(grace + time.Hour)
	if err := d.Collect(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := d.DB.ClaimBlob(ctx, digestOf(data), int64(len(data)), 0); err != nil { // another's claim; nothing put yet
		t.Fatal(err)
	}
	err = d.DB.Tend(ctx, func(tx *catalog.Tx) error { return tx.KeepBlob(ctx, old) })
	if pano.KindOf(err) != pano.KindUnavailable {
		t.Errorf("KeepBlob of an earlier life: %v, want it refused", err)
	}
}

func TestForgottenDeliveriesExpire(t *testing.T) {
	c := &clock{time.Now()}
	d := desk(t, t.TempDir(), c.now)
	id, err := d.Begin(t.Context(), lan, Describe{Name: "a.png", Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Append(t.Context(), lan, id, 0, bytes.NewReader(make([]byte, 50))); err != nil {
		t.Fatal(err)
	}
	c.t = c.t.Add(patience + time.Hour)
	if err := d.Expire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Upload(t.Context(), lan, id); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("still there: %v", err)
	}
	if left, _ := os.ReadDir(d.Spool); len(left) != 0 {
		t.Errorf("%d spool files left", len(left))
	}
}

func TestEditNeedsTheRevisionThatWasShown(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, asPNG(picture(40, 30, 3)))
	if err != nil {
		t.Fatal(err)
	}
	rename := func(title string) func(pano.Asset) (pano.Asset, error) {
		return func(a pano.Asset) (pano.Asset, error) {
			a.Title, a.Owner, a.Agency, a.State = title, "minh", "A2", pano.Approved // only the title may change this way
			return a, nil
		}
	}
	for _, tt := range []struct {
		rev   int
		title string
		want  pano.Kind
	}{{0, "Một", pano.KindUnversioned}, {99, "Một", pano.KindStale}, {1, "", pano.KindInvalid}} {
		if _, err := d.Edit(ctx, lan, r.Asset.ID, tt.rev, rename(tt.title)); pano.KindOf(err) != tt.want {
			t.Errorf("rev %d, title %q: %v, want kind %d", tt.rev, tt.title, err, tt.want)
		}
	}
	a, err := d.Edit(ctx, lan, r.Asset.ID, 1, rename("  Phu\u031bo\u031b\u0301n hội làng "))
	if err != nil || a.Title != "Phướn hội làng" || a.Rev != 2 || a.Owner != "lan" || a.Agency != "A1" || a.State != pano.Draft {
		t.Errorf("edited: %+v, %v", a, err)
	}
	if _, err := d.Edit(ctx, minh, r.Asset.ID, 2, rename("x")); pano.KindOf(err) != pano.KindNotFound {
		t.Errorf("another agency edits: %v", err)
	}
}

func TestBinAndBack(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, asPNG(picture(40, 30, 3)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Bin(ctx, lan, r.Asset.ID, 0)
	if err != nil || a.Binned.IsZero() {
		t.Fatalf("%v, %v", a.Binned, err)
	}
	if _, err := d.Edit(ctx, lan, a.ID, a.Rev, func(a pano.Asset) (pano.Asset, error) { return a, nil }); pano.KindOf(err) != pano.KindConflict {
		t.Errorf("editing in the bin: %v", err)
	}
	if a, err = d.Restore(ctx, lan, a.ID); err != nil || !a.Binned.IsZero() {
		t.Errorf("%v, %v", a.Binned, err)
	}
}

func TestARepeatedRequestMakesOneAsset(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	data := asPNG(picture(40, 30, 3))
	_, first, err := d.deliver(ctx, lan, Describe{Name: "a.png", Mode: Anyway, Key: "k1"}, data)
	if err != nil {
		t.Fatal(err)
	}
	_, again, err := d.deliver(ctx, lan, Describe{Name: "a.png", Mode: Anyway, Key: "k1"}, data)
	if err != nil || !again.Again || again.Asset.ID != first.Asset.ID {
		t.Errorf("the same request again: %+v, %v; want %s", again, err, first.Asset.ID)
	}
	_, _, err = d.deliver(ctx, lan, Describe{Name: "b.png", Mode: Anyway, Key: "k1"}, asPNG(picture(41, 30, 3)))
	if pano.KindOf(err) != pano.KindInvalid {
		t.Errorf("the same key for other bytes: %v", err)
	}
}

func TestBytesThatChangedInTheStoreAreNotPrinted(t *testing.T) {
	c := &clock{time.Now()}
	dir := t.TempDir()
	d := desk(t, dir, c.now)
	ctx := t.Context()
	_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, asPNG(picture(400, 300, 3)))
	if err != nil {
		t.Fatal(err)
	}
	digest := r.Asset.Current.Digest.String()
	c.t = c.t.Add(settle + time.Second)
	if err := d.Settle(ctx); err != nil { // the spool gives up its copy
		t.Fatal(err)
	}
	path := filepath.Join(dir, "blobs", "blobs", "sha256", digest[:2], digest)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-20] ^= 1 // a disk that forgets
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.MakeRenditions(ctx, digest); !errors.Is(err, blob.ErrCorrupt) {
		t.Errorf("renditions of changed bytes: %v, want ErrCorrupt", err)
	}
	if _, err := d.Print(ctx, lan, r.Asset.ID, render.PrintSpec{W: 100, H: 100, DPI: 150, Format: "jpeg"}.Centred()); !errors.Is(err, blob.ErrCorrupt) {
		t.Errorf("a print of changed bytes: %v, want ErrCorrupt", err)
	}
	if left, _ := os.ReadDir(d.Spool); len(left) != 0 {
		t.Errorf("%d files left in the spool", len(left))
	}
}

func TestPictureThatIsBrokenInPartIsShownAndSaysSo(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	ctx := t.Context()
	data := asJPEG(picture(6000, 800, 5)) // large enough to be read reduced
	for i := len(data) / 2; i < len(data)/2+3000; i++ {
		data[i] = 0x55 // spoils the scan, not the header or the end
	}
	_, r, err := d.deliver(ctx, lan, Describe{Name: "hỏng giữa.jpg"}, data)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.MakeRenditions(ctx, r.Asset.Current.Digest.String()); err != nil {
		t.Fatal(err)
	}
	a, err := d.Asset(ctx, lan, r.Asset.ID)
	if err != nil || a.Current.Ready != pano.Made || a.Current.Problem != "picture.partial" {
		t.Errorf("%v %q, %v; want it ready, with a word about the damage", a.Current.Ready, a.Current.Problem, err)
	}
}
