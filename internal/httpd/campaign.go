package httpd

import (
	"context"
	"net/http"
	"strconv"

	"pano/internal/pano"
	"pano/internal/planning"
	"pano/storage/catalog"
	"pano/web"
)

// campaignRoutes are the occasions for which things hang.
func (s *Server) campaignRoutes() []route {
	return []route{
		{"GET", "/campaigns", pano.LocationSee, s.listCampaigns},
		{"POST", "/campaigns", pano.PlacementPlan, s.addCampaign},
		{"GET", "/campaigns/{id}", pano.LocationSee, s.showCampaign},
		{"POST", "/campaigns/{id}/state", pano.PlacementPlan, s.moveCampaign},
	}
}

// campaignsPage lists every campaign.
type campaignsPage struct {
	web.Frame
	mend
	Rows                       []campaignRow
	MayAdd                     bool
	Code, Name, From, Last, By string // of the form, as it was sent
}

// A campaignRow is a campaign, and how much hangs for it.
type campaignRow struct {
	pano.Campaign
	All, Up int
	Days    string
	Late    bool     // something hangs though it should be down
	Down    pano.Day // the last day on which something may hang
}

func (v viewer) campaign(ctx context.Context, tx *catalog.Tx, c pano.Campaign) (row campaignRow, counts map[pano.PlacementState]int, err error) {
	counts, err = tx.CampaignCounts(ctx, c.ID)
	row = campaignRow{Campaign: c, Up: planning.Hanging(counts), Days: v.words.Days(c.Days), Down: c.RemoveBy - 1}
	for state, n := range counts {
		if state != pano.Cancelled {
			row.All += n
		}
	}
	row.Late = row.Up > 0 && c.RemoveBy <= v.today
	return row, counts, err
}

// listCampaigns answers GET /campaigns.
func (s *Server) listCampaigns(w http.ResponseWriter, r *http.Request) error {
	return s.writeCampaigns(w, r, http.StatusOK, campaignsPage{})
}

func (s *Server) writeCampaigns(w http.ResponseWriter, r *http.Request, code int, p campaignsPage) error {
	v := s.viewer(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		all, err := tx.Campaigns(r.Context())
		for _, c := range all {
			row, _, err := v.campaign(r.Context(), tx, c)
			if err != nil {
				return err
			}
			p.Rows = append(p.Rows, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	p.MayAdd = actor(r).MayAny(pano.PlacementPlan) == nil
	problem := p.Problem
	p.Frame = s.frame(r, v.words.Say("campaign.title"), "home")
	p.Fault = problem
	p.Crumbs = []web.Crumb{{Text: v.words.Say("nav.home"), Href: "/"}}
	p.Styles = []string{"work.css"}
	return s.write(w, r, code, "campaigns", p)
}

// addCampaign answers POST /campaigns.
func (s *Server) addCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	p := campaignsPage{Code: f.Get("code"), Name: f.Get("name"), From: f.Get("from"), Last: f.Get("last"), By: f.Get("remove_by")}
	c := pano.Campaign{Code: p.Code, Name: p.Name, State: pano.CampaignRunning}
	for _, d := range []struct {
		field, text string
		into        *pano.Day
		last        bool // people say the last day, we keep the one after
		optional    bool
	}{{"from", p.From, &c.Days.From, false, false}, {"last", p.Last, &c.Days.Until, true, false}, {"remove_by", p.By, &c.RemoveBy, true, true}} {
		if d.optional && d.text == "" || err != nil {
			continue
		}
		var day pano.Day
		if day, err = pano.ParseDay(d.text); err != nil {
			err = pano.Invalid("day.unreadable", d.text).At(d.field).Because(err)
		}
		if *d.into = day; d.last {
			*d.into++
		}
	}
	if err == nil {
		c, err = s.Planning.AddCampaign(r.Context(), actor(r), c)
	}
	if m, code, ok := s.mend(w, r, err, "code", "name", "from", "last", "remove_by"); ok {
		p.mend = m
		return s.writeCampaigns(w, r, code, p)
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("campaign.added_now", c.Name), "")
	return back(w, r, "/campaigns/"+string(c.ID))
}

// campaignPage is the page of a campaign: how far it is, what still hangs, and how
// it ends.
type campaignPage struct {
	web.Frame
	mend
	C       campaignRow
	Counts  []stateCount
	Hanging []hangingView // what still hangs, what must be down first first
	Works   []errandView  // what is ordered for it
	Moves   []pano.CampaignState
	MayMove bool
	Reason  string
	History []eventRow
}

type stateCount struct {
	State pano.PlacementState
	N     int
}

// showCampaign answers GET /campaigns/{id}.
func (s *Server) showCampaign(w http.ResponseWriter, r *http.Request) error {
	return s.writeCampaign(w, r, http.StatusOK, campaignPage{})
}

func (s *Server) writeCampaign(w http.ResponseWriter, r *http.Request, code int, p campaignPage) error {
	v := s.viewer(r)
	if err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r, tx, v) }); err != nil {
		return err
	}
	problem := p.Problem
	p.Frame = s.frame(r, p.C.Name, "home")
	p.Fault = problem
	p.Crumbs = []web.Crumb{{Text: v.words.Say("campaign.title"), Href: "/campaigns"}}
	p.Acts = []web.Link{{Text: v.words.Say("nav.schedule"), Href: "/schedule?view=campaign&campaign=" + p.C.Code}}
	p.Styles = []string{"work.css"}
	return s.write(w, r, code, "campaign", p)
}

func (p *campaignPage) read(r *http.Request, tx *catalog.Tx, v viewer) error {
	ctx, who := r.Context(), actor(r)
	c, err := tx.Campaign(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	row, counts, err := v.campaign(ctx, tx, c)
	if err != nil {
		return err
	}
	p.C = row
	for _, state := range pano.PlacementStates() {
		if counts[state] > 0 {
			p.Counts = append(p.Counts, stateCount{state, counts[state]})
		}
	}
	up, err := tx.HangingFor(ctx, v.see, c.ID, 0)
	if err != nil {
		return err
	}
	p.Hanging = v.all(up)
	if who.MayAny(pano.WorkSee) == nil {
		works, err := tx.Works(ctx, who.Reach(pano.WorkSee), catalog.WorkQuery{Campaign: c.ID, Limit: 20})
		if err != nil {
			return err
		}
		p.Works = v.errands(works.Errands)
	}
	if p.MayMove = who.MayAny(pano.PlacementPlan) == nil; p.MayMove {
		p.Moves = c.State.Next()
	}
	events, err := tx.EventsOf(ctx, string(c.ID), 0, 30)
	if err != nil {
		return err
	}
	p.History, err = eventRows(ctx, tx, v.words, events)
	return err
}

// Closes reports whether a state ends the campaign.
func (p campaignPage) Closes(to pano.CampaignState) bool { return to == pano.CampaignClosed }

// Reopens reports whether the campaign has ended.
func (p campaignPage) Reopens() bool { return p.C.State == pano.CampaignClosed }

// moveCampaign answers POST /campaigns/{id}/state.
func (s *Server) moveCampaign(w http.ResponseWriter, r *http.Request) error {
	f, err := s.form(w, r)
	if err != nil {
		return err
	}
	rev, _ := strconv.Atoi(f.Get("rev"))
	id := r.PathValue("id")
	c, err := s.Planning.Move(r.Context(), actor(r), pano.CampaignID(id), rev, pano.CampaignState(f.Get("state")), f.Get("reason"))
	if m, code, ok := s.mend(w, r, err, "reason"); ok {
		return s.writeCampaign(w, r, code, campaignPage{mend: m, Reason: f.Get("reason")})
	}
	if err != nil {
		return err
	}
	s.tell(w, s.words(r).Say("campaign.moved_now", s.words(r).Say("campaign.state."+string(c.State))), "")
	return back(w, r, "/campaigns/"+string(c.ID))
}

// openCampaigns is how many campaigns the overview names.
const openCampaigns = 6

// readCampaigns reads the campaigns that are not closed.
func (p *overviewPage) readCampaigns(ctx context.Context, tx *catalog.Tx, v viewer) error {
	if !p.MaySee {
		return nil
	}
	all, err := tx.Campaigns(ctx)
	for _, c := range all {
		if c.State == pano.CampaignClosed || len(p.Campaigns) == openCampaigns {
			continue
		}
		row, _, err := v.campaign(ctx, tx, c)
		if err != nil {
			return err
		}
		p.Campaigns = append(p.Campaigns, row)
	}
	return err
}
