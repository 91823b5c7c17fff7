package httpd

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pano/internal/hanging"
	"pano/internal/intake"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// phonePage is the page of a place for whoever stands before it with a phone.
// The QR code of the place leads here.
type phonePage struct {
	web.Frame
	mend
	Place    pano.Location
	Path     string
	P        *hangingView // what is to be proved; nil if nothing is here
	Art      string       // address of its picture, "" if there is none
	Others   []phoneChoice
	Kinds    []web.Choice
	Verdicts []web.Choice
	Client   string // of the next proof
	Remark   string
	Proofs   []witnessView // newest first
	Again    *witnessView  // the newest, if it has to be taken again
	MayProve bool
	MaySee   bool // the page of the place for the office
	Where    pano.Location
	UserID   pano.UserID
}

// A phoneChoice is one of several things in a place.
type phoneChoice struct {
	hangingView
	To     string
	Chosen bool
}

// phoneWork is the list of what a crew has to do with.
type phoneWork struct {
	web.Frame
	Orders []phoneOrder // given to the reader; those due first come first
	More   int          // of them that the page has no room for
	Groups []workGroup  // what is in none of them
	UserID pano.UserID
}

// A phoneOrder is a work order with what is left to do of it, in the order of a walk.
type phoneOrder struct {
	errandView
	Rows     []phoneChoice
	MayStart bool
}

// A workGroup is what wants the same thing done to it.
type workGroup struct {
	Key  string // again, down, up, soon or hung
	Rows []phoneChoice
}

// crewSees is the artwork a phone shows: what its owner sees anyway, and what
// they hang.
func crewSees(who pano.Actor) pano.Reach {
	see := who.Reach(pano.AssetSee)
	mark := who.Reach(pano.PlacementMark)
	see.Agencies = slices.Concat(see.Agencies, mark.Agencies)
	see.CrewIn = who.Reach(pano.PlacementSee).CrewIn
	return see
}

// crewViewer is viewer for pages on which crews see what they hang.
func (s *Server) crewViewer(r *http.Request) viewer {
	v := s.viewer(r)
	v.see = crewSees(actor(r))
	return v
}

// showPhone answers GET /m/{code}. placement says which of several things. The
// code of an item leads on to its page, which says where it is.
func (s *Server) showPhone(w http.ResponseWriter, r *http.Request) error {
	item, err := s.scannedItem(r)
	if err != nil {
		return err
	}
	if item != "" {
		return back(w, r, item)
	}
	return s.writePhone(w, r, http.StatusOK, r.URL.Query().Get("placement"), phonePage{})
}

func (s *Server) writePhone(w http.ResponseWriter, r *http.Request, code int, chosen string, p phonePage) error {
	v := s.viewer(r)
	v.see = crewSees(actor(r))
	problem := p.Problem
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, v, chosen) }); err != nil {
		return err
	}
	p.Client = newClient()
	p.Frame = s.phoneFrame(r, p.Place.Name)
	p.Fault, p.UserID = problem, actor(r).ID
	return s.write(w, r, code, "phone", p)
}

// phoneFrame is a frame without a rail.
func (s *Server) phoneFrame(r *http.Request, title string) web.Frame {
	f := s.frame(r, title, "")
	f.Nav, f.NoSearch, f.NoUpload, f.OwnHeading = nil, true, true, true
	f.Styles, f.Islands = []string{"phone.css"}, []string{"phone.js"}
	return f
}

// newClient is an id for a proof, in the form of a UUID.
func newClient() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (p *phonePage) read(r *http.Request, tx *catalog.Tx, v viewer, chosen string) (err error) {
	ctx, who := r.Context(), actor(r)
	if p.Place, err = tx.LocationByCode(ctx, r.PathValue("code")); err != nil {
		return err
	}
	board, err := tx.PlacementsAt(ctx, v.see, p.Place.ID, v.today)
	if err != nil {
		return err
	}
	var here []hangingView
	for _, h := range slices.Concat(board.Now, board.Next) {
		if who.May(pano.PlacementSee, h.Resource()) == nil {
			here = append(here, v.one(h))
		}
	}
	p.MaySee = who.May(pano.LocationSee, p.Place.Resource()) == nil
	if !p.MaySee && len(here) == 0 {
		return pano.NotFound("location.none")
	}
	if p.Path, err = pathOf(ctx, tx, p.Place.ID); err != nil {
		return err
	}
	if p.Where, err = hanging.Where(ctx, tx, p.Place.ID); err != nil {
		return err
	}
	return p.choose(ctx, tx, v, who, here, chosen)
}

// choose picks what is to be proved: what the address says, else the first.
func (p *phonePage) choose(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor, here []hangingView, chosen string) error {
	if len(here) == 0 {
		return nil
	}
	i := max(0, slices.IndexFunc(here, func(h hangingView) bool { return string(h.ID) == chosen }))
	for k, h := range here {
		p.Others = append(p.Others, phoneChoice{h, phoneAddress(p.Place.Code, h.ID), k == i})
	}
	p.P = &here[i]
	p.MayProve = who.May(pano.PlacementMark, p.P.Resource()) == nil
	if p.P.Seen && p.P.Image != "" {
		p.Art = "/m/-/art/" + string(p.P.ID) + "?v=" + p.P.Thumb.String()[:12]
	}
	p.Kinds, p.Verdicts = kindChoicesOf(v, *p.P, p.P.Late), nil
	for _, x := range pano.Verdicts() {
		p.Verdicts = append(p.Verdicts, web.Choice{Value: string(x), Text: v.words.Say("proof.verdict." + string(x)), Selected: x == pano.Good})
	}
	all, err := tx.ProofsOf(ctx, v.see, p.P.ID)
	if err != nil {
		return err
	}
	p.Proofs = v.witnesses(all)
	if len(p.Proofs) > 0 && p.Proofs[0].State == pano.ProofAgain {
		p.Again = &p.Proofs[0]
	}
	p.Proofs = p.Proofs[:min(len(p.Proofs), 5)]
	return nil
}

// kindChoicesOf are the kinds of proofs that make sense of h, the likely one chosen.
func kindChoicesOf(v viewer, h hangingView, late bool) (all []web.Choice) {
	kinds, likely := []pano.ProofKind{pano.ProofInstalled, pano.ProofInspected}, pano.ProofInstalled
	if h.Up {
		kinds, likely = []pano.ProofKind{pano.ProofInspected, pano.ProofRemoved}, pano.ProofInspected
		if h.State == pano.Damaged {
			kinds = append(kinds, pano.ProofInstalled)
		}
		if late {
			likely = pano.ProofRemoved
		}
	}
	for _, k := range kinds {
		all = append(all, web.Choice{Value: string(k), Text: v.words.Say("proof.kind." + string(k)), Selected: k == likely})
	}
	return all
}

func phoneAddress(code string, id pano.PlacementID) string {
	return "/m/" + url.PathEscape(code) + "?placement=" + string(id)
}

// provePlacement answers POST /m/{code}, the form as it is sent without scripts.
func (s *Server) provePlacement(w http.ResponseWriter, r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return pano.Invalid("request.unreadable").Because(err)
	}
	form := s.Intake.ProofForm(actor(r))
	defer form.Close(r.Context())
	err = form.Read(r.Context(), parts)
	id := form.Get("placement")
	var p pano.Proof
	if err == nil {
		p, err = form.Proof(pano.PlacementID(id))
	}
	if err == nil {
		p, err = s.prove(r, p, form)
	}
	if m, code, ok := s.mend(w, r, err, "near", "wide", "remark"); ok {
		return s.writePhone(w, r, code, id, phonePage{mend: m, Remark: form.Get("remark")})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("proof.sent_now"), "")
	return back(w, r, phoneAddress(r.PathValue("code"), p.Placement))
}

// prove stores what the form says. A page that came back by the back button has
// the id of what was sent from it before: other pictures under it are refused,
// for nobody would look for them among what is kept.
func (s *Server) prove(r *http.Request, p pano.Proof, form *intake.ProofForm) (pano.Proof, error) {
	kept, again, err := s.Hanging.Prove(r.Context(), actor(r), p, form)
	if err != nil || !again {
		return kept, err
	}
	near, ok, err := form.Shot(r.Context(), "near")
	if err == nil && ok && near.Digest != kept.Near.Digest {
		return kept, pano.Conflict("proof.client_taken")
	}
	return kept, err
}

// phoneAhead is how many days ahead a crew is shown what is to be hung.
const phoneAhead = 7

// listPhone answers GET /m/: everything the crew has to do with, what is most urgent first.
func (s *Server) listPhone(w http.ResponseWriter, r *http.Request) error {
	who, v := actor(r), s.viewer(r)
	v.see = crewSees(who)
	p := phoneWork{UserID: who.ID}
	groups := map[string][]phoneChoice{}
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		ctx, reach := r.Context(), who.Reach(pano.PlacementMark)
		again, err := tx.Proofs(ctx, reach, v.see, pano.ProofAgain, "", 50)
		if err != nil {
			return err
		}
		asked := map[pano.PlacementID]bool{}
		for _, x := range again.Proofs {
			all, err := tx.ProofsOf(ctx, v.see, x.Placement)
			if err != nil {
				return err
			}
			if all[0].State == pano.ProofAgain && !asked[x.Placement] && x.Hanging.State.Live() {
				asked[x.Placement] = true
				groups["again"] = append(groups["again"], phoneChoice{hangingView: v.one(x.Hanging), To: phoneAddress(x.Hanging.LocationCode, x.Placement)})
			}
		}
		listed, err := p.readOrders(ctx, tx, v, who)
		if err != nil {
			return err
		}
		work, err := tx.Chores(ctx, reach, v.see, v.today+phoneAhead+1)
		for _, h := range work {
			if !asked[h.ID] && !listed[h.ID] {
				one := v.one(h)
				key := workOf(one, v.today)
				groups[key] = append(groups[key], phoneChoice{hangingView: one, To: phoneAddress(h.LocationCode, h.ID)})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, key := range []string{"again", "down", "up", "soon", "hung"} {
		if len(groups[key]) > 0 {
			p.Groups = append(p.Groups, workGroup{key, groups[key]})
		}
	}
	p.Frame = s.phoneFrame(r, s.words(r).Say("phone.work"))
	p.Styles = append(p.Styles, "work.css")
	return s.write(w, r, http.StatusOK, "phone-work", p)
}

// phoneOrders is how many orders the phone lists with all their places.
const phoneOrders = 20

// readOrders reads the orders that were given to who, and returns which
// placements are in them.
func (p *phoneWork) readOrders(ctx context.Context, tx *catalog.Tx, v viewer, who pano.Actor) (listed map[pano.PlacementID]bool, err error) {
	listed = map[pano.PlacementID]bool{}
	page, err := tx.Works(ctx, who.Reach(pano.WorkMark), catalog.WorkQuery{Hand: who.ID, Limit: phoneOrders})
	if err != nil {
		return nil, err
	}
	p.More = page.Total - len(page.Errands)
	for _, x := range page.Errands {
		lines, err := tx.WorkLines(ctx, v.see, x.ID)
		if err != nil {
			return nil, err
		}
		o := phoneOrder{errandView: v.errand(x), MayStart: x.State == pano.WorkAssigned}
		for _, street := range v.route(lines) {
			for _, l := range street.Lines {
				if l.Line == pano.LineTodo {
					listed[l.ID] = true
					o.Rows = append(o.Rows, phoneChoice{hangingView: l.hangingView, To: l.Phone})
				}
			}
		}
		p.Orders = append(p.Orders, o)
	}
	return listed, nil
}

func workOf(h hangingView, today pano.Day) string {
	switch {
	case h.Late || h.Up && max(h.Placement.Days.Until, h.RemoveBy) <= today+1:
		return "down"
	case h.Up:
		return "hung"
	case h.Placement.Days.From <= today:
		return "up"
	}
	return "soon"
}

// showArt answers GET /m/-/art/{id}: the artwork of a placement, to compare with.
func (s *Server) showArt(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), actor(r)
	var pic pano.Rendition
	err := s.DB.Read(ctx, func(tx *catalog.Tx) error {
		h, err := tx.Hanging(ctx, crewSees(who), pano.PlacementID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if who.May(pano.PlacementSee, h.Resource()) != nil || !h.Seen {
			return pano.NotFound("placement.none")
		}
		v := pano.Version{}
		if h.Version != "" {
			v, err = tx.Version(ctx, h.Version)
		} else {
			var a pano.Asset
			a, err = tx.Asset(ctx, h.Asset)
			v = a.Current
		}
		if err != nil {
			return err
		}
		pic, err = tx.Rendition(ctx, v.Digest, "preview")
		return err
	})
	if err != nil {
		return err
	}
	return s.sendPicture(w, r, pic.Digest, pic.Size, pic.MediaType)
}

// showWorker answers GET /m/-/sw.js: the script that keeps these pages on the
// phone. It may look after all of /m/.
func (s *Server) showWorker(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Service-Worker-Allowed", "/m/")
	if !s.Site.ServeWorker(w, r, "sw.js") {
		return notHere()
	}
	return nil
}

// scanned is what the QR code of a place says: its page on the phone, if it is
// known where people reach this site, else its code.
func (s *Server) scanned(code string) string {
	if s.URL == "" {
		return code
	}
	return strings.TrimSuffix(s.URL, "/") + "/m/" + url.PathEscape(code)
}

// far is how far from its place a photo was taken, in words.
func far(v viewer, p pano.Proof) string {
	metres := func(m float64) string { return strconv.Itoa(int(m + 0.5)) }
	switch {
	case p.Measured && p.Accuracy > 0:
		return v.words.Say("proof.far", v.words.Decimal(float64(int(p.Distance+0.5)), 0), metres(p.Accuracy))
	case p.Measured:
		return v.words.Say("proof.far_only", v.words.Decimal(float64(int(p.Distance+0.5)), 0))
	case p.Located:
		return v.words.Say("proof.place_unknown", metres(cmp.Or(p.Accuracy, 0)))
	}
	return v.words.Say("proof.not_located")
}
