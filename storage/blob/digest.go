package blob

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// A Digest is the SHA-256 of a blob's bytes, and its only name. The zero Digest
// names no blob.
//
// In SQL, JSON and URLs it is written as 64 lower-case hexadecimal digits; no
// other spelling is read, so a blob has one name everywhere.
type Digest [sha256.Size]byte

// String returns d as 64 lower-case hexadecimal digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d is the zero Digest.
func (d Digest) IsZero() bool { return d == Digest{} }

// Key returns where d is kept below the root of every store:
// "blobs/sha256/ab/abcd…".
func (d Digest) Key() string {
	s := d.String()
	return "blobs/sha256/" + s[:2] + "/" + s
}

// ParseDigest reads what String writes. It fails with fs.ErrInvalid on anything
// else, upper case included.
func ParseDigest(s string) (d Digest, err error) {
	n := 0
	if len(s) == hex.EncodedLen(len(d)) {
		n, _ = hex.Decode(d[:], []byte(s))
	}
	if n != len(d) || d.String() != s {
		return Digest{}, fmt.Errorf("blob: digest %.80q: %w", s, fs.ErrInvalid)
	}
	return d, nil
}

// MarshalText writes d as String does.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads d as ParseDigest does.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// Value gives d to a database as TEXT.
func (d Digest) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads d from a TEXT column. NULL is refused; scan into sql.Null[Digest]
// where it is allowed.
func (d *Digest) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("blob: digest from %T: %w", src, fs.ErrInvalid)
}
