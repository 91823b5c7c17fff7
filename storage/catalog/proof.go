package catalog

import (
	"context"
	"database/sql"
	"errors"

	"pano/internal/pano"
)

// shotColumns are those of a shot s, as shotFields takes them.
const shotColumns = `s.digest, s.size, s.media_type, s.width, s.height, s.taken, s.hash, s.ready, s.problem, s.upload, s.by, s.created`

func shotFields(s *pano.Shot) []any {
	return []any{digestOrNone{&s.Digest}, orZero[int64]{&s.Size}, text[string]{&s.MediaType}, orZero[pano.Px]{&s.Width}, orZero[pano.Px]{&s.Height}, text[string]{&s.Taken},
		bits{&s.Hash}, text[pano.Ready]{&s.Ready}, text[string]{&s.Problem}, text[pano.UploadID]{&s.Upload}, text[pano.UserID]{&s.By}, instant{&s.Created}}
}

// orZero scans a column of whole numbers; NULL is 0.
type orZero[T ~int | ~int64] struct{ n *T }

func (x orZero[T]) Scan(v any) error {
	n, _ := v.(int64)
	*x.n = T(n)
	return nil
}

// Shot returns the picture with that digest, or a KindNotFound error.
func (tx *Tx) Shot(ctx context.Context, d pano.Digest) (s pano.Shot, err error) {
	err = tx.QueryRowContext(ctx, `SELECT `+shotColumns+` FROM shot s WHERE s.digest = ?`, d).Scan(shotFields(&s)...)
	return s, found(err, "rendition.none")
}

// A Held picture is one whose bytes are in the store for good, and which nothing
// needs yet. KeepShot keeps it, in the transaction that says what for.
type Held struct {
	Claim Claimed
	Shot  pano.Shot
}

// KeepShot makes the bytes of h live, ends its delivery and owes its renditions,
// in the turns of lane. The same picture may be kept any number of times. It
// fails with KindUnavailable if the bytes were collected since they were put.
func (tx *Tx) KeepShot(ctx context.Context, h Held, lane string) error {
	if err := tx.KeepBlob(ctx, h.Claim); err != nil {
		return err
	}
	s := h.Shot
	_, err := tx.ExecContext(ctx, `
		INSERT INTO shot (digest, size, media_type, width, height, taken, ready, upload, by, created)
		VALUES (?, ?, ?, ?, ?, ?, 'processing', ?, ?, ?) ON CONFLICT DO NOTHING`,
		s.Digest, s.Size, s.MediaType, s.Width, s.Height, s.Taken, string(s.Upload), string(s.By), ms(tx.Now))
	if err != nil {
		return err
	}
	if err := tx.EndUpload(ctx, s.Upload, Done, ""); err != nil {
		return err
	}
	return tx.Enqueue(ctx, "rendition.make", s.Digest.String(), lane)
}

const proofColumns = `
	o.id, o.placement, o.kind, o.verdict, ifnull(o.lat, 0), ifnull(o.lon, 0), o.lat IS NOT NULL, o.accuracy,
	ifnull(o.distance, 0), o.distance IS NOT NULL, o.taken, o.received, o.client, o.remark, o.by, o.state, o.decider, o.decided, o.why`

func proofFields(p *pano.Proof) []any {
	return []any{&p.ID, &p.Placement, &p.Kind, &p.Verdict, &p.Lat, &p.Lon, &p.Located, &p.Accuracy,
		&p.Distance, &p.Measured, instant{&p.Taken}, instant{&p.Received}, &p.Client, &p.Remark, &p.By, &p.State,
		text[pano.UserID]{&p.Decider}, instant{&p.Decided}, &p.Why}
}

// proofFrom selects proofs o with their pictures s and w.
const proofFrom = ` FROM proof o JOIN shot s ON s.digest = o.near LEFT JOIN shot w ON w.digest = o.wide `

// wideColumns are shotColumns of the other picture.
const wideColumns = `w.digest, w.size, w.media_type, w.width, w.height, w.taken, w.hash, w.ready, w.problem, w.upload, w.by, w.created`

func proofAndShots(p *pano.Proof) []any {
	return append(append(proofFields(p), shotFields(&p.Near)...), shotFields(&p.Wide)...)
}

const selectProof = `SELECT ` + proofColumns + `, ` + shotColumns + `, ` + wideColumns

func scanProof(row interface{ Scan(...any) error }) (p pano.Proof, err error) {
	err = row.Scan(proofAndShots(&p)...)
	return p, err
}

// Proof returns the proof with that id, or a KindNotFound error.
func (tx *Tx) Proof(ctx context.Context, id pano.ProofID) (pano.Proof, error) {
	p, err := scanProof(tx.QueryRowContext(ctx, selectProof+proofFrom+`WHERE o.id = ?`, string(id)))
	return p, found(err, "proof.none")
}

// ProofBy returns the proof that a phone calls client; ok is false if there is none.
func (tx *Tx) ProofBy(ctx context.Context, client string) (p pano.Proof, ok bool, err error) {
	p, err = scanProof(tx.QueryRowContext(ctx, selectProof+proofFrom+`WHERE o.client = ?`, client))
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// AddProof stores p, whose pictures were kept, and returns it with its id.
func (tx *Tx) AddProof(ctx context.Context, p pano.Proof) (pano.Proof, error) {
	p.ID, p.Received, p.State = pano.ProofID(tx.NewID()), tx.Now, pano.ProofWaiting
	var lat, lon, distance, taken, wide any
	if p.Located {
		lat, lon = p.Lat, p.Lon
	}
	if p.Measured {
		distance = p.Distance
	}
	if !p.Taken.IsZero() {
		taken = ms(p.Taken)
	}
	if !p.Wide.Digest.IsZero() {
		wide = p.Wide.Digest
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO proof (id, placement, kind, verdict, near, wide, lat, lon, accuracy, distance, taken, received, client, remark, by, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		string(p.ID), string(p.Placement), string(p.Kind), string(p.Verdict), p.Near.Digest, wide, lat, lon, p.Accuracy, distance,
		taken, ms(p.Received), p.Client, p.Remark, string(p.By), string(p.State))
	return p, err
}

// DecideProof stores what the office said of p: State, Decider and Why.
func (tx *Tx) DecideProof(ctx context.Context, p pano.Proof) (pano.Proof, error) {
	p.Decided = tx.Now
	_, err := tx.ExecContext(ctx, `UPDATE proof SET state = ?, decider = ?, decided = ?, why = ? WHERE id = ?`,
		string(p.State), orNull(p.Decider), ms(p.Decided), p.Why, string(p.ID))
	return p, err
}

// HasProof reports whether a placement has a proof of that kind.
func (tx *Tx) HasProof(ctx context.Context, id pano.PlacementID, kind pano.ProofKind) (ok bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM proof WHERE placement = ? AND kind = ?)`, string(id), string(kind)).Scan(&ok)
	return ok, err
}

// A Witness is a proof with what people are shown of it.
type Witness struct {
	pano.Proof
	ByName, DeciderName string
	Hanging             Hanging
	ArtHash             uint64 // of the artwork as it hangs; 0 if it is not known, or not for the reader to see
}

const witnessFrom = selectProof + `, u.name, d.name, av.hash, ` + hangingColumns + proofFrom + `
	JOIN user u ON u.id = o.by
	LEFT JOIN user d ON d.id = o.decider
	JOIN placement p ON p.id = o.placement` + hangingJoins + `
	LEFT JOIN version av ON av.id = ifnull(p.version, a.current) `

func scanWitness(see pano.Reach) func(interface{ Scan(...any) error }) (Witness, error) {
	return func(row interface{ Scan(...any) error }) (x Witness, err error) {
		var asset pano.Resource
		fields := append(proofAndShots(&x.Proof), &x.ByName, text[string]{&x.DeciderName}, bits{&x.ArtHash})
		if err = row.Scan(append(fields, hangingFields(&x.Hanging, &asset)...)...); err != nil {
			return x, err
		}
		if x.Hanging = seen(see, x.Hanging, asset); !x.Hanging.Seen {
			x.ArtHash = 0
		}
		return x, nil
	}
}

// Witness returns the proof with that id as people are shown it, or KindNotFound.
func (tx *Tx) Witness(ctx context.Context, see pano.Reach, id pano.ProofID) (Witness, error) {
	x, err := scanWitness(see)(tx.QueryRowContext(ctx, witnessFrom+`WHERE o.id = ?`, string(id)))
	return x, found(err, "proof.none")
}

// ProofsOf returns the proofs of a placement, newest first, at most 200.
func (tx *Tx) ProofsOf(ctx context.Context, see pano.Reach, id pano.PlacementID) ([]Witness, error) {
	rows, err := tx.QueryContext(ctx, witnessFrom+`WHERE o.placement = ? ORDER BY o.seq DESC LIMIT 200`, string(id))
	if err != nil {
		return nil, err
	}
	return collect(rows, scanWitness(see))
}

// A ProofPage is a page of proofs.
type ProofPage struct {
	Proofs []Witness
	Total  int          // on all pages
	Next   pano.ProofID // after which the next page begins; "" if this is the last
}

// Proofs returns the proofs in a state of placements within reach, oldest first,
// after the proof after ("" for the first page), at most limit (1–200; 0 is 50).
func (tx *Tx) Proofs(ctx context.Context, reach, see pano.Reach, state pano.ProofState, after pano.ProofID, limit int) (page ProofPage, err error) {
	cond, args := placed(reach)
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM proof o JOIN placement p ON p.id = o.placement WHERE o.state = ? AND `+cond,
		append([]any{string(state)}, args...)...).Scan(&page.Total)
	if err != nil {
		return page, err
	}
	limit = pageSize(limit)
	args = append(append([]any{string(state), string(after), string(after)}, args...), limit+1)
	rows, err := tx.QueryContext(ctx, witnessFrom+`
		WHERE o.state = ? AND (? = '' OR o.seq > (SELECT seq FROM proof WHERE id = ?)) AND `+cond+` ORDER BY o.seq LIMIT ?`, args...)
	if err != nil {
		return page, err
	}
	page.Proofs, err = collect(rows, scanWitness(see))
	if len(page.Proofs) > limit {
		page.Proofs = page.Proofs[:limit]
		page.Next = page.Proofs[limit-1].ID
	}
	return page, err
}

// Chores returns the live placements within reach that a crew has to do with
// today: due to hang by until, or hanging and not over for more than a year, the
// first that must be hung or taken down first, at most 200.
func (tx *Tx) Chores(ctx context.Context, reach, see pano.Reach, until pano.Day) ([]Hanging, error) {
	cond, args := placed(reach)
	today := pano.DayOf(tx.Now)
	return tx.hangings(ctx, see, hangingFrom+`
		WHERE p.state NOT IN ('removed', 'cancelled') AND p.ends > ? AND p.starts < ? AND `+cond+`
			AND (`+up+` OR p.ends > ?)
		ORDER BY CASE WHEN `+up+` THEN p.ends ELSE p.starts END, p.seq LIMIT 200`,
		append(append([]any{today - 366, until}, args...), today)...)
}
