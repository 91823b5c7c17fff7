package hanging

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A Fate says what becomes of a row of a table.
type Fate string

// The fates of rows.
const (
	FateNew     Fate = "new"
	FateChanged Fate = "changed"
	FateSame    Fate = "same"
	FateBad     Fate = "bad" // see its Err
)

// An ImportedRow is what becomes of one row.
type ImportedRow struct {
	Line    int
	Code    string
	Name    string
	ID      pano.LocationID // of a place that is there
	Fate    Fate
	Changes []CellChange // of a place that changes
	Err     *pano.Error  // of a bad row, at its column
}

// A CellChange is one cell that a place does not have yet.
type CellChange struct{ Column, Was, Is string }

// An Imported is what becomes of a table.
type Imported struct {
	Rows                    []ImportedRow // in the order of the file
	New, Changed, Same, Bad int
	Digest                  string // of all that would be done, on the places as they are
	Done                    bool   // it was done
}

// errTried takes back what was only tried.
var errTried = errors.New("only tried")

// ImportLocations brings the places of t in: those with a code that is there are
// changed in the columns that t has, all others are added. Everything or nothing.
//
// Without agree it only tries, and says what would become of each row: by doing
// it and taking it back, so that what it says is what will be. agree is the
// Digest of such a try: then it is done, unless a row is bad, or something was
// changed since ("import.changed_since", KindConflict, with what would become of it now).
//
// A row is bad for the reasons for which AddLocation and EditLocation fail, if its
// code is there twice, or if the place it stands in is bad itself. It fails with
// KindForbidden if who may edit no place at all.
func (d *Desk) ImportLocations(ctx context.Context, who pano.Actor, t Table, agree string) (done Imported, err error) {
	if err := who.MayAny(pano.LocationEdit); err != nil {
		return done, err
	}
	err = d.DB.Write(ctx, who, "location.import", func(tx *catalog.Tx) error {
		im := &importing{ctx: ctx, tx: tx, who: who, t: t, fates: make([]ImportedRow, len(t.Rows)), byCode: map[string]int{}, state: make([]visit, len(t.Rows))}
		if err := im.run(); err != nil {
			return err
		}
		done = im.sum()
		switch {
		case agree == "" || done.Bad > 0:
			return errTried
		case agree != done.Digest:
			return pano.Conflict("import.changed_since")
		}
		return nil
	})
	if errors.Is(err, errTried) {
		return done, nil
	}
	done.Done = err == nil
	return done, err
}

// visit is how far a row is.
type visit uint8

const (
	waiting visit = iota
	underWay
	visited
)

// importing is one import under way.
type importing struct {
	ctx    context.Context
	tx     *catalog.Tx
	who    pano.Actor
	t      Table
	names  Names
	agency map[string]pano.AgencyID // by code
	byCode map[string]int           // row of a code, in capitals
	fates  []ImportedRow
	state  []visit
	seal   []string // of the places as they were, by row
}

func (im *importing) run() error {
	agencies, err := im.tx.Agencies(im.ctx)
	if err != nil {
		return err
	}
	im.names = Names{map[pano.AgencyID]string{}, map[pano.LocationID]string{}}
	im.agency = map[string]pano.AgencyID{}
	for _, a := range agencies {
		im.names.Agencies[a.ID], im.agency[strings.ToUpper(a.Code)] = a.Code, a.ID
	}
	im.seal = make([]string, len(im.t.Rows))
	for i, row := range im.t.Rows {
		code := im.cell(row, "code")
		im.fates[i] = ImportedRow{Line: row.Line, Code: code, Name: im.cell(row, "name")}
		if first, twice := im.byCode[strings.ToUpper(code)]; twice && code != "" {
			im.bad(i, pano.Invalid("import.code_twice", code, im.t.Rows[first].Line).At("code"))
			continue
		}
		im.byCode[strings.ToUpper(code)] = i
	}
	for i := range im.t.Rows {
		if err := im.visit(i); err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) cell(row TableRow, column string) string {
	if i := slices.Index(im.t.Columns, column); i >= 0 {
		return row.Cells[i]
	}
	return ""
}

func (im *importing) bad(i int, err *pano.Error) {
	im.fates[i].Fate, im.fates[i].Err, im.fates[i].Changes = FateBad, err, nil
	im.state[i] = visited
}

// visit brings row i in, after the row of the place it stands in.
func (im *importing) visit(i int) error {
	if im.state[i] == visited {
		return nil
	}
	im.state[i] = underWay
	parent := im.cell(im.t.Rows[i], "parent")
	if up, here := im.byCode[strings.ToUpper(parent)]; here && parent != "" {
		if im.state[up] == underWay {
			im.bad(i, pano.Invalid("location.inside_itself").At("parent"))
			return nil
		}
		if err := im.visit(up); err != nil {
			return err
		}
		if im.fates[up].Fate == FateBad && im.state[i] != visited {
			im.bad(i, pano.Invalid("import.parent_bad", im.t.Rows[up].Line).At("parent"))
		}
	}
	if im.state[i] == visited {
		return nil
	}
	im.state[i] = visited
	err := im.bring(i)
	if e, ok := errors.AsType[*pano.Error](err); ok && e.Kind != pano.KindInternal && e.Kind != pano.KindUnavailable && e.Kind != pano.KindNoSpace {
		im.bad(i, e)
		return nil
	}
	return err
}

// bring adds or changes the place of row i.
func (im *importing) bring(i int) error {
	row := im.t.Rows[i]
	was, err := im.tx.LocationByCode(im.ctx, im.cell(row, "code"))
	fresh := pano.KindOf(err) == pano.KindNotFound
	if err != nil && !fresh {
		return err
	}
	if !fresh {
		if im.who.May(pano.LocationEdit, was.Resource()) != nil {
			return pano.Forbidden("import.not_yours").At("code")
		}
		im.fates[i].ID, im.seal[i] = was.ID, fmt.Sprint(was.ID, was.Rev)
	}
	l, err := im.read(row, was)
	if err != nil {
		return err
	}
	if l, err = ready(im.ctx, im.tx, im.who, l); err != nil {
		return atColumn(err, "permit_until", "permit_last")
	}
	if fresh {
		im.fates[i].Fate = FateNew
		if l, err = im.tx.AddLocation(im.ctx, l); err == nil {
			im.tx.Note(string(l.ID), nil, l)
		}
		return err
	}
	return im.change(i, was, l)
}

// atColumn moves an error from one field of a form to the column of it.
func atColumn(err error, pairs ...string) error {
	if e, ok := errors.AsType[*pano.Error](err); ok {
		for i := 0; i+1 < len(pairs); i += 2 {
			if e.Field == pairs[i] {
				e.Field = pairs[i+1]
			}
		}
	}
	return err
}

func (im *importing) change(i int, was, l pano.Location) error {
	f := &im.fates[i]
	for _, p := range []pano.LocationID{was.Parent, l.Parent} {
		if err := im.learn(p); err != nil {
			return err
		}
	}
	for _, c := range im.t.Columns {
		if a, b := im.names.Cell(was, c, ""), im.names.Cell(l, c, ""); a != b {
			f.Changes = append(f.Changes, CellChange{c, a, b})
		}
	}
	if f.Name == "" {
		f.Name = was.Name
	}
	if f.Fate = FateSame; len(f.Changes) == 0 {
		return nil
	}
	f.Fate = FateChanged
	if l.Kind != was.Kind {
		if err := holds(im.ctx, im.tx, l); err != nil {
			return err
		}
	}
	l, err := im.tx.UpdateLocation(im.ctx, l)
	if err != nil {
		return named(im.ctx, im.tx, im.who, err)
	}
	im.tx.Note(string(l.ID), was, l)
	return nil
}

// learn finds the code of a place around another.
func (im *importing) learn(id pano.LocationID) error {
	if _, known := im.names.Places[id]; known || id == "" {
		return nil
	}
	l, err := im.tx.Location(im.ctx, id)
	im.names.Places[id] = l.Code
	return err
}

// read is the place that a row makes of was.
func (im *importing) read(row TableRow, was pano.Location) (pano.Location, error) {
	l := was
	for k, c := range im.t.Columns {
		text := row.Cells[k]
		var err error
		switch c {
		case "parent":
			l.Parent, err = im.parent(text)
		case "agency":
			err = im.owner(&l, text)
		case "lat":
			err = coordinates(&l, text, im.cell(row, "lon"))
		case "lon":
			if !slices.Contains(im.t.Columns, "lat") {
				err = pano.Invalid("location.coordinate_unreadable").At("lon")
			}
		default:
			err = fillIn(&l, c, text)
		}
		if err != nil {
			return l, err
		}
	}
	if l.Agency == "" {
		l.Agency = ownAgency(im.who, pano.LocationEdit)
	}
	return l, nil
}

// parent finds the place with that code, which who may see; "" is none.
func (im *importing) parent(code string) (pano.LocationID, error) {
	if code == "" {
		return "", nil
	}
	l, err := im.tx.LocationByCode(im.ctx, code)
	if pano.KindOf(err) == pano.KindNotFound || err == nil && im.who.May(pano.LocationSee, l.Resource()) != nil {
		return "", pano.Invalid("import.no_parent", code).At("parent")
	}
	im.names.Places[l.ID] = l.Code
	return l.ID, err
}

// owner finds the agency with that code; "" leaves it as it is.
func (im *importing) owner(l *pano.Location, code string) error {
	if code == "" {
		return nil
	}
	id, ok := im.agency[strings.ToUpper(code)]
	if !ok {
		return pano.Invalid("import.no_agency", code).At("agency")
	}
	l.Agency = id
	return nil
}

// sum counts the fates and seals them.
func (im *importing) sum() Imported {
	done := Imported{Rows: im.fates}
	h := sha256.New()
	for i, f := range im.fates {
		switch f.Fate {
		case FateNew:
			done.New++
		case FateChanged:
			done.Changed++
		case FateSame:
			done.Same++
		case FateBad:
			done.Bad++
		}
		fmt.Fprintf(h, "%d %q %s %q %q %v\n", f.Line, f.Code, f.Fate, im.seal[i], im.t.Rows[i].Cells, f.Changes)
	}
	fmt.Fprintf(h, "%q", im.t.Columns)
	done.Digest = hex.EncodeToString(h.Sum(nil))
	return done
}
