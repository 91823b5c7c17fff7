package web

import (
	"cmp"
	"fmt"

	"pano/internal/i18n"
)

// A Frame is what every page needs around its middle. Page data embed it. The
// zero Frame is a page for somebody who is not signed in: no rail, no search.
type Frame struct {
	Title      string   // of the page, in the reader's words; also its only h1
	Fault      string   // what is wrong with a form that came back; said first in the window's title
	Path       string   // path and query of this page, to come back to
	Office     string   // the house that runs this Pano, shown where there is no rail
	Theme      string   // "", "light" or "dark"
	Density    string   // "" or "compact"
	Keys       string   // "" or "off": single-letter shortcuts
	User       string   // name of the person signed in, "" for nobody
	Occasions  []Choice // the campaigns to work on, one selected; pages have a Campaign of their own
	Nav        []Place
	Crumbs     []Crumb
	OwnHeading bool     // the page writes its own h1
	Styles     []string // names of the styles this page needs beside those of every page, as "wall.css"
	Islands    []string // names of the scripts this page needs, as "wall.js"
	Toasts     []Toast
	NoSearch   bool   // this person has nothing to look for
	NoUpload   bool   // this person may not bring files in
	Uploads    int    // files this person has under way on the server
	Action     *Link  // the page's main act, at the right of the heading; at the bottom edge on a phone
	Acts       []Link // what else can be done here
}

// A Place is an entry of the rail. Key is under nav, as "library".
type Place struct {
	Key     string
	Href    string
	Current bool
	Badge   int  // things that wait there; 0 shows nothing
	Late    bool // some of them are late
	Apart   bool // stands below a line
}

// A Crumb is one step of the way to a page.
type Crumb struct{ Text, Href string }

// A Link is an act a page offers: a place to go to, or a form to post when Post is set.
type Link struct {
	Text string
	Href string
	Post bool
	Key  string // shortcut, as "u"
}

// A Toast tells what was just done. Undo is the address to post to, "" if there is no way back.
type Toast struct {
	Text string
	Undo string
	Bad  bool
}

// A Choice is one option of a list.
type Choice struct {
	Value    string
	Text     string
	Selected bool
}

// A Badge is a state: a tone, which is a colour and a shape, and a word.
type Badge struct{ Tone, Text string }

// BadgeOf is the badge of a state, with its words under family, as "asset.state".
func BadgeOf(words *i18n.Words, family, state string) Badge { return badge(words, family, state) }

// badge finds the words of state under family, as "asset.state" + "approved".
func badge(words *i18n.Words, family string, state any) Badge {
	name := fmt.Sprint(state)
	return Badge{cmp.Or(tone(family, name), "idle"), words.Say(family + "." + name)}
}

// tone tells what a state wants from the reader: "idle" nothing, "wait" a
// decision, "mend" a change, "busy" patience; "agreed" is decided, "done" is
// over, "late" is overdue or broken. A state without a tone of its own is idle.
func tone(family, state string) string {
	return map[string]string{
		"asset.state.in_review":      "wait",
		"asset.state.returned":       "mend",
		"asset.state.approved":       "agreed",
		"placement.state.approved":   "agreed",
		"placement.state.printed":    "busy",
		"placement.state.installed":  "done",
		"placement.state.verified":   "done",
		"placement.state.damaged":    "late",
		"placement.state.late":       "late",
		"proof.state.waiting":        "wait",
		"proof.state.accepted":       "done",
		"proof.state.again":          "mend",
		"proof.verdict.good":         "done",
		"proof.verdict.misplaced":    "wait",
		"proof.verdict.damaged":      "late",
		"exhibition.state.dossier":   "wait",
		"exhibition.state.licensed":  "agreed",
		"exhibition.state.building":  "busy",
		"exhibition.state.open":      "done",
		"item.condition.good":        "done",
		"item.condition.worn":        "wait",
		"item.condition.damaged":     "late",
		"item.condition.lost":        "late",
		"work.state.assigned":        "agreed",
		"work.state.under_way":       "busy",
		"work.state.done":            "done",
		"work.state.late":            "late",
		"work.line.done":             "done",
		"campaign.state.running":     "agreed",
		"campaign.state.wrapping_up": "busy",
		"campaign.state.closed":      "done",
		"order.state.sent":           "wait",
		"order.state.accepted":       "agreed",
		"order.state.printing":       "busy",
		"order.state.delivered":      "busy",
		"order.state.received":       "done",
		"order.state.paid":           "done",
		"order.state.returned":       "mend",
	}[family+"."+state]
}

// A Field is one labelled control of a form, with its fault beside it.
type Field struct {
	Name, Label, Value, Type    string
	Hint, Error, Unit           string
	Autocomplete, Pattern, Mode string
	List                        []Choice // makes it a list to choose from
	Rows                        int      // makes it a box of that many lines
	Required, Autofocus         bool
	Min, Max                    string
	Wide                        bool
}

// ID is the id of the control.
func (f Field) ID() string { return "f-" + f.Name }

// DescribedBy lists the ids of what explains the control, "" if nothing does.
func (f Field) DescribedBy() string {
	switch {
	case f.Error != "" && f.Hint != "":
		return f.ID() + "-error " + f.ID() + "-hint"
	case f.Error != "":
		return f.ID() + "-error"
	case f.Hint != "":
		return f.ID() + "-hint"
	}
	return ""
}

// field makes a Field from name, the key of its label, and pairs of option and
// value; options that hold words ("hint") are keys, all others are values.
func field(words *i18n.Words, name, label string, pairs []any) (Field, error) {
	f := Field{Name: name, Label: words.Say(label), Type: "text"}
	text := map[string]*string{
		"value": &f.Value, "type": &f.Type, "error": &f.Error, "unit": &f.Unit, "autocomplete": &f.Autocomplete,
		"pattern": &f.Pattern, "mode": &f.Mode, "min": &f.Min, "max": &f.Max,
	}
	flag := map[string]*bool{"required": &f.Required, "autofocus": &f.Autofocus, "wide": &f.Wide}
	for i := 0; i+1 < len(pairs); i += 2 {
		option, value := fmt.Sprint(pairs[i]), pairs[i+1]
		switch {
		case text[option] != nil:
			*text[option] = plain(value)
		case flag[option] != nil:
			*flag[option], _ = value.(bool)
		case option == "hint":
			f.Hint = words.Say(fmt.Sprint(value))
		case option == "list":
			f.List, _ = value.([]Choice)
		case option == "rows":
			f.Rows, _ = value.(int)
		default:
			return f, fmt.Errorf("field %s: no option %q", name, option)
		}
	}
	if len(pairs)%2 != 0 {
		return f, fmt.Errorf("field %s: option %v without a value", name, pairs[len(pairs)-1])
	}
	return f, nil
}

func plain(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// Empty is a list with nothing in it: one sentence, one way on.
type Empty struct{ Text, Action, Href string }

func empty(words *i18n.Words, text string, pairs []any) (Empty, error) {
	e := Empty{Text: words.Say(text)}
	switch len(pairs) {
	case 0:
		return e, nil
	case 2:
		e.Action, e.Href = words.Say(fmt.Sprint(pairs[0])), fmt.Sprint(pairs[1])
		return e, nil
	}
	return e, fmt.Errorf("empty %s: want the key of a button and its address", text)
}

// More is the link to the next stretch of a list.
type More struct{ Href, Text string }

// A Card is one thing in a grid.
type Card struct {
	ID, Href, Title string
	Meta            []string // one quiet line: code, kind, size
	Badge           Badge
	Note            string // at the right of the badge, as a deadline
	Image           string // address of the thumbnail, "" if there is none
	Waits           bool   // the thumbnail is being made: the card is asked for again
	Blank           string // what stands in place of a thumbnail that will never be
	Width, Height   int    // of the thumbnail, pixels
	Pickable        bool
}

// Trouble stands where something could not be shown. Href, if any, tries again.
type Trouble struct{ Text, Href string }

// A Tongue is a language to choose, named in itself, as people look for it.
type Tongue struct {
	Lang, Short, Name string
	Current           bool
}

func tongues(current string) []Tongue {
	return []Tongue{{"vi", "VI", "Tiếng Việt", current == "vi"}, {"en", "EN", "English", current == "en"}}
}
