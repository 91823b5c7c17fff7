package catalog

import (
	"context"
	"encoding/json"

	"pano/internal/pano"
)

const planColumns = `s.id, s.name, s.asset, s.version, s.width, s.height, s.agency, s.points, s.closed, s.created, s.updated, s.rev`

// A LaidPlan is a plan with what people are shown of it.
type LaidPlan struct {
	pano.SitePlan
	Code    string      // of the asset
	Digest  pano.Digest // of the bytes the asset has now
	Renewed bool        // the asset has other bytes than those on which the points were set
}

const planFrom = `SELECT ` + planColumns + `, a.code, v.digest, v.id <> s.version FROM plan s JOIN asset a ON a.id = s.asset JOIN version v ON v.id = a.current `

func scanPlan(row interface{ Scan(...any) error }) (p LaidPlan, err error) {
	var points string
	err = row.Scan(&p.ID, &p.Name, &p.Asset, &p.Version, &p.Width, &p.Height, &p.Agency, &points, &p.Closed, instant{&p.Created}, instant{&p.Updated}, &p.Rev,
		&p.Code, &p.Digest, &p.Renewed)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(points), &p.Points)
}

const noPlan = "plan.none" // words

// Plan returns the plan with that id if its picture is within see, or KindNotFound.
func (tx *Tx) Plan(ctx context.Context, see pano.Reach, id pano.SitePlanID) (LaidPlan, error) {
	cond, args := within(see, "a.agency", "a.owner", draft)
	p, err := scanPlan(tx.QueryRowContext(ctx, planFrom+`WHERE s.id = ? AND `+cond, append([]any{string(id)}, args...)...))
	return p, found(err, noPlan)
}

// mostPlans is how many plans there are to choose from at most.
const mostPlans = 200

// Plans returns the plans in use whose pictures are within see, by name, at most 200.
func (tx *Tx) Plans(ctx context.Context, see pano.Reach) ([]LaidPlan, error) {
	cond, args := within(see, "a.agency", "a.owner", draft)
	rows, err := tx.QueryContext(ctx, planFrom+`WHERE NOT s.closed AND a.binned IS NULL AND `+cond+` ORDER BY s.name, s.seq LIMIT ?`, append(args, mostPlans)...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanPlan)
}

// AddPlan stores p and returns it with its id. Asset, version and agency must be there.
func (tx *Tx) AddPlan(ctx context.Context, p pano.SitePlan) (pano.SitePlan, error) {
	p.ID = pano.SitePlanID(tx.NewID())
	p.Created, p.Updated, p.Rev = tx.Now, tx.Now, 1
	points, err := pointsOf(p)
	if err != nil {
		return p, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO plan (id, name, asset, version, width, height, agency, points, closed, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(p.ID), p.Name, string(p.Asset), string(p.Version), p.Width, p.Height, string(p.Agency), points, p.Closed, ms(p.Created), ms(p.Updated))
	return p, err
}

func pointsOf(p pano.SitePlan) (string, error) {
	if p.Points == nil {
		return "[]", nil
	}
	text, err := json.Marshal(p.Points)
	return string(text), err
}

// UpdatePlan stores all of p but its asset and agency if the stored one is still
// at revision p.Rev, and returns it at the next. It fails with KindStale if
// somebody was faster.
func (tx *Tx) UpdatePlan(ctx context.Context, p pano.SitePlan) (pano.SitePlan, error) {
	p.Updated = tx.Now
	points, err := pointsOf(p)
	if err != nil {
		return p, err
	}
	res, err := tx.ExecContext(ctx, `
		UPDATE plan SET name = ?, version = ?, width = ?, height = ?, points = ?, closed = ?, updated = ?, rev = rev + 1 WHERE id = ? AND rev = ?`,
		p.Name, string(p.Version), p.Width, p.Height, points, p.Closed, ms(p.Updated), string(p.ID), p.Rev)
	if err != nil {
		return p, err
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return p, &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
	}
	p.Rev++
	return p, nil
}
