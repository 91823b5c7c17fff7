package catalog

import (
	"context"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

const exhibitionColumns = `
	e.id, e.code, e.title, e.title_en, e.venue, e.starts, e.ends, e.licence, e.state, e.note, e.agency, e.by, e.created, e.updated, e.rev`

func exhibitionFields(e *pano.Exhibition) []any {
	return []any{&e.ID, &e.Code, &e.Title, &e.TitleEN, text[pano.LocationID]{&e.Venue}, &e.Days.From, &e.Days.Until, &e.Licence, &e.State, &e.Note,
		&e.Agency, &e.By, instant{&e.Created}, instant{&e.Updated}, &e.Rev}
}

// Exhibition returns the exhibition with that id, or KindNotFound.
func (tx *Tx) Exhibition(ctx context.Context, id pano.ExhibitionID) (e pano.Exhibition, err error) {
	err = tx.QueryRowContext(ctx, `SELECT `+exhibitionColumns+` FROM exhibition e WHERE e.id = ?`, string(id)).Scan(exhibitionFields(&e)...)
	return e, found(err, "exhibition.none")
}

// AddExhibition stores e and returns it with its id. It fails with KindConflict
// if the code is taken. Venue and agency must be there.
func (tx *Tx) AddExhibition(ctx context.Context, e pano.Exhibition) (pano.Exhibition, error) {
	e.ID = pano.ExhibitionID(tx.NewID())
	e.Created, e.Updated, e.Rev = tx.Now, tx.Now, 1
	_, err := tx.ExecContext(ctx, `
		INSERT INTO exhibition (id, code, title, title_en, venue, starts, ends, licence, state, note, agency, by, folded, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(e.ID), e.Code, e.Title, e.TitleEN, orNull(e.Venue), e.Days.From, e.Days.Until, e.Licence, string(e.State), e.Note,
		string(e.Agency), string(e.By), foldedExhibition(e), ms(e.Created), ms(e.Updated))
	return e, tx.exhibitionError(ctx, e, err)
}

// UpdateExhibition stores what may change of e if the stored one is still at
// revision e.Rev, and returns it at the next. It fails as AddExhibition does,
// with KindStale if somebody was faster, and with KindConflict if its state may
// not follow, or something still hangs of what is to be dismantled.
func (tx *Tx) UpdateExhibition(ctx context.Context, e pano.Exhibition) (pano.Exhibition, error) {
	e.Updated = tx.Now
	res, err := tx.ExecContext(ctx, `
		UPDATE exhibition SET code = ?, title = ?, title_en = ?, venue = ?, starts = ?, ends = ?, licence = ?, state = ?, note = ?,
			agency = ?, folded = ?, updated = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		e.Code, e.Title, e.TitleEN, orNull(e.Venue), e.Days.From, e.Days.Until, e.Licence, string(e.State), e.Note,
		string(e.Agency), foldedExhibition(e), ms(e.Updated), string(e.ID), e.Rev)
	if err != nil {
		return e, tx.exhibitionError(ctx, e, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return e, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	e.Rev++
	return e, nil
}

func foldedExhibition(e pano.Exhibition) string {
	return fold.Folded(strings.Join([]string{e.Code, e.Title, e.TitleEN}, " "))
}

func (tx *Tx) exhibitionError(ctx context.Context, e pano.Exhibition, err error) error {
	if broke(err, unique) {
		return pano.Conflict("exhibition.code_taken", e.Code).At("code").Because(err)
	}
	return tx.refused(ctx, err)
}

// A Show is an exhibition with what people are shown of it in a list.
type Show struct {
	pano.Exhibition
	AgencyName string
	VenueCode  string
	VenueName  string
	Works      int
}

const showFrom = `
	SELECT ` + exhibitionColumns + `, g.name, ifnull(l.code, ''), ifnull(l.name, ''), (SELECT count(*) FROM exhibit x WHERE x.exhibition = e.id)
	FROM exhibition e JOIN agency g ON g.id = e.agency LEFT JOIN location l ON l.id = e.venue `

func scanShow(row interface{ Scan(...any) error }) (s Show, err error) {
	err = row.Scan(append(exhibitionFields(&s.Exhibition), &s.AgencyName, &s.VenueCode, &s.VenueName, &s.Works)...)
	return s, err
}

// Show returns the exhibition with that id as people are shown it, or KindNotFound.
func (tx *Tx) Show(ctx context.Context, id pano.ExhibitionID) (Show, error) {
	s, err := scanShow(tx.QueryRowContext(ctx, showFrom+`WHERE e.id = ?`, string(id)))
	return s, found(err, "exhibition.none")
}

// A ShowQuery says which exhibitions are asked for. Zero fields ask for nothing.
type ShowQuery struct {
	Text  string // every word somewhere in code or title; accents do not matter
	State pano.ExhibitionState
	After pano.ExhibitionID // the last of the page before
	Limit int               // 1–200; 0 is 50
}

// Shows returns the exhibitions within reach that q asks for, the last to open
// first, and whether there are more.
func (tx *Tx) Shows(ctx context.Context, reach pano.Reach, q ShowQuery) (all []Show, more bool, err error) {
	cond, args := within(reach, "e.agency", "e.by", "0")
	and := func(c string, more ...any) {
		cond += ` AND ` + c
		args = append(args, more...)
	}
	for word := range strings.FieldsSeq(fold.Folded(q.Text)) {
		and(`instr(e.folded, ?)`, word)
	}
	if q.State != "" {
		and(`e.state = ?`, string(q.State))
	}
	if q.After != "" {
		and(`(e.starts, e.seq) < (SELECT starts, seq FROM exhibition WHERE id = ?)`, string(q.After))
	}
	limit := pageSize(q.Limit)
	rows, err := tx.QueryContext(ctx, showFrom+`WHERE `+cond+` ORDER BY e.starts DESC, e.seq DESC LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, false, err
	}
	all, err = collect(rows, scanShow)
	return all[:min(len(all), limit)], len(all) > limit, err
}

// TouchExhibition brings an exhibition to its next revision, if it is still at
// rev: something of its list changed.
func (tx *Tx) TouchExhibition(ctx context.Context, id pano.ExhibitionID, rev int) error {
	res, err := tx.ExecContext(ctx, `UPDATE exhibition SET updated = ?, rev = rev + 1 WHERE id = ? AND rev = ?`, ms(tx.Now), string(id), rev)
	if err != nil {
		return err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	return nil
}

// Sections returns the sections of an exhibition in their order.
func (tx *Tx) Sections(ctx context.Context, id pano.ExhibitionID) ([]pano.Section, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, exhibition, title, title_en FROM section WHERE exhibition = ? ORDER BY position, seq`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (s pano.Section, err error) {
		return s, row.Scan(&s.ID, &s.Exhibition, &s.Title, &s.TitleEN)
	})
}

// AddSection stores s as the last of its exhibition and returns it with its id.
func (tx *Tx) AddSection(ctx context.Context, s pano.Section) (pano.Section, error) {
	s.ID = pano.SectionID(tx.NewID())
	_, err := tx.ExecContext(ctx, `
		INSERT INTO section (id, exhibition, position, title, title_en)
		VALUES (?1, ?2, (SELECT ifnull(max(position), 0) + 1 FROM section WHERE exhibition = ?2), ?3, ?4)`, string(s.ID), string(s.Exhibition), s.Title, s.TitleEN)
	return s, err
}

// UpdateSection stores the titles of s, which must be there.
func (tx *Tx) UpdateSection(ctx context.Context, s pano.Section) error {
	_, err := tx.ExecContext(ctx, `UPDATE section SET title = ?, title_en = ? WHERE id = ?`, s.Title, s.TitleEN, string(s.ID))
	return err
}

// RemoveSection forgets a section. It fails with KindConflict if a work is in it
// ("exhibition.section_in_use" // words).
func (tx *Tx) RemoveSection(ctx context.Context, id pano.SectionID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM section WHERE id = ?`, string(id))
	return tx.refused(ctx, err)
}

// A Shown is an exhibit with what people are shown of it.
type Shown struct {
	pano.Exhibit
	N             int         // its number in the list, from 1
	Seen          bool        // what is on it is within the reach that was asked with
	AssetCode     string      // if Seen
	Picture       pano.Digest // thumbnail, zero if not Seen or not made yet
	Preview       pano.Digest // the larger picture, as Picture
	PreviewType   string      // media type of Preview
	PreviewWidth  pano.Px     // of Preview, upright
	PreviewHeight pano.Px
	Width, Height pano.MM // of the item, else the finished size of the artwork; 0 is unknown
	ItemCode      string  // "" if any print will do
	Condition     pano.ItemCondition
	ItemAt        pano.LocationID // where the very piece is
	ItemPlace     string          // the name of that
	Placement     pano.PlacementID
	State         pano.PlacementState // of Placement
	Wall          pano.LocationID     // where it hangs or is to hang, "" if nowhere yet
	WallCode      string
	WallName      string
}

const shownFrom = `
	SELECT x.id, x.exhibition, x.section, x.asset, x.item, x.title, x.title_en, x.creator, x.year, x.technique, x.source, x.words, x.words_en, x.rev,
		ifnull(a.agency, ''), ifnull(a.owner, ''), ifnull(` + draft + `, 0), ifnull(a.code, ''), r.digest, b.digest, ifnull(b.media_type, ''), ifnull(b.width, 0), ifnull(b.height, 0),
		ifnull(nullif(i.width, 0), ifnull(a.width, 0)), ifnull(nullif(i.height, 0), ifnull(a.height, 0)),
		ifnull(i.code, ''), ifnull(i.condition, ''), ifnull(m.target, ''), ifnull(k.name, ''),
		ifnull(p.id, ''), ifnull(p.state, ''), ifnull(l.id, ''), ifnull(l.code, ''), ifnull(l.name, '')
	FROM exhibit x
		LEFT JOIN section s ON s.id = x.section
		LEFT JOIN asset a ON a.id = x.asset
		LEFT JOIN version v ON v.id = a.current
		LEFT JOIN rendition r ON r.of = v.digest AND r.spec = 'thumb'
		LEFT JOIN rendition b ON b.of = v.digest AND b.spec = 'preview'
		LEFT JOIN item i ON i.id = x.item
		LEFT JOIN movement m ON m.id = i.latest
		LEFT JOIN location k ON k.id = m.target
		LEFT JOIN placement p ON p.seq = (
			SELECT q.seq FROM placement q
			WHERE q.exhibition = x.exhibition AND q.asset = x.asset AND q.state NOT IN ('removed', 'cancelled') ORDER BY q.seq LIMIT 1)
		LEFT JOIN location l ON l.id = p.location `

// scanShown reads a row of shownFrom and hides what is on it unless that is within see.
func scanShown(see pano.Reach) func(interface{ Scan(...any) error }) (Shown, error) {
	return func(row interface{ Scan(...any) error }) (x Shown, err error) {
		var asset pano.Resource
		t := &x.Label
		err = row.Scan(&x.ID, &x.Exhibition, text[pano.SectionID]{&x.Section}, text[pano.AssetID]{&x.Asset}, text[pano.ItemID]{&x.Item},
			&t.Title, &t.TitleEN, &t.Creator, &t.Year, &t.Technique, &t.Source, &t.Text, &t.TextEN, &x.Rev,
			&asset.Agency, &asset.Owner, &asset.Draft, &x.AssetCode, digestOrNone{&x.Picture}, digestOrNone{&x.Preview}, &x.PreviewType, &x.PreviewWidth, &x.PreviewHeight,
			&x.Width, &x.Height, &x.ItemCode, &x.Condition, &x.ItemAt, &x.ItemPlace,
			&x.Placement, &x.State, &x.Wall, &x.WallCode, &x.WallName)
		if x.Seen = x.Asset != "" && see.Has(asset); !x.Seen {
			x.AssetCode, x.Picture, x.Preview, x.PreviewType = "", pano.Digest{}, pano.Digest{}, ""
		}
		return x, err
	}
}

// MostExhibits is how many works an exhibition lists at most.
const MostExhibits = 2000

// Exhibits returns the works of an exhibition in their order, with their numbers.
// see is the artwork that may be shown.
func (tx *Tx) Exhibits(ctx context.Context, see pano.Reach, id pano.ExhibitionID) ([]Shown, error) {
	rows, err := tx.QueryContext(ctx, shownFrom+`WHERE x.exhibition = ? ORDER BY ifnull(s.position, 0), x.position, x.seq`, string(id))
	if err != nil {
		return nil, err
	}
	all, err := collect(rows, scanShown(see))
	for i := range all {
		all[i].N = i + 1
	}
	return all, err
}

// Exhibit returns one work of an exhibition, without its number, or KindNotFound.
func (tx *Tx) Exhibit(ctx context.Context, see pano.Reach, id pano.ExhibitID) (Shown, error) {
	x, err := scanShown(see)(tx.QueryRowContext(ctx, shownFrom+`WHERE x.id = ?`, string(id)))
	return x, found(err, "exhibit.none")
}

// AddExhibit stores x as the last of the list and returns it with its id. It
// fails with KindConflict if it is in the list already.
func (tx *Tx) AddExhibit(ctx context.Context, x pano.Exhibit) (pano.Exhibit, error) {
	x.ID, x.Rev = pano.ExhibitID(tx.NewID()), 1
	t := x.Label
	_, err := tx.ExecContext(ctx, `
		INSERT INTO exhibit (id, exhibition, section, position, asset, item, title, title_en, creator, year, technique, source, words, words_en)
		VALUES (?1, ?2, ?3, (SELECT ifnull(max(position), 0) + 1 FROM exhibit WHERE exhibition = ?2), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)`,
		string(x.ID), string(x.Exhibition), orNull(x.Section), orNull(x.Asset), orNull(x.Item),
		t.Title, t.TitleEN, t.Creator, t.Year, t.Technique, t.Source, t.Text, t.TextEN)
	if broke(err, unique) {
		return x, pano.Conflict("exhibition.listed_already").On(t.Title).Because(err)
	}
	return x, tx.refused(ctx, err)
}

// UpdateLabel stores the label of x if the stored one is still at revision x.Rev,
// and returns x at the next. It fails with KindStale if somebody was faster.
func (tx *Tx) UpdateLabel(ctx context.Context, x pano.Exhibit) (pano.Exhibit, error) {
	t := x.Label
	res, err := tx.ExecContext(ctx, `
		UPDATE exhibit SET title = ?, title_en = ?, creator = ?, year = ?, technique = ?, source = ?, words = ?, words_en = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`, t.Title, t.TitleEN, t.Creator, t.Year, t.Technique, t.Source, t.Text, t.TextEN, string(x.ID), x.Rev)
	if err != nil {
		return x, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return x, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	x.Rev++
	return x, nil
}

// OrderExhibits gives the works of an exhibition their places, in the order of list.
func (tx *Tx) OrderExhibits(ctx context.Context, id pano.ExhibitionID, list []pano.Slot) error {
	for i, s := range list {
		_, err := tx.ExecContext(ctx, `UPDATE exhibit SET position = ?, section = ? WHERE id = ? AND exhibition = ?`, i+1, orNull(s.Section), string(s.Exhibit), string(id))
		if err != nil {
			return tx.refused(ctx, err)
		}
	}
	return nil
}

// RemoveExhibit takes a work off the list. It fails with KindConflict while it is
// placed ("exhibition.work_placed" // words).
func (tx *Tx) RemoveExhibit(ctx context.Context, id pano.ExhibitID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM exhibit WHERE id = ?`, string(id))
	return tx.refused(ctx, err)
}

// HangsFor counts what hangs for an exhibition.
func (tx *Tx) HangsFor(ctx context.Context, id pano.ExhibitionID) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM placement WHERE exhibition = ? AND state IN ('installed', 'verified', 'damaged')`, string(id)).Scan(&n)
	return n, err
}

// WallsIn returns every wall in a place, or inside one in it, by code.
func (tx *Tx) WallsIn(ctx context.Context, id pano.LocationID) ([]pano.Location, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH RECURSIVE down (id) AS (
			SELECT ?
			UNION
			SELECT x.id FROM down JOIN location x ON x.parent = down.id
		)
		SELECT `+locationColumns+` FROM down CROSS JOIN location l ON l.id = down.id WHERE l.kind = 'wall' ORDER BY l.code`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanLocation)
}

// Inside returns the ids of a place and of every place inside it.
func (tx *Tx) Inside(ctx context.Context, id pano.LocationID) (map[pano.LocationID]bool, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH RECURSIVE down (id) AS (
			SELECT ?
			UNION
			SELECT x.id FROM down JOIN location x ON x.parent = down.id
		)
		SELECT id FROM down`, string(id))
	if err != nil {
		return nil, err
	}
	all := map[pano.LocationID]bool{}
	_, err = collect(rows, func(row interface{ Scan(...any) error }) (in pano.LocationID, err error) {
		err = row.Scan(&in)
		all[in] = true
		return in, err
	})
	return all, err
}

// ExhibitionsAt returns those exhibitions within reach that are not over and
// whose venue is one of these places, the first to open first.
func (tx *Tx) ExhibitionsAt(ctx context.Context, reach pano.Reach, at []pano.LocationID) ([]pano.Exhibition, error) {
	cond, args := within(reach, "e.agency", "e.by", "0")
	rows, err := tx.QueryContext(ctx, `
		SELECT `+exhibitionColumns+` FROM exhibition e
		WHERE `+cond+` AND e.venue IN (SELECT value FROM json_each(?)) AND e.state NOT IN ('closed', 'dismantled')
		ORDER BY e.starts, e.seq`, append(args, asJSON(at))...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (e pano.Exhibition, err error) {
		return e, row.Scan(exhibitionFields(&e)...)
	})
}

// Lists reports whether an asset is in the list of an exhibition.
func (tx *Tx) Lists(ctx context.Context, id pano.ExhibitionID, asset pano.AssetID) (ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM exhibit WHERE exhibition = ? AND asset = ?)`, string(id), string(asset)).Scan(&ok)
	return ok, err
}
