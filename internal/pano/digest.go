package pano

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
)

// A Digest is the SHA-256 of some bytes. Its text form is 64 lower-case hex digits.
type Digest [sha256.Size]byte

// ParseDigest reads the text form and nothing else, capitals included: one name
// for each digest.
func ParseDigest(s string) (d Digest, err error) {
	if len(s) == hex.EncodedLen(len(d)) {
		_, err = hex.Decode(d[:], []byte(s))
	}
	if err != nil || d.String() != s {
		return Digest{}, fmt.Errorf("%.80q is no SHA-256 in lower-case hex", s)
	}
	return d, nil
}

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// IsZero reports whether d names nothing.
func (d Digest) IsZero() bool { return d == Digest{} }

// MarshalText writes the text form, for JSON too.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (d *Digest) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDigest(string(text))
	return err
}

// Value stores the text form in a database.
func (d Digest) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads the text form from a database. NULL is refused.
func (d *Digest) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	}
	return fmt.Errorf("digest from a %T", v)
}
