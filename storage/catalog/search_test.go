package catalog_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/storage/catalog/fold"
)

// find is FindAssets in a transaction of its own.
func find(t testing.TB, db *catalog.DB, r pano.Reach, q catalog.AssetQuery) (page catalog.AssetPage) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *catalog.Tx) (err error) {
		page, err = tx.FindAssets(t.Context(), r, q)
		return err
	})
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return page
}

// everything is the reach of the server.
var everything = pano.Reach{All: true}

func ids(page catalog.AssetPage) (all []pano.AssetID) {
	for _, a := range page.Assets {
		all = append(all, a.ID)
	}
	return all
}

func titles(page catalog.AssetPage) string {
	var all []string
	for _, a := range page.Assets {
		all = append(all, a.Title)
	}
	return strings.Join(all, ", ")
}

// some returns up to n of all, at random, none as often as not.
func some[T any](r *rand.Rand, all []T, n int) (few []T) {
	if r.IntN(2) == 0 {
		return nil
	}
	for range 1 + r.IntN(n) {
		few = append(few, all[r.IntN(len(all))])
	}
	return few
}

func randomReach(r *rand.Rand, s stocked) pano.Reach {
	reach := pano.Reach{
		All:      r.IntN(3) == 0,
		Agencies: some(r, s.agencies, 4),
		OwnIn:    some(r, s.agencies, 4),
		DraftsIn: some(r, s.agencies, 4),
		NotOwn:   r.IntN(4) == 0,
	}
	if r.IntN(3) > 0 {
		reach.Self = s.users[r.IntN(len(s.users))]
	}
	if r.IntN(10) == 0 {
		reach.Self, reach.Agencies = "nobody", append(reach.Agencies, "nowhere")
	}
	return reach
}

func randomQuery(r *rand.Rand, s stocked) catalog.AssetQuery {
	q := catalog.AssetQuery{
		Kinds:     some(r, pano.AssetKinds(), 3),
		States:    some(r, pano.AssetStates(), 3),
		Agencies:  some(r, s.agencies, 6),
		Campaigns: some(r, s.campaigns, 20),
		Problems:  r.IntN(4) == 0,
		Bin:       r.IntN(6) == 0,
		Limit:     7 + r.IntN(30),
		Sort:      []catalog.AssetSort{"", catalog.Newest, catalog.ByTitle, catalog.ByUpdated}[r.IntN(4)],
	}
	if r.IntN(2) == 0 {
		q.Text = []string{"trung bay", "trưng bày", "pano", "băng rôn", "sảnh tầng 1", "0142", "poster", "ngã", "tr", "xyz"}[r.IntN(10)]
	}
	if r.IntN(5) == 0 {
		q.Location = "stretch"
	}
	return q
}

// The judge: the same questions in plain SQL, group by group.

func judge(t *testing.T, tx *catalog.Tx, r pano.Reach, q catalog.AssetQuery) (total int, facets map[string][]catalog.FacetCount, order []pano.AssetID) {
	t.Helper()
	words := fold.NewParser().Parse(q.Text, func(string, bool) bool { return true })
	where := func(ignore string) (cond string, args []any) {
		cond, args = catalog.Within(r)
		and := func(group, col string, values []string) {
			if len(values) > 0 && group != ignore {
				cond += ` AND ` + col + ` IN ('` + strings.Join(values, `','`) + `')`
			}
		}
		and("kind", "a.kind", texts(q.Kinds))
		and("state", "a.state", texts(q.States))
		and("agency", "a.agency", texts(q.Agencies))
		and("campaign", "a.campaign", texts(q.Campaigns))
		if q.Problems {
			and("problem", "v.ready", []string{"original_only"})
		}
		if q.Bin {
			cond += ` AND a.binned IS NOT NULL`
		} else {
			cond += ` AND a.binned IS NULL`
		}
		if !words.Empty() {
			cond += ` AND (a.seq IN (SELECT rowid FROM asset_words WHERE asset_words MATCH ?)`
			args = append(args, words.Any.FTS())
			if words.Codes != "" {
				cond += ` OR a.seq IN (SELECT rowid FROM asset_codes WHERE asset_codes MATCH ?)`
				args = append(args, words.Codes)
			}
			cond += `)`
		}
		if q.Location != "" {
			cond += ` AND EXISTS (SELECT 1 FROM placement p WHERE p.asset = a.id AND p.location = ? AND p.state <> 'cancelled')`
			args = append(args, string(q.Location))
		}
		return ` FROM asset a JOIN version v ON v.id = a.current WHERE ` + cond, args
	}
	facets = map[string][]catalog.FacetCount{}
	for group, col := range map[string]string{"kind": "a.kind", "state": "a.state", "agency": "a.agency", "campaign": "a.campaign",
		"problem": "nullif(iif(v.ready = 'original_only', v.ready, ''), '')"} {
		from, args := where(group)
		facets[group] = []catalog.FacetCount{}
		each(t, tx, `SELECT `+col+`, count(*)`+from+` AND `+col+` IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`, args, func(row *sql.Rows) error {
			var f catalog.FacetCount
			err := row.Scan(&f.Value, &f.Count)
			facets[group] = append(facets[group], f)
			return err
		})
	}
	by := map[catalog.AssetSort]string{catalog.ByTitle: `a.title_sort, a.seq`, catalog.ByUpdated: `a.updated DESC, a.seq DESC`}[q.Sort]
	from, args := where("")
	if by == "" {
		by = `a.seq DESC`
		if !words.Empty() {
			by = `a.seq IN (SELECT rowid FROM asset_words WHERE asset_words MATCH ?) DESC,
				a.seq IN (SELECT rowid FROM asset_words WHERE asset_words MATCH ?) DESC, a.seq DESC`
			args = append(args, words.Exact.FTS(), words.Any.FTS())
		}
	}
	each(t, tx, `SELECT a.id`+from+` ORDER BY `+by, args, func(row *sql.Rows) error {
		var id pano.AssetID
		err := row.Scan(&id)
		order = append(order, id)
		return err
	})
	return len(order), facets, order
}

func texts[T ~string](values []T) (all []string) {
	for _, v := range values {
		all = append(all, string(v))
	}
	return all
}

func each(t *testing.T, tx *catalog.Tx, stmt string, args []any, scan func(*sql.Rows) error) {
	t.Helper()
	rows, err := tx.Query(stmt, args...)
	if err != nil {
		t.Fatalf("%s: %v", stmt, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// place puts every n-th asset on one long stretch of road, some of them no more.
func place(t testing.TB, db *catalog.DB, assets []pano.Asset, n int) {
	t.Helper()
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		if _, err := tx.Exec(`INSERT INTO location (id, code, kind, name, agency, capacity, created, updated)
			VALUES ('stretch', 'D1', 'stretch', 'Đường 1', 'agency0', 1000000, 0, 0)`); err != nil {
			return err
		}
		for i := 0; i < len(assets); i += n {
			state := []string{"planned", "removed", "cancelled"}[i/n%3]
			if _, err := tx.Exec(`INSERT INTO placement (id, asset, location, starts, ends, remove_by, quantity, x, y, width, height, state, agency, by, created, updated)
				VALUES (?, ?, 'stretch', 1, 2, 3, 1, 0, 0, 0, 0, ?, 'agency0', 'user0', 0, 0)`, fmt.Sprint("p", i), string(assets[i].ID), state); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTotalsFacetsAndPagesAreThoseOfSQL(t *testing.T) {
	t.Run("words in the file", func(t *testing.T) { pagesAreThoseOfSQL(t, open(t)) })
	t.Run("words in memory", func(t *testing.T) {
		db := open(t)
		loadWords(t, db)
		pagesAreThoseOfSQL(t, db)
		if !db.HasWords() {
			t.Error("the words were lost on the way")
		}
	})
}

func loadWords(t testing.TB, db *catalog.DB) {
	t.Helper()
	if err := db.LoadWords(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func pagesAreThoseOfSQL(t *testing.T, db *catalog.DB) {
	s, assets := stock(t, db, 3, 200)
	place(t, db, assets, 4)
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		if round%5 == 4 {
			change(t, db, r, s, assets)
		}
		reach, q := randomReach(r, s), randomQuery(r, s)
		if round%3 > 0 {
			reach = everything
		}
		err := db.Read(t.Context(), func(tx *catalog.Tx) error {
			total, facets, order := judge(t, tx, reach, q)
			var got []pano.AssetID
			for pages := 0; ; pages++ {
				page, err := tx.FindAssets(t.Context(), reach, q)
				if err != nil {
					return err
				}
				if page.Total != total || !reflect.DeepEqual(page.Facets, facets) {
					t.Fatalf("%+v\n%+v\ntotal %d, want %d\nfacets %v\nwant   %v", reach, q, page.Total, total, page.Facets, facets)
				}
				if len(page.Assets) > q.Limit || pages > total {
					t.Fatalf("page %d has %d assets, limit %d", pages, len(page.Assets), q.Limit)
				}
				got = append(got, ids(page)...)
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if !slices.Equal(got, order) {
				t.Fatalf("%+v\n%+v\npages have %v\nwant       %v", reach, q, got, order)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// change edits, bins and readies some assets.
func change(t *testing.T, db *catalog.DB, r *rand.Rand, s stocked, assets []pano.Asset) {
	t.Helper()
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		for range 1 + r.IntN(20) {
			i := r.IntN(len(assets))
			a := assets[i]
			a.Kind, a.State = pano.AssetKinds()[r.IntN(5)], pano.AssetStates()[r.IntN(5)]
			a.Campaign = s.campaigns[r.IntN(len(s.campaigns))]
			a.Title = newMaker(r.Uint64()).title()
			a.Binned = time.Time{}
			if r.IntN(10) == 0 {
				a.Binned = tx.Now
			}
			var err error
			if assets[i], err = tx.UpdateAsset(t.Context(), a); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE version SET ready = ? WHERE id = ?`, []string{"ready", "original_only"}[r.IntN(2)], string(a.Current.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReachInMemoryIsReachInSQL(t *testing.T) {
	db := open(t)
	s, assets := stock(t, db, 4, 150)
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		reach := randomReach(r, s)
		want := 0
		for _, a := range assets {
			if a.Binned.IsZero() && reach.Has(a.Resource()) {
				want++
			}
		}
		cond, args := catalog.Within(reach)
		var inSQL int
		db.Read(t.Context(), func(tx *catalog.Tx) error {
			return tx.QueryRow(`SELECT count(*) FROM asset a WHERE a.binned IS NULL AND `+cond, args...).Scan(&inSQL)
		})
		if got := find(t, db, reach, catalog.AssetQuery{}).Total; got != want || inSQL != want {
			t.Fatalf("%+v: in memory %d, in SQL %d, by Has %d", reach, got, inSQL, want)
		}
	}
}

// put stores an asset that came as the named file.
func put(t testing.TB, db *catalog.DB, a pano.Asset, file string) pano.Asset {
	t.Helper()
	a.Kind, a.State = cmp.Or(a.Kind, pano.Banner), cmp.Or(a.State, pano.Draft)
	a.Agency, a.Owner = cmp.Or(a.Agency, "agency0"), cmp.Or(a.Owner, "user0")
	err := db.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
		a, err = tx.AddAsset(t.Context(), a, version(tx, a, file))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func version(tx *catalog.Tx, a pano.Asset, file string) pano.Version {
	return pano.Version{Digest: pano.Digest{1}, Name: file, Ready: pano.Made, Upload: pano.UploadID(tx.NewID()), By: a.Owner}
}

func edit(t testing.TB, db *catalog.DB, a pano.Asset) pano.Asset {
	t.Helper()
	err := db.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
		a, err = tx.UpdateAsset(t.Context(), a)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAssetsAreFoundByWordsCodesAndFileNames(t *testing.T) {
	db := open(t)
	stock(t, db, 5, 0)
	a := put(t, db, pano.Asset{Title: "Trưng bày gốm", Description: "phố nghề", Creator: "Nguyễn Văn Ảnh", Source: "bảo tàng",
		Material: "bạt hiflex", Tags: []string{"mùa xuân"}}, "IMG_3041_gốm.JPG")
	put(t, db, pano.Asset{Title: "Trung bay khong dau"}, "b.png")
	put(t, db, pano.Asset{Title: "Trứng bày chợ"}, "trung-bay-cuoi.png")
	put(t, db, pano.Asset{Title: "Ảnh 4"}, "trung_bay 2.png")

	for text, want := range map[string]string{
		"trung bay": "Trứng bày chợ, Trung bay khong dau, Trưng bày gốm, Ảnh 4",
		"trưng bày": "Trưng bày gốm, Trứng bày chợ, Trung bay khong dau, Ảnh 4",
		"pho nghe":  "Trưng bày gốm", "văn ảnh": "Trưng bày gốm", "bao tang": "Trưng bày gốm", "hiflex": "Trưng bày gốm",
		"mua xuan": "Trưng bày gốm", a.Code: "Trưng bày gốm", strings.ToLower(a.Code[3:]): "Trưng bày gốm", a.Code[8:]: "Trưng bày gốm",
		"img_30": "Trưng bày gốm", "gom.jpg": "Trưng bày gốm", "3041": "Trưng bày gốm",
		"không có": "", `"*`: "Ảnh 4, Trứng bày chợ, Trung bay khong dau, Trưng bày gốm",
		"b": "Ảnh 4, Trứng bày chợ, Trung bay khong dau, Trưng bày gốm", // one letter alone does not search
	} {
		if got := titles(find(t, db, everything, catalog.AssetQuery{Text: text})); got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}

	a.Title, a.Tags = "Hội sách", nil
	a = edit(t, db, a)
	err := db.Tend(t.Context(), func(tx *catalog.Tx) (err error) {
		a, err = tx.AddVersion(t.Context(), a, version(tx, a, "ban-sua.tif"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{"trưng bày gốm": 0, "mua xuan": 0, "hoi sach": 1, "ban-sua": 1, "img_3041": 1} {
		if got := find(t, db, everything, catalog.AssetQuery{Text: text}).Total; got != want {
			t.Errorf("after the change %q finds %d, want %d", text, got, want)
		}
	}
	a.Binned = time.Now()
	edit(t, db, a)
	for bin, want := range map[bool]string{false: "", true: "Hội sách"} {
		if got := titles(find(t, db, everything, catalog.AssetQuery{Text: "hoi sach", Bin: bin})); got != want {
			t.Errorf("bin %v: %q, want %q", bin, got, want)
		}
	}
}

func TestPageHasVersionsAndThumbs(t *testing.T) {
	db := open(t)
	stock(t, db, 6, 0)
	a := put(t, db, pano.Asset{Title: "Một"}, "1.png")
	if page := find(t, db, everything, catalog.AssetQuery{}); len(page.Thumbs) != 0 || page.Assets[0].Current.Name != "1.png" {
		t.Fatalf("%+v", page)
	}
	r := pano.Rendition{Of: a.Current.Digest, Spec: "thumb", Digest: pano.Digest{1}, Size: 7, MediaType: "image/jpeg", Width: 3, Height: 2}
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		other := r
		other.Spec, other.Size = "zoom", 8
		return errors.Join(tx.AddRendition(t.Context(), r), tx.AddRendition(t.Context(), other))
	})
	if err != nil {
		t.Fatal(err)
	}
	page := find(t, db, everything, catalog.AssetQuery{})
	if got := page.Thumbs[page.Assets[0].Current.Digest]; got != r || len(page.Thumbs) != 1 {
		t.Errorf("thumb %+v, want %+v", got, r)
	}
}

// What a reader finds by words is of its snapshot too, and what a writer finds
// has its own words, which nobody else sees.
func TestWordsInMemoryAreThoseOfTheSnapshot(t *testing.T) {
	db := open(t)
	stock(t, db, 15, 30)
	a := put(t, db, pano.Asset{Title: "Pa-nô cổng chào"}, "1.png")
	loadWords(t, db)
	query := catalog.AssetQuery{Text: "pano cong chao"}
	total := func(tx *catalog.Tx) int {
		page, err := tx.FindAssets(t.Context(), everything, query)
		if err != nil {
			t.Fatal(err)
		}
		return page.Total
	}
	now := func() int { return find(t, db, everything, query).Total }
	before := now()
	db.Read(t.Context(), func(old *catalog.Tx) error {
		total(old) // the snapshot begins
		a.Title = "Cờ hội"
		a = edit(t, db, a)
		if got := now(); got != before-1 {
			t.Errorf("after the change %d, want %d", got, before-1)
		}
		if got := total(old); got != before {
			t.Errorf("the old reader finds %d, want %d", got, before)
		}
		return nil
	})
	boom := errors.New("boom")
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		a.Title = "Pa-nô cổng chào"
		if _, err := tx.UpdateAsset(t.Context(), a); err != nil {
			return err
		}
		if got := total(tx); got != before {
			t.Errorf("the writer finds %d, want %d", got, before)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got := now(); got != before-1 {
		t.Errorf("after the rollback %d, want %d", got, before-1)
	}
	if !db.HasWords() {
		t.Error("the words were lost on the way")
	}
}

// KeepWords reads the words again when too much has changed to follow.
func TestWordsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pano.db")
	db, err := catalog.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stock(t, db, 16, 20)
	a := put(t, db, pano.Asset{Title: "Đèn lồng"}, "1.png")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.KeepWords(ctx) }()
	until := func(want int, text string) {
		t.Helper()
		for patience := time.Now().Add(time.Minute); !db.HasWords(); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(patience) {
				t.Fatal("no words in memory")
			}
		}
		if got := find(t, db, everything, catalog.AssetQuery{Text: text}).Total; got != want {
			t.Errorf("%q finds %d, want %d", text, got, want)
		}
	}
	until(1, "den long")
	a.Title = "Đèn trời"
	edit(t, db, a)
	exec(t, path, `DELETE FROM asset_change WHERE gen < (SELECT max(gen) FROM asset_change)`)
	put(t, db, pano.Asset{Title: "Đèn biển"}, "2.png")
	exec(t, path, `DELETE FROM asset_change WHERE gen < (SELECT max(gen) FROM asset_change)`)
	if got := find(t, db, everything, catalog.AssetQuery{Text: "den long"}).Total; got != 0 {
		t.Errorf("with the changes forgotten %d, want 0", got)
	}
	until(1, "den troi")
	until(1, "den bien")
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("KeepWords ended with %v", err)
	}
}

// What changes while the words are read is not missed, even if it is forgotten.
func TestChangesDuringTheLoadAreSeen(t *testing.T) {
	for _, forget := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "pano.db")
		db, err := catalog.Open(path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		stock(t, db, 17, 20)
		a := put(t, db, pano.Asset{Title: "Đèn lồng"}, "1.png")
		err = db.LoadWordsWhile(t.Context(), func() {
			a.Title = "Đèn trời"
			edit(t, db, a)
			put(t, db, pano.Asset{Title: "Đèn biển"}, "2.png")
			if forget {
				exec(t, path, `DELETE FROM asset_change WHERE gen < (SELECT max(gen) FROM asset_change)`)
			}
		})
		if err != nil || !db.HasWords() {
			t.Fatalf("words in memory: %v, %v", db.HasWords(), err)
		}
		for text, want := range map[string]int{"den long": 0, "den troi": 1, "den bien": 1} {
			if got := find(t, db, everything, catalog.AssetQuery{Text: text}).Total; got != want {
				t.Errorf("changes forgotten %v: %q finds %d, want %d", forget, text, got, want)
			}
		}
	}
}

func TestReaderSeesTheFacetsOfItsSnapshot(t *testing.T) {
	db := open(t)
	_, assets := stock(t, db, 7, 50)
	drafts := catalog.AssetQuery{States: []pano.AssetState{pano.Draft}}
	was := find(t, db, everything, drafts)
	err := db.Read(t.Context(), func(old *catalog.Tx) error {
		ask := func() catalog.AssetPage {
			page, err := old.FindAssets(t.Context(), everything, drafts)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		ask() // the snapshot begins
		for i := range 3 {
			a := assets[i]
			a.State = pano.Withdrawn
			edit(t, db, a)
			put(t, db, pano.Asset{Title: "Mới"}, "new.png")
			now := find(t, db, everything, catalog.AssetQuery{})
			if now.Assets[0].Title != "Mới" {
				t.Errorf("a new reader does not see the newest asset")
			}
			if page := ask(); page.Total != was.Total || !reflect.DeepEqual(page.Facets, was.Facets) {
				t.Errorf("after %d changes the old reader sees %d drafts, %v; want %d, %v", i+1, page.Total, page.Facets, was.Total, was.Facets)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriterAloneSeesWhatIsNotCommitted(t *testing.T) {
	db := open(t)
	stock(t, db, 8, 20)
	a, b := put(t, db, pano.Asset{Title: "Một"}, "1.png"), put(t, db, pano.Asset{Title: "Hai"}, "2.png")
	total := func() int { return find(t, db, everything, catalog.AssetQuery{}).Total }
	before := total()
	boom := errors.New("boom")
	err := db.Tend(t.Context(), func(tx *catalog.Tx) error {
		a.Binned = tx.Now
		if _, err := tx.UpdateAsset(t.Context(), a); err != nil {
			return err
		}
		page, err := tx.FindAssets(t.Context(), everything, catalog.AssetQuery{})
		if err != nil || page.Total != before-1 {
			t.Errorf("the writer sees %d, %v; want %d", page.Total, err, before-1)
		}
		if got := total(); got != before {
			t.Errorf("a reader sees %d, want %d", got, before)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if got := total(); got != before {
		t.Errorf("after the rollback %d, want %d", got, before)
	}
	edit(t, db, b) // is given the number of the change that was rolled back
	if got := total(); got != before {
		t.Errorf("after the next commit %d, want %d", got, before)
	}
}

// Another process, or a statement that nobody thought of, cannot make the counts lie.
func TestNoWriterCanForgetTheFacets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pano.db")
	db, err := catalog.Open(path, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, assets := stock(t, db, 9, 20)
	find(t, db, everything, catalog.AssetQuery{})
	exec(t, path, `UPDATE asset SET kind = 'logo', binned = NULL`)
	find(t, db, everything, catalog.AssetQuery{})
	exec(t, path, `UPDATE version SET ready = 'original_only'`)
	page := find(t, db, everything, catalog.AssetQuery{Problems: true})
	if want := []catalog.FacetCount{{Value: "logo", Count: 20}}; !slices.Equal(page.Facets["kind"], want) || page.Total != 20 {
		t.Errorf("total %d, kinds %v; want 20, %v", page.Total, page.Facets["kind"], want)
	}
	exec(t, path, `PRAGMA foreign_keys = OFF; DELETE FROM asset WHERE id = '`+string(assets[0].ID)+`'`)
	db.Read(t.Context(), func(tx *catalog.Tx) error {
		var words, codes int
		err := tx.QueryRow(`SELECT (SELECT count(*) FROM asset_words WHERE asset_words MATCH ?), (SELECT count(*) FROM asset_codes WHERE asset_codes MATCH ?)`,
			`"`+fold.Folded(assets[0].Title)+`"`, `"`+fold.Plain(assets[0].Code)+`"`).Scan(&words, &codes)
		if err != nil || words+codes != 0 {
			t.Errorf("a deleted asset has left %d words and %d codes behind, %v", words, codes, err)
		}
		return nil
	})
	exec(t, path, `UPDATE asset SET state = 'withdrawn'; DELETE FROM asset_change WHERE gen < (SELECT max(gen) FROM asset_change)`)
	page = find(t, db, everything, catalog.AssetQuery{})
	if want := []catalog.FacetCount{{Value: "withdrawn", Count: 19}}; !slices.Equal(page.Facets["state"], want) {
		t.Errorf("with the changes forgotten: states %v, want %v", page.Facets["state"], want)
	}
}

func TestReadersAgreeWithThemselvesWhileOthersWrite(t *testing.T) {
	db := open(t)
	_, assets := stock(t, db, 10, 100)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				db.Read(t.Context(), func(tx *catalog.Tx) error {
					page, err := tx.FindAssets(t.Context(), everything, catalog.AssetQuery{Kinds: []pano.AssetKind{pano.Logo}, Limit: 200})
					if err != nil {
						t.Error(err)
						return err
					}
					var want int
					if err := tx.QueryRow(`SELECT count(*) FROM asset WHERE kind = 'logo' AND binned IS NULL`).Scan(&want); err != nil || page.Total != want {
						t.Errorf("total %d, the same snapshot has %d, %v", page.Total, want, err)
					}
					return nil
				})
			}
		})
	}
	for i := range 60 {
		a := assets[i]
		a.Kind, a.Binned = pano.Logo, time.Time{}
		edit(t, db, a)
	}
	stop()
	wg.Wait()
}

func TestBadQueriesAreRefused(t *testing.T) {
	db := open(t)
	stock(t, db, 11, 60)
	next := find(t, db, everything, catalog.AssetQuery{Limit: 10}).Next
	for _, c := range []struct {
		q          catalog.AssetQuery
		key, field string
	}{
		{catalog.AssetQuery{Cursor: "rubbish!"}, "search.bad_cursor", "cursor"},
		{catalog.AssetQuery{Cursor: next + "A"}, "search.bad_cursor", "cursor"},
		{catalog.AssetQuery{Cursor: next[:len(next)-1]}, "search.bad_cursor", "cursor"},
		{catalog.AssetQuery{Cursor: next, Sort: catalog.ByTitle}, "search.bad_cursor", "cursor"},
		{catalog.AssetQuery{Limit: 201}, "search.bad_limit", "limit"},
		{catalog.AssetQuery{Limit: -1}, "search.bad_limit", "limit"},
		{catalog.AssetQuery{Sort: "colour"}, "search.bad_sort", "sort"},
		{catalog.AssetQuery{Kinds: []pano.AssetKind{"kite"}}, "asset.unknown_kind", "kind"},
		{catalog.AssetQuery{States: []pano.AssetState{"lost"}}, "asset.unknown_state", "state"},
	} {
		db.Read(t.Context(), func(tx *catalog.Tx) error {
			_, err := tx.FindAssets(t.Context(), everything, c.q)
			if e, ok := errors.AsType[*pano.Error](err); !ok || e.Kind != pano.KindInvalid || e.Key != c.key || e.Field != c.field {
				t.Errorf("%+v: %v, want %s at %s", c.q, err, c.key, c.field)
			}
			return nil
		})
	}
	if page := find(t, db, everything, catalog.AssetQuery{}); len(page.Assets) != 48 {
		t.Errorf("a page has %d assets, want 48", len(page.Assets))
	}
}

func FuzzCursorIsReadOrRefused(f *testing.F) {
	for _, text := range []string{"", "bgAB", "dAE", "dQIB", "rubbish", "====", "bgD_____________AQ", "boAAAQ"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range []catalog.AssetSort{catalog.Newest, catalog.ByTitle, catalog.ByUpdated} {
			again, err := catalog.ReadCursor(text, s)
			if err == nil && again != text {
				t.Errorf("%s: %q was read as %q", s, text, again)
			}
			if err != nil && pano.KindOf(err) != pano.KindInvalid {
				t.Errorf("%s: %q: %v", s, text, err)
			}
		}
	})
}

func TestNoHotStatementScansTheAssets(t *testing.T) {
	db := open(t)
	_, assets := stock(t, db, 12, 300)
	place(t, db, assets, 2)
	exec := func(tx *catalog.Tx) error { _, err := tx.Exec(`ANALYZE`); return err }
	if err := db.Tend(t.Context(), exec); err != nil {
		t.Fatal(err)
	}
	for name, stmt := range catalog.HotStatements() {
		args := make([]any, strings.Count(stmt, "?"))
		for i := range args {
			args[i] = "1"
		}
		db.Read(t.Context(), func(tx *catalog.Tx) error {
			steps := 0
			each(t, tx, `EXPLAIN QUERY PLAN `+stmt, args, func(row *sql.Rows) error {
				var id, parent, unused int
				var step string
				err := row.Scan(&id, &parent, &unused, &step)
				steps++
				for _, table := range []string{"a", "asset", "v", "version", "p", "placement", "rendition", "asset_change"} {
					if step == "SCAN "+table || strings.HasPrefix(step, "SCAN "+table+" ") {
						t.Errorf("%s: %s", name, step)
					}
				}
				return err
			})
			if steps == 0 {
				t.Errorf("%s has no plan", name)
			}
			return nil
		})
	}
}

// Many titles are not read but met along their index.
func TestManyTitlesComeInOrder(t *testing.T) {
	db := open(t)
	stock(t, db, 13, 1)
	stockFast(t, db, 14, 500)
	db.WalkTitles()
	for _, q := range []catalog.AssetQuery{{}, {Kinds: pano.AssetKinds()[3:5]}, {Text: "pa"}} {
		q.Sort, q.Limit = catalog.ByTitle, 7
		db.Read(t.Context(), func(tx *catalog.Tx) error {
			total, _, want := judge(t, tx, everything, q)
			var got []pano.AssetID
			for {
				page, err := tx.FindAssets(t.Context(), everything, q)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, ids(page)...)
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if !slices.Equal(got, want) || total < 30 {
				t.Errorf("%+v: %d assets, not the %d of SQL in its order", q, len(got), total)
			}
			return nil
		})
	}
}

// A foreign key that waits for the end of the transaction makes SQLite look for
// the rows that wait; EXPLAIN QUERY PLAN does not say so.
func TestAddingAVersionDoesNotScanTheAssets(t *testing.T) {
	db := open(t)
	db.Read(t.Context(), func(tx *catalog.Tx) error {
		var root int
		if err := tx.QueryRow(`SELECT rootpage FROM sqlite_schema WHERE name = 'asset'`).Scan(&root); err != nil {
			t.Fatal(err)
		}
		opened, steps := map[int]bool{}, 0
		each(t, tx, `EXPLAIN INSERT INTO version SELECT * FROM version WHERE id = ''`, nil, func(row *sql.Rows) error {
			var addr, p1, p2, p3 int
			var op string
			var rest sql.RawBytes
			steps++
			err := row.Scan(&addr, &op, &p1, &p2, &p3, &rest, &rest, &rest)
			if op == "OpenRead" || op == "OpenWrite" {
				opened[p1] = p2 == root
			}
			if op == "Rewind" && opened[p1] {
				t.Errorf("step %d goes through all assets", addr)
			}
			return err
		})
		if steps == 0 {
			t.Error("no plan")
		}
		return nil
	})
}
