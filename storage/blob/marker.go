package blob

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
)

// MarkerKey is where a store keeps the id of its catalogue, beside the blobs.
const MarkerKey = "pano-catalogue.json"

// MaxMarker bounds, in bytes, what a store reads under MarkerKey.
const MaxMarker = 4 << 10

type marker struct {
	Catalogue string `json:"catalogue"`
}

// FormatMarker returns what stores keep under MarkerKey for catalogue id.
func FormatMarker(id string) ([]byte, error) {
	if id == "" {
		return nil, fmt.Errorf("blob: empty catalogue id")
	}
	b, err := json.Marshal(marker{id})
	return append(b, '\n'), err
}

// ParseMarker reads what FormatMarker wrote. It fails with ErrCorrupt.
func ParseMarker(b []byte) (id string, err error) {
	var m marker
	if err := json.Unmarshal(b, &m); err != nil || m.Catalogue == "" {
		return "", fmt.Errorf("%s: %w", MarkerKey, ErrCorrupt)
	}
	return m.Catalogue, nil
}

// CheckMarker fails with fs.ErrExist if s bears a marker other than id, and as
// Store.Marker does.
func CheckMarker(ctx context.Context, s Store, id string) error {
	got, err := s.Marker(ctx)
	if err != nil {
		return err
	}
	if got != id {
		return fmt.Errorf("blobs belong to catalogue %q, not %q: %w", got, id, fs.ErrExist)
	}
	return nil
}
