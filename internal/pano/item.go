package pano

import (
	"slices"
	"strings"
	"time"
)

// An ItemCondition says how a physical piece is.
type ItemCondition string

// The conditions of an item. What is lost or gone keeps its history.
const (
	ItemGood    ItemCondition = "good"
	ItemWorn    ItemCondition = "worn" // can be used, but is seen to be old
	ItemDamaged ItemCondition = "damaged"
	ItemLost    ItemCondition = "lost" // not found where it should be
	ItemGone    ItemCondition = "gone" // given away or done away with
)

// ItemConditions lists every condition in the order people are offered them.
func ItemConditions() []ItemCondition {
	return []ItemCondition{ItemGood, ItemWorn, ItemDamaged, ItemLost, ItemGone}
}

// An Item is a physical piece: a print of an artwork, or a thing of its own. It
// is in one place, which only a Movement changes.
type Item struct {
	ID        ItemID
	Code      string // printed as a QR; no place has the same
	Title     string
	Asset     AssetID   // what is on it; "" for a thing of its own
	Version   VersionID // the bytes that were printed; "" if nobody knows
	Material  string
	Width     MM // 0 is unknown
	Height    MM
	Condition ItemCondition
	Note      string
	Agency    AgencyID // the owner
	By        UserID   // who brought it in
	Created   time.Time
	Updated   time.Time
	Rev       int
}

// Resource is what the permission table needs to know of i.
func (i Item) Resource() Resource { return Resource{Agency: i.Agency, Owner: i.By} }

// Check fails with KindInvalid, at the field to mend, unless i can be kept.
func (i Item) Check() error {
	switch {
	case !codeForm.MatchString(i.Code):
		return Invalid("item.bad_code").At("code")
	case strings.TrimSpace(i.Title) == "":
		return Invalid("item.no_title").At("title")
	case !slices.Contains(ItemConditions(), i.Condition):
		return Invalid("item.unknown_condition", string(i.Condition)).At("condition")
	case i.Asset == "" && i.Version != "":
		return Invalid("item.version_without_asset").At("asset")
	case (i.Width == 0) != (i.Height == 0):
		return Invalid("item.half_a_size").At("height_mm")
	}
	if err := checkSize("width_mm", i.Width); err != nil {
		return err
	}
	if err := checkSize("height_mm", i.Height); err != nil {
		return err
	}
	if err := checkText("title", i.Title, maxTitle); err != nil {
		return err
	}
	if err := checkText("material", i.Material, maxLine); err != nil {
		return err
	}
	return checkText("note", i.Note, maxText)
}

// Tidy returns i as it is kept: texts without space at the ends.
func (i Item) Tidy() Item {
	for _, s := range []*string{&i.Code, &i.Title, &i.Material, &i.Note} {
		*s = strings.TrimSpace(*s)
	}
	return i
}

// A Movement takes an item from one place to another. Movements are only ever
// appended; each begins where the one before it ended. Those of one act have one batch.
type Movement struct {
	ID         MovementID
	Batch      BatchID
	Item       ItemID
	From       LocationID // "" for the first
	To         LocationID
	At         time.Time
	By         UserID
	Authorised string // the name of who said that it may
	Reason     string
	Undoes     BatchID // the act that this one takes back; "" for none
}

// Move fails unless an item that is at from may come to l: with KindConflict if
// l is closed, and with KindInvalid if it is there already.
func (l Location) Move(from LocationID) error {
	switch {
	case l.Closed:
		return Conflict("item.place_closed", l.Code).At("to")
	case l.ID == from:
		return Invalid("item.there_already", l.Code).At("to")
	}
	return nil
}

// Check fails with KindInvalid, at the field to mend, unless it is said why m is
// made and who authorised it.
func (m Movement) Check() error {
	switch {
	case strings.TrimSpace(m.Reason) == "":
		return Invalid("item.no_reason").At("reason")
	case strings.TrimSpace(m.Authorised) == "":
		return Invalid("item.not_authorised").At("authorised")
	}
	if err := checkText("reason", m.Reason, maxText); err != nil {
		return err
	}
	return checkText("authorised", m.Authorised, maxLine)
}
