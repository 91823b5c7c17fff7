package pano

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// A LocationKind says what a place is, and so which rule guards it.
type LocationKind string

// The kinds of places.
const (
	Site    LocationKind = "site"    // điểm: holds faces
	Face    LocationKind = "face"    // mặt pa-nô: one piece at a time
	Stretch LocationKind = "stretch" // đoạn đường: so many pieces at a time
	Venue   LocationKind = "venue"   // nhà triển lãm: holds rooms
	Room    LocationKind = "room"    // phòng: holds walls
	Wall    LocationKind = "wall"    // tường: pieces side by side
	Store   LocationKind = "store"   // kho
)

// LocationKinds lists every kind in the order people are offered them.
func LocationKinds() []LocationKind {
	return []LocationKind{Site, Face, Stretch, Venue, Room, Wall, Store}
}

// Hangs reports whether artwork can be placed on a place of kind k.
func (k LocationKind) Hangs() bool { return k == Face || k == Stretch || k == Wall }

// within says in which kinds of places a kind may stand; "" is at the top.
var within = map[LocationKind][]LocationKind{
	Site: {"", Site}, Face: {"", Site, Venue}, Stretch: {"", Site}, Venue: {"", Site},
	Room: {Venue}, Wall: {"", Venue, Room}, Store: {"", Site, Venue},
}

// A Location is a place in the tree of places.
type Location struct {
	ID          LocationID
	Code        string // printed as a QR; A-Z a-z 0-9 . _ -
	Kind        LocationKind
	Name        string
	Parent      LocationID // "" at the top
	Lat, Lon    float64    // degrees, WGS 84; meaningful if Placed
	Placed      bool       // has coordinates
	Address     string
	Agency      AgencyID // the owner
	Width       MM       // faces and walls; 0 is unknown on a face
	Height      MM
	Eye         MM  // walls: the eye line above the floor; 0 is EyeLine
	Capacity    int // stretches: pieces at a time
	Permit      string
	PermitUntil Day // 0 is no end
	Closed      bool
	Created     time.Time
	Updated     time.Time
	Rev         int
}

// Resource is what the permission table needs to know of l.
func (l Location) Resource() Resource { return Resource{Agency: l.Agency} }

var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// Check fails with KindInvalid, at the field to mend, unless l can be kept
// within a place of kind parent ("" for the top).
func (l Location) Check(parent LocationKind) error {
	switch {
	case !slices.Contains(LocationKinds(), l.Kind):
		return Invalid("location.unknown_kind", string(l.Kind)).At("kind")
	case !codeForm.MatchString(l.Code):
		return Invalid("location.bad_code").At("code")
	case strings.TrimSpace(l.Name) == "":
		return Invalid("location.no_name").At("name")
	case !slices.Contains(within[l.Kind], parent):
		return Invalid("location.wrong_parent").At("parent")
	case l.Kind == Wall && (l.Width == 0 || l.Height == 0):
		return Invalid("location.wall_needs_size").At("width_mm")
	case l.Kind == Face && (l.Width == 0) != (l.Height == 0):
		return Invalid("location.half_a_size").At("height_mm")
	case l.Kind == Stretch && (l.Capacity < 1 || l.Capacity > 1_000_000):
		return Invalid("location.no_capacity").At("capacity")
	case l.Kind != Stretch && l.Capacity != 0:
		return Invalid("location.no_capacity_here").At("capacity")
	case l.Eye < 0 || l.Eye > 10_000 || l.Kind != Wall && l.Eye != 0:
		return Invalid("location.bad_eye").At("eye_mm")
	case l.Placed && !(l.Lat >= -90 && l.Lat <= 90): // so that NaN is out as well
		return Invalid("location.bad_latitude").At("lat")
	case l.Placed && !(l.Lon >= -180 && l.Lon <= 180):
		return Invalid("location.bad_longitude").At("lon")
	}
	if err := checkSize("width_mm", l.Width); err != nil {
		return err
	}
	if err := checkSize("height_mm", l.Height); err != nil {
		return err
	}
	if err := checkText("name", l.Name, maxTitle); err != nil {
		return err
	}
	if err := checkText("permit", l.Permit, maxLine); err != nil {
		return err
	}
	return checkText("address", l.Address, maxLine)
}

// Tidy returns l as it is kept: texts without space at the ends, no coordinates
// but its own.
func (l Location) Tidy() Location {
	for _, s := range []*string{&l.Code, &l.Name, &l.Address, &l.Permit} {
		*s = strings.TrimSpace(*s)
	}
	if !l.Placed {
		l.Lat, l.Lon = 0, 0
	}
	return l
}

// A PlaceState says how a place stands on a day: what is the most pressing of
// all that hangs or is to hang there.
type PlaceState string

// The states of places.
const (
	PlaceFree    PlaceState = "free"    // nothing hangs, nothing is to
	PlacePlanned PlaceState = "planned" // something is to hang
	PlaceHung    PlaceState = "hung"
	PlaceLate    PlaceState = "late"    // something should be down
	PlaceDamaged PlaceState = "damaged" // what hangs there is
	PlaceClosed  PlaceState = "closed"  // out of use, and empty
	PlaceHolds   PlaceState = "holds"   // nothing can hang there: it holds other places
)

// PlaceStates lists every state in the order people are told of them.
func PlaceStates() []PlaceState {
	return []PlaceState{PlaceFree, PlacePlanned, PlaceHung, PlaceLate, PlaceDamaged, PlaceClosed, PlaceHolds}
}
