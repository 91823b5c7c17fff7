package catalog

import "pano/internal/pano"

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
