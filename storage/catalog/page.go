package catalog

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"pano/internal/pano"
)

// A cursor is the last asset of the page before: its place in the order.
type cursor struct {
	set     bool
	tier    int    // of Newest
	updated int64  // of ByUpdated
	title   string // of ByTitle: its sort key
	seq     uint32
}

// write packs c: one letter for the order, then its place.
func (c cursor) write(s AssetSort) string {
	b := []byte{s[0]}
	switch s {
	case Newest:
		b = binary.AppendUvarint(b, uint64(c.tier))
	case ByUpdated:
		b = binary.AppendVarint(b, c.updated)
	}
	b = binary.AppendUvarint(b, uint64(c.seq))
	return base64.RawURLEncoding.EncodeToString(append(b, c.title...))
}

// readCursor fails with KindInvalid unless text is "" or was written for the order s.
func readCursor(text string, s AssetSort) (c cursor, err error) {
	if text == "" {
		return cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) == 0 || b[0] != s[0] {
		return cursor{}, badCursor(err)
	}
	b = b[1:]
	c.set = true
	switch s {
	case Newest:
		tier, n := binary.Uvarint(b)
		if n <= 0 || tier >= tiers {
			return cursor{}, badCursor(nil)
		}
		c.tier, b = int(tier), b[n:]
	case ByUpdated:
		updated, n := binary.Varint(b)
		if n <= 0 {
			return cursor{}, badCursor(nil)
		}
		c.updated, b = updated, b[n:]
	}
	seq, n := binary.Uvarint(b)
	if n <= 0 {
		return cursor{}, badCursor(nil)
	}
	c.seq, c.title = uint32(seq), string(b[n:])
	if c.write(s) != text { // one text for each place, and nothing behind it
		return cursor{}, badCursor(nil)
	}
	if s != ByTitle && c.title != "" {
		return cursor{}, badCursor(nil)
	}
	return c, nil
}

func badCursor(cause error) error {
	return pano.Invalid("search.bad_cursor").At("cursor").Because(cause)
}

// pick returns the page of what was found that follows after, and the cursor of
// the next one.
func (tx *Tx) pick(ctx context.Context, cols *columns, t *tally, q AssetQuery, after cursor) (seqs []uint32, next string, err error) {
	var places []cursor
	switch q.Sort {
	case Newest:
		places, err = tx.newest(ctx, cols, t, after, q.Limit+1)
	case ByUpdated:
		places = t.updated(cols, after, q.Limit+1)
	case ByTitle:
		places, err = tx.titles(ctx, t, after, q.Limit+1)
	}
	if err != nil {
		return nil, "", err
	}
	if len(places) > q.Limit {
		places = places[:q.Limit]
		last := places[q.Limit-1]
		if q.Sort == ByTitle {
			if last.title, err = tx.titleKey(ctx, last.seq); err != nil {
				return nil, "", err
			}
		}
		next = last.write(q.Sort)
	}
	for _, p := range places {
		seqs = append(seqs, p.seq)
	}
	return seqs, next, nil
}

// The tiers of Newest: what the text finds exactly as typed, otherwise, and by codes only.
const (
	exactly = iota
	otherwise
	byCode
	tiers
)

// newest returns the first n after after, tier by tier.
func (tx *Tx) newest(ctx context.Context, cols *columns, t *tally, after cursor, n int) ([]cursor, error) {
	if t.words.Even() {
		places := down(nil, t.found[0], exactly, after, n)
		return down(places, t.found[1], byCode, after, n), nil
	}
	exact, done, err := tx.exact(ctx, cols, t, after, n)
	if err != nil {
		return nil, err
	}
	places := down(nil, exact, exactly, after, n)
	if len(places) == n {
		return places, nil
	}
	if !done {
		if exact, err = tx.withWords(ctx, cols, t.words.Exact); err != nil {
			return nil, err
		}
	}
	places = down(places, without(t.found[0], exact), otherwise, after, n)
	return down(places, t.found[1], byCode, after, n), nil
}

// down adds the seqs of a tier that follow after to places, the newest first,
// up to n places.
func down(places []cursor, seqs []uint32, tier int, after cursor, n int) []cursor {
	if after.set && tier < after.tier {
		return places
	}
	if after.set && tier == after.tier {
		i, _ := slices.BinarySearch(seqs, after.seq)
		seqs = seqs[:i]
	}
	for _, seq := range slices.Backward(seqs) {
		if len(places) == n {
			return places
		}
		places = append(places, cursor{tier: tier, seq: seq})
	}
	return places
}

// exact returns those found that are spelt exactly as typed, ascending: the
// newest n of them after after, or all, and then it is done. There is no need
// to go through all that are exact as long as the page is in their tier.
func (tx *Tx) exact(ctx context.Context, cols *columns, t *tally, after cursor, n int) (seqs []uint32, done bool, err error) {
	if len(t.found[0]) == 0 {
		return nil, true, nil
	}
	if cols.words != nil {
		seqs, err = tx.withWords(ctx, cols, t.words.Exact)
		return common(seqs, t.found[0]), true, err
	}
	if after.tier > exactly {
		return nil, false, nil
	}
	below := int64(math.MaxUint32)
	if after.set {
		below = int64(after.seq)
	}
	for step := 4 * n; len(seqs) < n; step *= 8 {
		var some []uint32
		if err := tx.QueryRowContext(ctx, stmtNewestWords, t.words.Exact.FTS(), below, step).Scan(gathered{&some}); err != nil {
			return nil, false, err
		}
		for _, seq := range some {
			if _, ok := slices.BinarySearch(t.found[0], seq); ok {
				seqs = append(seqs, seq)
			}
		}
		if len(some) < step {
			done = !after.set
			break
		}
		below = int64(some[step-1])
	}
	slices.Reverse(seqs)
	return seqs, done, nil
}

const stmtNewestWords = `
	SELECT seqs(rowid) FROM (
		SELECT rowid FROM asset_words WHERE asset_words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?)`

// updated returns the first n after after, the latest change first.
func (t *tally) updated(cols *columns, after cursor, n int) (best []cursor) {
	order := func(a, b cursor) int { return cmp.Or(cmp.Compare(b.updated, a.updated), cmp.Compare(b.seq, a.seq)) }
	for _, seqs := range t.found {
		for _, seq := range slices.Backward(seqs) { // the newest change last: little to move
			c := cursor{updated: cols.row(seq).updated, seq: seq}
			if after.set && order(c, after) <= 0 || len(best) == n && order(c, best[n-1]) > 0 {
				continue
			}
			i, _ := slices.BinarySearchFunc(best, c, order)
			best = slices.Insert(best, i, c)
			best = best[:min(n, len(best))]
		}
	}
	return best
}

// fewTitles is up to how many titles are read and sorted; of more, some stand
// near enough to one another to walk along the index. Walking is quick unless
// all that is found begins with one letter, so it is left to large numbers.
const fewTitles = 4000

// titles returns the first n after after, by title.
func (tx *Tx) titles(ctx context.Context, t *tally, after cursor, n int) (places []cursor, err error) {
	all := slices.Concat(t.found[0], t.found[1])
	if len(all) > tx.db.fewTitles {
		return tx.walkTitles(ctx, all, after, n)
	}
	var seqs []uint32
	err = tx.QueryRowContext(ctx, stmtTitlesOf, list(all), after.title, after.seq, n).Scan(gathered{&seqs})
	for _, seq := range seqs {
		places = append(places, cursor{seq: seq})
	}
	return places, err
}

const stmtTitlesOf = `
	SELECT seqs(seq) FROM (
		SELECT seq FROM asset NOT INDEXED
		WHERE seq IN (SELECT value FROM json_each(?)) AND (title_sort, seq) > (?, ?)
		ORDER BY title_sort, seq LIMIT ?)`

// walkTitles goes along the index of titles, in growing steps, until it has met
// n of all.
func (tx *Tx) walkTitles(ctx context.Context, all []uint32, after cursor, n int) (places []cursor, err error) {
	in := make([]bool, slices.Max(all)+1)
	for _, seq := range all {
		in[seq] = true
	}
	for step := n; ; step *= 4 {
		var seqs []uint32
		if err := tx.QueryRowContext(ctx, stmtTitlesAfter, after.title, after.seq, step).Scan(gathered{&seqs}); err != nil {
			return nil, err
		}
		for _, seq := range seqs {
			if int(seq) < len(in) && in[seq] {
				places = append(places, cursor{seq: seq})
			}
		}
		if len(places) >= n || len(seqs) < step {
			return places[:min(n, len(places))], nil
		}
		after.seq = seqs[step-1]
		if after.title, err = tx.titleKey(ctx, after.seq); err != nil {
			return nil, err
		}
	}
}

const stmtTitlesAfter = `
	SELECT seqs(seq) FROM (
		SELECT seq FROM asset WHERE (title_sort, seq) > (?, ?) ORDER BY title_sort, seq LIMIT ?)`

func (tx *Tx) titleKey(ctx context.Context, seq uint32) (key string, err error) {
	err = tx.QueryRowContext(ctx, stmtTitleKey, seq).Scan(&key)
	return key, err
}

const stmtTitleKey = `SELECT title_sort FROM asset WHERE seq = ?`
