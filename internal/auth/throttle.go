package auth

import (
	"context"
	"net/netip"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Wrong passwords slow down who tries; they never lock an account.
//
// Tries are counted at doors. A stranger passes two, that of the login and that
// of the address. Somebody who has signed in from that address before passes
// only a door of their own, so whatever strangers do, the owner of the right
// password still gets in from where they usually are. At each door some tries
// are free; then the wait doubles from a second to a quarter of an hour. The
// counts are in the catalogue, so a restart forgives nothing.
//
// A try is counted before the password is looked at and taken back if it was
// right, so tries side by side, or cut off half-way, are counted too.
type door struct {
	key  string
	free int
}

const (
	freeLogin   = 5
	freeAddress = 30 // an office of many people may have one address
	waitMax     = 15 * time.Minute
	forgetAfter = 24 * time.Hour // without a try
)

// An attempt is somebody at address saying they are login ("" for one that
// cannot exist).
type attempt struct{ login, address string }

// network is the part of an address that one customer of a provider holds:
// all of an IPv4 address, the first 64 bits of an IPv6 one.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return clip(address, 64)
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		p, _ := ip.Prefix(64)
		return p.String()
	}
	return ip.String()
}

// known is the door of those who have signed in from there before.
func (a attempt) known() door { return door{"known:" + a.login + " " + a.address, freeLogin} }

func (a attempt) atAddress() door { return door{"address:" + a.address, freeAddress} }

// doors returns the doors of a.
func (a attempt) doors(ctx context.Context, tx *catalog.Tx) ([]door, error) {
	if a.login == "" {
		return []door{a.atAddress()}, nil
	}
	f, err := tx.Failures(ctx, a.known().key)
	if err != nil {
		return nil, err
	}
	if !f.Last.IsZero() {
		return []door{a.known()}, nil
	}
	return []door{{"login:" + a.login, freeLogin}, a.atAddress()}, nil
}

// check fails with KindTooMany if a has to wait.
func (a attempt) check(ctx context.Context, tx *catalog.Tx) error {
	doors, err := a.doors(ctx, tx)
	if err != nil {
		return err
	}
	return checkDoors(ctx, tx, doors)
}

func checkDoors(ctx context.Context, tx *catalog.Tx, doors []door) error {
	for _, d := range doors {
		f, err := tx.Failures(ctx, d.key)
		if err != nil {
			return err
		}
		if wait := d.wait(f, tx.Now); wait > 0 {
			return &pano.Error{Kind: pano.KindTooMany, Key: "auth.too_many", Wait: wait}
		}
	}
	return nil
}

// wait is how long nobody passes d. A last try in the future tells that the
// clock was set back, and holds nobody up.
func (d door) wait(f catalog.Failures, now time.Time) time.Duration {
	over := f.Count - d.free
	if over < 0 || f.Last.After(now) {
		return 0
	}
	wait := waitMax
	if over < 10 {
		wait = min(wait, time.Second<<over)
	}
	return max(0, wait-now.Sub(f.Last))
}

// count counts a try of a at each of its doors and returns them, unless one
// has to be waited for.
func (a attempt) count(ctx context.Context, tx *catalog.Tx) ([]door, error) {
	doors, err := a.doors(ctx, tx)
	if err != nil {
		return nil, err
	}
	return doors, countAt(ctx, tx, doors)
}

func countAt(ctx context.Context, tx *catalog.Tx, doors []door) error {
	if err := checkDoors(ctx, tx, doors); err != nil {
		return err
	}
	for _, d := range doors {
		f, err := tx.Failures(ctx, d.key)
		if err != nil {
			return err
		}
		if tx.Now.Sub(f.Last) > forgetAfter {
			f.Count = 0
		}
		if err := tx.SetFailures(ctx, d.key, catalog.Failures{Count: f.Count + 1, Last: tx.Now}); err != nil {
			return err
		}
	}
	return nil
}

// forgive takes back a try that was right and was counted at doors: the count
// of the login starts again, and its place is known. From the count of the
// address only this try is taken: else one account of one's own would wash any
// number of wrong guesses at others.
func (a attempt) forgive(ctx context.Context, tx *catalog.Tx, doors []door) error {
	for _, d := range doors {
		f, err := tx.Failures(ctx, d.key)
		if err != nil {
			return err
		}
		if f.Count--; f.Count <= 0 || d != a.atAddress() {
			f = catalog.Failures{}
		}
		if err := tx.SetFailures(ctx, d.key, f); err != nil {
			return err
		}
	}
	return tx.SetFailures(ctx, a.known().key, catalog.Failures{Last: tx.Now})
}
