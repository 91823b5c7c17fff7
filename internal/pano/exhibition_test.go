package pano

import (
	"fmt"
	"slices"
	"testing"
)

func ready() Exhibition {
	return Exhibition{Code: "XD-2026", Title: "Xứ Đông – đất và người", Venue: "v", Days: Period{10, 30}, Licence: "12/GP", State: ExhibitionIdea}
}

func TestExhibitionsGoTheirWay(t *testing.T) {
	e := ready()
	for _, s := range ExhibitionStates()[1:] {
		if err := e.Follow(s, 0); err != nil {
			t.Fatalf("%s after %s: %v", s, e.State, err)
		}
		e.State = s
	}
	for _, c := range []struct {
		name   string
		from   ExhibitionState
		to     ExhibitionState
		change func(*Exhibition)
		up     int
		key    string
	}{
		{"back", ExhibitionLicensed, ExhibitionDossier, nil, 0, ""},
		{"back from the opening", ExhibitionOpen, ExhibitionBuilding, nil, 0, "exhibition.wrong_state"},
		{"over a step", ExhibitionDossier, ExhibitionBuilding, nil, 0, "exhibition.wrong_state"},
		{"after the end", ExhibitionDismantled, ExhibitionIdea, nil, 0, "exhibition.wrong_state"},
		{"nowhere", ExhibitionIdea, "x", nil, 0, "exhibition.unknown_state"},
		{"a dossier without a venue", ExhibitionIdea, ExhibitionDossier, func(e *Exhibition) { e.Venue = "" }, 0, "exhibition.needs_venue"},
		{"a dossier without days", ExhibitionIdea, ExhibitionDossier, func(e *Exhibition) { e.Days = Period{} }, 0, "exhibition.needs_days"},
		{"a dossier without a licence", ExhibitionIdea, ExhibitionDossier, func(e *Exhibition) { e.Licence = "" }, 0, ""},
		{"licensed without a licence", ExhibitionDossier, ExhibitionLicensed, func(e *Exhibition) { e.Licence = " " }, 0, "exhibition.needs_licence"},
		{"dismantled while works hang", ExhibitionClosed, ExhibitionDismantled, nil, 2, "exhibition.still_hangs"},
	} {
		e := ready()
		e.State = c.from
		if c.change != nil {
			c.change(&e)
		}
		if got := keyOf(e.Follow(c.to, c.up)); got != c.key {
			t.Errorf("%s: %q, want %q", c.name, got, c.key)
		}
	}
}

func TestExhibitionsAreKeptOrRefused(t *testing.T) {
	for key, change := range map[string]func(*Exhibition){
		"":                         func(e *Exhibition) { e.Venue, e.Days, e.Licence = "", Period{}, "" },
		"exhibition.bad_code":      func(e *Exhibition) { e.Code = "Xứ" },
		"exhibition.no_title":      func(e *Exhibition) { e.Title = " " },
		"exhibition.unknown_state": func(e *Exhibition) { e.State = "x" },
		"period.ends_before_start": func(e *Exhibition) { e.Days = Period{30, 10} },
		"exhibition.needs_licence": func(e *Exhibition) { e.State, e.Licence = ExhibitionOpen, "" },
		"exhibition.needs_venue":   func(e *Exhibition) { e.State, e.Venue = ExhibitionDossier, "" },
	} {
		e := ready()
		change(&e)
		if got := keyOf(e.Check()); got != key {
			t.Errorf("%q, want %q", got, key)
		}
	}
}

// TestAWorkMovesThroughTheList, from section to section and no further.
func TestAWorkMovesThroughTheList(t *testing.T) {
	list := []Slot{{"a", ""}, {"b", "1"}, {"c", "1"}}
	sections := []SectionID{"1", "2"}
	for _, c := range []struct {
		id   ExhibitID
		by   int
		want string
	}{
		{"c", -1, "a: c:1 b:1"}, {"c", -1, "a: c: b:1"}, {"c", -1, "c: a: b:1"}, {"c", -1, "c: a: b:1"},
		{"c", 1, "a: c: b:1"}, {"c", 1, "a: c:1 b:1"}, {"c", 1, "a: b:1 c:1"}, {"c", 1, "a: b:1 c:2"}, {"c", 1, "a: b:1 c:2"},
		{"x", 1, "a: b:1 c:2"}, {"a", 2, "a: b:1 c:2"},
	} {
		list = Moved(list, sections, c.id, c.by)
		var got string
		for _, s := range list {
			got += fmt.Sprintf(" %s:%s", s.Exhibit, s.Section)
		}
		if got[1:] != c.want {
			t.Errorf("%s by %d: %s, want %s", c.id, c.by, got[1:], c.want)
		}
	}
}

func TestLabelsAreKeptOrRefused(t *testing.T) {
	long := make([]rune, maxLabel+1)
	for i := range long {
		long[i] = 'ữ'
	}
	for key, l := range map[string]Label{"": {Title: "x", Text: string(long[1:])}, "label.no_title": {Text: "x"}, "text.too_long": {Title: "x", TextEN: string(long)}} {
		if got := keyOf(l.Check()); got != key {
			t.Errorf("%q, want %q", got, key)
		}
	}
}

func TestWhatIsMissingBeforeTheOpening(t *testing.T) {
	keys := func(all []Concern) (got []string) {
		for _, c := range all {
			got = append(got, fmt.Sprintf("%s%v%d", c.Key, c.Of, c.Many))
		}
		return got
	}
	fine := Readiness{N: 1, Placed: true, Up: true, Text: true, English: true}
	e := ready()
	if got := e.Concerns([]Readiness{fine}, 0); len(got) != 0 {
		t.Errorf("nothing is missing, but: %v", keys(got))
	}
	bare := Readiness{N: 2}
	hung := Readiness{N: 3, Placed: true, Text: true, English: true, Elsewhere: true}
	lost := Readiness{N: 4, Placed: true, Up: true, Text: true, English: true, Elsewhere: true, Unfit: true}
	want := []string{"unfit[4]1", "no_place[2]1", "clashes[]3", "elsewhere[3]1", "not_up[3]1", "no_text[2]1", "no_english[2]1"}
	if got := keys(e.Concerns([]Readiness{fine, bare, hung, lost}, 3)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := keys(Exhibition{}.Concerns(nil, 0)); !slices.Equal(got, []string{"no_licence[]0", "no_venue[]0", "no_days[]0", "no_works[]0"}) {
		t.Errorf("of an idea: %v", got)
	}
}
