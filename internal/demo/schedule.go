package demo

import (
	"context"
	"fmt"
	"strings"

	"pano/internal/pano"
)

// eyeLine is where the middles of works on a wall are, above the floor.
const eyeLine pano.MM = 1550

// A turn is a placement to be made, and how far it then is.
type turn struct {
	pano.Placement
	code  string                // of the place
	steps []pano.PlacementState // one after the other
	note  string                // with the last step
}

// hang makes every placement and returns how many there are.
func (f *filling) hang(ctx context.Context) (int, error) {
	all := f.turns()
	for i, t := range all {
		t.Campaign, t.Exhibition = f.campaign, f.exhibitionOf(t)
		who := f.curatorOf(t.Asset)
		p, err := f.Hanging.Place(ctx, who, t.Placement)
		if err != nil {
			return i, fmt.Errorf("hanging at %s from %s: %w", t.code, t.Days.From, err)
		}
		for k, step := range t.steps {
			note := ""
			if step.Needs() != "" {
				note = "Dữ liệu mẫu, không có ảnh nghiệm thu."
			}
			if k == len(t.steps)-1 && t.note != "" {
				note = t.note
			}
			if p, err = f.Hanging.Advance(ctx, who, p.ID, step, note); err != nil {
				return i, fmt.Errorf("marking at %s as %s: %w", t.code, step, err)
			}
		}
		if (i+1)%500 == 0 || i+1 == len(all) {
			fmt.Fprintf(f.Say, "placement %d/%d\n", i+1, len(all))
		}
	}
	return len(all), nil
}

func (f *filling) curatorOf(id pano.AssetID) pano.Actor {
	for _, a := range f.assets {
		if a.ID == id && a.Agency == f.agency[museum] {
			return f.curator(museum)
		}
	}
	return f.curator(office)
}

func (f *filling) turns() (all []turn) {
	var faces, roads, walls int
	for _, l := range f.places {
		switch l.Kind {
		case pano.Face:
			all = append(all, f.onFace(l, faces)...)
			faces++
		case pano.Stretch:
			all = append(all, f.onRoad(l, roads)...)
			roads++
		case pano.Wall:
			all = append(all, f.onWall(l, walls)...)
			walls++
		}
	}
	return all
}

// fit returns the assets of these kinds whose finished size is that of l, or all
// of these kinds if l has none.
func (f *filling) fit(l pano.Location, kinds ...pano.AssetKind) (all []pano.Asset) {
	for _, a := range f.assets {
		for _, k := range kinds {
			if a.Kind == k && (l.Width == 0 || a.Width == l.Width && a.Height == l.Height) {
				all = append(all, a)
			}
		}
	}
	return all
}

// onFace hangs one thing after the other on a face, a day or more between them.
// The very first face has what should be down already, the second what should
// hang already, the third what was cancelled.
func (f *filling) onFace(l pano.Location, n int) (all []turn) {
	fit := f.fit(l, pano.Panel, pano.Backdrop)
	from := f.today - 46 + pano.Day(n%5)
	if n == 0 {
		from = f.today - 44
	}
	for i := range 4 {
		long := pano.Day(17 + (n*7+i*5)%6)
		if n == 0 && i == 1 { // ends three days ago
			from, long = f.today-20, 17
		}
		if n == 1 && i == 2 { // began two days ago
			from, long = max(from, f.today-2), 21
		}
		t := f.turn(l, fit[(n+i)%len(fit)], pano.Period{From: from, Until: from + long}, 1)
		switch {
		case n == 0 && i == 1:
			t.steps, t.note = []pano.PlacementState{pano.Installed}, "Chờ xe nâng để tháo."
		case n == 1 && i == 2:
			t.steps = []pano.PlacementState{pano.Printed}
		case n == 2 && i == 3:
			gone := t
			gone.steps, gone.note = []pano.PlacementState{pano.Cancelled}, "Đổi sang ma-két khác."
			gone.Asset = fit[(n+i+1)%len(fit)].ID
			all = append(all, gone)
		}
		all = append(all, t)
		from += long + 1 + pano.Day((n+i)%3)
	}
	return all
}

// onRoad hangs two kinds of things along a road: flag banners on posts for most
// of the time, banners around today, at most nine tenths of its capacity.
func (f *filling) onRoad(l pano.Location, n int) []turn {
	flags, across := f.fit(pano.Location{}, pano.FlagBanner), f.fit(pano.Location{}, pano.Banner)
	days := func(from, until pano.Day) pano.Period {
		return pano.Period{From: f.today + from - pano.Day(n%3), Until: f.today + until - pano.Day(n%3)}
	}
	all := []turn{
		f.turn(l, flags[n%len(flags)], days(-34, -3), l.Capacity*5/10),
		f.turn(l, across[n%5], days(-9, 18), 4+n%5),
		f.turn(l, flags[(n+1)%len(flags)], days(-2, 26), l.Capacity*6/10),
		f.turn(l, flags[(n+2)%len(flags)], days(28, 55), l.Capacity*4/10),
	}
	if n == 3 {
		all[2].steps, all[2].note = []pano.PlacementState{pano.Installed, pano.Damaged}, "Gió làm rách ba lá ở đoạn gần bến xe."
	}
	return all
}

// onWall shows works side by side with equal gaps, their middles at the height of
// the eye. What a hall shows is over, on, or coming, by the hall.
func (f *filling) onWall(l pano.Location, n int) (all []turn) {
	hall := map[string]pano.Period{
		"TL-BT": {From: f.today - 12, Until: f.today + 34},
		"TL-VH": {From: f.today + 9, Until: f.today + 40},
		"TL-TV": {From: f.today - 52, Until: f.today - 14},
	}
	works := f.fit(pano.Location{}, pano.Photo, pano.Poster)
	const shown = 6
	left := l.Width
	for i := range shown {
		left -= works[(n*5+i)%len(works)].Width
	}
	gap := left / (shown + 1)
	x := gap
	for i := range shown {
		a := works[(n*5+i)%len(works)]
		t := f.turn(l, a, hall[strings.Join(strings.Split(l.Code, "-")[:2], "-")], 1)
		t.Area = pano.Rect{X: x, Y: l.Height - eyeLine - a.Height/2, W: a.Width, H: a.Height}
		x += a.Width + gap
		all = append(all, t)
	}
	return all
}

// turn is a placement as far as it should be by today.
func (f *filling) turn(l pano.Location, a pano.Asset, days pano.Period, quantity int) turn {
	return turn{Placement: pano.Placement{Asset: a.ID, Location: l.ID, Days: days, Quantity: quantity}, code: l.Code, steps: f.steps(days)}
}

func (f *filling) steps(days pano.Period) []pano.PlacementState {
	switch {
	case days.Until <= f.today:
		return []pano.PlacementState{pano.Installed, pano.Removed}
	case days.From <= f.today-5:
		return []pano.PlacementState{pano.Installed, pano.Verified}
	case days.From <= f.today:
		return []pano.PlacementState{pano.Installed}
	case days.From <= f.today+7:
		return []pano.PlacementState{pano.Printed}
	case days.From <= f.today+21:
		return []pano.PlacementState{pano.Confirmed}
	}
	return nil
}
