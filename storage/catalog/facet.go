package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"pano/storage/catalog/index"
)

// A group is something assets are filtered and counted by.
type group int

const (
	byKind group = iota
	byState
	byAgency
	byCampaign
	byProblem
	groups
)

// groupNames are the keys of AssetPage.Facets.
var groupNames = [groups]string{"kind", "state", "agency", "campaign", "problem"}

// facetRow is what a list of assets is filtered, counted and ordered by.
type facetRow struct {
	updated int64          // unix milliseconds
	value   [groups]uint32 // numbers of names
	owner   uint32         // number of a name
	there   bool           // false where no asset has that seq
	binned  bool
}

// names numbers strings, from 1; 0 is the empty one. A number is never given
// twice, so it means the same in every generation of columns.
type names struct {
	mu     sync.RWMutex
	number map[string]uint32
	list   []string
}

func newNames() *names {
	return &names{number: map[string]uint32{"": 0}, list: []string{""}}
}

func (n *names) add(name string) uint32 {
	if i, ok := n.find(name); ok {
		return i
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.number[name]; ok {
		return i
	}
	i := uint32(len(n.list))
	n.number[name], n.list = i, append(n.list, name)
	return i
}

func (n *names) find(name string) (uint32, bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	i, ok := n.number[name]
	return i, ok
}

func (n *names) name(i uint32) string {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.list[i]
}

func (n *names) count() int {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return len(n.list)
}

// columns are the facet rows of all assets, and their words, as they are in every
// snapshot of the catalogue of generation gen. They never change once made.
type columns struct {
	gen    int64
	chunks []*[chunkRows]facetRow
	words  *index.Index // nil as long as nobody has loaded them: see KeepWords
}

const chunkRows = 1024

// row returns the row of the asset seq, or nil if there is none.
func (c *columns) row(seq uint32) *facetRow {
	i := int(seq / chunkRows)
	if i >= len(c.chunks) || c.chunks[i] == nil {
		return nil
	}
	if r := &c.chunks[i][seq%chunkRows]; r.there {
		return r
	}
	return nil
}

// with returns the columns of generation gen, which differ from c in rows.
func (c *columns) with(gen int64, rows map[uint32]facetRow) *columns {
	next := &columns{gen: gen, chunks: slices.Clone(c.chunks)}
	own := map[int]bool{}
	for seq, r := range rows {
		i := int(seq / chunkRows)
		for len(next.chunks) <= i {
			next.chunks = append(next.chunks, nil)
		}
		if !own[i] {
			fresh := new([chunkRows]facetRow)
			if next.chunks[i] != nil {
				*fresh = *next.chunks[i]
			}
			next.chunks[i], own[i] = fresh, true
		}
		next.chunks[i][seq%chunkRows] = r
	}
	return next
}

// facets keeps the newest columns that some reader has seen.
//
// What a reader gets always agrees with its snapshot. The catalogue numbers the
// changes of assets (table asset_change, written by triggers, so no writer can
// forget, in this process or another): a reader that sees more changes than the
// newest columns have reads the changed rows from its own snapshot, and one that
// sees fewer reads those rows as they still are for it.
type facets struct {
	names *names
	lost  chan struct{} // has something in it when latest has come to be without words

	mu     sync.Mutex // held while columns are brought up to date
	latest *columns   // nil before the first reader
	log    []changed  // what led from the generation of the first entry to latest
}

func newFacets() facets { return facets{names: newNames(), lost: make(chan struct{}, 1)} }

// changed says which rows differ between a generation and the one before in the log.
type changed struct {
	gen  int64
	seqs []uint32
}

// Lengths from which on all is read anew instead.
const (
	maxLog     = 1000
	maxChanged = 5000
)

// columns returns the columns as they are for tx.
func (tx *Tx) columns(ctx context.Context) (*columns, error) {
	f := &tx.db.facets
	gen, oldest, err := tx.generation(ctx)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.latest == nil || gen > f.latest.gen && oldest > f.latest.gen+1:
		return f.load(ctx, tx, gen)
	case gen == f.latest.gen && tx.conn == nil:
		return f.latest, nil
	case gen >= f.latest.gen:
		return f.forward(ctx, tx, gen)
	default:
		return f.backward(ctx, tx, gen)
	}
}

// generation returns the number of the latest change, and of the oldest that is
// still written down; 0 if there was none.
func (tx *Tx) generation(ctx context.Context) (gen, oldest int64, err error) {
	err = tx.QueryRowContext(ctx, stmtGeneration).Scan(&gen, &oldest)
	return gen, oldest, err
}

const stmtGeneration = `
	SELECT coalesce((SELECT max(gen) FROM asset_change), 0), coalesce((SELECT min(gen) FROM asset_change), 0)`

// load reads everything.
func (f *facets) load(ctx context.Context, tx *Tx, gen int64) (*columns, error) {
	rows, err := tx.facetRows(ctx, stmtFacetRows)
	if err != nil {
		return nil, err
	}
	c := (&columns{}).with(gen, rows)
	if f.publishes(tx, gen) {
		f.latest, f.log = c, []changed{{gen: gen}}
		f.loseWords()
	}
	return c, nil
}

// forward makes columns that are newer than the latest.
func (f *facets) forward(ctx context.Context, tx *Tx, gen int64) (*columns, error) {
	seqs, err := tx.changedSince(ctx, f.latest.gen)
	if err != nil {
		return nil, err
	}
	c, err := f.latest.reread(ctx, tx, gen, seqs)
	if err == nil && f.publishes(tx, gen) {
		if f.latest.words != nil && c.words == nil {
			f.loseWords()
		}
		f.latest, f.log = c, append(f.log, changed{gen, seqs})
		if len(f.log) > maxLog {
			f.log = slices.Clone(f.log[len(f.log)-maxLog/2:])
		}
	}
	return c, err
}

// backward makes columns that are older than the latest, for a reader that
// began before some change and goes on after it.
func (f *facets) backward(ctx context.Context, tx *Tx, gen int64) (*columns, error) {
	var seqs []uint32
	i := len(f.log)
	for i > 0 && f.log[i-1].gen > gen {
		i--
		seqs = append(seqs, f.log[i].seqs...)
	}
	if i == 0 { // the log does not go back that far
		return f.load(ctx, tx, gen)
	}
	return f.latest.reread(ctx, tx, gen, seqs)
}

// publishes reports whether columns made for tx serve others: not if they may
// be rolled back, nor if there are newer ones.
func (f *facets) publishes(tx *Tx, gen int64) bool {
	return tx.conn == nil && (f.latest == nil || gen > f.latest.gen)
}

func (c *columns) reread(ctx context.Context, tx *Tx, gen int64, seqs []uint32) (*columns, error) {
	stmt, args := stmtFacetRowsOf, []any{list(seqs)}
	if len(seqs) > maxChanged {
		c, stmt, args = &columns{}, stmtFacetRows, nil
	}
	rows, err := tx.facetRows(ctx, stmt, args...)
	if err != nil {
		return nil, err
	}
	for _, seq := range seqs {
		if _, ok := rows[seq]; !ok {
			rows[seq] = facetRow{} // not there any more, or not yet
		}
	}
	next := c.with(gen, rows)
	if c.words != nil {
		next.words, err = tx.rereadWords(ctx, c.words, gen, seqs)
	}
	return next, err
}

const stmtFacetRows = `
	SELECT a.seq, a.updated, a.kind, a.state, a.agency, coalesce(a.campaign, ''),
		iif(v.ready = 'original_only', v.ready, ''), a.owner, a.binned IS NOT NULL
	FROM asset a JOIN version v ON v.id = a.current`

const stmtFacetRowsOf = stmtFacetRows + ` WHERE a.seq IN (SELECT value FROM json_each(?))`

func (tx *Tx) facetRows(ctx context.Context, stmt string, args ...any) (map[uint32]facetRow, error) {
	rows, err := tx.QueryContext(ctx, stmt, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[uint32]facetRow{}
	for rows.Next() {
		var seq uint32
		var value [groups]string
		var owner string
		r := facetRow{there: true}
		if err := rows.Scan(&seq, &r.updated, &value[byKind], &value[byState], &value[byAgency], &value[byCampaign],
			&value[byProblem], &owner, &r.binned); err != nil {
			return nil, err
		}
		for g, v := range value {
			r.value[g] = tx.db.facets.names.add(v)
		}
		r.owner = tx.db.facets.names.add(owner)
		all[seq] = r
	}
	return all, rows.Err()
}

const stmtChangedSince = `SELECT DISTINCT seq FROM asset_change WHERE gen > ?`

func (tx *Tx) changedSince(ctx context.Context, gen int64) ([]uint32, error) {
	rows, err := tx.QueryContext(ctx, stmtChangedSince, gen)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (seq uint32, err error) {
		return seq, row.Scan(&seq)
	})
}

// list writes seqs as SQLite's json_each reads them.
func list(seqs []uint32) string {
	text, _ := json.Marshal(seqs) // numbers do not fail
	return string(text)
}
