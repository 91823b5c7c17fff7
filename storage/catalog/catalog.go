// Package catalog is the SQLite catalogue: what there is, where it hangs, who
// may sign in, what was done by whom, and what work is owed.
//
// It stores and finds; rules of the trade are package pano's. Days, sizes and
// money keep the units of their pano types, times are unix milliseconds.
package catalog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"pano/internal/pano"
	"pano/storage/catalog/fold"
)

// DB is one catalogue file. Reads run side by side; writes run one at a time.
type DB struct {
	read, write *sql.DB
	now         func() time.Time
	ids         ids
	parser      *fold.Parser
	facets      facets
	fewTitles   int // see walkTitles; tests make it small
}

// writeWait bounds the wait for a turn to write, so that a Write inside a Write
// fails instead of waiting for itself.
const writeWait = 10 * time.Second

// Tx is one transaction. It is good only inside the function it was given to.
type Tx struct {
	*sql.Tx
	Now   time.Time // one clock reading for the whole transaction
	db    *DB
	conn  *sql.Conn // of a writing transaction
	notes []note
	after []func()
	stmts map[string]*sql.Stmt // see again
}

// NewID returns a fresh ULID; within one DB each is greater than the one before.
func (tx *Tx) NewID() string { return tx.db.ids.next(tx.Now) }

// After runs f once the transaction has committed, and never if it has not.
func (tx *Tx) After(f func()) { tx.after = append(tx.after, f) }

// Open opens or creates the catalogue at path and brings its schema up to date.
// It fails if the file was written by a newer program. The caller closes it.
func Open(path string, now func() time.Time) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	driver, err := newDriver()
	if err != nil {
		return nil, err
	}
	write := sql.OpenDB(connector{driver, dsn(path) + "&_txlock=immediate"})
	write.SetMaxOpenConns(1)
	db := &DB{write: write, now: now, parser: fold.NewParser(), facets: newFacets(), fewTitles: fewTitles}
	if err := db.migrate(); err != nil {
		write.Close()
		return nil, fmt.Errorf("catalogue %s: %w", path, err)
	}
	db.read = sql.OpenDB(connector{driver, dsn(path) + "&_pragma=query_only(1)"})
	// More connections than cores halve the throughput: they share one page-cache lock.
	db.read.SetMaxOpenConns(max(2, runtime.GOMAXPROCS(0)))
	return db, nil
}

// dsn names the file and the pragmas of every connection to it. A PRAGMA sent
// with Exec would reach only one connection of the pool.
//
// synchronous(FULL): with NORMAL a power cut may take back what was acknowledged.
func dsn(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=recursive_triggers(1)&_pragma=cache_size(-32768)" +
		"&_pragma=journal_size_limit(67108864)&_pragma=temp_store(MEMORY)&_dqs=0&_defensive=1"
}

// Close closes the file.
func (db *DB) Close() error {
	return errors.Join(db.read.Close(), db.write.Close())
}

// Read runs f on one consistent snapshot. A write through it fails.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	tx, err := db.read.BeginTx(ctx, nil)
	if err != nil {
		return unavailable(err)
	}
	defer tx.Rollback()
	return f(&Tx{Tx: tx, Now: db.now(), db: db})
}

// Write runs f in the only open write transaction, notes in the history that
// who did verb, and commits. If f fails, nothing of it remains. Once Write
// returns nil the change survives a power cut.
//
// What was changed is said by Note inside f; a Write without one is noted with
// no subject.
func (db *DB) Write(ctx context.Context, who pano.Actor, verb string, f func(*Tx) error) error {
	tx, err := db.begin(ctx, verb)
	if err != nil {
		return err
	}
	defer tx.close()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.seal(ctx, who, verb); err != nil {
		return err
	}
	return tx.finish()
}

// Tend is Write for the catalogue's own upkeep (leases, spool offsets, session
// times), which is no act of anybody and leaves no event.
func (db *DB) Tend(ctx context.Context, f func(*Tx) error) error {
	tx, err := db.begin(ctx, "upkeep")
	if err != nil {
		return err
	}
	defer tx.close()
	if err := f(tx); err != nil {
		return err
	}
	return tx.finish()
}

func (db *DB) begin(ctx context.Context, verb string) (*Tx, error) {
	wait, cancel := context.WithTimeout(ctx, writeWait)
	defer cancel()
	conn, err := db.write.Conn(wait)
	if err != nil {
		return nil, unavailable(fmt.Errorf("%s: no turn to write in %v: %w", verb, writeWait, err))
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		conn.Close()
		return nil, unavailable(err)
	}
	return &Tx{Tx: tx, Now: db.now(), db: db, conn: conn}, nil
}

// close rolls back what was not committed and gives the turn to write back.
func (tx *Tx) close() {
	tx.Rollback()
	tx.conn.Close()
}

func (tx *Tx) finish() error {
	if err := tx.Commit(); err != nil {
		return unavailable(err)
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// Ping reports whether the catalogue answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return unavailable(db.read.QueryRowContext(ctx, `SELECT 1`).Scan(&one))
}

// ID returns the name of this catalogue, made at its first opening. The bucket
// carries the same name, so that two catalogues never share one.
func (db *DB) ID(ctx context.Context) (id string, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'catalogue'`).Scan(&id)
	return id, err
}

// unavailable marks what a later try may mend: a locked file, a full disk.
func unavailable(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return &pano.Error{Kind: pano.KindUnavailable, Key: "catalogue.busy", Wait: 5 * time.Second, Err: err}
	case sqlite3.SQLITE_FULL:
		return &pano.Error{Kind: pano.KindNoSpace, Key: "catalogue.full", Err: err}
	}
	return err
}

// broke reports whether err is a broken constraint of the given extended code.
func broke(err error, code int) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == code
}

// unique is the code of a second row where one may be.
const unique = sqlite3.SQLITE_CONSTRAINT_UNIQUE

// found turns "no rows" into a KindNotFound error with that key.
func found(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return pano.NotFound(key)
	}
	return err
}

// ms is a time as the catalogue keeps it.
func ms(t time.Time) int64 { return t.UnixMilli() }

// orNull keeps an empty id as NULL, so that a foreign key may be absent.
func orNull[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// instant scans a column of unix milliseconds; NULL is the zero time.
type instant struct{ t *time.Time }

func (i instant) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i.t = time.Time{}
	case int64:
		*i.t = time.UnixMilli(v)
	default:
		return fmt.Errorf("time from a %T", v)
	}
	return nil
}

// text scans a column of text; NULL is "".
type text[T ~string] struct{ s *T }

func (x text[T]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*x.s = ""
	case string:
		*x.s = T(v)
	default:
		return fmt.Errorf("text from a %T", v)
	}
	return nil
}
