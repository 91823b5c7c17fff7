package catalog

import (
	"context"
	"errors"

	"pano/internal/pano"
	"pano/storage/catalog/index"
)

// Within lets tests ask SQL what they ask memory.
func Within(r pano.Reach) (cond string, args []any) { return within(r, "a.agency", "a.owner", draft) }

// WalkTitles makes db go along the index of titles for every page.
func (db *DB) WalkTitles() { db.fewTitles = 0 }

// HotStatements are those that run on every search.
func HotStatements() map[string]string {
	return map[string]string{
		"generation":   stmtGeneration,
		"changedSince": stmtChangedSince,
		"facetRowsOf":  stmtFacetRowsOf,
		"known":        stmtKnown,
		"words":        stmtWords,
		"wordsOf":      stmtWordsOf,
		"newestWords":  stmtNewestWords,
		"codes":        stmtCodes,
		"placed":       stmtPlaced,
		"assetsAt":     stmtAssetsAt,
		"thumbs":       stmtThumbs,
		"titlesOf":     stmtTitlesOf,
		"titlesAfter":  stmtTitlesAfter,
		"titleKey":     stmtTitleKey,
		"seqOf":        stmtSeqOf,
	}
}

// ReadCursor reads a cursor and writes it again.
func ReadCursor(text string, s AssetSort) (again string, err error) {
	c, err := readCursor(text, s)
	if err != nil || text == "" {
		return "", err
	}
	return c.write(s), nil
}

// LoadWords reads the words of all assets once, as KeepWords does.
func (db *DB) LoadWords(ctx context.Context) error { return db.loadWords(ctx) }

// HasWords reports whether the latest reader has words in memory.
func (db *DB) HasWords() bool {
	db.facets.mu.Lock()
	defer db.facets.mu.Unlock()
	return db.facets.latest != nil && db.facets.latest.words != nil
}

// LoadWordsWhile is LoadWords with something happening after all was read.
func (db *DB) LoadWordsWhile(ctx context.Context, something func()) error {
	var x *index.Index
	bring := func(tx *Tx) error {
		cols, err := tx.columns(ctx)
		if err == nil {
			x, err = tx.bringWords(ctx, x, cols.gen)
		}
		if err == nil {
			db.facets.giveWords(cols, x)
		}
		return err
	}
	err := db.Read(ctx, bring)
	db.facets.latest.words = nil
	something()
	return errors.Join(err, db.Read(ctx, bring))
}
