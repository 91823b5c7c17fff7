package catalog

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"

	"modernc.org/sqlite"
)

// connector opens connections of a driver of its own, which knows the SQL
// function seqs; functions of the registered driver would be everybody's.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// newDriver returns SQLite with the aggregate function seqs: it gathers whole
// numbers into one value, in the order they come, which gathered scans. A
// hundred thousand rows one by one would take a reader ten times as long.
func newDriver() (*sqlite.Driver, error) {
	d := &sqlite.Driver{}
	return d, d.RegisterFunction("seqs", &sqlite.FunctionImpl{
		NArgs:         1,
		Deterministic: true,
		MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &gatherer{}, nil },
	})
}

// gatherer is one call of seqs.
type gatherer struct{ bytes []byte }

func (g *gatherer) Step(_ *sqlite.FunctionContext, row []driver.Value) error {
	n, ok := row[0].(int64)
	if !ok || n < 0 || n > math.MaxUint32 {
		return fmt.Errorf("seqs: %v is no seq", row[0])
	}
	g.bytes = binary.LittleEndian.AppendUint32(g.bytes, uint32(n))
	return nil
}

func (g *gatherer) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return fmt.Errorf("seqs is no window function")
}

func (g *gatherer) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return g.bytes, nil }
func (g *gatherer) Final(*sqlite.FunctionContext)                             {}

// gathered scans what seqs returned.
type gathered struct{ seqs *[]uint32 }

func (g gathered) Scan(v any) error {
	b, ok := v.([]byte)
	if v != nil && !ok || len(b)%4 != 0 {
		return fmt.Errorf("seqs from a %T", v)
	}
	*g.seqs = make([]uint32, len(b)/4)
	for i := range *g.seqs {
		(*g.seqs)[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return nil
}
