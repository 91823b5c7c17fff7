package catalog

import (
	"context"
	"fmt"
	"strings"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

// assetColumns are those of an asset a and its current version v, as scanAsset reads them.
const assetColumns = `
	a.seq, a.id, a.code, a.title, a.kind, a.description, a.creator, a.credit, a.rights, a.source, a.language,
	a.width, a.height, a.material, a.valid_until, a.tags, a.state, a.agency, a.campaign, a.owner,
	a.created, a.updated, a.binned, a.rev, ` + versionColumns

// draft is true for an asset a that its owner may still change; as pano.Asset.Resource says.
const draft = `a.state IN ('draft', 'returned')`

func scanAsset(row interface{ Scan(...any) error }) (a pano.Asset, seq int64, err error) {
	var tags string
	err = row.Scan(append([]any{
		&seq, &a.ID, &a.Code, &a.Title, &a.Kind, &a.Description, &a.Creator, &a.Credit, &a.Rights, &a.Source, &a.Language,
		&a.Width, &a.Height, &a.Material, &a.ValidUntil, &tags, &a.State, &a.Agency, text[pano.CampaignID]{&a.Campaign}, &a.Owner,
		instant{&a.Created}, instant{&a.Updated}, instant{&a.Binned}, &a.Rev,
	}, versionFields(&a.Current)...)...)
	if tags != "" {
		a.Tags = strings.Split(tags, "\n")
	}
	return a, seq, err
}

// Asset returns the asset with the given id and its current version, or a KindNotFound error.
func (tx *Tx) Asset(ctx context.Context, id pano.AssetID) (pano.Asset, error) {
	a, _, err := scanAsset(tx.QueryRowContext(ctx,
		`SELECT `+assetColumns+` FROM asset a JOIN version v ON v.id = a.current WHERE a.id = ?`, string(id)))
	return a, found(err, "asset.none")
}

// AddAsset stores a with its first version and returns it with id and code. The
// version's blob must be live.
func (tx *Tx) AddAsset(ctx context.Context, a pano.Asset, v pano.Version) (pano.Asset, error) {
	year := pano.DayOf(tx.Now).Time().Year()
	n, err := tx.number(ctx, fmt.Sprintf("MK-%d", year))
	if err != nil {
		return a, err
	}
	a.ID, a.Code = pano.AssetID(tx.NewID()), fmt.Sprintf("MK-%d-%04d", year, n)
	a.Created, a.Updated, a.Rev = tx.Now, tx.Now, 1
	v.ID, v.Asset, v.N, v.Created = pano.VersionID(tx.NewID()), a.ID, 1, tx.Now
	a.Current = v
	if err := tx.insertVersion(ctx, v); err != nil {
		return a, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO asset (id, code, title, title_sort, kind, description, creator, credit, rights, source, language,
			width, height, material, valid_until, tags, state, agency, campaign, owner, current, created, updated)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(a.ID), a.Code, a.Title, fold.SortKey(a.Title), string(a.Kind), a.Description, a.Creator, a.Credit, a.Rights, a.Source, a.Language,
		a.Width, a.Height, a.Material, a.ValidUntil, strings.Join(a.Tags, "\n"), string(a.State), string(a.Agency), orNull(a.Campaign),
		string(a.Owner), string(v.ID), ms(a.Created), ms(a.Updated))
	if err != nil {
		return a, err
	}
	return a, tx.IndexAsset(ctx, a, []string{v.Name})
}

// UpdateAsset stores what people may edit of a, its state and its bin, if the
// stored one is still at revision a.Rev, and returns it at the next. It fails
// with KindStale if somebody was faster.
func (tx *Tx) UpdateAsset(ctx context.Context, a pano.Asset) (pano.Asset, error) {
	a.Updated = tx.Now
	var binned any
	if !a.Binned.IsZero() {
		binned = ms(a.Binned)
	}
	res, err := tx.ExecContext(ctx, `
		UPDATE asset SET title = ?, title_sort = ?, kind = ?, description = ?, creator = ?, credit = ?, rights = ?, source = ?,
			language = ?, width = ?, height = ?, material = ?, valid_until = ?, tags = ?, state = ?, campaign = ?, binned = ?,
			updated = ?, rev = rev + 1
		WHERE id = ? AND rev = ?`,
		a.Title, fold.SortKey(a.Title), string(a.Kind), a.Description, a.Creator, a.Credit, a.Rights, a.Source,
		a.Language, a.Width, a.Height, a.Material, a.ValidUntil, strings.Join(a.Tags, "\n"), string(a.State), orNull(a.Campaign), binned,
		ms(a.Updated), string(a.ID), a.Rev)
	if err != nil {
		return a, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return a, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	a.Rev++
	return a, tx.reindex(ctx, a)
}

// AddVersion stores v as the next version of a, makes it the current one and
// returns a with it. It takes a back to a draft: nobody approved these bytes.
func (tx *Tx) AddVersion(ctx context.Context, a pano.Asset, v pano.Version) (pano.Asset, error) {
	v.ID, v.Asset, v.N, v.Created = pano.VersionID(tx.NewID()), a.ID, a.Current.N+1, tx.Now
	if err := tx.insertVersion(ctx, v); err != nil {
		return a, err
	}
	a.State, a.Updated, a.Current = pano.Draft, tx.Now, v
	_, err := tx.ExecContext(ctx, `UPDATE asset SET current = ?, state = ?, updated = ?, rev = rev + 1 WHERE id = ?`,
		string(v.ID), string(a.State), ms(tx.Now), string(a.ID))
	if err != nil {
		return a, err
	}
	a.Rev++
	return a, tx.reindex(ctx, a)
}

// reindex makes the words of a anew, with the file names of all its versions.
func (tx *Tx) reindex(ctx context.Context, a pano.Asset) error {
	all, err := tx.Versions(ctx, a.ID)
	if err != nil {
		return err
	}
	var names []string
	for _, v := range all {
		names = append(names, v.Name)
	}
	return tx.IndexAsset(ctx, a, names)
}

// AssetsWith returns the assets within reach that have a version with these
// bytes and are not in the bin, oldest first.
func (tx *Tx) AssetsWith(ctx context.Context, reach pano.Reach, d pano.Digest) ([]pano.Asset, error) {
	cond, args := within(reach, "a.agency", "a.owner", draft)
	rows, err := tx.QueryContext(ctx, `
		SELECT `+assetColumns+` FROM asset a JOIN version v ON v.id = a.current
		WHERE a.id IN (SELECT asset FROM version WHERE digest = ?) AND a.binned IS NULL AND `+cond+` ORDER BY a.seq`,
		append([]any{d}, args...)...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (pano.Asset, error) {
		a, _, err := scanAsset(row)
		return a, err
	})
}

// number returns the next number of a series; it is given only once.
func (tx *Tx) number(ctx context.Context, series string) (n int, err error) {
	err = tx.QueryRowContext(ctx, `
		INSERT INTO counter (name, last) VALUES (?, 1)
		ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last`, series).Scan(&n)
	return n, err
}

// Hangs reports whether an asset has a live placement that is not over.
func (tx *Tx) Hangs(ctx context.Context, id pano.AssetID) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `
		SELECT count(*) FROM placement
		WHERE asset = ? AND state NOT IN ('removed', 'cancelled') AND (ends > ? OR state IN ('installed', 'verified', 'damaged'))`,
		string(id), pano.DayOf(tx.Now)).Scan(&n)
	return n > 0, err
}
