package catalog

import (
	"context"
	"database/sql"
)

// again returns the statement query, which SQLite compiles once for the whole
// transaction: with the triggers of a table that takes longer than running it,
// and thousands of rows are added at a time. It is closed with the transaction.
func (tx *Tx) again(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := tx.stmts[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if tx.stmts == nil {
		tx.stmts = map[string]*sql.Stmt{}
	}
	tx.stmts[query] = stmt
	return stmt, nil
}

// execAgain is ExecContext with a statement that is kept.
func (tx *Tx) execAgain(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := tx.again(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// queryAgain is QueryRowContext with a statement that is kept.
func (tx *Tx) queryAgain(ctx context.Context, query string, args ...any) interface{ Scan(...any) error } {
	stmt, err := tx.again(ctx, query)
	if err != nil {
		return failed{err}
	}
	return stmt.QueryRowContext(ctx, args...)
}

// failed is a row that could not be asked for.
type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }
