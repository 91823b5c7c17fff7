package httpd

import (
	"cmp"
	"slices"
	"strconv"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// The drawing of a schedule is a lane for each place, as wide as there is room:
// what lies across is in per cent of it, what lies down in pixels.

// percent writes part of whole as SVG wants it.
func percent(part, whole int) string {
	return strconv.FormatFloat(float64(part)*100/float64(max(whole, 1)), 'f', 3, 64) + "%"
}

// A scheduleHead is the ruler above the lanes, and what is behind them.
type scheduleHead struct {
	Days  int // how many
	Ticks []scheduleTick
	Rests []scheduleTick // Saturdays and Sundays
	Lines []string       // x of lines behind the lanes
	Today string         // x of the middle of today; "" if it is not there
	Dense bool           // every day has its tick
}

// A scheduleTick is a day, a week or a month of the ruler.
type scheduleTick struct {
	X, W, Mid string
	Day       pano.Day
	Weekday   int // from Monday, 0
	Label     string
	Lunar     string // day of the lunar month, with the month on its first day
	Rest, Now bool
}

// densest is for how many days each has its own tick.
const densest = 45

func headOf(days pano.Period, today pano.Day) (h scheduleHead) {
	n := int(days.Until - days.From)
	h.Days, h.Dense = n, n <= densest
	if days.Has(today) {
		h.Today = percent(2*int(today-days.From)+1, 2*n)
	}
	for d := days.From; d < days.Until; d++ {
		i, t := int(d-days.From), d.Time()
		rest := weekday(d) >= 5
		long := 1
		switch {
		case h.Dense:
		case n <= 200:
			if long = 7; weekday(d) != 0 && (i > 0 || weekday(d) > 2) || n-i < 5 {
				continue // no room for its label
			}
		case t.Day() != 1:
			continue
		default:
			long = int(monthOf(d).Until - d)
		}
		tick := scheduleTick{X: percent(i, n), W: percent(min(long, n-i), n), Mid: percent(2*i+1, 2*n), Day: d, Weekday: weekday(d), Rest: rest && h.Dense, Now: d == today}
		switch {
		case h.Dense:
			tick.Label = strconv.Itoa(t.Day())
			l := d.Lunar()
			if tick.Lunar = strconv.Itoa(l.Day); l.Day == 1 || i == 0 {
				tick.Lunar += "/" + strconv.Itoa(l.Month)
			}
		case n <= 200:
			tick.Label = t.Format("02/01")
		default:
			tick.Label = t.Format("01/06")
		}
		h.Ticks = append(h.Ticks, tick)
		if tick.Rest {
			h.Rests = append(h.Rests, tick)
		}
		if i > 0 && (!h.Dense || weekday(d) == 0) {
			h.Lines = append(h.Lines, tick.X)
		}
	}
	return h
}

// A scheduleGroup is the rows of one area, agency or kind.
type scheduleGroup struct {
	Key  string
	Name string
	Href string // of the area, "" if it has no page of its own
	Rows []scheduleRow
}

// A scheduleRow is a place with its bars.
type scheduleRow struct {
	catalog.ScheduleRow
	High   int // of its lane
	Bars   []scheduleBar
	Alerts []string // what is wrong there, in words
	Over   bool     // on some day there are more pieces than fit
}

// A scheduleBar is a placement over some days.
type scheduleBar struct {
	hangingView
	X, W    string
	Y, H    int
	Tone    string
	End     string // x within the bar where its days are over, if it still hangs; else ""
	Label   string
	Said    string // all of it, for those who hear it
	Alert   string // what is wrong with it, "" if nothing is
	Other   bool   // it was not asked for, but is there
	Movable bool
	Place   string // code and name
	LastDay pano.Day
	taken   pano.Period // the days on which it is there: up to today if it should be down already
}

// Heights of the lanes, in pixels.
const (
	laneStep = 32
	laneTop  = 4
	barHigh  = 26 // a target for a finger or a shaky hand
)

// draw makes groups and the agenda of rows.
func (p *schedulePage) draw(rows []catalog.ScheduleRow, v viewer, who pano.Actor) {
	p.Head = headOf(p.Days, p.Today)
	for _, r := range rows {
		row := p.row(r, v, who)
		key, name, href := p.groupOf(r, v)
		i := slices.IndexFunc(p.Groups, func(g scheduleGroup) bool { return g.Key == key })
		if i < 0 {
			i = len(p.Groups)
			p.Groups = append(p.Groups, scheduleGroup{Key: key, Name: name, Href: href})
		}
		p.Groups[i].Rows = append(p.Groups[i].Rows, row)
	}
	last := func(g scheduleGroup) int {
		if g.Key == "" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(p.Groups, func(a, b scheduleGroup) int { // places on their own come last
		return cmp.Compare(last(a), last(b))
	})
	p.Agenda = agendaOf(p.Groups, p.Days, p.Today)
}

func (p *schedulePage) groupOf(r catalog.ScheduleRow, v viewer) (key, name, href string) {
	switch p.Ask.By {
	case catalog.ByAgency:
		return string(r.Agency), r.AgencyName, ""
	case catalog.ByKind:
		return string(r.Kind), v.words.Say("location.kind." + string(r.Kind)), ""
	}
	if r.Area == r.Location {
		return "", v.words.Say("schedule.alone"), ""
	}
	if p.Crew {
		return string(r.Area), r.AreaName, ""
	}
	return string(r.Area), r.AreaName, "/locations/" + string(r.Area)
}

// row draws the bars of a place, as many lanes below one another as it needs.
func (p *schedulePage) row(r catalog.ScheduleRow, v viewer, who pano.Actor) scheduleRow {
	row := scheduleRow{ScheduleRow: r}
	for _, h := range r.Hangings {
		row.Bars = append(row.Bars, p.bar(h, r, v, who))
		p.Placements++
	}
	for _, h := range r.Others {
		b := p.bar(h, r, v, who)
		b.Other, b.Movable = true, false
		row.Bars = append(row.Bars, b)
	}
	slices.SortStableFunc(row.Bars, func(a, b scheduleBar) int { return cmp.Compare(a.taken.From, b.taken.From) })
	row.alerts(v)
	var ends []pano.Day // of each lane
	for i := range row.Bars {
		b := &row.Bars[i]
		lane := slices.IndexFunc(ends, func(d pano.Day) bool { return d <= b.taken.From })
		if lane < 0 {
			lane = len(ends)
			ends = append(ends, 0)
		}
		ends[lane] = b.taken.Until
		b.Y = laneTop + lane*laneStep
		p.MayMove = p.MayMove || b.Movable
	}
	row.High = max(1, len(ends))*laneStep + 2
	return row
}

func (p *schedulePage) bar(h catalog.Hanging, r catalog.ScheduleRow, v viewer, who pano.Actor) scheduleBar {
	b := scheduleBar{hangingView: v.one(h), H: barHigh, Place: r.Code + " " + r.Name, LastDay: h.Days.Last(), taken: h.Days}
	if h.State.Up() {
		b.taken.Until = max(b.taken.Until, p.Today+1)
	}
	n := int(p.Days.Until - p.Days.From)
	from, until := max(b.taken.From, p.Days.From), min(b.taken.Until, p.Days.Until)
	b.X, b.W, b.Tone = percent(int(from-p.Days.From), n), percent(int(until-from), n), toneOf(b.hangingView)
	if h.State.Up() && h.Days.Until <= p.Today && h.Days.Until > from {
		b.End = percent(int(h.Days.Until-from), int(until-from))
	}
	if b.Label = b.Name; h.Quantity > 1 || h.LocationKind == pano.Stretch {
		b.Label = v.words.Say("schedule.times", h.Quantity, b.Name)
	}
	b.Movable = h.Seen && h.Editable() && who.May(pano.PlacementPlan, h.Resource()) == nil
	switch {
	case b.Late:
		b.Alert = v.words.Say("schedule.overdue", int(p.Today-max(h.RemoveBy, h.Days.Until))+1)
	case h.State == pano.Damaged:
		b.Alert = v.words.Say("placement.state.damaged")
	case h.State.Live() && !h.State.Up() && h.Days.From <= p.Today:
		b.Alert = v.words.Say("schedule.missed")
	}
	return b
}

// alerts finds what is wrong in a row: pieces that are in each other's way
// because one was not taken down in time, and more pieces than fit.
func (row *scheduleRow) alerts(v viewer) {
	for i := range row.Bars {
		b := &row.Bars[i]
		for _, o := range row.Bars[:i] {
			if row.Kind != pano.Stretch && inTheWay(row.Kind, o, *b) {
				b.Tone, b.Alert = "late", v.words.Say("schedule.conflict", o.Name)
			}
		}
		if row.Kind == pano.Stretch && b.State.Live() && row.Capacity < row.usedOn(b.taken.From) {
			b.Tone, b.Alert, row.Over = "late", v.words.Say("schedule.over", row.Capacity), true
		}
		b.Said = b.Label + ", " + b.Days + ", " + v.words.Say("placement.state."+string(b.State))
		if b.Alert != "" {
			b.Said += ", " + b.Alert
			if !slices.Contains(row.Alerts, b.Alert) {
				row.Alerts = append(row.Alerts, b.Alert)
			}
		}
	}
}

func inTheWay(kind pano.LocationKind, a, b scheduleBar) bool {
	return a.State.Live() && b.State.Live() && a.taken.Meets(b.taken) && (kind == pano.Face || a.Area.Overlaps(b.Area))
}

// usedOn is how many pieces are there on a day.
func (row scheduleRow) usedOn(d pano.Day) (n int) {
	for _, b := range row.Bars {
		if b.State.Live() && b.taken.Has(d) {
			n += b.Quantity
		}
	}
	return n
}

// An agendaDay is what goes up and comes down on a day, for narrow screens. The
// zero day has what was there before.
type agendaDay struct {
	Day     pano.Day
	Weekday int
	Now     bool
	Entries []agendaEntry
}

// An agendaEntry is a placement that begins or is over on a day.
type agendaEntry struct {
	scheduleBar
	What string // up, down or there
}

func agendaOf(groups []scheduleGroup, days pano.Period, today pano.Day) (all []agendaDay) {
	on := map[pano.Day][]agendaEntry{}
	for _, g := range groups {
		for _, row := range g.Rows {
			for _, b := range row.Bars {
				if b.Other {
					continue
				}
				up, down := b.Placement.Days.From, b.Placement.Days.Until
				if days.Has(up) {
					on[up] = append(on[up], agendaEntry{b, "up"})
				} else {
					on[0] = append(on[0], agendaEntry{b, "there"})
				}
				if days.Has(down) {
					on[down] = append(on[down], agendaEntry{b, "down"})
				}
			}
		}
	}
	for d, entries := range on {
		all = append(all, agendaDay{Day: d, Weekday: weekday(d), Now: d == today, Entries: entries})
	}
	slices.SortFunc(all, func(a, b agendaDay) int { return cmp.Compare(a.Day, b.Day) })
	return all
}
