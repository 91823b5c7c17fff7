// Package hanging is the curator's work: places, what hangs there and when, and
// how far each piece is on its way up and down again.
package hanging

import (
	"context"

	"golang.org/x/text/unicode/norm"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// A Desk is where curators' and crews' requests are carried out. Its methods
// may be called side by side.
type Desk struct {
	DB *catalog.DB
}

// fresh fails unless a change was made from the revision that is kept: with
// KindUnversioned if it does not say from which, with KindStale if from an older one.
func fresh(from, kept int) error {
	switch from {
	case kept:
		return nil
	case 0:
		return &pano.Error{Kind: pano.KindUnversioned, Key: "thing.unversioned"}
	}
	return &pano.Error{Kind: pano.KindStale, Key: "thing.stale"}
}

// may is who.May for a thing that is there. One out of sight gets the same
// answer as one that is not there: that of key.
func may(who pano.Actor, act pano.Action, x pano.Resource, key string) error {
	err := who.May(act, x)
	if pano.KindOf(err) == pano.KindNotFound {
		return pano.NotFound(key)
	}
	return err
}

// location returns a place that who may do act to.
func location(ctx context.Context, tx *catalog.Tx, who pano.Actor, act pano.Action, id pano.LocationID) (pano.Location, error) {
	l, err := tx.Location(ctx, id)
	if err != nil {
		return l, err
	}
	return l, may(who, act, l.Resource(), "location.none")
}

// signedIn fails with KindAnonymous for nobody, before anything is looked up.
func signedIn(who pano.Actor) error { return who.May(pano.Self, pano.Resource{}) }

// composed brings texts to NFC, the form in which the catalogue keeps and compares them.
func composed(texts ...*string) {
	for _, s := range texts {
		*s = norm.NFC.String(*s)
	}
}
