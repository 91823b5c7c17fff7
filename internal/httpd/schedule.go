package httpd

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// scheduleRoutes are what hangs where over days: the page, its file, and the
// feed that calendar programs read.
func (s *Server) scheduleRoutes() []route {
	return []route{
		{"GET", "/schedule", pano.PlacementSee, s.showSchedule},
		{"GET", "/schedule.csv", pano.PlacementSee, s.scheduleFile},
		{"GET", "/calendar/{token}.ics", pano.Public, s.calendarFeed},
		{"POST", "/account/calendar", pano.Self, s.newCalendar},
		{"POST", "/account/calendar/end", pano.Self, s.endCalendar},
	}
}

// The views of a schedule.
const (
	viewWeek     = "week"
	viewMonth    = "month"
	viewCampaign = "campaign"
)

// How much of a schedule a page shows.
const (
	scheduleRows = 60  // places
	paperRows    = 200 // places on a page that is to be printed
	longestView  = 400 // days of a campaign
)

// A scheduleAsk is a schedule as an address asks for it.
type scheduleAsk struct {
	View     string
	On       pano.Day // a day of the week or month; the days of a campaign are its own
	By       catalog.Order
	Campaign pano.Campaign // zero is any
	Agency   pano.Agency   // zero is any
	Site     pano.Location // zero is any
	State    pano.PlacementState
	Late     bool
	Empty    bool
	Paper    bool
	Page     int // from 1

	campaigns []pano.Campaign // the latest first
	agencies  []pano.Agency
	areas     []pano.Location
}

// mostAreas is how many areas there are to choose from at most; more are
// asked for by their code.
const mostAreas = 300

// askSchedule reads the address. It fails with KindNotFound if it names what
// is not there, and with KindInvalid at a day that cannot be read.
func askSchedule(ctx context.Context, tx *catalog.Tx, q url.Values, places pano.Reach, today pano.Day) (a scheduleAsk, err error) {
	a = scheduleAsk{View: cmp.Or(q.Get("view"), viewMonth), By: catalog.Order(cmp.Or(q.Get("by"), string(catalog.ByArea))), State: pano.PlacementState(q.Get("state")),
		Late: q.Get("late") != "", Empty: q.Get("all") != "", Paper: q.Get("paper") != "", Page: 1}
	if a.On, err = dayOr(q.Get("on"), today); err != nil {
		return a, err
	}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 1_000_000 {
		a.Page = n
	}
	known := slices.Contains([]string{viewWeek, viewMonth, viewCampaign}, a.View) && slices.Contains(catalog.Orders(), a.By) &&
		(a.State == "" || slices.Contains(pano.PlacementStates(), a.State))
	if !known {
		return a, notHere()
	}
	if a.campaigns, err = tx.Campaigns(ctx); err != nil {
		return a, err
	}
	if a.agencies, err = tx.Agencies(ctx); err != nil {
		return a, err
	}
	if a.areas, err = tx.Areas(ctx, places, mostAreas+1); err != nil {
		return a, err
	}
	return a, a.narrow(ctx, tx, q, places, today)
}

// narrow finds the things that the address names by their codes.
func (a *scheduleAsk) narrow(ctx context.Context, tx *catalog.Tx, q url.Values, places pano.Reach, today pano.Day) (err error) {
	if code := q.Get("campaign"); code != "" {
		if a.Campaign, err = tx.Campaign(ctx, code); err != nil {
			return err
		}
	} else if a.View == viewCampaign {
		a.Campaign = currentCampaign(a.campaigns, today)
	}
	if code := q.Get("agency"); code != "" {
		i := slices.IndexFunc(a.agencies, func(g pano.Agency) bool { return g.Code == code })
		if i < 0 {
			return pano.NotFound("agency.none")
		}
		a.Agency = a.agencies[i]
	}
	if code := q.Get("site"); code != "" {
		if a.Site, err = tx.LocationByCode(ctx, code); err != nil {
			return err
		}
		if !places.Has(a.Site.Resource()) {
			return pano.NotFound("location.none")
		}
	}
	return nil
}

// currentCampaign is the one under way today, else the next, else the latest;
// all has the latest first.
func currentCampaign(all []pano.Campaign, today pano.Day) (c pano.Campaign) {
	for _, one := range all {
		if c.ID == "" || max(one.Days.Until, one.RemoveBy) > today {
			c = one
		}
		if one.Days.From <= today {
			break
		}
	}
	return c
}

// days are the days of the view.
func (a scheduleAsk) days() pano.Period {
	switch a.View {
	case viewWeek:
		monday := a.On - pano.Day(weekday(a.On))
		return pano.Period{From: monday, Until: monday + 7}
	case viewCampaign:
		if a.Campaign.ID != "" {
			from := a.Campaign.Days.From
			return pano.Period{From: from, Until: min(max(a.Campaign.Days.Until, a.Campaign.RemoveBy)+1, from+longestView)}
		}
	}
	return monthOf(a.On)
}

func monthOf(d pano.Day) pano.Period {
	y, m, _ := d.Time().Date()
	return pano.Period{From: pano.Date(y, m, 1), Until: pano.Date(y, m+1, 1)}
}

func (a scheduleAsk) query(today pano.Day) catalog.ScheduleQuery {
	n := scheduleRows
	if a.Paper {
		n = paperRows
	}
	return catalog.ScheduleQuery{Days: a.days(), Today: today, Campaign: a.Campaign.ID, Agency: a.Agency.ID, Within: a.Site.ID, State: a.State,
		Late: a.Late, Empty: a.Empty, By: a.By, Skip: (a.Page - 1) * n, Limit: n}
}

// values are the address that asks for a.
func (a scheduleAsk) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"campaign": a.Campaign.Code, "agency": a.Agency.Code, "site": a.Site.Code, "state": string(a.State)} {
		if text != "" {
			v.Set(name, text)
		}
	}
	for name, on := range map[string]bool{"late": a.Late, "all": a.Empty, "paper": a.Paper} {
		if on {
			v.Set(name, "1")
		}
	}
	v.Set("view", a.View)
	v.Set("by", string(a.By))
	if a.View != viewCampaign {
		v.Set("on", a.On.String())
	}
	if a.Page > 1 {
		v.Set("page", strconv.Itoa(a.Page))
	}
	return v
}

func (a scheduleAsk) href() string { return "/schedule?" + a.values().Encode() }

// with is the address of a after a change, on the first page and not on paper.
func (a scheduleAsk) with(change func(*scheduleAsk)) string {
	a.Page, a.Paper = 1, false
	change(&a)
	return a.href()
}

// step is the address of the view before (-1) or after (+1), "" if there is none.
func (a scheduleAsk) step(by int) string {
	switch a.View {
	case viewWeek:
		return a.with(func(b *scheduleAsk) { b.On = a.days().From + pano.Day(7*by) })
	case viewMonth:
		t := a.days().From.Time()
		return a.with(func(b *scheduleAsk) { b.On = pano.Date(t.Year(), t.Month()+time.Month(by), 1) })
	}
	i := slices.IndexFunc(a.campaigns, func(c pano.Campaign) bool { return c.ID == a.Campaign.ID }) - by
	if a.Campaign.ID == "" || i < 0 || i >= len(a.campaigns) {
		return ""
	}
	return a.with(func(b *scheduleAsk) { b.Campaign = a.campaigns[i] })
}

// schedulePage is the schedule of some days.
type schedulePage struct {
	web.Frame
	Ask                                        scheduleAsk
	Views                                      []web.Choice
	Orders, Campaigns, Agencies, Sites, States []web.Choice
	SiteByCode                                 bool // there are too many areas to choose from
	InForce                                    []filterInForce
	Range                                      string // what the view is of
	Days                                       pano.Period
	Today                                      pano.Day
	Prev, Next, Now                            string // addresses of other days
	Clear, Sheet, File                         string
	Groups                                     []scheduleGroup
	Agenda                                     []agendaDay
	Total                                      int
	Placements                                 int // on this page
	Before, After                              string
	First, Last                                int // of the places, as people count
	Head                                       scheduleHead
	MayMove                                    bool // something on this page
	MayPlan                                    bool
	Crew                                       bool // the reader sees no places but those it is sent to
}

// showSchedule answers GET /schedule.
func (s *Server) showSchedule(w http.ResponseWriter, r *http.Request) error {
	p := schedulePage{Today: s.today()}
	who := actor(r)
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error { return p.read(r.Context(), tx, who, r.URL.Query(), s.crewViewer(r)) })
	if err != nil {
		return err
	}
	words := s.words(r)
	p.Frame = s.frame(r, words.Say("nav.schedule"), "schedule")
	p.Styles, p.Islands = []string{"schedule.css"}, []string{"list.js", "schedule.js"}
	p.MayPlan = who.MayAny(pano.PlacementPlan) == nil
	p.Acts = []web.Link{{Text: words.Say("schedule.sheet"), Href: p.Sheet}, {Text: words.Say("schedule.file"), Href: p.File}, {Text: words.Say("schedule.feed"), Href: "/account#calendar"}}
	if p.MayPlan {
		p.Action = &web.Link{Text: words.Say("placement.hang"), Href: "/placements/new"}
	}
	return s.parts(w, r, http.StatusOK, "schedule", p, "results")
}

func (p *schedulePage) read(ctx context.Context, tx *catalog.Tx, who pano.Actor, q url.Values, v viewer) (err error) {
	places := who.Reach(pano.LocationSee)
	if p.Ask, err = askSchedule(ctx, tx, q, places, p.Today); err != nil {
		return err
	}
	p.Crew = places.Empty()
	ask, places := p.Ask.query(p.Today).For(who)
	found, err := tx.Schedule(ctx, v.see, places, who.Reach(pano.PlacementSee), ask)
	if err != nil {
		return err
	}
	p.Days, p.Total = ask.Days, found.Total
	p.draw(found.Rows, v, who)
	p.First, p.Last = min(ask.Skip+1, found.Total), ask.Skip+len(found.Rows)
	p.links(found.More)
	p.choices(v.words)
	p.Range = p.rangeWords(v.words)
	return nil
}

// links are the addresses of other days, other pages and other forms.
func (p *schedulePage) links(more bool) {
	a := p.Ask
	p.Prev, p.Next = a.step(-1), a.step(1)
	p.Now = a.with(func(b *scheduleAsk) {
		b.On = p.Today
		if b.View == viewCampaign {
			b.Campaign = currentCampaign(a.campaigns, p.Today)
		}
	})
	p.Clear = scheduleAsk{View: a.View, On: a.On, By: a.By}.href()
	p.Sheet = a.with(func(b *scheduleAsk) { b.Paper = true })
	p.File = "/schedule.csv?" + a.values().Encode()
	page := func(n int) string { b := a; b.Page = n; return b.href() }
	if a.Page > 1 {
		p.Before = page(a.Page - 1)
	}
	if more {
		p.After = page(a.Page + 1)
	}
}

func (p *schedulePage) rangeWords(words *i18n.Words) string {
	switch {
	case p.Ask.View == viewWeek:
		return words.Say("schedule.week", words.Days(p.Days))
	case p.Ask.View == viewCampaign && p.Ask.Campaign.ID != "":
		return p.Ask.Campaign.Name + ", " + words.Days(p.Days)
	}
	return words.Say("schedule.month", p.Days.From.Time().Format("01/2006"))
}

// choices are what the form offers, and what is in force of it.
func (p *schedulePage) choices(words *i18n.Words) {
	a, any := p.Ask, web.Choice{Text: words.Say("filter.any")}
	for _, v := range []string{viewWeek, viewMonth, viewCampaign} {
		if v != viewCampaign || len(a.campaigns) > 0 {
			p.Views = append(p.Views, web.Choice{Value: v, Text: words.Say("schedule.view." + v), Selected: v == a.View})
		}
	}
	for _, o := range catalog.Orders() {
		p.Orders = append(p.Orders, web.Choice{Value: string(o), Text: words.Say("schedule.by." + string(o)), Selected: o == a.By})
	}
	p.Campaigns, p.Agencies, p.Sites, p.States = []web.Choice{any}, []web.Choice{any}, []web.Choice{any}, []web.Choice{any}
	for _, c := range a.campaigns {
		p.Campaigns = append(p.Campaigns, web.Choice{Value: c.Code, Text: c.Name, Selected: c.ID == a.Campaign.ID})
	}
	for _, g := range a.agencies {
		p.Agencies = append(p.Agencies, web.Choice{Value: g.Code, Text: g.Name, Selected: g.ID == a.Agency.ID})
	}
	p.SiteByCode = len(a.areas) > mostAreas
	if a.Site.ID != "" && !slices.ContainsFunc(a.areas, func(l pano.Location) bool { return l.ID == a.Site.ID }) {
		p.Sites = append(p.Sites, web.Choice{Value: a.Site.Code, Text: a.Site.Name, Selected: true})
	}
	for _, l := range a.areas {
		p.Sites = append(p.Sites, web.Choice{Value: l.Code, Text: l.Name, Selected: l.ID == a.Site.ID})
	}
	for _, st := range pano.PlacementStates() {
		p.States = append(p.States, web.Choice{Value: string(st), Text: words.Say("placement.state." + string(st)), Selected: st == a.State})
	}
	p.inForce(words)
}

func (p *schedulePage) inForce(words *i18n.Words) {
	a := p.Ask
	said := func(text string, change func(*scheduleAsk)) {
		p.InForce = append(p.InForce, filterInForce{text, a.with(change)})
	}
	if a.Campaign.ID != "" && a.View != viewCampaign {
		said(a.Campaign.Name, func(b *scheduleAsk) { b.Campaign = pano.Campaign{} })
	}
	if a.Agency.ID != "" {
		said(a.Agency.Name, func(b *scheduleAsk) { b.Agency = pano.Agency{} })
	}
	if a.Site.ID != "" {
		said(a.Site.Name, func(b *scheduleAsk) { b.Site = pano.Location{} })
	}
	if a.State != "" {
		said(words.Say("placement.state."+string(a.State)), func(b *scheduleAsk) { b.State = "" })
	}
	if a.Late {
		said(words.Say("schedule.late_only"), func(b *scheduleAsk) { b.Late = false })
	}
	if a.Empty {
		said(words.Say("schedule.empty_too"), func(b *scheduleAsk) { b.Empty = false })
	}
}
