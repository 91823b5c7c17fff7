package catalog

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"pano/internal/pano"
)

// An Event is one row of the history: who did what to which thing. Events are
// only ever appended. Each carries the hash of the one before, so a changed,
// removed or inserted row breaks the chain.
type Event struct {
	Seq       int64
	At        time.Time
	Actor     pano.UserID // "" is the server
	ActorName string
	Verb      string
	Subject   string
	Request   string
	Before    string // JSON, "" for nothing
	After     string // JSON, "" for nothing
	Prev      string // hash of the event before, "" for the first
	Hash      string
}

// hash is SHA-256 over the JSON array of the fields, in which no two different
// events look alike.
func (e Event) hash() string {
	text, _ := json.Marshal([]any{e.Prev, e.At.UnixMilli(), e.Actor, e.ActorName, e.Verb, e.Subject, e.Request, e.Before, e.After})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

type note struct{ subject, before, after string }

// Note says that the transaction changed the thing with that id. before and
// after are kept as JSON; nil is kept as nothing.
func (tx *Tx) Note(subject string, before, after any) {
	tx.notes = append(tx.notes, note{subject, asJSON(before), asJSON(after)})
}

func asJSON(v any) string {
	if v == nil {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil { // only for types json cannot write, which no caller notes
		return fmt.Sprintf("%q", err.Error())
	}
	return string(text)
}

type requestKey struct{}

// WithRequest returns a context whose writes are noted with that request id.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// seal appends the events of the transaction to the chain.
func (tx *Tx) seal(ctx context.Context, who pano.Actor, verb string) error {
	if len(tx.notes) == 0 {
		tx.Note("", nil, nil)
	}
	request, _ := ctx.Value(requestKey{}).(string)
	var prev string
	err := tx.QueryRowContext(ctx, `SELECT hash FROM event ORDER BY seq DESC LIMIT 1`).Scan(&prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for _, n := range tx.notes {
		e := Event{At: tx.Now, Actor: who.ID, ActorName: who.Name, Verb: verb,
			Subject: n.subject, Request: request, Before: n.before, After: n.after, Prev: prev}
		e.Hash = e.hash()
		_, err := tx.ExecContext(ctx, `
			INSERT INTO event (at, actor, actor_name, verb, subject, request, before, after, prev, hash)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			ms(e.At), string(e.Actor), e.ActorName, e.Verb, e.Subject, e.Request, e.Before, e.After, e.Prev, e.Hash)
		if err != nil {
			return err
		}
		prev = e.Hash
	}
	return nil
}

const eventColumns = `seq, at, actor, actor_name, verb, subject, request, before, after, prev, hash`

func scanEvent(row interface{ Scan(...any) error }) (e Event, err error) {
	err = row.Scan(&e.Seq, instant{&e.At}, &e.Actor, &e.ActorName, &e.Verb, &e.Subject, &e.Request, &e.Before, &e.After, &e.Prev, &e.Hash)
	return e, err
}

// EventsOf returns at most limit events of subject ("" for every thing) older
// than event before (0 for the newest), newest first.
func (tx *Tx) EventsOf(ctx context.Context, subject string, before int64, limit int) ([]Event, error) {
	query, args := `SELECT `+eventColumns+` FROM event WHERE (?1 = 0 OR seq < ?1) ORDER BY seq DESC LIMIT ?2`, []any{before, limit}
	if subject != "" {
		query, args = `SELECT `+eventColumns+` FROM event WHERE subject = ?3 AND (?1 = 0 OR seq < ?1) ORDER BY seq DESC LIMIT ?2`, append(args, subject)
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scanEvent)
}

// VerifyEvents walks the chain from its first event and returns how many there
// are and the hash of the last. It fails with the number of the first event
// that is not as it was written.
func (db *DB) VerifyEvents(ctx context.Context) (n int64, head string, err error) {
	rows, err := db.read.QueryContext(ctx, `SELECT `+eventColumns+` FROM event ORDER BY seq`)
	if err != nil {
		return 0, "", err
	}
	defer rows.Close()
	var last int64
	for rows.Next() {
		e, err := scanEvent(rows)
		if err != nil {
			return n, head, err
		}
		if e.Prev != head || e.hash() != e.Hash || e.Seq <= last {
			return n, head, fmt.Errorf("event %d is not as it was written", e.Seq)
		}
		n, head, last = n+1, e.Hash, e.Seq
	}
	return n, head, rows.Err()
}

// collect scans every row with scan and closes rows.
func collect[T any](rows *sql.Rows, scan func(interface{ Scan(...any) error }) (T, error)) (all []T, err error) {
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
