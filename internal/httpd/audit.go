package httpd

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"pano/internal/i18n"
	"pano/internal/pano"
	"pano/storage/catalog"
	"pano/web"
)

// An eventRow is an event in the reader's words.
type eventRow struct {
	catalog.Event
	What    string // the verb in words
	Who     string // "" is the server
	Href    string // of what it was done to, "" if there is no page
	Subject string // what people call it, else its id
	Changes []eventChange
}

// An eventChange is one fact before and after; Was is "" if it was not there.
type eventChange struct{ Name, Was, Is string }

// verbWords is a verb of the history in words. A test keeps it whole.
func verbWords(words *i18n.Words, verb string) string {
	switch verb {
	case "agency.add":
		return words.Say("event.agency.add")
	case "agency.edit":
		return words.Say("event.agency.edit")
	case "asset.add":
		return words.Say("event.asset.add")
	case "asset.bin":
		return words.Say("event.asset.bin")
	case "asset.edit":
		return words.Say("event.asset.edit")
	case "asset.restore":
		return words.Say("event.asset.restore")
	case "calendar.add":
		return words.Say("event.calendar.add")
	case "calendar.end":
		return words.Say("event.calendar.end")
	case "blocked.add":
		return words.Say("event.blocked.add")
	case "blocked.edit":
		return words.Say("event.blocked.edit")
	case "blocked.remove":
		return words.Say("event.blocked.remove")
	case "campaign.add":
		return words.Say("event.campaign.add")
	case "campaign.close":
		return words.Say("event.campaign.close")
	case "campaign.move":
		return words.Say("event.campaign.move")
	case "campaign.reopen":
		return words.Say("event.campaign.reopen")
	case "crew.add":
		return words.Say("event.crew.add")
	case "crew.edit":
		return words.Say("event.crew.edit")
	case "first_run.claim":
		return words.Say("event.first_run.claim")
	case "exhibition.add":
		return words.Say("event.exhibition.add")
	case "exhibition.advance":
		return words.Say("event.exhibition.advance")
	case "exhibition.edit":
		return words.Say("event.exhibition.edit")
	case "exhibition.floor":
		return words.Say("event.exhibition.floor")
	case "exhibition.label":
		return words.Say("event.exhibition.label")
	case "exhibition.list":
		return words.Say("event.exhibition.list")
	case "exhibition.order":
		return words.Say("event.exhibition.order")
	case "exhibition.section":
		return words.Say("event.exhibition.section")
	case "exhibition.unlist":
		return words.Say("event.exhibition.unlist")
	case "item.add":
		return words.Say("event.item.add")
	case "item.edit":
		return words.Say("event.item.edit")
	case "item.move":
		return words.Say("event.item.move")
	case "location.add":
		return words.Say("event.location.add")
	case "location.close":
		return words.Say("event.location.close")
	case "location.edit":
		return words.Say("event.location.edit")
	case "location.import":
		return words.Say("event.location.import")
	case "location.reopen":
		return words.Say("event.location.reopen")
	case "original.get":
		return words.Say("event.original.get")
	case "placement.arrange":
		return words.Say("event.placement.arrange")
	case "placement.add":
		return words.Say("event.placement.add")
	case "placement.cancel":
		return words.Say("event.placement.cancel")
	case "placement.confirm":
		return words.Say("event.placement.confirm")
	case "placement.damage":
		return words.Say("event.placement.damage")
	case "placement.edit":
		return words.Say("event.placement.edit")
	case "placement.install":
		return words.Say("event.placement.install")
	case "placement.print":
		return words.Say("event.placement.print")
	case "placement.reconsider":
		return words.Say("event.placement.reconsider")
	case "placement.remove":
		return words.Say("event.placement.remove")
	case "placement.verify":
		return words.Say("event.placement.verify")
	case "plan.add":
		return words.Say("event.plan.add")
	case "plan.edit":
		return words.Say("event.plan.edit")
	case "print.get":
		return words.Say("event.print.get")
	case "proof.accept":
		return words.Say("event.proof.accept")
	case "proof.again":
		return words.Say("event.proof.again")
	case "proof.damaged":
		return words.Say("event.proof.damaged")
	case "proof.inspected":
		return words.Say("event.proof.inspected")
	case "proof.installed":
		return words.Say("event.proof.installed")
	case "proof.removed":
		return words.Say("event.proof.removed")
	case "rendition.done":
		return words.Say("event.rendition.done")
	case "rendition.fail":
		return words.Say("event.rendition.fail")
	case "session.end":
		return words.Say("event.session.end")
	case "session.end_all":
		return words.Say("event.session.end_all")
	case "session.refuse":
		return words.Say("event.session.refuse")
	case "session.start":
		return words.Say("event.session.start")
	case "token.add":
		return words.Say("event.token.add")
	case "token.revoke":
		return words.Say("event.token.revoke")
	case "user.add":
		return words.Say("event.user.add")
	case "user.change_password":
		return words.Say("event.user.change_password")
	case "user.disable":
		return words.Say("event.user.disable")
	case "user.edit":
		return words.Say("event.user.edit")
	case "user.enable":
		return words.Say("event.user.enable")
	case "user.reset_password":
		return words.Say("event.user.reset_password")
	case "work.add":
		return words.Say("event.work.add")
	case "work.assign":
		return words.Say("event.work.assign")
	case "work.cancel":
		return words.Say("event.work.cancel")
	case "work.edit":
		return words.Say("event.work.edit")
	case "work.start":
		return words.Say("event.work.start")
	case "work.watch":
		return words.Say("event.work.watch")
	case "version.add":
		return words.Say("event.version.add")
	}
	return verb
}

// edits are rows without the facts of what was new: the page itself tells those.
func edits(rows []eventRow) []eventRow {
	for i, row := range rows {
		if row.Before == "" {
			rows[i].Changes = nil
		}
	}
	return rows
}

// eventRows puts events into words, and what they changed.
func eventRows(ctx context.Context, tx *catalog.Tx, words *i18n.Words, all []catalog.Event) ([]eventRow, error) {
	rows := make([]eventRow, len(all))
	called := subjectNames{tx: tx, known: map[string]string{}}
	for i, e := range all {
		row := eventRow{Event: e, Who: e.ActorName, What: verbWords(words, e.Verb), Subject: e.Subject}
		if err := called.subject(ctx, &row); err != nil {
			return nil, err
		}
		var err error
		if row.Changes, err = called.changes(ctx, words, e); err != nil {
			return nil, err
		}
		rows[i] = row
	}
	return rows, nil
}

// subjectNames finds what people call the things of events. Each is looked up once.
type subjectNames struct {
	tx    *catalog.Tx
	known map[string]string
}

func (n subjectNames) of(key string, look func() (string, error)) (string, error) {
	if name, ok := n.known[key]; ok {
		return name, nil
	}
	name, err := look()
	if pano.KindOf(err) == pano.KindNotFound {
		name, err = "", nil
	}
	n.known[key] = name
	return name, err
}

func (n subjectNames) location(ctx context.Context, id string) (string, error) {
	return n.of("location "+id, func() (string, error) {
		l, err := n.tx.Location(ctx, pano.LocationID(id))
		return l.Code, err
	})
}

func (n subjectNames) asset(ctx context.Context, id string) (string, error) {
	return n.of("asset "+id, func() (string, error) {
		a, err := n.tx.Asset(ctx, pano.AssetID(id))
		return a.Code, err
	})
}

func (n subjectNames) agency(ctx context.Context, id string) (string, error) {
	return n.of("agency "+id, func() (string, error) {
		a, err := n.tx.Agency(ctx, pano.AgencyID(id))
		return a.Name, err
	})
}

func (n subjectNames) campaign(ctx context.Context, id string) (string, error) {
	return n.of("campaign "+id, func() (string, error) {
		c, err := n.tx.Campaign(ctx, id)
		return c.Name, err
	})
}

func (n subjectNames) work(ctx context.Context, id string) (string, error) {
	return n.of("work "+id, func() (string, error) {
		w, err := n.tx.Work(ctx, id)
		return w.Code, err
	})
}

func (n subjectNames) crew(ctx context.Context, id string) (string, error) {
	return n.of("crew "+id, func() (string, error) {
		c, err := n.tx.Crew(ctx, pano.CrewID(id))
		return c.Name, err
	})
}

// placed is the code of the place of a placement.
func (n subjectNames) placed(ctx context.Context, id string) (string, error) {
	return n.of("placement "+id, func() (string, error) {
		p, err := n.tx.Placement(ctx, pano.PlacementID(id))
		if err != nil {
			return "", err
		}
		return n.location(ctx, string(p.Location))
	})
}

func (n subjectNames) exhibition(ctx context.Context, id string) (string, error) {
	return n.of("exhibition "+id, func() (string, error) {
		e, err := n.tx.Exhibition(ctx, pano.ExhibitionID(id))
		return e.Title, err
	})
}

func (n subjectNames) user(ctx context.Context, id string) (string, error) {
	return n.of("user "+id, func() (string, error) {
		u, err := n.tx.User(ctx, pano.UserID(id))
		return u.Login, err
	})
}

// subject finds the name and the page of what an event is about.
func (n subjectNames) subject(ctx context.Context, row *eventRow) (err error) {
	if row.Event.Subject == "" {
		return nil
	}
	noun, _, _ := strings.Cut(row.Verb, ".")
	name, id := "", row.Event.Subject
	switch noun {
	case "asset", "version", "rendition", "original", "print":
		name, err = n.asset(ctx, id)
		row.Href = "/assets/" + id
	case "location", "blocked":
		name, err = n.location(ctx, id)
		row.Href = "/locations/" + id
	case "placement", "proof":
		name, err = n.placed(ctx, id)
		row.Href = "/placements/" + id
		if name == "" && err == nil { // an order that came of it
			name, err = n.work(ctx, id)
			row.Href = workPath + id
		}
	case "work":
		name, err = n.work(ctx, id)
		row.Href = workPath + id
	case "crew":
		name, err = n.crew(ctx, id)
		row.Href = workPath + "crews"
	case "campaign":
		name, err = n.campaign(ctx, id)
		row.Href = "/campaigns/" + id
	case "exhibition":
		name, err = n.exhibition(ctx, id)
		row.Href = "/exhibitions/" + id
	case "item":
		name, err = n.of("item "+id, func() (string, error) {
			p, err := n.tx.Item(ctx, pano.Reach{}, pano.ItemID(id))
			return p.Code, err
		})
		row.Href = "/items/" + id
	case "agency":
		name, err = n.agency(ctx, id)
	case "user", "session", "first_run":
		name, err = n.user(ctx, id)
	}
	if name == "" {
		row.Href = ""
	}
	row.Subject = cmp.Or(name, id)
	return err
}

// changes compares before and after of e. Of what was added only what it is now
// is told. What no reader asks for is left out: ids of its own, times, counters.
func (n subjectNames) changes(ctx context.Context, words *i18n.Words, e catalog.Event) (all []eventChange, err error) {
	was, is := facts(e.Before), facts(e.After)
	keys := map[string]bool{}
	for key := range was {
		keys[key] = true
	}
	for key := range is {
		keys[key] = true
	}
	for _, key := range sorted(keys) {
		if untold(key) || fmt.Sprint(was[key]) == fmt.Sprint(is[key]) {
			continue
		}
		c := eventChange{Name: factName(words, key)}
		if c.Was, err = n.fact(ctx, words, e.Verb, key, was[key]); err != nil {
			return nil, err
		}
		if c.Is, err = n.fact(ctx, words, e.Verb, key, is[key]); err != nil {
			return nil, err
		}
		if c.Was != c.Is && (was != nil || c.Is != "0") { // nobody chose the noughts of what is new
			all = append(all, c)
		}
	}
	return all, nil
}

func sorted(keys map[string]bool) (all []string) {
	for key := range keys {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// facts are the members of a JSON object by snake_case name, those of objects in
// it under the name of both: days_from. Anything else has none.
func facts(text string) map[string]any {
	var m map[string]any
	if text == "" || json.Unmarshal([]byte(text), &m) != nil {
		return nil
	}
	flat := map[string]any{}
	for name, v := range m {
		if inner, ok := v.(map[string]any); ok {
			for below, v := range inner {
				flat[snake(name)+"_"+snake(below)] = v
			}
			continue
		}
		flat[snake(name)] = v
	}
	return flat
}

// snake is the name of a Go field as JSON people write it: PermitUntil is permit_until.
func snake(name string) string {
	var out strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			out.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func untold(key string) bool {
	return slices.Contains([]string{"id", "created", "updated", "rev", "placed", "sha256", "by", "hash", "proof"}, key)
}

// factName is what people call a fact; its own name if nobody gave it one.
func factName(words *i18n.Words, key string) string {
	if name := words.Say("event.fact." + key); name != "event.fact."+key {
		return name
	}
	return key
}

// fact is a value of the history in words. Nothing, and what stands for nothing, is "".
func (n subjectNames) fact(ctx context.Context, words *i18n.Words, verb, key string, v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		return words.Say(map[bool]string{true: "event.fact.yes", false: "event.fact.no"}[v]), nil
	case float64:
		return amount(words, key, v), nil
	case string:
		return n.text(ctx, words, verb, key, v)
	case []any:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = short(flatText(one))
		}
		return strings.Join(texts, ", "), nil
	}
	return short(flatText(v)), nil
}

// flatText is a value as JSON, a text as it is.
func flatText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	text, _ := json.Marshal(v) // it came from JSON
	return string(text)
}

// amount writes a number; 0 is nothing, but for an edge of a wall.
func amount(words *i18n.Words, key string, v float64) string {
	if v == 0 && key != "area_x" && key != "area_y" {
		return ""
	}
	return words.Decimal(v, 6)
}

// text writes a text of the history: a day, a state, the name behind an id.
func (n subjectNames) text(ctx context.Context, words *i18n.Words, verb, key, v string) (string, error) {
	noun, _, _ := strings.Cut(verb, ".")
	if noun == "proof" && key == "state" { // what became of its placement
		noun = "placement"
	}
	switch key {
	case "state", "kind", "verdict", "condition":
		if said := words.Say(noun + "." + key + "." + v); said != noun+"."+key+"."+v {
			return said, nil
		}
	case "agency":
		name, err := n.agency(ctx, v)
		return cmp.Or(name, v), err
	case "asset":
		name, err := n.asset(ctx, v)
		return cmp.Or(name, v), err
	case "exhibition":
		name, err := n.exhibition(ctx, v)
		return cmp.Or(name, v), err
	case "item":
		name, err := n.of("item "+v, func() (string, error) {
			p, err := n.tx.Item(ctx, pano.Reach{}, pano.ItemID(v))
			return p.Code, err
		})
		return cmp.Or(name, v), err
	case "location", "parent", "venue":
		name, err := n.location(ctx, v)
		return cmp.Or(name, v), err
	case "campaign":
		name, err := n.campaign(ctx, v)
		return cmp.Or(name, v), err
	case "crew":
		name, err := n.crew(ctx, v)
		return cmp.Or(name, v), err
	case "person":
		name, err := n.user(ctx, v)
		return cmp.Or(name, v), err
	case "placement":
		name, err := n.placed(ctx, v)
		return cmp.Or(name, v), err
	case "work":
		return cmp.Or(words.Say("work.kind."+v), v), nil
	case "stage":
		return cmp.Or(words.Say("work.state."+v), v), nil
	case "line":
		return cmp.Or(words.Say("work.line."+v), v), nil
	case "version":
		name, err := n.of("version "+v, func() (string, error) {
			version, err := n.tx.Version(ctx, pano.VersionID(v))
			return words.Number(int64(version.N)), err
		})
		return cmp.Or(name, v), err
	}
	d, err := pano.ParseDay(v)
	switch {
	case err != nil:
		return short(v), nil
	case d == 0: // no day was set
		return "", nil
	case strings.HasSuffix(key, "until") || key == "remove_by": // kept half-open, told with the last day
		return words.Day(d - 1), nil
	}
	return words.Day(d), nil
}

// auditPage is the history of everything.
type auditPage struct {
	web.Frame
	Subject string
	Rows    []eventRow
	Next    string
	None    bool // nothing is called that
}

// auditRows is how many events a page of the history has.
const auditRows = 50

// showAudit answers GET /audit. subject is an id, or the code of a place or an asset.
func (s *Server) showAudit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := auditPage{Subject: strings.TrimSpace(q.Get("subject"))}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // 0, the newest, if it is no number
	err := s.DB.Read(r.Context(), func(tx *catalog.Tx) error {
		subject, err := subjectCalled(r.Context(), tx, p.Subject)
		if err != nil {
			return err
		}
		all, err := tx.EventsOf(r.Context(), subject, before, auditRows+1)
		if err != nil {
			return err
		}
		if len(all) > auditRows {
			all = all[:auditRows]
			p.Next = addressWith(r.URL, "before", strconv.FormatInt(all[auditRows-1].Seq, 10))
		}
		p.Rows, err = eventRows(r.Context(), tx, s.words(r), all)
		return err
	})
	if err != nil {
		return err
	}
	p.Frame = s.frame(r, s.words(r).Say("audit.title"), "admin")
	p.Islands = []string{"list.js"}
	return s.parts(w, r, http.StatusOK, "audit", p, "results")
}

// subjectCalled is the id of the place or asset with that code, else the text itself.
func subjectCalled(ctx context.Context, tx *catalog.Tx, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	l, err := tx.LocationByCode(ctx, text)
	if err == nil {
		return string(l.ID), nil
	}
	if pano.KindOf(err) != pano.KindNotFound {
		return "", err
	}
	page, err := tx.FindAssets(ctx, pano.Reach{All: true}, catalog.AssetQuery{Text: text, Limit: 5})
	for _, a := range page.Assets {
		if strings.EqualFold(a.Code, text) {
			return string(a.ID), err
		}
	}
	return text, err
}
