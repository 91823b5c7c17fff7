package hanging

import (
	"context"
	"slices"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// AddExhibition adds an exhibition, which is an idea, and returns it as it is
// kept. Without an agency it belongs to the first one for which who may add them.
//
// It fails as pano.Exhibition.Check does, with KindInvalid at venue if that is
// not there, and with KindConflict at code if the code is taken.
func (d *Desk) AddExhibition(ctx context.Context, who pano.Actor, e pano.Exhibition) (pano.Exhibition, error) {
	if err := who.MayAny(pano.ExhibitionEdit); err != nil {
		return e, err
	}
	e.State, e.By = pano.ExhibitionIdea, who.ID
	if e.Agency == "" {
		e.Agency = ownAgency(who, pano.ExhibitionEdit)
	}
	err := d.DB.Write(ctx, who, "exhibition.add", func(tx *catalog.Tx) (err error) {
		if e, err = readyExhibition(ctx, tx, who, e); err != nil {
			return err
		}
		if e, err = tx.AddExhibition(ctx, e); err != nil {
			return err
		}
		tx.Note(string(e.ID), nil, e)
		return nil
	})
	return e, err
}

// readyExhibition returns e as it may be kept by who.
func readyExhibition(ctx context.Context, tx *catalog.Tx, who pano.Actor, e pano.Exhibition) (pano.Exhibition, error) {
	e = e.Tidy()
	composed(&e.Title, &e.TitleEN, &e.Licence, &e.Note)
	if err := who.May(pano.ExhibitionEdit, e.Resource()); err != nil {
		return e, err
	}
	if e.Venue != "" {
		if _, err := location(ctx, tx, who, pano.LocationSee, e.Venue); pano.KindOf(err) == pano.KindNotFound {
			return e, pano.Invalid("exhibition.no_such_venue").At("venue")
		} else if err != nil {
			return e, err
		}
	}
	return e, e.Check()
}

// EditExhibition changes the exhibition e.ID, as it was at revision e.Rev, to e
// and returns it as it is kept. Its state stays as it is. It fails as
// AddExhibition does, and with KindStale if it was changed since.
func (d *Desk) EditExhibition(ctx context.Context, who pano.Actor, e pano.Exhibition) (pano.Exhibition, error) {
	return d.changeExhibition(ctx, who, "exhibition.edit", e.ID, e.Rev, func(tx *catalog.Tx, was pano.Exhibition) (pano.Exhibition, error) {
		e.State, e.By, e.Created = was.State, was.By, was.Created
		if e.Agency == "" {
			e.Agency = was.Agency
		}
		return readyExhibition(ctx, tx, who, e)
	})
}

// AdvanceExhibition moves an exhibition on to a state, or a step back. rev is
// the revision who saw. It fails as pano.Exhibition.Follow does.
func (d *Desk) AdvanceExhibition(ctx context.Context, who pano.Actor, id pano.ExhibitionID, rev int, to pano.ExhibitionState) (pano.Exhibition, error) {
	return d.changeExhibition(ctx, who, "exhibition.advance", id, rev, func(tx *catalog.Tx, was pano.Exhibition) (pano.Exhibition, error) {
		up, err := tx.HangsFor(ctx, id)
		if err != nil {
			return was, err
		}
		if err := was.Follow(to, up); err != nil {
			return was, err
		}
		was.State = to
		return was, nil
	})
}

// changeExhibition keeps what f makes of an exhibition that who may edit.
func (d *Desk) changeExhibition(ctx context.Context, who pano.Actor, verb string, id pano.ExhibitionID, rev int,
	f func(*catalog.Tx, pano.Exhibition) (pano.Exhibition, error)) (e pano.Exhibition, err error) {
	if err := signedIn(who); err != nil {
		return e, err
	}
	err = d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := exhibition(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if err := fresh(rev, was.Rev); err != nil {
			return err
		}
		if e, err = f(tx, was); err != nil {
			return err
		}
		if e, err = tx.UpdateExhibition(ctx, e); err != nil {
			return err
		}
		tx.Note(string(e.ID), was, e)
		return nil
	})
	return e, err
}

// exhibition returns an exhibition that who may edit.
func exhibition(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.ExhibitionID) (pano.Exhibition, error) {
	e, err := tx.Exhibition(ctx, id)
	if err != nil {
		return e, err
	}
	return e, may(who, pano.ExhibitionEdit, e.Resource(), "exhibition.none")
}

// onList does f to an exhibition that who may edit, and brings it to its next
// revision. rev is the one who saw; -1 asks for none, where nothing of others can be lost.
func (d *Desk) onList(ctx context.Context, who pano.Actor, verb string, id pano.ExhibitionID, rev int, f func(*catalog.Tx, pano.Exhibition) error) error {
	if err := signedIn(who); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		e, err := exhibition(ctx, tx, who, id)
		if err != nil {
			return err
		}
		if rev >= 0 {
			if err := fresh(rev, e.Rev); err != nil {
				return err
			}
		}
		if !e.Listed() {
			return pano.Conflict("exhibition.over")
		}
		if err := f(tx, e); err != nil {
			return err
		}
		return tx.TouchExhibition(ctx, id, e.Rev)
	})
}

// AddExhibits puts artworks and items at the end of the list of an exhibition,
// all of them or none, with labels made from what is known of them, and returns
// how many. What is in the list already is passed over.
//
// It fails with KindInvalid if there are none, or too many, and with
// KindNotFound if one of them is not there for who to see.
func (d *Desk) AddExhibits(ctx context.Context, who pano.Actor, id pano.ExhibitionID, section pano.SectionID, assets []pano.AssetID, items []pano.ItemID) (n int, err error) {
	if len(assets)+len(items) == 0 {
		return 0, pano.Invalid("pick.nothing")
	}
	err = d.onList(ctx, who, "exhibition.list", id, -1, func(tx *catalog.Tx, e pano.Exhibition) error {
		there, err := tx.Exhibits(ctx, pano.Reach{}, id)
		if err != nil {
			return err
		}
		if len(there)+len(assets)+len(items) > catalog.MostExhibits {
			return pano.Invalid("exhibition.too_many", catalog.MostExhibits)
		}
		if section, err = lastSection(ctx, tx, id, section, there); err != nil {
			return err
		}
		for _, asset := range assets {
			if slices.ContainsFunc(there, func(x catalog.Shown) bool { return x.Asset == asset && x.Item == "" }) {
				continue
			}
			x, err := exhibitOfAsset(ctx, tx, who, asset)
			if err != nil {
				return err
			}
			if err := enlist(ctx, tx, x, id, section); err != nil {
				return err
			}
			there, n = append(there, catalog.Shown{Exhibit: x}), n+1
		}
		for _, one := range items {
			if slices.ContainsFunc(there, func(x catalog.Shown) bool { return x.Item == one }) {
				continue
			}
			x, err := exhibitOfItem(ctx, tx, who, one)
			if err != nil {
				return err
			}
			if err := enlist(ctx, tx, x, id, section); err != nil {
				return err
			}
			there, n = append(there, catalog.Shown{Exhibit: x}), n+1
		}
		return nil
	})
	return n, err
}

// lastSection is the section in which new works come: the one that was asked
// for, else the last, so that they come at the end of the list.
func lastSection(ctx context.Context, tx *catalog.Tx, id pano.ExhibitionID, asked pano.SectionID, there []catalog.Shown) (pano.SectionID, error) {
	all, err := tx.Sections(ctx, id)
	if err != nil || len(all) == 0 && asked == "" {
		return "", err
	}
	if asked != "" {
		if !slices.ContainsFunc(all, func(s pano.Section) bool { return s.ID == asked }) {
			return "", pano.NotFound("section.none")
		}
		return asked, nil
	}
	return all[len(all)-1].ID, nil
}

func enlist(ctx context.Context, tx *catalog.Tx, x pano.Exhibit, id pano.ExhibitionID, section pano.SectionID) error {
	x.Exhibition, x.Section = id, section
	x, err := tx.AddExhibit(ctx, x)
	if err != nil {
		return err
	}
	tx.Note(string(id), nil, listed(x))
	return nil
}

// listed is what the history keeps of a work that comes or goes.
func listed(x pano.Exhibit) any {
	return struct {
		Title string
		Asset pano.AssetID `json:",omitempty"`
		Item  pano.ItemID  `json:",omitempty"`
	}{x.Label.Title, x.Asset, x.Item}
}

func exhibitOfAsset(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.AssetID) (x pano.Exhibit, err error) {
	a, err := tx.Asset(ctx, id)
	if err != nil {
		return x, err
	}
	if err := may(who, pano.AssetSee, a.Resource(), "asset.none"); err != nil {
		return x, err
	}
	return pano.Exhibit{Asset: id, Label: labelOf(a)}, nil
}

// labelOf is the label that a brings with it.
func labelOf(a pano.Asset) pano.Label {
	return pano.Label{Title: a.Title, Creator: a.Creator, Technique: a.Material, Source: a.Source}
}

func exhibitOfItem(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.ItemID) (x pano.Exhibit, err error) {
	i, err := item(ctx, tx, who, pano.ItemSee, id)
	if err != nil {
		return x, err
	}
	x = pano.Exhibit{Item: id, Label: pano.Label{Title: i.Title, Technique: i.Material, Source: i.AgencyName}}
	if i.Seen { // a print of what may not be seen is a thing of its own here
		a, err := tx.Asset(ctx, i.Asset)
		if err != nil {
			return x, err
		}
		x.Asset, x.Label.Creator = a.ID, a.Creator
	}
	return x, nil
}

// RemoveExhibit takes a work off the list of an exhibition. It fails with
// KindConflict while it is placed.
func (d *Desk) RemoveExhibit(ctx context.Context, who pano.Actor, id pano.ExhibitID) (x pano.Exhibit, err error) {
	of, err := d.exhibitionOf(ctx, who, id)
	if err != nil {
		return x, err
	}
	err = d.onList(ctx, who, "exhibition.unlist", of, -1, func(tx *catalog.Tx, e pano.Exhibition) error {
		was, err := tx.Exhibit(ctx, pano.Reach{}, id)
		if err != nil {
			return err
		}
		x = was.Exhibit
		tx.Note(string(e.ID), listed(x), nil)
		return tx.RemoveExhibit(ctx, id)
	})
	return x, err
}

// exhibitionOf is the exhibition in whose list a work is, if who may see it.
func (d *Desk) exhibitionOf(ctx context.Context, who pano.Actor, id pano.ExhibitID) (of pano.ExhibitionID, err error) {
	if err := signedIn(who); err != nil {
		return "", err
	}
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error {
		x, err := tx.Exhibit(ctx, pano.Reach{}, id)
		of = x.Exhibition
		return err
	})
	return of, err
}

// OrderExhibits gives the list of an exhibition another order, and its works
// their sections. list names every work once. rev is the revision who saw.
//
// It fails with KindStale if somebody changed the list since, and with
// KindInvalid if it is not the same works, or a section is not there.
func (d *Desk) OrderExhibits(ctx context.Context, who pano.Actor, id pano.ExhibitionID, rev int, list []pano.Slot) error {
	return d.onList(ctx, who, "exhibition.order", id, rev, func(tx *catalog.Tx, e pano.Exhibition) error {
		there, err := slots(ctx, tx, id)
		if err != nil {
			return err
		}
		if !sameWorks(there, list) {
			return pano.Invalid("exhibition.other_works").At("list")
		}
		return reorder(ctx, tx, id, list)
	})
}

// MoveExhibit moves a work a place up (by -1) or down (by 1), as pano.Moved does.
func (d *Desk) MoveExhibit(ctx context.Context, who pano.Actor, id pano.ExhibitID, by int) error {
	of, err := d.exhibitionOf(ctx, who, id)
	if err != nil {
		return err
	}
	return d.onList(ctx, who, "exhibition.order", of, -1, func(tx *catalog.Tx, e pano.Exhibition) error {
		there, err := slots(ctx, tx, of)
		if err != nil {
			return err
		}
		all, err := tx.Sections(ctx, of)
		if err != nil {
			return err
		}
		var sections []pano.SectionID
		for _, s := range all {
			sections = append(sections, s.ID)
		}
		return reorder(ctx, tx, of, pano.Moved(there, sections, id, by))
	})
}

func reorder(ctx context.Context, tx *catalog.Tx, id pano.ExhibitionID, list []pano.Slot) error {
	tx.Note(string(id), nil, nil)
	return tx.OrderExhibits(ctx, id, list)
}

// slots is the list of an exhibition in its order.
func slots(ctx context.Context, tx *catalog.Tx, id pano.ExhibitionID) (all []pano.Slot, err error) {
	there, err := tx.Exhibits(ctx, pano.Reach{}, id)
	for _, x := range there {
		all = append(all, pano.Slot{Exhibit: x.ID, Section: x.Section})
	}
	return all, err
}

// sameWorks reports whether both lists name the same works, each once.
func sameWorks(a, b []pano.Slot) bool {
	names := func(list []pano.Slot) (all []pano.ExhibitID) {
		for _, s := range list {
			all = append(all, s.Exhibit)
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(names(a), names(b))
}

// EditLabel changes the label of the work x.ID, as it was at revision x.Rev, and
// returns it as it is kept. It fails as pano.Label.Check does, and with KindStale
// if it was changed since.
func (d *Desk) EditLabel(ctx context.Context, who pano.Actor, x pano.Exhibit) (pano.Exhibit, error) {
	if err := signedIn(who); err != nil {
		return x, err
	}
	err := d.DB.Write(ctx, who, "exhibition.label", func(tx *catalog.Tx) error {
		was, err := tx.Exhibit(ctx, pano.Reach{}, x.ID)
		if err != nil {
			return err
		}
		if _, err := exhibition(ctx, tx, who, was.Exhibition); err != nil {
			return err
		}
		if err := fresh(x.Rev, was.Rev); err != nil {
			return err
		}
		l := x.Label.Tidy()
		composed(&l.Title, &l.TitleEN, &l.Creator, &l.Year, &l.Technique, &l.Source, &l.Text, &l.TextEN)
		if err := l.Check(); err != nil {
			return err
		}
		x = was.Exhibit
		x.Label = l
		if x, err = tx.UpdateLabel(ctx, x); err != nil {
			return err
		}
		tx.Note(string(x.Exhibition), was.Label, x.Label)
		return nil
	})
	return x, err
}

// AddSection adds a section at the end and returns it as it is kept.
func (d *Desk) AddSection(ctx context.Context, who pano.Actor, s pano.Section) (pano.Section, error) {
	err := d.onList(ctx, who, "exhibition.section", s.Exhibition, -1, func(tx *catalog.Tx, e pano.Exhibition) (err error) {
		composed(&s.Title, &s.TitleEN)
		if err := s.Check(); err != nil {
			return err
		}
		if s, err = tx.AddSection(ctx, s); err != nil {
			return err
		}
		tx.Note(string(e.ID), nil, titled(s))
		return nil
	})
	return s, err
}

// titled is what the history keeps of a section.
func titled(s pano.Section) any {
	return struct{ Section, SectionEN string }{s.Title, s.TitleEN}
}

// EditSection gives the section s.ID of s.Exhibition other titles.
func (d *Desk) EditSection(ctx context.Context, who pano.Actor, s pano.Section) error {
	return d.onList(ctx, who, "exhibition.section", s.Exhibition, -1, func(tx *catalog.Tx, e pano.Exhibition) error {
		was, err := sectionOf(ctx, tx, e, s.ID)
		if err != nil {
			return err
		}
		composed(&s.Title, &s.TitleEN)
		if err := s.Check(); err != nil {
			return err
		}
		tx.Note(string(e.ID), titled(was), titled(s))
		return tx.UpdateSection(ctx, s)
	})
}

// RemoveSection takes a section away; its works come to the end of the one before it.
func (d *Desk) RemoveSection(ctx context.Context, who pano.Actor, of pano.ExhibitionID, id pano.SectionID) error {
	return d.onList(ctx, who, "exhibition.section", of, -1, func(tx *catalog.Tx, e pano.Exhibition) error {
		was, err := sectionOf(ctx, tx, e, id)
		if err != nil {
			return err
		}
		all, err := tx.Sections(ctx, of)
		if err != nil {
			return err
		}
		var before pano.SectionID
		if i := slices.IndexFunc(all, func(s pano.Section) bool { return s.ID == id }); i > 0 {
			before = all[i-1].ID
		}
		there, err := slots(ctx, tx, of)
		if err != nil {
			return err
		}
		for i := range there {
			if there[i].Section == id {
				there[i].Section = before
			}
		}
		if err := tx.OrderExhibits(ctx, of, there); err != nil {
			return err
		}
		tx.Note(string(e.ID), titled(was), nil)
		return tx.RemoveSection(ctx, id)
	})
}

func sectionOf(ctx context.Context, tx *catalog.Tx, e pano.Exhibition, id pano.SectionID) (pano.Section, error) {
	all, err := tx.Sections(ctx, e.ID)
	if err != nil {
		return pano.Section{}, err
	}
	i := slices.IndexFunc(all, func(s pano.Section) bool { return s.ID == id })
	if i < 0 {
		return pano.Section{}, pano.NotFound("section.none")
	}
	return all[i], nil
}

// Concerns lists what is missing before an exhibition opens: see
// pano.Exhibition.Concerns. works are its whole list.
func Concerns(ctx context.Context, tx *catalog.Tx, e pano.Exhibition, works []catalog.Shown) ([]pano.Concern, error) {
	inside := map[pano.LocationID]bool{}
	clashes := 0
	if e.Venue != "" {
		var err error
		if inside, err = tx.Inside(ctx, e.Venue); err != nil {
			return nil, err
		}
		if clashes, err = clashesIn(ctx, tx, e); err != nil {
			return nil, err
		}
	}
	var all []pano.Readiness
	for _, w := range works {
		r := pano.Readiness{N: w.N, Placed: w.Placement != "", Up: w.State.Up(), Text: w.Label.Text != "",
			English: w.Label.TitleEN != "" && (w.Label.Text == "" || w.Label.TextEN != "")}
		if w.Item != "" {
			there := inside[w.ItemAt]
			r.Elsewhere, r.Unfit = !there, w.Condition != pano.ItemGood && w.Condition != pano.ItemWorn
			r.Placed = r.Placed || there
			r.Up = r.Up || there && w.Placement == ""
		}
		all = append(all, r)
	}
	return e.Concerns(all, clashes), nil
}

// clashesIn counts what is too close to something on the walls of e's venue while it is open.
func clashesIn(ctx context.Context, tx *catalog.Tx, e pano.Exhibition) (n int, err error) {
	walls, err := tx.WallsIn(ctx, e.Venue)
	if err != nil || e.Days == (pano.Period{}) {
		return 0, err
	}
	for _, l := range walls {
		on, err := tx.PlacementsOn(ctx, l.ID, e.Days)
		if err != nil {
			return 0, err
		}
		blocked, err := tx.BlockedAt(ctx, l.ID)
		if err != nil {
			return 0, err
		}
		var areas []pano.Rect
		for _, p := range on {
			if p.Exhibition == e.ID {
				areas = append(areas, p.Area)
			}
		}
		n += len(pano.Covered(areas, blocked)) + len(pano.Crowded(areas))
	}
	return n, nil
}
