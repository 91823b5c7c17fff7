package catalog

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pano/internal/pano"
)

const placementColumns = `
	p.id, p.asset, p.version, p.location, p.campaign, p.exhibition, p.starts, p.ends, p.remove_by, p.quantity,
	p.x, p.y, p.width, p.height, p.hook, p.exception, p.unproven, p.hands, p.state, p.note, p.agency, p.by, p.created, p.updated, p.rev`

func placementFields(p *pano.Placement) []any {
	return []any{&p.ID, &p.Asset, text[pano.VersionID]{&p.Version}, &p.Location, text[pano.CampaignID]{&p.Campaign}, text[pano.ExhibitionID]{&p.Exhibition},
		&p.Days.From, &p.Days.Until, &p.RemoveBy, &p.Quantity, &p.Area.X, &p.Area.Y, &p.Area.W, &p.Area.H, &p.Hook,
		&p.Exception, &p.Unproven, &p.Hands, &p.State, &p.Note, &p.Agency, &p.By, instant{&p.Created}, instant{&p.Updated}, &p.Rev}
}

func scanPlacement(row interface{ Scan(...any) error }) (p pano.Placement, err error) {
	err = row.Scan(placementFields(&p)...)
	return p, err
}

// Placement returns the placement with that id, or KindNotFound.
func (tx *Tx) Placement(ctx context.Context, id pano.PlacementID) (pano.Placement, error) {
	p, err := scanPlacement(tx.QueryRowContext(ctx, `SELECT `+placementColumns+` FROM placement p WHERE p.id = ?`, string(id)))
	return p, found(err, "placement.none")
}

// AddPlacement stores p and returns it with its id. It fails as
// pano.Location.Hang does, whether or not the caller asked it first, and with
// KindInvalid if the campaign is not in the catalogue. Asset and location must be.
func (tx *Tx) AddPlacement(ctx context.Context, p pano.Placement) (pano.Placement, error) {
	p.ID = pano.PlacementID(tx.NewID())
	p.Created, p.Updated, p.Rev = tx.Now, tx.Now, 1
	_, err := tx.ExecContext(ctx, `
		INSERT INTO placement (id, asset, version, location, campaign, exhibition, starts, ends, remove_by, quantity,
			x, y, width, height, hook, exception, state, note, agency, by, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(p.ID), string(p.Asset), orNull(p.Version), string(p.Location), orNull(p.Campaign), orNull(p.Exhibition), p.Days.From, p.Days.Until, p.RemoveBy, p.Quantity,
		p.Area.X, p.Area.Y, p.Area.W, p.Area.H, p.Hook, p.Exception, string(p.State), p.Note, string(p.Agency), string(p.By), ms(p.Created), ms(p.Updated))
	return p, tx.placementError(ctx, err)
}

// UpdatePlacement stores what may change of p, all but its asset, place, agency
// and author, if the stored one is still at revision p.Rev, and returns it at
// the next. It fails as AddPlacement does, and with KindStale if somebody was
// faster.
func (tx *Tx) UpdatePlacement(ctx context.Context, p pano.Placement) (pano.Placement, error) {
	p.Updated = tx.Now
	res, err := tx.ExecContext(ctx, `
		UPDATE placement SET version = ?, campaign = ?, starts = ?, ends = ?, remove_by = ?, quantity = ?,
			x = ?, y = ?, width = ?, height = ?, hook = ?, exception = ?, unproven = ?, state = ?, note = ?, updated = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		orNull(p.Version), orNull(p.Campaign), p.Days.From, p.Days.Until, p.RemoveBy, p.Quantity,
		p.Area.X, p.Area.Y, p.Area.W, p.Area.H, p.Hook, p.Exception, p.Unproven, string(p.State), p.Note, ms(p.Updated),
		string(p.ID), p.Rev)
	if err != nil {
		return p, tx.placementError(ctx, err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return p, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	p.Rev++
	return p, nil
}

func (tx *Tx) placementError(ctx context.Context, err error) error {
	if broke(err, foreign) {
		return pano.Invalid("campaign.none").At("campaign").Because(err)
	}
	return tx.refused(ctx, err)
}

// PlacementsOn returns the live placements on l that share a day with days, the
// first to begin first.
func (tx *Tx) PlacementsOn(ctx context.Context, l pano.LocationID, days pano.Period) ([]pano.Placement, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT `+placementColumns+` FROM placement p
		WHERE p.location = ? AND p.state NOT IN ('removed', 'cancelled') AND p.starts < ? AND p.ends > ?
		ORDER BY p.starts, p.ends, p.seq`,
		string(l), days.Until, days.From)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanPlacement)
}

// A Hanging is a placement with what people are shown of it.
type Hanging struct {
	pano.Placement
	Seen         bool        // the asset is within the reach that was asked with
	Title, Code  string      // of the asset, if Seen
	Thumb        pano.Digest // thumbnail of the version that hangs, else of the current one; zero if not Seen or not made yet
	AgencyName   string
	LocationCode string
	LocationName string
	LocationKind pano.LocationKind
}

// hangingFrom selects hangings; what follows is about the placement p.
const hangingFrom = `
	SELECT ` + hangingColumns + `
	FROM placement p` + hangingJoins

const hangingColumns = placementColumns + `, a.agency, a.owner, ` + draft + `, a.title, a.code, r.digest, g.name, l.code, l.name, l.kind`

// hangingJoins finds what a placement p is of.
const hangingJoins = `
		JOIN asset a ON a.id = p.asset
		JOIN agency g ON g.id = p.agency
		JOIN location l ON l.id = p.location
		LEFT JOIN version v ON v.id = ifnull(p.version, a.current)
		LEFT JOIN rendition r ON r.of = v.digest AND r.spec = 'thumb' `

// scanHanging reads a row of hangingFrom and hides an asset that is not within see.
func scanHanging(see pano.Reach) func(interface{ Scan(...any) error }) (Hanging, error) {
	return func(row interface{ Scan(...any) error }) (h Hanging, err error) {
		var asset pano.Resource
		err = row.Scan(hangingFields(&h, &asset)...)
		return seen(see, h, asset), err
	}
}

// hangingFields takes hangingColumns; asset becomes what is to be known of the asset.
func hangingFields(h *Hanging, asset *pano.Resource) []any {
	return append(placementFields(&h.Placement), &asset.Agency, &asset.Owner, &asset.Draft, &h.Title, &h.Code,
		digestOrNone{&h.Thumb}, &h.AgencyName, &h.LocationCode, &h.LocationName, &h.LocationKind)
}

// seen is h without the asset, if that is not within see.
func seen(see pano.Reach, h Hanging, asset pano.Resource) Hanging {
	asset.Hands = h.Hands // who is to hang it sees it, if see says so
	if h.Seen = see.Has(asset); !h.Seen {
		h.Title, h.Code, h.Thumb = "", "", pano.Digest{}
	}
	return h
}

// digestOrNone scans a column of digests; NULL is the zero digest.
type digestOrNone struct{ d *pano.Digest }

func (x digestOrNone) Scan(v any) error {
	if v == nil {
		*x.d = pano.Digest{}
		return nil
	}
	return x.d.Scan(v)
}

func (tx *Tx) hangings(ctx context.Context, see pano.Reach, query string, args ...any) ([]Hanging, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanHanging(see))
}

// Hanging returns the placement with that id as people are shown it, its asset
// if it is within see; or KindNotFound.
func (tx *Tx) Hanging(ctx context.Context, see pano.Reach, id pano.PlacementID) (Hanging, error) {
	h, err := scanHanging(see)(tx.QueryRowContext(ctx, hangingFrom+`WHERE p.id = ?`, string(id)))
	return h, found(err, "placement.none")
}

// HangingsOn is PlacementsOn as people are shown it.
func (tx *Tx) HangingsOn(ctx context.Context, see pano.Reach, l pano.LocationID, days pano.Period) ([]Hanging, error) {
	return tx.hangings(ctx, see, hangingFrom+`
		WHERE p.location = ? AND p.state NOT IN ('removed', 'cancelled') AND p.starts < ? AND p.ends > ?
		ORDER BY p.starts, p.ends, p.seq`,
		string(l), days.Until, days.From)
}

// A Board is what was, is and will be in one place. Each placement is in one of the three.
type Board struct {
	Now  []Hanging // due to hang today, or hanging before or after its days; the first to begin first
	Next []Hanging // due later; the first to begin first
	Past []Hanging // removed, cancelled, or over without having hung; the last to end first
}

// boardSize bounds each part of a Board.
const boardSize = 200

// PlacementsAt returns what was, is and will be in l as of today, at most 200 of each.
func (tx *Tx) PlacementsAt(ctx context.Context, see pano.Reach, l pano.LocationID, today pano.Day) (b Board, err error) {
	b.Now, err = tx.hangings(ctx, see, hangingFrom+`
		WHERE p.location = ?1 AND p.state NOT IN ('removed', 'cancelled')
			AND (p.state IN ('installed', 'verified', 'damaged') OR p.starts <= ?2 AND p.ends > ?2)
		ORDER BY p.starts, p.ends, p.seq LIMIT ?3`, string(l), today, boardSize)
	if err != nil {
		return b, err
	}
	b.Next, err = tx.hangings(ctx, see, hangingFrom+`
		WHERE p.location = ?1 AND p.state NOT IN ('removed', 'cancelled')
			AND p.state NOT IN ('installed', 'verified', 'damaged') AND p.starts > ?2
		ORDER BY p.starts, p.ends, p.seq LIMIT ?3`, string(l), today, boardSize)
	if err != nil {
		return b, err
	}
	b.Past, err = tx.hangings(ctx, see, hangingFrom+`
		WHERE p.location = ?1 AND p.state NOT IN ('installed', 'verified', 'damaged')
			AND (p.state IN ('removed', 'cancelled') OR p.ends <= ?2)
		ORDER BY p.ends DESC, p.seq DESC LIMIT ?3`, string(l), today, boardSize)
	return b, err
}

// PlacementsOf returns the placements of an asset, the last to begin first,
// after the placement after ("" for the first page), at most limit (1–200; 0 is 50).
func (tx *Tx) PlacementsOf(ctx context.Context, see pano.Reach, asset pano.AssetID, after pano.PlacementID, limit int) ([]Hanging, error) {
	return tx.hangings(ctx, see, hangingFrom+`
		WHERE p.asset = ?1 AND (?2 = '' OR (p.starts, p.seq) < (SELECT starts, seq FROM placement WHERE id = ?2))
		ORDER BY p.starts DESC, p.seq DESC LIMIT ?3`, string(asset), string(after), pageSize(limit))
}

// trigger finds the message of a trigger of ours in an error of SQLite:
// the key of the words, then what the trigger says of its reason.
var trigger = regexp.MustCompile(`\b((?:placement|location|blocked|item|exhibition|section|floor|work|campaign)\.[a-z_]+)((?::[0-9A-Z-]+)*) \(\d+\)$`)

// refusals says what the keys of the triggers mean to the caller.
var refusals = map[string]struct {
	kind  pano.Kind
	field string
}{
	"floor.other_work":           {pano.KindInvalid, "pin"},
	"floor.no_wall":              {pano.KindInvalid, "wall"},
	"floor.not_scaled":           {pano.KindInvalid, "length_mm"},
	"placement.no_surface":       {pano.KindInvalid, "location"},
	"placement.closed":           {pano.KindConflict, "location"},
	"placement.one_piece_here":   {pano.KindInvalid, "quantity"},
	"placement.no_position_here": {pano.KindInvalid, "x_mm"},
	"placement.too_big":          {pano.KindInvalid, "exception"},
	"placement.no_size":          {pano.KindInvalid, "width_mm"},
	"placement.needs_proof":      {pano.KindInvalid, "note"},
	"placement.off_wall":         {pano.KindInvalid, "x_mm"},
	"blocked.no_wall":            {pano.KindInvalid, "location"},
	"blocked.no_size":            {pano.KindInvalid, "width_mm"},
	"blocked.off_wall":           {pano.KindInvalid, "x_mm"},
	"location.has_blocked":       {pano.KindConflict, "width_mm"},
	"location.in_use":            {pano.KindConflict, "kind"},
	"location.too_small":         {pano.KindConflict, "width_mm"},
	"location.too_many":          {pano.KindConflict, "capacity"},
	"location.inside_itself":     {pano.KindInvalid, "parent"},
	"placement.campaign_closed":  {pano.KindConflict, "campaign"},
	"work.over":                  {pano.KindConflict, ""},
	"campaign.still_hangs":       {pano.KindConflict, "reason"},
	"location.code_taken":        {pano.KindConflict, "code"},
	"item.code_taken":            {pano.KindConflict, "code"},
	"item.there_already":         {pano.KindInvalid, "to"},
	"item.place_closed":          {pano.KindConflict, "to"},
	"exhibition.still_hangs":     {pano.KindConflict, "state"},
	"exhibition.wrong_state":     {pano.KindConflict, "state"},
	"exhibition.work_placed":     {pano.KindConflict, ""},
	"exhibition.section_in_use":  {pano.KindConflict, ""},
	"exhibition.over":            {pano.KindConflict, ""},
	"section.none":               {pano.KindInvalid, "section"},
}

// refused turns what a trigger of 0002.sql or 0006.sql said into the error, and the cause,
// that pano.Location.Hang would have given. It returns other errors as they are.
func (tx *Tx) refused(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); !ok || e.Code() != sqlite3.SQLITE_CONSTRAINT_TRIGGER {
		return err
	}
	said := trigger.FindStringSubmatch(err.Error())
	if said == nil {
		return err
	}
	key, reason := said[1], strings.Split(said[2], ":")[1:]
	numbers := make([]int, len(reason))
	for i, s := range reason {
		numbers[i], _ = strconv.Atoi(s) // 0 for an id, which is not used as a number
	}
	switch key {
	case "placement.taken", "location.in_use", "location.too_small":
		by, missing := tx.Placement(ctx, pano.PlacementID(reason[0]))
		if missing != nil {
			return errors.Join(err, missing)
		}
		if key == "placement.taken" {
			return pano.Taken{By: by}.Conflict()
		}
		return pano.Conflict(key).At(refusals[key].field).Because(pano.Taken{By: by})
	case "item.moved_since":
		t, missing := tx.Trip(ctx, pano.MovementID(reason[0]))
		if missing != nil {
			return errors.Join(err, missing)
		}
		return MovedSince{t}.Conflict()
	case "placement.full":
		return pano.Full{On: pano.Day(numbers[0]), Used: numbers[1], Capacity: numbers[2]}.Conflict()
	}
	args := make([]any, len(numbers))
	for i, n := range numbers {
		args[i] = n
	}
	return &pano.Error{Kind: refusals[key].kind, Key: key, Args: args, Field: refusals[key].field, Err: err}
}
