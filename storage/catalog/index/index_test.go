package index_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"pano/storage/catalog/fold"
	"pano/storage/catalog/index"
)

// table is a real FTS5 table as the catalogue has it.
type table struct {
	testing.TB
	db    *sql.DB
	asked int
}

func newTable(t testing.TB) *table {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	b := &table{TB: t, db: db}
	b.exec(`CREATE VIRTUAL TABLE words USING fts5 (folded, marked, content='', contentless_delete=1,
		tokenize="unicode61 remove_diacritics 0", prefix='2 3')`)
	return b
}

func (b *table) exec(stmt string, args ...any) {
	b.Helper()
	if _, err := b.db.Exec(stmt, args...); err != nil {
		b.Fatal(err)
	}
}

func (b *table) put(texts map[uint32]string) {
	b.Helper()
	for n, text := range texts {
		b.exec(`DELETE FROM words WHERE rowid = ?`, n)
		if text != "" {
			b.exec(`INSERT INTO words (rowid, folded, marked) VALUES (?, ?, ?)`, n, fold.Folded(text), fold.Marked(text))
		}
	}
}

func (b *table) match(expr string) (all []uint32) {
	b.Helper()
	rows, err := b.db.Query(`SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid`, expr)
	if err != nil {
		b.Fatalf("%s: %v", expr, err)
	}
	defer rows.Close()
	for rows.Next() {
		var n uint32
		if err := rows.Scan(&n); err != nil {
			b.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

// settled is what an index of the table's present texts asks.
func (b *table) settled() index.Table {
	return index.Table{Settled: true, Find: func(p fold.Phrase) ([]uint32, error) {
		b.asked++
		return b.match(p.FTS()), nil
	}}
}

func words(texts map[uint32]string) map[uint32][]fold.Word {
	all := map[uint32][]fold.Word{}
	for n, text := range texts {
		all[n] = fold.Words(text)
	}
	return all
}

func build(at int64, texts map[uint32]string) *index.Index {
	return index.Build(at, func(yield func(uint32, []fold.Word) bool) {
		for n, w := range words(texts) {
			if !yield(n, w) {
				return
			}
		}
	})
}

var vocabulary = strings.Fields("trưng trung trứng bày bay pa nô no pano panô băng rôn ron băngrôn banner áp phích ap poster cờ phướn " +
	"hòa hoà hoa mỹ mĩ quy quyết quý A4 5 a ã đường duong tranh cổ động co dong")

func text(r *rand.Rand) string {
	var some []string
	for range r.IntN(9) {
		some = append(some, vocabulary[r.IntN(len(vocabulary))])
	}
	return strings.Join(some, " ")
}

func query(r *rand.Rand) fold.Query {
	typed := text(r)
	if typed != "" && r.IntN(2) == 0 {
		typed = string([]rune(typed)[:1+r.IntN(len([]rune(typed)))])
	}
	return fold.NewParser().Parse(typed, func(string, bool) bool { return true })
}

func check(t *testing.T, b *table, x *index.Index, q fold.Query) {
	t.Helper()
	for _, all := range []fold.All{q.Exact, q.Any} {
		if len(all) == 0 {
			continue
		}
		got, err := x.Match(all, b.settled())
		if want := b.match(all.FTS()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%s: %v, %v; the table has %v", all.FTS(), got, err, want)
		}
	}
}

func TestMemoryFindsWhatTheTableFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	b := newTable(t)
	texts := map[uint32]string{}
	for n := range uint32(300) {
		texts[n+1] = text(r)
	}
	b.put(texts)
	x := build(1, texts)
	hits := 0
	for at := range int64(25) {
		changed := map[uint32]string{}
		for range r.IntN(90) {
			changed[1+r.Uint32N(400)] = text(r)
		}
		b.put(changed)
		x = x.With(at+2, words(changed))
		for range 20 {
			q := query(r)
			check(t, b, x, q)
			hits += len(q.Any)
		}
	}
	if hits < 200 || b.asked == 0 {
		t.Errorf("%d conditions, the table was asked %d times: that proves little", hits, b.asked)
	}
}

// Thousands of changes are merged; what was remembered before does not survive that.
func TestManyChangesAreMerged(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	b := newTable(t)
	texts := map[uint32]string{}
	for n := range uint32(3000) {
		texts[n+1] = text(r)
	}
	b.put(texts)
	x := build(1, texts)
	for at := range int64(5) {
		for range 40 {
			check(t, b, x, query(r))
		}
		changed := map[uint32]string{}
		for range 900 {
			changed[1+r.Uint32N(3000)] = text(r)
		}
		b.put(changed)
		x = x.With(at+2, words(changed))
	}
}

// An index of the past asks the table of the past, and what it hears is its own.
func TestEveryMomentKeepsItsOwnPhrases(t *testing.T) {
	all := fold.NewParser().Parse("pa nô", func(string, bool) bool { return true }).Any
	tell := func(n ...uint32) index.Table {
		return index.Table{Settled: true, Find: func(p fold.Phrase) ([]uint32, error) {
			if p.Keys == "pa no" {
				return n, nil
			}
			return nil, nil
		}}
	}
	ask := func(x *index.Index, n ...uint32) []uint32 {
		t.Helper()
		found, err := x.Match(all, tell(n...))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	now := build(5, map[uint32]string{1: "pa nô", 2: "pa nô"})
	was := now.With(4, words(map[uint32]string{2: "cờ"}))
	if got := ask(was, 1); !slices.Equal(got, []uint32{1}) {
		t.Errorf("the past finds %v, want 1", got)
	}
	if got := ask(now, 1, 2); !slices.Equal(got, []uint32{1, 2}) {
		t.Errorf("after it the present finds %v, want 1 and 2", got)
	}
	next := now.With(6, words(map[uint32]string{1: "cờ"}))
	if got := ask(next); !slices.Equal(got, []uint32{2}) {
		t.Errorf("the future finds %v, want 2, which it remembers", got)
	}
	gained := now.With(7, words(map[uint32]string{3: "ma két"}))
	layout := fold.NewParser().Parse("ma ket", func(string, bool) bool { return true }).Any
	for _, c := range []struct {
		x    *index.Index
		want []uint32
	}{{gained, []uint32{3}}, {now, nil}} {
		got, err := c.x.Match(layout, index.Table{Settled: true, Find: func(fold.Phrase) ([]uint32, error) { return c.want, nil }})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v, %v; want %v", got, err, c.want)
		}
	}
	unsure := tell(1, 3)
	unsure.Settled = false
	other := fold.NewParser().Parse("áp phích", func(string, bool) bool { return true }).Any
	if _, err := next.Match(other, unsure); err != nil {
		t.Fatal(err)
	}
	fail := errors.New("asked")
	if _, err := next.Match(other, index.Table{Find: func(fold.Phrase) ([]uint32, error) { return nil, fail }}); !errors.Is(err, fail) {
		t.Errorf("what may be rolled back was remembered: %v", err)
	}
}

func TestNoConditionsFindNothing(t *testing.T) {
	x := build(1, map[uint32]string{1: "pa nô"})
	if got, err := x.Match(nil, index.Table{}); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}

func BenchmarkMatch(b *testing.B) {
	r := rand.New(rand.NewPCG(9, 10))
	texts := map[uint32]string{}
	for n := range uint32(100_000) {
		texts[n] = text(r) + " " + text(r)
	}
	sorted := slices.Sorted(maps.Keys(texts))
	x := index.Build(1, func(yield func(uint32, []fold.Word) bool) {
		for _, n := range sorted {
			if !yield(n, fold.Words(texts[n])) {
				return
			}
		}
	})
	for _, typed := range []string{"trung bay", "duong hoa my", "tr"} {
		all := fold.NewParser().Parse(typed, func(string, bool) bool { return true }).Any
		b.Run(fmt.Sprint(typed), func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Match(all, index.Table{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
