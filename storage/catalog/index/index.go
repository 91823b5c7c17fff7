// Package index finds texts by their words, in memory.
//
// It answers what an FTS5 table of folded and marked keys answers (see package
// fold), some fifty times as fast: per key it keeps a compressed bitmap of the
// texts that have it, so that a search is a few intersections. Which text a
// phrase is in it cannot tell; for that it asks the table, and remembers.
package index

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"pano/storage/catalog/fold"
)

// An Index is what all texts were at one moment. It never changes.
type Index struct {
	*base
	at      int64
	changed map[uint32][]fold.Word // texts that are not as in base: as they are; nil is none
	away    *roaring.Bitmap        // the numbers of changed
}

// base is an index as it was built.
type base struct {
	built int64                      // the moment
	texts map[string]*roaring.Bitmap // by key, folded and marked alike
	keys  []string                   // of texts, sorted

	mu      sync.Mutex
	phrases map[fold.Phrase]phrase
}

// A phrase is the texts that a phrase was found in at a moment.
type phrase struct {
	at    int64
	texts *roaring.Bitmap
}

// maxPhrases is how many phrases are remembered; there are few to ask for.
const maxPhrases = 256

// Build makes the index of the texts, given by number, as they are at a moment;
// of two moments the later has the greater number. Ascending texts take the
// least time.
func Build(at int64, texts iter.Seq2[uint32, []fold.Word]) *Index {
	b := &base{built: at, texts: map[string]*roaring.Bitmap{}, phrases: map[fold.Phrase]phrase{}}
	for n, words := range texts {
		b.add(n, words)
	}
	return b.sealed()
}

func (b *base) add(n uint32, words []fold.Word) {
	for _, w := range words {
		b.addKey(n, w.Folded)
		if w.Marked != w.Folded {
			b.addKey(n, w.Marked)
		}
	}
}

func (b *base) addKey(n uint32, key string) {
	texts := b.texts[key]
	if texts == nil {
		texts = roaring.New()
		b.texts[strings.Clone(key)] = texts // a key is a piece of a text, which need not stay
	}
	texts.Add(n)
}

func (b *base) sealed() *Index {
	b.keys = make([]string, 0, len(b.texts))
	for k, texts := range b.texts {
		b.keys = append(b.keys, k)
		texts.RunOptimize()
	}
	slices.Sort(b.keys)
	return &Index{base: b, at: b.built, away: roaring.New()}
}

// At returns the moment.
func (x *Index) At() int64 { return x.at }

// maxChanged is up to how many changed texts are looked at one by one.
const maxChanged = 2000

// With returns the index of another moment, before or after: its texts are those
// of x, except that those of changed are as they are there; one without words is
// gone. It does not keep changed.
func (x *Index) With(at int64, changed map[uint32][]fold.Word) *Index {
	all := make(map[uint32][]fold.Word, len(x.changed)+len(changed))
	away := x.away.Clone()
	for n, words := range x.changed {
		all[n] = words
	}
	for n, words := range changed {
		all[n] = words
		away.Add(n)
	}
	if len(all) <= maxChanged {
		return &Index{x.base, at, all, away}
	}
	b := &base{built: at, texts: make(map[string]*roaring.Bitmap, len(x.texts)), phrases: map[fold.Phrase]phrase{}}
	for k, texts := range x.texts {
		if left := roaring.AndNot(texts, away); !left.IsEmpty() {
			b.texts[k] = left
		}
	}
	for n, words := range all {
		b.add(n, words)
	}
	return b.sealed()
}

// A Table tells which texts a phrase of several words is in, as they are at the
// moment of the index that asks.
type Table struct {
	Find    func(fold.Phrase) ([]uint32, error) // the numbers, ascending
	Settled bool                                // what it tells will not be rolled back: it may be remembered
}

// Match returns the numbers of the texts for which all holds, ascending; of no
// conditions, none. It fails only as t does.
func (x *Index) Match(all fold.All, t Table) ([]uint32, error) {
	if len(all) == 0 {
		return nil, nil
	}
	found := make([]*roaring.Bitmap, len(all))
	for i, o := range all {
		var err error
		if found[i], err = x.oneOf(o, t); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	hits := roaring.AndNot(found[0], x.away)
	for _, f := range found[1:] {
		hits.And(f)
	}
	for n, words := range x.changed {
		if holds(all, words) {
			hits.Add(n)
		}
	}
	return hits.ToArray(), nil
}

// oneOf returns the texts of base for which o holds. The caller does not change them.
func (x *Index) oneOf(o fold.OneOf, t Table) (*roaring.Bitmap, error) {
	var any []*roaring.Bitmap
	for _, p := range o {
		if strings.Contains(p.Keys, " ") {
			texts, err := x.phrase(p, t)
			if err != nil {
				return nil, err
			}
			any = append(any, texts)
			continue
		}
		any = append(any, x.word(p)...)
	}
	if len(any) == 1 {
		return any[0], nil
	}
	return roaring.FastOr(any...), nil
}

// word returns the texts of every key that p may be.
func (b *base) word(p fold.Phrase) (any []*roaring.Bitmap) {
	if !p.Open {
		if texts := b.texts[p.Keys]; texts != nil {
			any = append(any, texts)
		}
		return any
	}
	first, _ := slices.BinarySearch(b.keys, p.Keys)
	for _, k := range b.keys[first:] {
		if !strings.HasPrefix(k, p.Keys) {
			break
		}
		any = append(any, b.texts[k])
	}
	return any
}

// phrase asks t, unless it is remembered from the same moment or one before:
// what has changed since then is away. What is older than base is not remembered:
// what changed between the two is not away.
func (x *Index) phrase(p fold.Phrase, t Table) (*roaring.Bitmap, error) {
	x.mu.Lock()
	known, ok := x.phrases[p]
	x.mu.Unlock()
	if ok && known.at <= x.at {
		return known.texts, nil
	}
	all, err := t.Find(p)
	if err != nil {
		return nil, err
	}
	texts := roaring.BitmapOf(all...)
	if t.Settled && x.at >= x.built {
		x.mu.Lock()
		defer x.mu.Unlock()
		if len(x.phrases) >= maxPhrases {
			clear(x.phrases)
		}
		x.phrases[p] = phrase{x.at, texts}
	}
	return texts, nil
}

// holds reports whether all holds for a text of these words.
func holds(all fold.All, words []fold.Word) bool {
	for _, o := range all {
		if !slices.ContainsFunc(o, func(p fold.Phrase) bool { return has(words, p) }) {
			return false
		}
	}
	return true
}

func has(words []fold.Word, p fold.Phrase) bool {
	for i := range words {
		if stands(words[i:], p, func(w fold.Word) string { return w.Folded }) ||
			stands(words[i:], p, func(w fold.Word) string { return w.Marked }) {
			return true
		}
	}
	return false
}

// stands reports whether words begin with p.
func stands(words []fold.Word, p fold.Phrase, key func(fold.Word) string) bool {
	for rest, more := p.Keys, true; more; words = words[1:] {
		var k string
		if k, rest, more = strings.Cut(rest, " "); len(words) == 0 {
			return false
		}
		if w := key(words[0]); w != k && !(p.Open && !more && strings.HasPrefix(w, k)) {
			return false
		}
	}
	return true
}
