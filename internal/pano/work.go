package pano

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// WorkID names a work order, CrewID a crew.
type (
	WorkID string
	CrewID string
)

// A WorkKind says what a crew is sent out for.
type WorkKind string

// The kinds of work orders.
const (
	WorkInstall WorkKind = "install"
	WorkRepair  WorkKind = "repair"
	WorkRemove  WorkKind = "remove"
	WorkInspect WorkKind = "inspect"
)

// WorkKinds lists every kind in the order of the work.
func WorkKinds() []WorkKind { return []WorkKind{WorkInstall, WorkRepair, WorkRemove, WorkInspect} }

// A WorkState says how far a work order is.
type WorkState string

// The states of a work order.
const (
	WorkOpen      WorkState = "open"      // nobody's in particular
	WorkAssigned  WorkState = "assigned"  // a crew's, or one installer's
	WorkUnderWay  WorkState = "under_way" // somebody went out, or some of it is done
	WorkDone      WorkState = "done"
	WorkCancelled WorkState = "cancelled" // Reason says why
)

// WorkStates lists every state in the order of the work.
func WorkStates() []WorkState {
	return []WorkState{WorkOpen, WorkAssigned, WorkUnderWay, WorkDone, WorkCancelled}
}

// Live reports whether an order in state s still wants doing.
func (s WorkState) Live() bool { return s == WorkOpen || s == WorkAssigned || s == WorkUnderWay }

// A LineState says what became of one placement of a work order.
type LineState string

// The states of a line.
const (
	LineTodo    LineState = "todo"
	LineDone    LineState = "done"
	LineDropped LineState = "dropped" // it is not wanted any more
)

// A Crew is whoever goes out together (tổ thi công): some installers, or none
// with an account and only a name on paper.
type Crew struct {
	ID      CrewID
	Agency  AgencyID
	Name    string
	Phone   string
	Members []UserID
	Closed  bool // gets no more work, and keeps what it did
	Created time.Time
	Rev     int
}

// Resource is what the permission table needs to know of c.
func (c Crew) Resource() Resource { return Resource{Agency: c.Agency} }

// Check fails with KindInvalid, at the field to mend, unless c can be kept.
func (c Crew) Check() error {
	if strings.TrimSpace(c.Name) == "" {
		return Invalid("crew.no_name").At("name")
	}
	if err := checkText("name", c.Name, maxTitle); err != nil {
		return err
	}
	return checkText("phone", c.Phone, maxLine)
}

// A Work is a work order (phiếu việc): one kind of work at some placements, for
// one crew, by one day.
type Work struct {
	ID       WorkID
	Code     string
	Kind     WorkKind
	Agency   AgencyID   // whose placements these are
	Campaign CampaignID // "" is none, or several
	Area     string     // code of the outermost place around them; "" is several
	Due      Day        // the last day on which it is in time
	State    WorkState
	Crew     CrewID // at most one of Crew and Person is set
	Person   UserID
	Hands    Hands  // who of the people with accounts that is
	Note     string // for the crew
	Reason   string // of its end, if it was cancelled; see NothingLeft
	Auto     bool   // made by itself
	By       UserID // "" is the server
	Created  time.Time
	Updated  time.Time
	Ended    time.Time // zero while it lives
	Ender    UserID    // "" is the server, or nobody yet
	Rev      int
}

// NothingLeft is the reason of an order that ended because none of its
// placements wanted the work any more.
const NothingLeft = "work.nothing_left" // words

// Resource is what the permission table needs to know of w.
func (w Work) Resource() Resource { return Resource{Agency: w.Agency, Owner: w.By, Hands: w.Hands} }

// Late reports whether w wants doing and its day is over.
func (w Work) Late(today Day) bool { return w.State.Live() && w.Due < today }

// Check fails with KindInvalid, at the field to mend, unless w can be kept.
func (w Work) Check() error {
	switch {
	case !slices.Contains(WorkKinds(), w.Kind):
		return Invalid("work.unknown_kind", string(w.Kind)).At("kind")
	case w.Due <= 0 || w.Due > farDay:
		return Invalid("work.no_due").At("due")
	}
	if err := checkText("note", w.Note, maxText); err != nil {
		return err
	}
	return checkText("reason", w.Reason, maxText)
}

// farDay is in the year 2200.
const farDay Day = 84_000

// Give returns w as the work of a crew or of one person, or of nobody if both
// are "". It fails with KindConflict if w is over.
func (w Work) Give(crew CrewID, person UserID) (Work, error) {
	if !w.State.Live() {
		return w, Conflict("work.over", w.Code)
	}
	w.Crew, w.Person = crew, person
	switch given := crew != "" || person != ""; {
	case w.State == WorkOpen && given:
		w.State = WorkAssigned
	case w.State == WorkAssigned && !given:
		w.State = WorkOpen
	}
	return w, nil
}

// Start returns w as under way. It fails with KindConflict if it is, or is over.
func (w Work) Start() (Work, error) {
	if w.State != WorkOpen && w.State != WorkAssigned {
		return w, Conflict("work.wrong_state", w.Code)
	}
	w.State = WorkUnderWay
	return w, nil
}

// Cancel returns w as cancelled for a reason. It fails with KindInvalid at
// reason without one, and with KindConflict if w is over.
func (w Work) Cancel(reason string) (Work, error) {
	switch {
	case !w.State.Live():
		return w, Conflict("work.over", w.Code)
	case strings.TrimSpace(reason) == "":
		return w, Invalid("work.no_reason").At("reason")
	}
	w.State, w.Reason = WorkCancelled, reason
	return w, nil
}

// Count returns w in the state that the number of its lines tells: todo want
// doing, done are done. One that has none left of either is cancelled.
func (w Work) Count(todo, done int) Work {
	switch {
	case !w.State.Live():
	case todo == 0 && done > 0:
		w.State = WorkDone
	case todo == 0:
		w.State, w.Reason = WorkCancelled, NothingLeft
	case done > 0:
		w.State = WorkUnderWay
	}
	return w
}

// Settles says what becomes of a line of kind k whose placement is in state s.
func (k WorkKind) Settles(s PlacementState) LineState {
	switch k {
	case WorkInstall:
		switch {
		case s.Up() || s == Removed:
			return LineDone
		case s == Cancelled || s == Planned:
			return LineDropped
		}
	case WorkRepair:
		switch {
		case s == Installed || s == Verified:
			return LineDone
		case s != Damaged:
			return LineDropped
		}
	case WorkRemove:
		switch {
		case s == Removed:
			return LineDone
		case !s.Up():
			return LineDropped
		}
	case WorkInspect:
		if !s.Up() {
			return LineDropped
		}
	}
	return LineTodo
}

// Takes reports whether a placement in state s may get work of kind k by hand.
func (k WorkKind) Takes(s PlacementState) bool {
	switch k {
	case WorkInstall:
		return s == Confirmed || s == Printed
	case WorkRepair:
		return s == Damaged
	}
	return s.Up()
}

// RemovalAhead is how many days before its last one a placement gets an order to
// be removed, so that a crew can plan; RepairDays how many there are to mend
// what is damaged.
const (
	RemovalAhead = 7
	RepairDays   = 2
)

// Overdue reports whether p still hangs though the day by which it must be down
// is over.
func (p Placement) Overdue(today Day) bool { return p.State.Up() && p.removeBy() <= today }

func (p Placement) removeBy() Day { return max(p.RemoveBy, p.Days.Until) }

// Wants lists the work that p needs today without anybody asking: to be hung
// once that is agreed, mended once it is damaged, taken down when its time comes.
func (p Placement) Wants(today Day) (all []WorkKind) {
	switch p.State {
	case Confirmed, Printed:
		all = append(all, WorkInstall)
	case Damaged:
		all = append(all, WorkRepair)
	}
	if p.State.Up() && p.removeBy()-RemovalAhead <= today {
		all = append(all, WorkRemove)
	}
	return all
}

// WorkDue returns the last day on which work of kind k at p is in time: what is
// to hang hangs before its first day begins, and is down when its last is over.
func (p Placement) WorkDue(k WorkKind, today Day) Day {
	switch k {
	case WorkInstall:
		return p.Days.From - 1
	case WorkRemove:
		return p.removeBy() - 1
	case WorkRepair:
		return today + RepairDays
	}
	return today
}

// Hands are the people with accounts whose work something is, as the catalogue
// writes them: each id behind + while it is to be done, behind - once it was.
type Hands string

// Has reports whether u is, or was, one of h.
func (h Hands) Has(u UserID) bool {
	return u != "" && (strings.Contains(string(h), "+"+string(u)) || strings.Contains(string(h), "-"+string(u)))
}

// Taken reports whether it is somebody's now.
func (h Hands) Taken() bool { return strings.Contains(string(h), "+") }

// Street takes an address apart for a route: the street without the number at
// its head, and that number, 0 if there is none. "Số 12A Trần Hưng Đạo, phường
// Lê Thanh Nghị" is ("Trần Hưng Đạo", 12).
func Street(address string) (street string, number int) {
	street, _, _ = strings.Cut(address, ",")
	street = strings.TrimSpace(street)
	for _, word := range []string{"Số nhà ", "số nhà ", "Số ", "số "} {
		street = strings.TrimPrefix(street, word)
	}
	head, rest, more := strings.Cut(street, " ")
	if !more || head == "" || !unicode.IsDigit(rune(head[0])) {
		return street, 0
	}
	for _, c := range head {
		if !unicode.IsDigit(c) || number > 1_000_000 {
			break
		}
		number = number*10 + int(c-'0')
	}
	return strings.TrimSpace(rest), number
}
