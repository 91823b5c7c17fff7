package httpd

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"time"

	"pano/internal/pano"
	"pano/storage/blob"
	"pano/storage/catalog"
	"pano/web"
)

// A witnessView is a proof as people are shown it.
type witnessView struct {
	catalog.Witness
	H        hangingView
	Near     shotView
	Wide     shotView
	Far      string // how far from the place, in words
	FarOff   bool   // farther than the phone may be wrong
	Likeness pano.Likeness
	Same     int
	ClockOff bool // the clock of the phone and ours are more than a day apart
}

// A shotView is one picture of a proof.
type shotView struct {
	Thumb, Large, Original string // addresses; Large is "" while it is made, Thumb too if it cannot be
	There                  bool
	Side                   string // near or wide
}

// near enough, whatever the phone says of its accuracy
const nearEnough = 60 // metres

func (v viewer) witness(x catalog.Witness) witnessView {
	p := x.Proof
	w := witnessView{Witness: x, H: v.one(x.Hanging), Far: far(v, p)}
	w.FarOff = p.Measured && p.Distance > math.Max(nearEnough, 2*p.Accuracy)
	w.ClockOff = !p.Taken.IsZero() && (p.Taken.Sub(p.Received) > 10*time.Minute || p.Received.Sub(p.Taken) > 24*time.Hour)
	w.Likeness, w.Same = pano.LikenessOf(p.Near.Hash, x.ArtHash)
	w.Near, w.Wide = shotViewOf(p.ID, "near", p.Near), shotViewOf(p.ID, "wide", p.Wide)
	return w
}

func (v viewer) witnesses(all []catalog.Witness) []witnessView {
	views := make([]witnessView, len(all))
	for i, x := range all {
		views[i] = v.witness(x)
	}
	return views
}

func shotViewOf(id pano.ProofID, side string, s pano.Shot) (v shotView) {
	if v.There = !s.Digest.IsZero(); !v.There {
		return v
	}
	at := "/proofs/" + string(id) + "/" + side
	v.Side = side
	v.Original = at + "-original"
	if s.Ready == pano.Made {
		v.Thumb, v.Large = at+"-thumb", at
	}
	return v
}

// proofsPage is the list of what the office has to decide on.
type proofsPage struct {
	web.Frame
	mend
	State  pano.ProofState
	States []web.Choice
	Rows   []witnessView
	Total  int
	Next   string
	Blamed pano.ProofID // whose remark is missing
	Why    string
}

// listProofs answers GET /proofs.
func (s *Server) listProofs(w http.ResponseWriter, r *http.Request) error {
	return s.writeProofs(w, r, http.StatusOK, proofsPage{})
}

func (s *Server) writeProofs(w http.ResponseWriter, r *http.Request, code int, p proofsPage) error {
	q, words, v := r.URL.Query(), s.words(r), s.viewer(r)
	p.State = pano.ProofWaiting
	for _, state := range pano.ProofStates() {
		if q.Get("state") == string(state) {
			p.State = state
		}
	}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		page, err := tx.Proofs(r.Context(), actor(r).Reach(pano.ProofDecide), v.see, p.State, pano.ProofID(q.Get("after")), 24)
		p.Rows, p.Total = v.witnesses(page.Proofs), page.Total
		if page.Next != "" {
			p.Next = "/proofs?state=" + string(p.State) + "&after=" + string(page.Next)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, state := range pano.ProofStates() {
		p.States = append(p.States, web.Choice{Value: "/proofs?state=" + string(state), Text: words.Say("proof.state." + string(state)), Selected: state == p.State})
	}
	problem := p.Problem
	p.Frame = s.frame(r, words.Say("nav.proof"), "proof")
	p.Fault = problem
	p.Styles, p.Islands = []string{"proof.css"}, []string{"list.js"}
	return s.parts(w, r, code, "proofs", p, "proofs")
}

// acceptProofs answers POST /proofs/accept: one, by its own button, or all that are ticked.
func (s *Server) acceptProofs(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	var ids []pano.ProofID
	for _, id := range f["id"] {
		ids = append(ids, pano.ProofID(id))
	}
	if one := f.Get("one"); one != "" {
		ids = []pano.ProofID{pano.ProofID(one)}
	}
	n := 0
	if len(ids) == 0 {
		err = pano.Invalid("proof.none_ticked")
	} else {
		n, err = s.Hanging.Accept(r.Context(), actor(r), ids...)
	}
	if m, code, ok := s.mend(w, r, err); ok {
		return s.writeProofs(w, r, code, proofsPage{mend: m})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("proof.accepted_now", n), "")
	return back(w, r, proofsBack(f))
}

// proofsBack is where the forms of proofs lead: the list, or the page of a placement.
func proofsBack(f url.Values) string {
	if at := f.Get("return"); at != "" {
		return localPath(at)
	}
	return "/proofs"
}

// askAgain answers POST /proofs/{id}/again.
func (s *Server) askAgain(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	id := pano.ProofID(r.PathValue("id"))
	err = s.Hanging.AskAgain(r.Context(), actor(r), id, f.Get("why"))
	if m, code, ok := s.mend(w, r, err, "why"); ok {
		return s.writeProofs(w, r, code, proofsPage{mend: m, Blamed: id, Why: f.Get("why")})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("proof.again_now"), "")
	return back(w, r, proofsBack(f))
}

// showShot answers GET /proofs/{id}/{picture}: near, wide, either with -thumb or
// -original behind it. The original leaves as a file to keep, by the right to originals.
func (s *Server) showShot(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), actor(r)
	var d pano.Digest
	var size int64
	var kind, file string
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		x, err := tx.Witness(ctx, pano.Reach{}, pano.ProofID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if who.May(pano.PlacementSee, x.Hanging.Resource()) != nil {
			return pano.NotFound("proof.none")
		}
		d, size, kind, file, err = pictureOf(ctx, tx, who, x, r.PathValue("picture"))
		return err
	})
	if err != nil {
		return err
	}
	if file != "" {
		w.Header().Set("Content-Disposition", `attachment; filename="`+file+`"`)
		w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	}
	return s.sendPicture(w, r, d, size, kind)
}

// pictureOf finds the bytes of one picture of a proof; file is their name if
// they are those that came.
func pictureOf(ctx context.Context, tx *catalog.Tx, who pano.Actor, x catalog.Witness, name string) (d pano.Digest, size int64, kind, file string, err error) {
	shot, spec := x.Near, "preview"
	switch name {
	case "near", "near-thumb", "near-original":
	case "wide", "wide-thumb", "wide-original":
		shot = x.Wide
	default:
		return d, 0, "", "", notHere()
	}
	if shot.Digest.IsZero() {
		return d, 0, "", "", notHere()
	}
	if _, rest := name[:4], name[4:]; rest == "-original" {
		if err := who.May(pano.OriginalGet, pano.Resource{Agency: x.Hanging.Agency, Owner: x.By}); err != nil {
			return d, 0, "", "", pano.Forbidden("auth.no_right")
		}
		ext := map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/tiff": ".tif"}[shot.MediaType]
		return shot.Digest, shot.Size, shot.MediaType, x.Hanging.LocationCode + "_" + string(x.ID) + "_" + name[:4] + ext, nil
	} else if rest == "-thumb" {
		spec = "thumb"
	}
	pic, err := tx.Rendition(ctx, shot.Digest, spec)
	return pic.Digest, pic.Size, pic.MediaType, "", err
}

// sendPicture sends kept bytes. They never change, so that a browser that may see
// them may keep them.
func (s *Server) sendPicture(w http.ResponseWriter, r *http.Request, d pano.Digest, size int64, kind string) error {
	body := blob.NewReader(r.Context(), s.Blobs, d, size)
	body.Expect(r.Header.Get("Range"))
	defer body.Close()
	h := w.Header()
	h.Set("Cache-Control", "private, max-age=86400")
	h.Set("ETag", `"`+d.String()+`"`)
	h.Set("Content-Type", kind)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}

// readProofs reads the proofs on the page of a placement.
func (p *onePlacement) readProofs(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor) error {
	all, err := tx.ProofsOf(ctx, v.see, p.P.ID)
	p.Proofs = v.witnesses(all)
	if err == nil {
		err = p.readWorks(ctx, tx, v, who)
	}
	p.MayDecide = who.May(pano.ProofDecide, p.P.Resource()) == nil
	p.MayOriginal = who.May(pano.OriginalGet, p.P.Resource()) == nil
	if who.May(pano.PlacementMark, p.P.Resource()) == nil && p.P.State.Live() {
		p.Phone = phoneAddress(p.P.LocationCode, p.P.ID)
	}
	return err
}

// proofRoutes are what the phone sends and what the office says of it.
func (s *Server) proofRoutes() []route {
	return []route{
		{"GET", "/m/", pano.PlacementMark, s.listPhone},
		{"GET", "/m/-/art/{id}", pano.PlacementSee, s.showArt},
		{"GET", "/m/-/sw.js", pano.Public, s.showWorker},
		{"GET", "/m/{code}", pano.PlacementSee, s.showPhone},
		{"POST", "/m/{code}", pano.PlacementMark, s.provePlacement},
		{"GET", "/proofs", pano.ProofDecide, s.listProofs},
		{"POST", "/proofs/accept", pano.ProofDecide, s.acceptProofs},
		{"POST", "/proofs/{id}/again", pano.ProofDecide, s.askAgain},
		{"GET", "/proofs/{id}/{picture}", pano.PlacementSee, s.showShot},
	}
}
