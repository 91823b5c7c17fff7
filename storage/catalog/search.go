package catalog

import (
	"context"
	"slices"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

// An AssetSort is an order of assets.
type AssetSort string

// The orders. Newest is the default; with a text, what is spelt exactly as
// typed comes first in it, then what differs only in marks, then what was found
// by a code or the name of a file.
const (
	Newest    AssetSort = "newest"
	ByTitle   AssetSort = "title"   // as a Vietnamese reader looks up, the older first among equals
	ByUpdated AssetSort = "updated" // latest first
)

// An AssetQuery says which assets to find. What is empty does not filter;
// several values of one kind widen.
type AssetQuery struct {
	Text      string // as typed; see package fold. Without a word in it, it does not filter
	Kinds     []pano.AssetKind
	States    []pano.AssetState
	Agencies  []pano.AgencyID
	Campaigns []pano.CampaignID
	Location  pano.LocationID // with a placement there that was not cancelled, now or ever
	Problems  bool            // only those whose current version has no pictures (original_only)
	Bin       bool            // those in the bin, instead of those that are not
	Sort      AssetSort
	Cursor    string // AssetPage.Next of the page before, of the same query
	Limit     int    // assets on a page, at most 200; 0 is 48
}

const (
	defaultLimit = 48
	maxLimit     = 200
)

// An AssetPage is one page of what was found.
type AssetPage struct {
	Assets []pano.Asset                   // with their current version
	Thumbs map[pano.Digest]pano.Rendition // by the version's digest; one that is owed yet is missing
	Total  int                            // on all pages
	// Facets has the groups kind, state, agency, campaign and problem. A count is
	// how many there would be if that value alone were asked for in its group, all
	// else as in the query. Values without any are left out; the most come first.
	Facets map[string][]FacetCount
	Next   string // Cursor of the next page; "" on the last
}

// A FacetCount is how often a value occurs.
type FacetCount struct {
	Value string
	Count int
}

// FindAssets returns a page of the assets within reach for which q asks. Total,
// counts and assets are those of one snapshot, and exact.
//
// It fails with KindInvalid if q has an unknown kind, state or sort, a limit out
// of range (search.bad_limit) or a cursor that is none of its own (search.bad_cursor).
func (tx *Tx) FindAssets(ctx context.Context, reach pano.Reach, q AssetQuery) (AssetPage, error) {
	after, err := q.check()
	if err != nil {
		return AssetPage{}, err
	}
	cols, err := tx.columns(ctx)
	if err != nil {
		return AssetPage{}, err
	}
	found, err := tx.tally(ctx, cols, tx.db.facets.lens(reach, q), q)
	if err != nil {
		return AssetPage{}, err
	}
	seqs, next, err := tx.pick(ctx, cols, found, q, after)
	if err != nil {
		return AssetPage{}, err
	}
	page := AssetPage{Total: found.total(), Facets: tx.db.facets.counts(found), Next: next}
	page.Assets, page.Thumbs, err = tx.assetsAt(ctx, seqs)
	return page, err
}

// check fills in what q leaves open and reads its cursor.
func (q *AssetQuery) check() (cursor, error) {
	if q.Sort == "" {
		q.Sort = Newest
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	for _, k := range q.Kinds {
		if !slices.Contains(pano.AssetKinds(), k) {
			return cursor{}, pano.Invalid("asset.unknown_kind", string(k)).At("kind")
		}
	}
	for _, s := range q.States {
		if !slices.Contains(pano.AssetStates(), s) {
			return cursor{}, pano.Invalid("asset.unknown_state", string(s)).At("state")
		}
	}
	switch {
	case !slices.Contains([]AssetSort{Newest, ByTitle, ByUpdated}, q.Sort):
		return cursor{}, pano.Invalid("search.bad_sort", string(q.Sort)).At("sort")
	case q.Limit < 0 || q.Limit > maxLimit:
		return cursor{}, pano.Invalid("search.bad_limit", maxLimit).At("limit")
	}
	return readCursor(q.Cursor, q.Sort)
}

// tally is what is found and how often each value occurs.
type tally struct {
	words  fold.Query
	found  [2][]uint32   // seqs, ascending: by words, or all; then by codes and names of files alone
	counts [groups][]int // by number of the value
}

func (t *tally) total() int { return len(t.found[0]) + len(t.found[1]) }

// tally looks through all assets, or through those that the text and the place
// of q find, with l.
func (tx *Tx) tally(ctx context.Context, cols *columns, l lens, q AssetQuery) (*tally, error) {
	t := &tally{}
	for g := range t.counts {
		t.counts[g] = make([]int, tx.db.facets.names.count())
	}
	hits, all, err := tx.hits(ctx, cols, t, q)
	if err != nil {
		return nil, err
	}
	if all {
		t.addAll(cols, l)
		return t, nil
	}
	for i, seqs := range hits {
		for _, seq := range seqs {
			if r := cols.row(seq); r != nil {
				t.add(l, i, seq, r)
			}
		}
	}
	return t, nil
}

// hits returns what the text and the place of q find, ascending, or all if q
// has neither.
func (tx *Tx) hits(ctx context.Context, cols *columns, t *tally, q AssetQuery) (hits [2][]uint32, all bool, err error) {
	if t.words, err = tx.parse(ctx, cols, q.Text); err != nil {
		return hits, false, err
	}
	if !t.words.Empty() {
		if hits[0], err = tx.withWords(ctx, cols, t.words.Any); err != nil {
			return hits, false, err
		}
		codes, err := tx.seqs(ctx, stmtCodes, t.words.Codes)
		if err != nil {
			return hits, false, err
		}
		hits[1] = without(codes, hits[0])
	}
	if q.Location == "" {
		return hits, t.words.Empty(), nil
	}
	there, err := tx.seqs(ctx, stmtPlaced, string(q.Location))
	if err != nil {
		return hits, false, err
	}
	slices.Sort(there)
	if t.words.Empty() {
		hits[0] = there
		return hits, false, nil
	}
	return [2][]uint32{common(hits[0], there), common(hits[1], there)}, false, nil
}

const (
	stmtCodes  = `SELECT seqs(rowid) FROM asset_codes WHERE asset_codes MATCH ?`
	stmtPlaced = `
		SELECT seqs(a.seq) FROM asset a
		WHERE a.id IN (SELECT asset FROM placement WHERE location = ? AND state <> 'cancelled')`
)

func (t *tally) addAll(cols *columns, l lens) {
	for i, chunk := range cols.chunks {
		for j := range chunk {
			if r := &chunk[j]; r.there {
				t.add(l, 0, uint32(i*chunkRows+j), r)
			}
		}
	}
}

// add counts r where its own group is the only one that may keep it out.
func (t *tally) add(l lens, i int, seq uint32, r *facetRow) {
	if !l.sees(r) {
		return
	}
	switch out, n := l.misses(r); n {
	case 0:
		t.found[i] = append(t.found[i], seq)
		for g := range t.counts {
			t.counts[g][r.value[g]]++
		}
	case 1:
		t.counts[out][r.value[out]]++
	}
}

// counts names what was counted.
func (f *facets) counts(t *tally) map[string][]FacetCount {
	all := map[string][]FacetCount{}
	for g, counts := range t.counts {
		values := []FacetCount{}
		for i, n := range counts {
			if i > 0 && n > 0 {
				values = append(values, FacetCount{f.names.name(uint32(i)), n})
			}
		}
		slices.SortFunc(values, func(a, b FacetCount) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Value, b.Value)
		})
		all[groupNames[g]] = values
	}
	return all
}

// seqs runs a statement that gathers rows with the function seqs; "" asks for none.
func (tx *Tx) seqs(ctx context.Context, stmt, arg string) (all []uint32, err error) {
	if arg == "" {
		return nil, nil
	}
	err = tx.QueryRowContext(ctx, stmt, arg).Scan(gathered{&all})
	return all, err
}

// common returns what is in both a and b, ascending as they are.
func common(a, b []uint32) (both []uint32) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			both = append(both, a[0])
			a, b = a[1:], b[1:]
		}
	}
	return both
}

// without returns what is in a and not in b, ascending as they are.
func without(a, b []uint32) (rest []uint32) {
	for _, x := range a {
		for len(b) > 0 && b[0] < x {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != x {
			rest = append(rest, x)
		}
	}
	return rest
}

// assetsAt returns the assets with these seqs, in that order, and their thumbnails.
func (tx *Tx) assetsAt(ctx context.Context, seqs []uint32) ([]pano.Asset, map[pano.Digest]pano.Rendition, error) {
	rows, err := tx.QueryContext(ctx, stmtAssetsAt, list(seqs))
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	at := map[uint32]pano.Asset{}
	for rows.Next() {
		a, seq, err := scanAsset(rows)
		if err != nil {
			return nil, nil, err
		}
		at[uint32(seq)] = a
	}
	if err := rows.Err(); err != nil {
		return nil, nil, err
	}
	all := make([]pano.Asset, len(seqs))
	for i, seq := range seqs {
		all[i] = at[seq]
	}
	thumbs, err := tx.thumbs(ctx, all)
	return all, thumbs, err
}

const stmtAssetsAt = `
	SELECT ` + assetColumns + ` FROM asset a JOIN version v ON v.id = a.current
	WHERE a.seq IN (SELECT value FROM json_each(?))`

func (tx *Tx) thumbs(ctx context.Context, assets []pano.Asset) (map[pano.Digest]pano.Rendition, error) {
	digests := make([]string, len(assets))
	for i, a := range assets {
		digests[i] = `"` + a.Current.Digest.String() + `"`
	}
	rows, err := tx.QueryContext(ctx, stmtThumbs, "["+strings.Join(digests, ",")+"]")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[pano.Digest]pano.Rendition{}
	for rows.Next() {
		r := pano.Rendition{Spec: thumb}
		if err := rows.Scan(&r.Of, &r.Digest, &r.Size, &r.MediaType, &r.Width, &r.Height); err != nil {
			return nil, err
		}
		all[r.Of] = r
	}
	return all, rows.Err()
}

// thumb is the spec of the small picture in lists.
const thumb = "thumb"

const stmtThumbs = `
	SELECT of, digest, size, media_type, width, height FROM rendition
	WHERE of IN (SELECT value FROM json_each(?)) AND spec = '` + thumb + `'`

// IndexAsset makes the words and codes by which a is found anew: title,
// description, creator, tags, source and material; its code and fileNames. a
// must be stored already. The bin, the state and other facets need no call: see
// facet.go.
//
// The names of its agency and campaign are no words of a: they would make every
// asset of a "Sở Văn hóa" answer to "văn hóa". They are facets.
func (tx *Tx) IndexAsset(ctx context.Context, a pano.Asset, fileNames []string) error {
	var seq int64
	if err := tx.QueryRowContext(ctx, stmtSeqOf, string(a.ID)).Scan(&seq); err != nil {
		return found(err, "asset.none")
	}
	words := wordsOf(a)
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO asset_words (rowid, folded, marked) VALUES (?, ?, ?)`,
		seq, fold.Folded(words), fold.Marked(words))
	if err != nil {
		return err
	}
	fileNames = slices.Compact(slices.Sorted(slices.Values(fileNames)))
	codes := fold.Plain(a.Code + "\n" + strings.Join(fileNames, "\n"))
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO asset_codes (rowid, code) VALUES (?, ?)`, seq, codes)
	return err
}

const stmtSeqOf = `SELECT seq FROM asset WHERE id = ?`
