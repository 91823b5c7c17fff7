package pano

import (
	"strings"
	"testing"
)

func TestItemsAreKeptOrRefused(t *testing.T) {
	fine := Item{Code: "HV-2026-0001", Title: "Bến sông", Condition: ItemGood, Width: 1200, Height: 800}
	for _, c := range []struct {
		name   string
		change func(*Item)
		key    string
	}{
		{"fine", func(*Item) {}, ""},
		{"no size", func(i *Item) { i.Width, i.Height = 0, 0 }, ""},
		{"half a size", func(i *Item) { i.Height = 0 }, "item.half_a_size"},
		{"negative", func(i *Item) { i.Width = -1 }, "size.out_of_range"},
		{"no title", func(i *Item) { i.Title = " " }, "item.no_title"},
		{"no code", func(i *Item) { i.Code = "" }, "item.bad_code"},
		{"a code with a space", func(i *Item) { i.Code = "HV 1" }, "item.bad_code"},
		{"no condition", func(i *Item) { i.Condition = "" }, "item.unknown_condition"},
		{"a version of nothing", func(i *Item) { i.Version = "v" }, "item.version_without_asset"},
		{"a long title", func(i *Item) { i.Title = strings.Repeat("ă", maxTitle+1) }, "text.too_long"},
		{"a long material", func(i *Item) { i.Material = strings.Repeat("ă", maxLine+1) }, "text.too_long"},
	} {
		i := fine
		c.change(&i)
		if got := keyOf(i.Check()); got != c.key {
			t.Errorf("%s: %q, want %q", c.name, got, c.key)
		}
	}
}

func keyOf(err error) string {
	if e, ok := err.(*Error); ok {
		return e.Key
	}
	return ""
}

func TestAMovementSaysWhyAndWhoAuthorisedIt(t *testing.T) {
	for _, c := range []struct {
		m     Movement
		field string
	}{
		{Movement{Reason: "trưng bày", Authorised: "Trưởng phòng"}, ""},
		{Movement{Reason: " ", Authorised: "Trưởng phòng"}, "reason"},
		{Movement{Reason: "trưng bày"}, "authorised"},
		{Movement{Reason: strings.Repeat("x", maxText+1), Authorised: "x"}, "reason"},
		{Movement{Reason: "x", Authorised: strings.Repeat("x", maxLine+1)}, "authorised"},
	} {
		err := c.m.Check()
		if e, ok := err.(*Error); err == nil && c.field != "" || ok && e.Field != c.field {
			t.Errorf("%+v: %v, want a fault at %q", c.m, err, c.field)
		}
	}
	if got := keyOf(Location{ID: "a", Closed: true}.Move("b")); got != "item.place_closed" {
		t.Errorf("into a closed place: %q", got)
	}
	if got := keyOf(Location{ID: "a"}.Move("a")); got != "item.there_already" {
		t.Errorf("to where it is: %q", got)
	}
	if err := (Location{ID: "a"}).Move("b"); err != nil {
		t.Errorf("from b to a: %v", err)
	}
}
