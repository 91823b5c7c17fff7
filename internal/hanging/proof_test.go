package hanging_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// shots are pictures by name whose bytes are as good as in the store.
type shots struct {
	db    *catalog.DB
	by    pano.UserID
	asked int
	texts map[string]string
}

func (s *shots) Hold(ctx context.Context, name string) (h catalog.Held, ok bool, err error) {
	s.asked++
	text, ok := s.texts[name]
	if !ok {
		return h, false, nil
	}
	d := pano.Digest(sha256.Sum256([]byte(text)))
	h.Claim, err = s.db.ClaimBlob(ctx, d, int64(len(text)), 1)
	h.Shot = pano.Shot{Digest: d, Size: int64(len(text)), MediaType: "image/jpeg", Width: 4000, Height: 3000, By: s.by, Upload: pano.UploadID(text)}
	return h, err == nil, err
}

func (c *town) shots(texts map[string]string) *shots { return &shots{c.DB, c.nam.ID, 0, texts} }

// prove sends a proof of p by nam with that name, which must be taken.
func (c *town) prove(t testing.TB, p pano.Placement, kind pano.ProofKind, verdict pano.Verdict, client string) pano.Proof {
	t.Helper()
	o, again, err := c.Prove(t.Context(), c.nam, pano.Proof{Placement: p.ID, Kind: kind, Verdict: verdict, Client: client}, c.shots(map[string]string{"near": client}))
	if err != nil || again {
		t.Fatalf("Prove = %t, %v", again, err)
	}
	return o
}

func TestProofLetsThePlacementHangAndComeDown(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	o, again, err := c.Prove(t.Context(), c.nam, pano.Proof{ID: "mine", Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: "11111111-1", State: pano.ProofAccepted,
		By: c.lan.ID, Remark: "đã treo", Taken: time.Now()}, c.shots(map[string]string{"near": "gần", "wide": "xa"}))
	if err != nil || again || o.State != pano.ProofWaiting || o.By != c.nam.ID || o.ID == "mine" || o.Near.Digest.IsZero() || o.Wide.Digest.IsZero() {
		t.Fatalf("Prove = %+v, %t, %v", o, again, err)
	}
	if got := c.kept(t, p.ID); got.State != pano.Installed || got.Version != c.flag.Current.ID || got.Unproven != "" {
		t.Errorf("after a proof it is %+v", got)
	}
	c.prove(t, p, pano.ProofInspected, pano.Broken, "22222222-2")
	if got := c.kept(t, p.ID); got.State != pano.Damaged {
		t.Errorf("seen damaged, it is %s", got.State)
	}
	c.prove(t, p, pano.ProofInstalled, pano.Good, "33333333-3") // mended
	c.prove(t, p, pano.ProofRemoved, pano.Good, "44444444-4")
	if got := c.kept(t, p.ID); got.State != pano.Removed {
		t.Errorf("seen down, it is %s", got.State)
	}
	c.prove(t, p, pano.ProofInspected, pano.Good, "55555555-5") // sent late: kept, but nothing follows
	if got := c.kept(t, p.ID); got.State != pano.Removed {
		t.Errorf("an old proof made it %s", got.State)
	}
	if _, verbs := c.events(t, string(p.ID)); strings.Join(verbs, " ") != "proof.inspected proof.removed proof.installed proof.inspected proof.installed placement.add" {
		t.Errorf("history %v", verbs)
	}
}

func TestProofSentAgainIsKeptOnce(t *testing.T) {
	c := newTown(t)
	p, other := c.place(t, c.piece(c.face, sep(1, 9))), c.place(t, c.piece(c.face, sep(20, 25)))
	first := c.prove(t, p, pano.ProofInstalled, pano.Good, "11111111-1")
	before, _ := c.events(t, "")
	s := c.shots(map[string]string{"near": "11111111-1"})
	o, again, err := c.Prove(t.Context(), c.nam, pano.Proof{Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: "11111111-1"}, s)
	if err != nil || !again || o.ID != first.ID || s.asked != 0 {
		t.Errorf("again: %+v, %t, %v; asked for %d pictures", o, again, err, s.asked)
	}
	_, _, err = c.Prove(t.Context(), c.lan, pano.Proof{Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: "11111111-1"}, s)
	want(t, "somebody else's", err, pano.KindConflict, "proof.client_taken", "client_uuid")
	_, _, err = c.Prove(t.Context(), c.nam, pano.Proof{Placement: other.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: "11111111-1"}, s)
	want(t, "of another placement", err, pano.KindConflict, "proof.client_taken", "client_uuid")
	if after, _ := c.events(t, ""); after != before {
		t.Errorf("%d events of what was kept already", after-before)
	}

	var ids sync.Map
	var crew sync.WaitGroup
	for range 16 { // sixteen at once
		crew.Go(func() {
			o, _, err := c.Prove(t.Context(), c.nam, pano.Proof{Placement: p.ID, Kind: pano.ProofInspected, Verdict: pano.Good, Client: "22222222-2"}, c.shots(map[string]string{"near": "x"}))
			if err != nil {
				t.Error(err)
			}
			ids.Store(o.ID, true)
		})
	}
	crew.Wait()
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("%d proofs of one", n)
	}
}

func TestProofTellsHowFarThePhoneWas(t *testing.T) {
	c := newTown(t)
	site, err := c.AddLocation(t.Context(), c.lan, pano.Location{Kind: pano.Site, Code: "D-1", Name: "Ngã tư", Lat: 20.94, Lon: 106.33, Placed: true})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := c.AddLocation(t.Context(), c.lan, pano.Location{Kind: pano.Face, Code: "D-1A", Name: "Mặt Đông", Parent: site.ID, Width: 800, Height: 2500})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range []struct {
		name     string
		at       pano.Location
		located  bool
		measured bool
		metres   float64
	}{
		{"where its site is", inside, true, true, 12},
		{"nowhere known", c.face, true, false, 0},
		{"by a phone that does not say", inside, false, false, 0},
	} {
		p := c.place(t, c.piece(x.at, sep(1+3*i, 2+3*i)))
		o, _, err := c.Prove(t.Context(), c.nam, pano.Proof{Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: fmt.Sprint("client-", i), Lat: 20.940108, Lon: 106.33, Located: x.located},
			c.shots(map[string]string{"near": x.name}))
		if err != nil || o.Measured != x.measured || o.Distance < x.metres-0.1 || o.Distance > x.metres+0.1 {
			t.Errorf("%s: %t, %.1f m, %v", x.name, o.Measured, o.Distance, err)
		}
	}
}

func TestWhoMayProveAndDecide(t *testing.T) {
	c := newTown(t)
	const ok = 99
	for i, x := range []struct {
		name          string
		who           pano.Actor
		prove, decide pano.Kind
	}{
		{"curator", c.lan, ok, ok},
		{"installer", c.nam, ok, pano.KindForbidden},
		{"approver", c.tuan, pano.KindForbidden, ok},
		{"foreign curator", c.minh, pano.KindForbidden, pano.KindForbidden},
		{"staff", c.hoa, pano.KindForbidden, pano.KindForbidden},
		{"admin", c.root, pano.KindForbidden, pano.KindForbidden},
		{"auditor", c.an, pano.KindForbidden, pano.KindForbidden},
		{"printer", c.inn, pano.KindNotFound, pano.KindForbidden},
		{"nobody", pano.Actor{}, pano.KindAnonymous, pano.KindAnonymous},
		{"foreign installer", pano.Actor{ID: c.minh.ID, Memberships: []pano.Membership{{Agency: c.ward, Role: pano.Installer}}}, pano.KindNotFound, pano.KindForbidden},
	} {
		p := c.place(t, c.piece(c.face, sep(1+2*i, 2+2*i)))
		s := c.shots(map[string]string{"near": x.name})
		_, _, prove := c.Prove(t.Context(), x.who, pano.Proof{Placement: p.ID, Kind: pano.ProofInstalled, Verdict: pano.Good, Client: fmt.Sprint("may-prove-", i)}, s)
		if prove != nil && s.asked > 0 {
			t.Errorf("%s: refused after its pictures were taken", x.name)
		}
		o := c.prove(t, p, pano.ProofInstalled, pano.Good, fmt.Sprint("to-decide-", i))
		_, accept := c.Accept(t.Context(), x.who, o.ID)
		for name, y := range map[string]struct {
			err  error
			kind pano.Kind
		}{"prove": {prove, x.prove}, "accept": {accept, x.decide}} {
			if y.err == nil && y.kind != ok || y.err != nil && pano.KindOf(y.err) != y.kind {
				t.Errorf("%s %s: %v, want kind %d", x.name, name, y.err, y.kind)
			}
		}
		again := c.AskAgain(t.Context(), x.who, o.ID, "mờ")
		if x.decide == ok {
			want(t, x.name+" once more", again, pano.KindConflict, "proof.decided", "")
		} else if pano.KindOf(again) != x.decide {
			t.Errorf("%s asks again: %v", x.name, again)
		}
	}
}

func TestOfficeDecidesOnProofs(t *testing.T) {
	c := newTown(t)
	p, q := c.place(t, c.piece(c.face, sep(1, 9))), c.place(t, c.piece(c.stretch, sep(1, 9)))
	good := c.prove(t, p, pano.ProofInstalled, pano.Good, "11111111-1")
	askew := c.prove(t, q, pano.ProofInstalled, pano.Misplaced, "22222222-2")
	dark := c.prove(t, p, pano.ProofInspected, pano.Good, "33333333-3")
	want(t, "without a reason", c.AskAgain(t.Context(), c.lan, dark.ID, "  "), pano.KindInvalid, "proof.no_why", "why")
	if err := c.AskAgain(t.Context(), c.lan, dark.ID, "Tối quá, chụp lại ban ngày"); err != nil {
		t.Fatal(err)
	}
	if got := c.kept(t, p.ID); got.State != pano.Installed {
		t.Errorf("asked again, it is %s", got.State)
	}
	n, err := c.Accept(t.Context(), c.lan, good.ID, askew.ID)
	if n != 2 || err != nil {
		t.Errorf("Accept = %d, %v", n, err)
	}
	if got := c.kept(t, p.ID); got.State != pano.Verified {
		t.Errorf("accepted, it is %s", got.State)
	}
	if got := c.kept(t, q.ID); got.State != pano.Installed {
		t.Errorf("what hangs askew is %s", got.State)
	}
	_, err = c.Accept(t.Context(), c.lan, good.ID, askew.ID)
	want(t, "all decided", err, pano.KindConflict, "proof.decided", "")
	if n, err := c.Accept(t.Context(), c.lan, good.ID, dark.ID); n != 1 || err != nil { // dark was good enough after all
		t.Errorf("Accept = %d, %v", n, err)
	}
	late := c.prove(t, p, pano.ProofInspected, pano.Good, "44444444-4")
	_, err = c.Accept(t.Context(), c.lan, late.ID, "none")
	want(t, "one that is not there", err, pano.KindNotFound, "proof.none", "")
	if n, err := c.Accept(t.Context(), c.lan, late.ID); n != 1 || err != nil {
		t.Errorf("all or none: %d, %v", n, err)
	}
}

func TestNothingHangsOrComesDownUnproven(t *testing.T) {
	c := newTown(t)
	p := c.place(t, c.piece(c.face, sep(1, 9)))
	_, err := c.Advance(t.Context(), c.lan, p.ID, pano.Installed, " ")
	want(t, "a curator without a reason", err, pano.KindInvalid, "placement.needs_proof", "note")
	_, err = c.Advance(t.Context(), c.nam, p.ID, pano.Installed, "quên máy")
	want(t, "a crew with one", err, pano.KindInvalid, "placement.needs_picture", "note")
	got, err := c.Advance(t.Context(), c.lan, p.ID, pano.Installed, "Tổ thi công quên máy ảnh")
	if err != nil || got.Unproven != "Tổ thi công quên máy ảnh" {
		t.Errorf("with a reason: %+v, %v", got, err)
	}
	_, err = c.Advance(t.Context(), c.nam, p.ID, pano.Verified, "")
	want(t, "a crew of its own work", err, pano.KindForbidden, "auth.no_right", "")
	c.prove(t, p, pano.ProofRemoved, pano.Good, "11111111-1")
	q := c.place(t, c.piece(c.face, sep(20, 25)))
	c.prove(t, q, pano.ProofInstalled, pano.Good, "22222222-2")
	got, err = c.Advance(t.Context(), c.lan, q.ID, pano.Damaged, "rách")
	if err == nil {
		got, err = c.Advance(t.Context(), c.lan, q.ID, pano.Installed, "") // there is a proof
	}
	if err != nil || got.Unproven != "" {
		t.Errorf("mended: %+v, %v", got, err)
	}
}
