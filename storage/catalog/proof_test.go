package catalog_test

import (
	"context"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// held is a picture whose bytes are claimed, as if they were in the store.
func held(t testing.TB, db *catalog.DB, by pano.UserID, text string) catalog.Held {
	t.Helper()
	c, err := db.ClaimBlob(t.Context(), sha256.Sum256([]byte(text)), int64(len(text)), 1)
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Held{Claim: c, Shot: pano.Shot{Digest: c.Digest, Size: int64(len(text)), MediaType: "image/jpeg", Width: 4000, Height: 3000, By: by, Upload: pano.UploadID(text)}}
}

// prove stores a proof of p with the pictures near and wide.
func (c *town) prove(t testing.TB, p pano.Placement, kind pano.ProofKind, client string) (o pano.Proof) {
	t.Helper()
	near, wide := held(t, c.DB, c.lan, client+" near"), held(t, c.DB, c.lan, client+" wide")
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) (err error) {
		for _, h := range []catalog.Held{near, wide} {
			if err := tx.KeepShot(ctx, h, string(c.culture)); err != nil {
				return err
			}
		}
		o, err = tx.AddProof(ctx, pano.Proof{Placement: p.ID, Kind: kind, Verdict: pano.Good, Near: near.Shot, Wide: wide.Shot, Client: client, By: c.lan,
			Lat: 20.94, Lon: 106.33, Accuracy: 8, Located: true, Distance: 12, Measured: true, Taken: time.UnixMilli(1_796_000_000_000)})
		return err
	})
	return o
}

func TestProofIsKeptAsItWas(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	o := c.prove(t, p, pano.ProofInstalled, "11111111-1")
	bare := held(t, c.DB, c.lan, "11111111-1 near") // the same picture once more, without anything else
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		if err := tx.KeepShot(ctx, bare, ""); err != nil {
			return err
		}
		_, err := tx.AddProof(ctx, pano.Proof{Placement: p.ID, Kind: pano.ProofInspected, Verdict: pano.Misplaced, Near: bare.Shot, Client: "22222222-2", By: c.lan, Remark: "Lệch trái"})
		return err
	})
	all := pano.Reach{All: true}
	if err := c.Read(t.Context(), func(tx *catalog.Tx) error {
		got, ok, err := tx.ProofBy(t.Context(), "11111111-1")
		if !ok || err != nil || got.ID != o.ID || got.Near.Digest != o.Near.Digest || got.Wide.Digest != o.Wide.Digest || got.Near.Width != 4000 || got.Lat != 20.94 ||
			got.Accuracy != 8 || got.Distance != 12 || !got.Measured || !got.Taken.Equal(o.Taken) || got.State != pano.ProofWaiting || got.Near.Ready != pano.Processing {
			t.Errorf("kept %+v, %t, %v", got, ok, err)
		}
		if _, ok, err := tx.ProofBy(t.Context(), "33333333-3"); ok || err != nil {
			t.Errorf("an unknown one: %t, %v", ok, err)
		}
		list, err := tx.ProofsOf(t.Context(), all, p.ID)
		if err != nil || len(list) != 2 || !list[0].Wide.Digest.IsZero() || list[0].Located || list[0].Measured || !list[0].Taken.IsZero() || list[0].ByName != "Lan" || list[0].Hanging.LocationCode != "HD-014" {
			t.Errorf("listed %+v, %v", list, err)
		}
		page, err := tx.Proofs(t.Context(), all, all, pano.ProofWaiting, "", 1)
		if err != nil || page.Total != 2 || len(page.Proofs) != 1 || page.Next != o.ID {
			t.Errorf("first page %+v, %v", page, err)
		}
		page, err = tx.Proofs(t.Context(), all, pano.Reach{}, pano.ProofWaiting, page.Next, 1)
		if err != nil || len(page.Proofs) != 1 || page.Next != "" || page.Proofs[0].Remark != "Lệch trái" || page.Proofs[0].Hanging.Title != "" {
			t.Errorf("second page %+v, %v", page, err)
		}
		page, err = tx.Proofs(t.Context(), pano.Reach{Agencies: []pano.AgencyID{c.ward}}, all, pano.ProofWaiting, "", 0)
		if err != nil || page.Total != 0 || len(page.Proofs) != 0 {
			t.Errorf("out of reach: %+v, %v", page, err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestProofIsStoredOnceAndNeverChanged(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	o := c.prove(t, p, pano.ProofInstalled, "11111111-1")
	for _, stmt := range []string{
		`DELETE FROM proof`, `DELETE FROM shot`, `UPDATE proof SET remark = 'x'`, `UPDATE proof SET lat = 1`, `UPDATE proof SET near = wide`,
		`UPDATE proof SET received = 1`, `UPDATE shot SET width = 1`, `UPDATE proof SET by = by`,
		`INSERT INTO proof (id, placement, kind, verdict, near, received, client, by, state) SELECT 'x', placement, kind, verdict, near, received, client, by, state FROM proof`,
	} {
		err := c.Tend(t.Context(), func(tx *catalog.Tx) error { _, err := tx.ExecContext(t.Context(), stmt); return err })
		if err == nil || !strings.Contains(err.Error(), "append_only") && !strings.Contains(err.Error(), "UNIQUE") {
			t.Errorf("%s: %v", stmt, err)
		}
	}
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		o.State, o.Decider, o.Why = pano.ProofAgain, c.lan, "mờ quá"
		_, err := tx.DecideProof(ctx, o)
		return err
	})
	mustWrite(t, c.DB, func(ctx context.Context, tx *catalog.Tx) error {
		got, err := tx.Proof(ctx, o.ID)
		if got.State != pano.ProofAgain || got.Why != "mờ quá" || got.Decider != c.lan || got.Decided.IsZero() {
			t.Errorf("decided %+v", got)
		}
		return err
	})
}

// TestPicturesOfProofsAreNotCollected: only what nothing needs is.
func TestPicturesOfProofsAreNotCollected(t *testing.T) {
	c := newTown(t)
	o := c.prove(t, c.place(t, c.piece(c.face, sep(1, 9))), pano.ProofInstalled, "11111111-1")
	lost := held(t, c.DB, c.lan, "nobody's")
	gone, err := c.CondemnBlobs(t.Context(), time.Now().Add(time.Hour), 100)
	if err != nil || len(gone) != 1 || gone[0] != lost.Claim.Digest {
		t.Errorf("condemned %v, %v; want only %v, and neither %v nor %v", gone, err, lost.Claim.Digest, o.Near.Digest, o.Wide.Digest)
	}
}

// TestNothingHangsWithoutProofOrReason, nor is it down: the database says so itself.
func TestNothingHangsWithoutProofOrReason(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	to := func(state pano.PlacementState, why string) error {
		return c.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
			q := p
			q.State, q.Unproven = state, why
			if q, err = tx.UpdatePlacement(t.Context(), q); err == nil {
				p = q
			}
			return err
		})
	}
	refuse := func(state pano.PlacementState) {
		t.Helper()
		if err := to(state, ""); pano.KindOf(err) != pano.KindInvalid || !strings.Contains(err.Error(), "placement.needs_proof") {
			t.Errorf("%s: %v", state, err)
		}
	}
	refuse(pano.Installed)
	c.prove(t, p, pano.ProofInspected, "00000000-0")
	refuse(pano.Installed)
	c.prove(t, p, pano.ProofInstalled, "11111111-1")
	if err := to(pano.Installed, ""); err != nil {
		t.Error(err)
	}
	refuse(pano.Removed)
	if err := to(pano.Removed, "Bão thổi mất, không còn gì để chụp."); err != nil || p.Unproven == "" {
		t.Error(err)
	}
}
