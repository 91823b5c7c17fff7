package catalog

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
	"pano/storage/catalog/index"
)

// wordsOf returns what a is found by, besides its code and the names of its files.
func wordsOf(a pano.Asset) string {
	return strings.Join(append([]string{a.Title, a.Description, a.Creator, a.Source, a.Material}, a.Tags...), "\n")
}

// parse reads a search box.
func (tx *Tx) parse(ctx context.Context, cols *columns, text string) (q fold.Query, err error) {
	q = tx.db.parser.Parse(text, func(folded string, prefix bool) (known bool) {
		word := fold.All{{{Keys: folded, Open: prefix}}}
		var e error
		if cols.words != nil {
			var some []uint32
			some, e = tx.withWords(ctx, cols, word)
			known = len(some) > 0
		} else {
			e = tx.QueryRowContext(ctx, stmtKnown, word.FTS()).Scan(&known)
		}
		if e != nil {
			err = e
		}
		return known
	})
	return q, err
}

const stmtKnown = `SELECT EXISTS (SELECT 1 FROM asset_words WHERE asset_words MATCH ?)`

// withWords returns the assets for whose words all holds, ascending: from memory
// if they are there, else from the table.
func (tx *Tx) withWords(ctx context.Context, cols *columns, all fold.All) ([]uint32, error) {
	if cols.words == nil {
		return tx.seqs(ctx, stmtWords, all.FTS())
	}
	return cols.words.Match(all, index.Table{
		Find:    func(p fold.Phrase) ([]uint32, error) { return tx.seqs(ctx, stmtWords, p.FTS()) },
		Settled: tx.conn == nil,
	})
}

const stmtWords = `SELECT seqs(rowid) FROM asset_words WHERE asset_words MATCH ?`

// KeepWords holds the words of all assets in memory until ctx ends, about 9 MB
// for 100,000, which makes searching many times faster. Without it, and while it
// reads them, searches find the same in the file. It fails as ctx ends, or if the
// catalogue cannot be read.
func (db *DB) KeepWords(ctx context.Context) error {
	for {
		if err := db.loadWords(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-db.facets.lost:
		}
	}
}

// loadWords reads all words, then what has changed meanwhile, until nothing has.
func (db *DB) loadWords(ctx context.Context) error {
	var x *index.Index
	for given := false; !given; {
		err := db.Read(ctx, func(tx *Tx) error {
			cols, err := tx.columns(ctx)
			if err != nil {
				return err
			}
			if x, err = tx.bringWords(ctx, x, cols.gen); err == nil {
				given = db.facets.giveWords(cols, x)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bringWords brings x to gen, the generation of this transaction, or makes it.
func (tx *Tx) bringWords(ctx context.Context, x *index.Index, gen int64) (*index.Index, error) {
	if x != nil {
		_, oldest, err := tx.generation(ctx)
		if err != nil {
			return nil, err
		}
		if oldest <= x.At()+1 {
			seqs, err := tx.changedSince(ctx, x.At())
			if err != nil {
				return nil, err
			}
			if x, err = tx.rereadWords(ctx, x, gen, seqs); x != nil || err != nil {
				return x, err
			}
		}
	}
	rows, err := tx.QueryContext(ctx, stmtWordsOfAll)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all, fault := wordRows(rows)
	x = index.Build(gen, all)
	return x, *fault
}

// giveWords puts x, the words of the generation of c, into the latest columns,
// and reports whether those are no newer.
func (f *facets) giveWords(c *columns, x *index.Index) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.latest.gen != c.gen {
		return false
	}
	f.latest = &columns{gen: c.gen, chunks: c.chunks, words: x}
	return true
}

// loseWords asks for words to be loaded.
func (f *facets) loseWords() {
	select {
	case f.lost <- struct{}{}:
	default: // that is asked already
	}
}

// rereadWords returns x with the words of seqs as they are in this transaction,
// or nil if they are so many that all had better be read anew.
func (tx *Tx) rereadWords(ctx context.Context, x *index.Index, gen int64, seqs []uint32) (*index.Index, error) {
	if len(seqs) > maxChanged {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, stmtWordsOf, list(seqs))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	changed := make(map[uint32][]fold.Word, len(seqs))
	for _, seq := range seqs {
		changed[seq] = nil
	}
	all, fault := wordRows(rows)
	for seq, words := range all {
		changed[seq] = words
	}
	return x.With(gen, changed), *fault
}

const stmtWordsOfAll = `
	SELECT seq, concat_ws(char(10), title, description, creator, source, material, tags) FROM asset`

const stmtWordsOf = stmtWordsOfAll + ` WHERE seq IN (SELECT value FROM json_each(?))`

// wordRows goes through rows; after that, fault says what went wrong.
func wordRows(rows *sql.Rows) (all iter.Seq2[uint32, []fold.Word], fault *error) {
	fault = new(error)
	return func(yield func(uint32, []fold.Word) bool) {
		for rows.Next() {
			var seq uint32
			var text string
			if *fault = rows.Scan(&seq, &text); *fault != nil {
				return
			}
			if !yield(seq, fold.Words(text)) {
				return
			}
		}
		*fault = rows.Err()
	}, fault
}
