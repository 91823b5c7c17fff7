package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

// A Piece is an item with what people are shown of it.
type Piece struct {
	pano.Item
	Seen       bool            // what is on it is within the reach that was asked with
	AssetTitle string          // if Seen
	AssetCode  string          // if Seen
	Thumb      pano.Digest     // thumbnail of what is on it; zero if not Seen, or there is none
	Latest     pano.MovementID // the movement that brought it to where it is
	Place      pano.LocationID
	PlaceCode  string
	PlaceName  string
	PlaceKind  pano.LocationKind
	Since      time.Time // it is there
	AgencyName string
}

const pieceColumns = `
	i.id, i.code, i.title, i.asset, i.version, i.material, i.width, i.height, i.condition, i.note, i.agency, i.by, i.created, i.updated, i.rev,
	ifnull(a.agency, ''), ifnull(a.owner, ''), ifnull(` + draft + `, 0), ifnull(a.title, ''), ifnull(a.code, ''), r.digest,
	i.latest, l.id, l.code, l.name, l.kind, m.at, g.name`

const pieceFrom = `
	FROM item i
		JOIN movement m ON m.id = i.latest
		JOIN location l ON l.id = m.target
		JOIN agency g ON g.id = i.agency
		LEFT JOIN asset a ON a.id = i.asset
		LEFT JOIN version v ON v.id = ifnull(i.version, a.current)
		LEFT JOIN rendition r ON r.of = v.digest AND r.spec = 'thumb' `

// scanPiece reads a row of pieceColumns and hides what is on it unless that is within see.
func scanPiece(see pano.Reach) func(interface{ Scan(...any) error }) (Piece, error) {
	return func(row interface{ Scan(...any) error }) (p Piece, err error) {
		var asset pano.Resource
		err = row.Scan(&p.ID, &p.Code, &p.Title, text[pano.AssetID]{&p.Asset}, text[pano.VersionID]{&p.Version}, &p.Material, &p.Width, &p.Height,
			&p.Condition, &p.Note, &p.Agency, &p.By, instant{&p.Created}, instant{&p.Updated}, &p.Rev,
			&asset.Agency, &asset.Owner, &asset.Draft, &p.AssetTitle, &p.AssetCode, digestOrNone{&p.Thumb},
			&p.Latest, &p.Place, &p.PlaceCode, &p.PlaceName, &p.PlaceKind, instant{&p.Since}, &p.AgencyName)
		if p.Seen = p.Asset != "" && see.Has(asset); !p.Seen {
			p.AssetTitle, p.AssetCode, p.Thumb = "", "", pano.Digest{}
		}
		return p, err
	}
}

// Item returns the item with that id, or KindNotFound. see is the artwork that
// may be shown.
func (tx *Tx) Item(ctx context.Context, see pano.Reach, id pano.ItemID) (Piece, error) {
	p, err := scanPiece(see)(tx.QueryRowContext(ctx, `SELECT `+pieceColumns+pieceFrom+`WHERE i.id = ?`, string(id)))
	return p, found(err, "item.none")
}

// ItemByCode is Item by code, in capitals or not.
func (tx *Tx) ItemByCode(ctx context.Context, see pano.Reach, code string) (Piece, error) {
	p, err := scanPiece(see)(tx.QueryRowContext(ctx, `SELECT `+pieceColumns+pieceFrom+`WHERE i.code = ?`, code))
	return p, found(err, "item.none")
}

// ItemCode returns a code that no item has had: HV-2026-0001 and so on.
func (tx *Tx) ItemCode(ctx context.Context) (string, error) {
	series := fmt.Sprintf("HV-%d", tx.Now.In(pano.VietNam()).Year())
	for {
		n, err := tx.number(ctx, series)
		if err != nil {
			return "", err
		}
		code := fmt.Sprintf("%s-%04d", series, n)
		var used bool // somebody may have given it by hand
		err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM item WHERE code = ?1) OR EXISTS (SELECT 1 FROM location WHERE code = ?1)`, code).Scan(&used)
		if err != nil || !used {
			return code, err
		}
	}
}

// AddItem stores i with the movement that brings it to its first place, and
// returns it with its id. It fails with KindConflict if the code is taken or the
// place closed. Asset, version, agency and place must be there.
func (tx *Tx) AddItem(ctx context.Context, i pano.Item, first pano.Movement) (pano.Item, error) {
	i.ID = pano.ItemID(tx.NewID())
	i.Created, i.Updated, i.Rev = tx.Now, tx.Now, 1
	first.ID, first.Item, first.From = pano.MovementID(tx.NewID()), i.ID, ""
	_, err := tx.ExecContext(ctx, `
		INSERT INTO item (id, code, title, asset, version, material, width, height, condition, note, agency, by, latest, folded, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(i.ID), i.Code, i.Title, orNull(i.Asset), orNull(i.Version), i.Material, i.Width, i.Height, string(i.Condition), i.Note,
		string(i.Agency), string(i.By), string(first.ID), foldedItem(i), ms(i.Created), ms(i.Updated))
	if err != nil {
		return i, tx.itemError(ctx, i, err)
	}
	_, err = tx.insertMovement(ctx, first)
	return i, err
}

// UpdateItem stores what may change of i, all but its author and where it is, if
// the stored one is still at revision i.Rev, and returns it at the next. It fails
// as AddItem does, and with KindStale if somebody was faster.
func (tx *Tx) UpdateItem(ctx context.Context, i pano.Item) (pano.Item, error) {
	i.Updated = tx.Now
	res, err := tx.ExecContext(ctx, `
		UPDATE item SET code = ?, title = ?, asset = ?, version = ?, material = ?, width = ?, height = ?, condition = ?, note = ?,
			agency = ?, folded = ?, updated = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		i.Code, i.Title, orNull(i.Asset), orNull(i.Version), i.Material, i.Width, i.Height, string(i.Condition), i.Note,
		string(i.Agency), foldedItem(i), ms(i.Updated), string(i.ID), i.Rev)
	if err != nil {
		return i, tx.itemError(ctx, i, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return i, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	i.Rev++
	return i, nil
}

func foldedItem(i pano.Item) string {
	return fold.Folded(strings.Join([]string{i.Code, i.Title, i.Material, i.Note}, " "))
}

func (tx *Tx) itemError(ctx context.Context, i pano.Item, err error) error {
	taken := pano.Conflict("item.code_taken", i.Code).At("code")
	if broke(err, unique) {
		return taken.Because(err)
	}
	err = tx.refused(ctx, err)
	if e, ok := err.(*pano.Error); ok && e.Key == taken.Key {
		return taken.Because(err)
	}
	return err
}

// An ItemQuery says which items are asked for. Zero fields ask for nothing.
type ItemQuery struct {
	Text       string          // every word somewhere in code, title, material or note; accents do not matter
	Within     pano.LocationID // in this place, or in one inside it
	Conditions []pano.ItemCondition
	Asset      pano.AssetID
	Agency     pano.AgencyID
	IDs        []pano.ItemID // only these
	After      string        // code of the last item of the page before
	Limit      int           // 1–500; 0 is 50
}

// An ItemPage is a page of items in the order of their codes.
type ItemPage struct {
	Items []Piece
	Total int    // on all pages
	Next  string // After of the next page; "" if this is the last
}

// Items returns the items within reach that q asks for. see is the artwork that
// may be shown.
func (tx *Tx) Items(ctx context.Context, reach, see pano.Reach, q ItemQuery) (page ItemPage, err error) {
	cond, args := q.where(reach)
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM item i WHERE `+cond, args...).Scan(&page.Total); err != nil {
		return page, err
	}
	limit := min(max(q.Limit, 1), 500)
	if q.Limit == 0 {
		limit = 50
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+pieceColumns+pieceFrom+`WHERE `+cond+` AND i.code > ? ORDER BY i.code LIMIT ?`,
		append(args, q.After, limit+1)...)
	if err != nil {
		return page, err
	}
	page.Items, err = collect(rows, scanPiece(see))
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next = page.Items[limit-1].Code
	}
	return page, err
}

func (q ItemQuery) where(reach pano.Reach) (cond string, args []any) {
	cond, args = within(reach, "i.agency", "i.by", "0")
	and := func(c string, arg any) {
		cond += ` AND ` + c
		args = append(args, arg)
	}
	for word := range strings.FieldsSeq(fold.Folded(q.Text)) {
		and(`instr(i.folded, ?)`, word)
	}
	if q.Within != "" {
		and(itemsWithin, string(q.Within))
	}
	if len(q.Conditions) > 0 {
		and(`i.condition IN (SELECT value FROM json_each(?))`, asJSON(q.Conditions))
	}
	if q.Asset != "" {
		and(`i.asset = ?`, string(q.Asset))
	}
	if q.Agency != "" {
		and(`i.agency = ?`, string(q.Agency))
	}
	if q.IDs != nil {
		and(`i.id IN (SELECT value FROM json_each(?))`, asJSON(q.IDs))
	}
	return cond, args
}

// itemsWithin is true of the items whose last movement led to a place or into it.
// CROSS: the places come first, each with the movements to it.
const itemsWithin = `i.latest IN (
	WITH RECURSIVE down (id) AS (
		SELECT ?
		UNION
		SELECT x.id FROM down JOIN location x ON x.parent = down.id
	)
	SELECT w.id FROM down CROSS JOIN movement w ON w.target = down.id)`

// A Trip is a movement with what people are shown of it.
type Trip struct {
	pano.Movement
	Code, Title        string // of the item
	FromCode, FromName string // "" for the first
	ToCode, ToName     string
	ByName             string
	seq                int64
}

// Seq says where the trip stands among all.
func (t Trip) Seq() int64 { return t.seq }

const tripFrom = `
	SELECT m.seq, m.id, m.batch, m.item, m.origin, m.target, m.at, m.by, m.authorised, m.reason, m.undoes,
		i.code, i.title, ifnull(f.code, ''), ifnull(f.name, ''), t.code, t.name, u.name
	FROM movement m
		JOIN item i ON i.id = m.item
		LEFT JOIN location f ON f.id = m.origin
		JOIN location t ON t.id = m.target
		JOIN user u ON u.id = m.by `

func scanTrip(row interface{ Scan(...any) error }) (t Trip, err error) {
	err = row.Scan(&t.seq, &t.ID, &t.Batch, &t.Item, text[pano.LocationID]{&t.From}, &t.To, instant{&t.At}, &t.By, &t.Authorised, &t.Reason, &t.Undoes,
		&t.Code, &t.Title, &t.FromCode, &t.FromName, &t.ToCode, &t.ToName, &t.ByName)
	return t, err
}

func (tx *Tx) trips(ctx context.Context, query string, args ...any) ([]Trip, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanTrip)
}

// Trip returns the movement with that id, or KindNotFound.
func (tx *Tx) Trip(ctx context.Context, id pano.MovementID) (Trip, error) {
	t, err := scanTrip(tx.QueryRowContext(ctx, tripFrom+`WHERE m.id = ?`, string(id)))
	return t, found(err, "movement.none")
}

// TripsOf returns the movements of an item before movement before (0 for the
// newest), newest first, at most limit (1–200; 0 is 50).
func (tx *Tx) TripsOf(ctx context.Context, id pano.ItemID, before int64, limit int) ([]Trip, error) {
	return tx.trips(ctx, tripFrom+`WHERE m.item = ?1 AND (?2 = 0 OR m.seq < ?2) ORDER BY m.seq DESC LIMIT ?3`, string(id), before, pageSize(limit))
}

// TripsAt returns the movements of items within reach into a place and out of
// it, newest first, at most limit (1–200; 0 is 50).
func (tx *Tx) TripsAt(ctx context.Context, reach pano.Reach, at pano.LocationID, limit int) ([]Trip, error) {
	cond, args := within(reach, "i.agency", "i.by", "0")
	return tx.trips(ctx, tripFrom+`WHERE m.seq IN (
			SELECT seq FROM movement WHERE target = ? UNION ALL SELECT seq FROM movement WHERE origin = ?
		) AND `+cond+` ORDER BY m.seq DESC LIMIT ?`, append(append([]any{string(at), string(at)}, args...), pageSize(limit))...)
}

// TripsOfBatch returns the movements of one act in their order.
func (tx *Tx) TripsOfBatch(ctx context.Context, id pano.BatchID) ([]Trip, error) {
	return tx.trips(ctx, tripFrom+`WHERE m.batch = ? ORDER BY m.seq`, string(id))
}

// AddMovement appends m and returns it with its id. It fails with KindConflict
// if its item is not at m.From any more (cause MovedSince) or the place is
// closed, whether or not the caller asked before.
func (tx *Tx) AddMovement(ctx context.Context, m pano.Movement) (pano.Movement, error) {
	m.ID = pano.MovementID(tx.NewID())
	return tx.insertMovement(ctx, m)
}

func (tx *Tx) insertMovement(ctx context.Context, m pano.Movement) (pano.Movement, error) {
	m.At = tx.Now
	_, err := tx.ExecContext(ctx, `
		INSERT INTO movement (id, batch, item, origin, target, at, by, authorised, reason, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(m.ID), string(m.Batch), string(m.Item), orNull(m.From), string(m.To), ms(m.At), string(m.By), m.Authorised, m.Reason, string(m.Undoes))
	return m, tx.refused(ctx, err)
}

// MovedSince is the cause of a KindConflict: somebody moved the item meanwhile.
type MovedSince struct{ By Trip }

func (MovedSince) Error() string { return "item was moved" }

// Conflict is m in words: which item is where, who took it there, and when.
func (m MovedSince) Conflict() *pano.Error {
	return pano.Conflict("item.moved_since", m.By.Code, m.By.ToName, m.By.ByName, m.By.At).Because(m)
}
