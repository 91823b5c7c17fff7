// Package intake is the department's work: pictures come in, are made ready,
// are described, go to the bin and come back, and go out at a print size.
//
// How bytes are kept, so that what was acknowledged is never lost:
//
//  1. A delivery is written to the spool, hashed on the way, and made durable
//     there together with its offset (spool.go). Anyone may stop at any time.
//  2. The header is read; what is no picture is refused (finish.go).
//  3. A claim on the digest is noted in the catalogue, then the bytes are put in
//     the store, which returns when they are durable (keep.go).
//  4. One transaction makes the bytes live under that very claim, adds asset and
//     version, and owes the renditions. Only then is the delivery acknowledged.
//  5. The spool keeps its copy until the bytes were seen in the store again, a
//     minute later (tend.go).
//
// Blob before row: a crash leaves bytes that nobody asks for, which Tend
// collects, and never an asset without its bytes. Collecting condemns a digest
// first, and a claim of a condemned digest waits, so bytes that come in again
// while they are being collected are put again.
package intake

import (
	"log/slog"
	"time"

	"pano/internal/render"
	"pano/storage/blob"
	"pano/storage/catalog"
)

// Desk is where deliveries are carried out.
type Desk struct {
	DB      *catalog.DB
	Blobs   blob.Store
	Render  *render.Worker
	Spool   string // directory of deliveries under way; on the same disk as nothing in particular
	MaxFile int64  // bytes of one file at most
	Reserve int64  // bytes of disk that the spool leaves free
	Log     *slog.Logger
	Now     func() time.Time

	crash func(point string) // tests only: called at each step of the protocol
}

func (d *Desk) at(point string) {
	if d.crash != nil {
		d.crash(point)
	}
}

const (
	// settle is how long after they were put bytes are looked for again: longer
	// than a store holds written data back from its disk.
	settle = time.Minute
	// patience is how long an unfinished delivery waits for its sender.
	patience = 3 * 24 * time.Hour
	// grace is how long bytes that nothing needs are kept.
	grace = 24 * time.Hour
)
