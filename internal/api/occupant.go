package api

import (
	"errors"

	"pano/internal/hanging"
	"pano/internal/pano"
)

// Occupant is what is in the way of a placement, as far as the caller may know.
type Occupant struct {
	Placement pano.PlacementID `json:"placement"`
	Title     string           `json:"title,omitempty" doc:"Of the asset, if the caller may see it"`
	Agency    string           `json:"agency" doc:"Name"`
	From      pano.Day         `json:"from"`
	Until     pano.Day         `json:"until" doc:"First day on which the place is free again"`
}

// occupant returns who is in the way, what others moved meanwhile, or on which
// day a stretch is full; nil for any other error.
func occupant(err error) any {
	if o, ok := errors.AsType[hanging.Occupant](err); ok {
		return Occupant{o.Placement, o.Title, o.Agency, o.Days.From, o.Days.Until}
	}
	if m := mover(err); m != nil {
		return m
	}
	if all, ok := errors.AsType[hanging.Overtaken](err); ok {
		return overtaken(all)
	}
	if f, ok := errors.AsType[pano.Full](err); ok {
		return struct {
			On       pano.Day `json:"on"`
			Used     int      `json:"used"`
			Capacity int      `json:"capacity"`
		}{f.On, f.Used, f.Capacity}
	}
	return nil
}
