package pano

import (
	"slices"
	"strings"
	"time"
)

// An ExhibitionState says how far an exhibition is.
type ExhibitionState string

// The states of an exhibition.
const (
	ExhibitionIdea       ExhibitionState = "idea"
	ExhibitionDossier    ExhibitionState = "dossier"  // the papers for its licence are being made
	ExhibitionLicensed   ExhibitionState = "licensed" // or notified, where that is enough
	ExhibitionBuilding   ExhibitionState = "building"
	ExhibitionOpen       ExhibitionState = "open"
	ExhibitionClosed     ExhibitionState = "closed"
	ExhibitionDismantled ExhibitionState = "dismantled"
)

// ExhibitionStates lists every state in the order of the work.
func ExhibitionStates() []ExhibitionState {
	return []ExhibitionState{ExhibitionIdea, ExhibitionDossier, ExhibitionLicensed, ExhibitionBuilding, ExhibitionOpen, ExhibitionClosed, ExhibitionDismantled}
}

// Next returns the states that may follow s, the usual one first. Until it is
// open, an exhibition may also go a step back.
func (s ExhibitionState) Next() (all []ExhibitionState) {
	states := ExhibitionStates()
	i := slices.Index(states, s)
	if i < 0 {
		return nil
	}
	if i+1 < len(states) {
		all = append(all, states[i+1])
	}
	if s == ExhibitionDossier || s == ExhibitionLicensed || s == ExhibitionBuilding {
		all = append(all, states[i-1])
	}
	return all
}

// An Exhibition is works that are shown together in a venue for a time.
type Exhibition struct {
	ID      ExhibitionID
	Code    string
	Title   string
	TitleEN string
	Venue   LocationID // "" is not known yet
	Days    Period     // zero is not known yet
	Licence string     // its number; "" is none yet
	State   ExhibitionState
	Note    string
	Agency  AgencyID
	By      UserID
	Created time.Time
	Updated time.Time
	Rev     int // counts changes of it, of its sections, and of the order of its works
}

// Resource is what the permission table needs to know of e.
func (e Exhibition) Resource() Resource { return Resource{Agency: e.Agency, Owner: e.By} }

// Check fails with KindInvalid, at the field to mend, unless e can be kept in its state.
func (e Exhibition) Check() error {
	switch {
	case !codeForm.MatchString(e.Code):
		return Invalid("exhibition.bad_code").At("code")
	case strings.TrimSpace(e.Title) == "":
		return Invalid("exhibition.no_title").At("title")
	case !slices.Contains(ExhibitionStates(), e.State):
		return Invalid("exhibition.unknown_state", string(e.State)).At("state")
	}
	for _, f := range []struct {
		field, text string
		most        int
	}{{"title", e.Title, maxTitle}, {"title_en", e.TitleEN, maxTitle}, {"licence", e.Licence, maxLine}, {"note", e.Note, maxText}} {
		if err := checkText(f.field, f.text, f.most); err != nil {
			return err
		}
	}
	if e.Days != (Period{}) {
		if err := e.Days.Check(); err != nil {
			return err
		}
	}
	return e.ready(e.State)
}

// ready fails with KindInvalid, at the field to mend, unless e has what state asks for.
func (e Exhibition) ready(state ExhibitionState) error {
	if state == ExhibitionIdea {
		return nil
	}
	switch {
	case e.Venue == "":
		return Invalid("exhibition.needs_venue").At("venue")
	case e.Days == (Period{}):
		return Invalid("exhibition.needs_days").At("from")
	case state != ExhibitionDossier && strings.TrimSpace(e.Licence) == "":
		return Invalid("exhibition.needs_licence").At("licence")
	}
	return nil
}

// Follow fails unless state may follow e's: with KindConflict if it does not, or
// if something still hangs of what is to be dismantled (up counts it), and with
// KindInvalid, at the field to mend, if something is missing for it.
func (e Exhibition) Follow(state ExhibitionState, up int) error {
	switch {
	case !slices.Contains(ExhibitionStates(), state):
		return Invalid("exhibition.unknown_state", string(state)).At("state")
	case !slices.Contains(e.State.Next(), state):
		return Conflict("exhibition.wrong_state", string(e.State), string(state)).At("state")
	case state == ExhibitionDismantled && up > 0:
		return Conflict("exhibition.still_hangs", up).At("state")
	}
	return e.ready(state)
}

// Listed reports whether works may still come to the list of e, or leave it.
func (e Exhibition) Listed() bool {
	return e.State != ExhibitionClosed && e.State != ExhibitionDismantled
}

// Tidy returns e as it is kept: texts without space at the ends.
func (e Exhibition) Tidy() Exhibition {
	for _, s := range []*string{&e.Code, &e.Title, &e.TitleEN, &e.Licence, &e.Note} {
		*s = strings.TrimSpace(*s)
	}
	return e
}

// A Section is a part of an exhibition with a title of its own.
type Section struct {
	ID         SectionID
	Exhibition ExhibitionID
	Title      string
	TitleEN    string
}

// Check fails with KindInvalid, at the field to mend, unless s can be kept.
func (s Section) Check() error {
	if strings.TrimSpace(s.Title) == "" {
		return Invalid("section.no_title").At("title")
	}
	if err := checkText("title", s.Title, maxTitle); err != nil {
		return err
	}
	return checkText("title_en", s.TitleEN, maxTitle)
}

// An Exhibit is one work in the list of an exhibition: an artwork or an item.
// Its number is its place in the list, and so is not kept.
type Exhibit struct {
	ID         ExhibitID
	Exhibition ExhibitionID
	Section    SectionID // "" is before the first section
	Asset      AssetID   // what is shown; "" of an item that is nothing's print
	Item       ItemID    // the very piece; "" if any print will do
	Label      Label
	Rev        int
}

// A Label is what stands beside a work.
type Label struct {
	Title, TitleEN string
	Creator        string
	Year           string // as it is written: "thế kỷ XV"
	Technique      string
	Source         string // who owns it, or lent it
	Text, TextEN   string // a few sentences
}

// Tidy returns l as it is kept: texts without space at the ends.
func (l Label) Tidy() Label {
	for _, s := range l.texts() {
		*s = strings.TrimSpace(*s)
	}
	return l
}

func (l *Label) texts() []*string {
	return []*string{&l.Title, &l.TitleEN, &l.Creator, &l.Year, &l.Technique, &l.Source, &l.Text, &l.TextEN}
}

// Check fails with KindInvalid, at the field to mend, unless l can be kept.
func (l Label) Check() error {
	if strings.TrimSpace(l.Title) == "" {
		return Invalid("label.no_title").At("title")
	}
	for _, f := range []struct {
		field, text string
		most        int
	}{{"title", l.Title, maxTitle}, {"title_en", l.TitleEN, maxTitle}, {"creator", l.Creator, maxLine}, {"year", l.Year, maxLine}, {"technique", l.Technique, maxLine},
		{"source", l.Source, maxLine}, {"text", l.Text, maxLabel}, {"text_en", l.TextEN, maxLabel}} {
		if err := checkText(f.field, f.text, f.most); err != nil {
			return err
		}
	}
	return nil
}

// maxLabel is how many letters a text beside a work has at most, so that it fits
// on its label and is read by people who stand.
const maxLabel = 600

// A Slot is where an exhibit stands in the list.
type Slot struct {
	Exhibit ExhibitID
	Section SectionID
}

// Moved returns the list with one exhibit a place up (by -1) or down (by 1). At
// the edge of its section it goes over into the next one, which may be empty.
// sections are all of them in their order. Nothing moves beyond the list's ends.
func Moved(list []Slot, sections []SectionID, id ExhibitID, by int) []Slot {
	i := slices.IndexFunc(list, func(s Slot) bool { return s.Exhibit == id })
	if i < 0 || by != 1 && by != -1 {
		return list
	}
	list = slices.Clone(list)
	other := i + by
	if other >= 0 && other < len(list) && list[other].Section == list[i].Section {
		list[i], list[other] = list[other], list[i]
		return list
	}
	order := append([]SectionID{""}, sections...)
	if to := slices.Index(order, list[i].Section) + by; to >= 0 && to < len(order) {
		list[i].Section = order[to] // it stays at the same place of the list, now as the section's last or first
	}
	return list
}

// A Readiness is what is known of one work before the opening.
type Readiness struct {
	N         int  // its number
	Placed    bool // it has a spot on a wall, or is in the venue
	Up        bool // it hangs
	Text      bool // its label says more than its title
	English   bool // its label is in both languages
	Elsewhere bool // the very piece is not in the venue
	Unfit     bool // the very piece is damaged, lost or gone
}

// A Concern is something that is missing before an exhibition opens.
type Concern struct {
	Key  string // names it
	Bad  bool   // it should not open so
	Of   []int  // the numbers of the works it is about; nil if it is about the whole
	Many int    // how many there are
}

// Concerns lists what is missing before e opens, the worst first. clashes counts
// works on its walls that are too close to something. The licence, the venue, the
// days and places for all works are needed; texts are wished for.
func (e Exhibition) Concerns(works []Readiness, clashes int) (all []Concern) {
	whole := func(missing bool, key string, bad bool, many int) {
		if missing {
			all = append(all, Concern{Key: key, Bad: bad, Many: many})
		}
	}
	each := func(key string, bad bool, missing func(Readiness) bool) {
		c := Concern{Key: key, Bad: bad}
		for _, w := range works {
			if missing(w) {
				c.Of = append(c.Of, w.N)
			}
		}
		if c.Many = len(c.Of); c.Many > 0 {
			all = append(all, c)
		}
	}
	whole(strings.TrimSpace(e.Licence) == "", "no_licence", true, 0)
	whole(e.Venue == "", "no_venue", true, 0)
	whole(e.Days == (Period{}), "no_days", true, 0)
	whole(len(works) == 0, "no_works", true, 0)
	each("unfit", true, func(w Readiness) bool { return w.Unfit })
	each("no_place", true, func(w Readiness) bool { return !w.Placed })
	whole(clashes > 0, "clashes", true, clashes)
	each("elsewhere", false, func(w Readiness) bool { return w.Elsewhere && !w.Unfit })
	each("not_up", false, func(w Readiness) bool { return w.Placed && !w.Up })
	each("no_text", false, func(w Readiness) bool { return !w.Text })
	each("no_english", false, func(w Readiness) bool { return !w.English })
	return all
}
