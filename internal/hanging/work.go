package hanging

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// settle brings the work orders up to what became of the placement now, which
// was was: what is done is ticked off, what nobody wants any more is dropped,
// what it wants now is put into an order. proof is the kind of the proof that
// came, "" if none did.
func settle(ctx context.Context, tx *catalog.Tx, who pano.Actor, was, now pano.Placement, proof pano.ProofKind) error {
	lines, err := tx.LiveLines(ctx, now.ID)
	if err != nil {
		return err
	}
	today := pano.DayOf(tx.Now)
	for _, l := range lines {
		to := l.Work.Kind.Settles(now.State)
		if l.Work.Kind == pano.WorkInspect && proof != "" && to == pano.LineTodo {
			to = pano.LineDone
		}
		if to != pano.LineTodo {
			if err := endLine(ctx, tx, who, l, now.ID, to); err != nil {
				return err
			}
			continue
		}
		if due := now.WorkDue(l.Work.Kind, today); l.Work.Auto && l.Work.Due != due && was.WorkDue(l.Work.Kind, today) != due {
			if err := moveLine(ctx, tx, who, l, now, due); err != nil {
				return err
			}
		}
	}
	wanted := was.Wants(today)
	for _, k := range now.Wants(today) {
		there := slices.ContainsFunc(lines, func(l catalog.LiveLine) bool { return l.Work.Kind == k })
		if !there && !slices.Contains(wanted, k) {
			if err := orderWork(ctx, tx, now, k); err != nil {
				return err
			}
		}
	}
	return nil
}

func endLine(ctx context.Context, tx *catalog.Tx, who pano.Actor, l catalog.LiveLine, p pano.PlacementID, to pano.LineState) error {
	if err := tx.EndLine(ctx, l.Seq, to, who.ID); err != nil {
		return err
	}
	tx.Note(string(l.Work.ID), map[string]any{"placement": p, "line": pano.LineTodo}, map[string]any{"placement": p, "line": to})
	return recount(ctx, tx, who, l.Work.ID)
}

// recount brings an order to the state that its lines tell.
func recount(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.WorkID) error {
	was, err := tx.Work(ctx, string(id))
	if err != nil {
		return err
	}
	todo, done, err := tx.CountLines(ctx, id)
	if err != nil {
		return err
	}
	w := was.Count(todo, done)
	if w.State == was.State {
		return nil
	}
	if !w.State.Live() {
		w.Ender = who.ID
	}
	return keepWork(ctx, tx, was, w)
}

func keepWork(ctx context.Context, tx *catalog.Tx, was, w pano.Work) error {
	w, err := tx.UpdateWork(ctx, w)
	if err == nil {
		tx.Note(string(w.ID), workFacts(was), workFacts(w))
	}
	return err
}

// workFacts are what the history tells of an order.
func workFacts(w pano.Work) map[string]any {
	facts := map[string]any{"code": w.Code, "work": w.Kind, "stage": w.State, "due": w.Due}
	for name, text := range map[string]string{"crew": string(w.Crew), "person": string(w.Person), "note": w.Note, "reason": w.Reason} {
		if text != "" {
			facts[name] = text
		}
	}
	return facts
}

// orderWork puts a placement into an order that makes itself: one that gathers the
// same work around there for the same day, or a new one.
func orderWork(ctx context.Context, tx *catalog.Tx, p pano.Placement, k pano.WorkKind) error {
	w, made, err := gather(ctx, tx, p, pano.Work{Kind: k, Due: p.WorkDue(k, pano.DayOf(tx.Now)), State: pano.WorkOpen})
	if err != nil {
		return err
	}
	if err := tx.AddWorkLine(ctx, w, p.ID); err != nil {
		return err
	}
	facts := map[string]any{}
	if made {
		facts = workFacts(w)
	}
	facts["placement"], facts["line"] = p.ID, pano.LineTodo
	tx.Note(string(w.ID), nil, facts)
	return nil
}

// gather returns the order like like that p may be added to; made is true if it
// is new.
func gather(ctx context.Context, tx *catalog.Tx, p pano.Placement, like pano.Work) (w pano.Work, made bool, err error) {
	like.Agency, like.Campaign, like.Auto = p.Agency, p.Campaign, true
	if like.Area, err = tx.AreaOf(ctx, p.Location); err != nil {
		return like, false, err
	}
	w, ok, err := tx.Gathering(ctx, like)
	if err != nil || ok {
		return w, false, err
	}
	w, err = tx.AddWork(ctx, like)
	return w, true, err
}

// moveLine puts a line whose day has moved into an order for that day, of the
// same crew.
func moveLine(ctx context.Context, tx *catalog.Tx, who pano.Actor, l catalog.LiveLine, p pano.Placement, due pano.Day) error {
	like := pano.Work{Kind: l.Work.Kind, Due: due, State: pano.WorkOpen, Crew: l.Work.Crew, Person: l.Work.Person}
	if like.Crew != "" || like.Person != "" {
		like.State = pano.WorkAssigned
	}
	w, _, err := gather(ctx, tx, p, like)
	if err != nil {
		return err
	}
	if err := tx.MoveLine(ctx, l.Seq, w.ID); err != nil {
		return err
	}
	facts := workFacts(w)
	facts["placement"], facts["line"] = p.ID, pano.LineTodo
	tx.Note(string(w.ID), map[string]any{"code": l.Work.Code}, facts)
	return recount(ctx, tx, who, l.Work.ID)
}

// WatchJob is the kind of the job that Watch does. Its subject is the day.
const WatchJob = "work.watch"

// OweWatch owes one round of Watch for today. Owed again before it is done, it is
// still one.
func (d *Desk) OweWatch(ctx context.Context) error {
	return d.DB.Tend(ctx, func(tx *catalog.Tx) error {
		return tx.Enqueue(ctx, WatchJob, pano.DayOf(tx.Now).String(), "")
	})
}

// watchEvery is how often it is looked whether something new hangs past its time:
// often enough that an order is there soon after midnight, and after a start.
const watchEvery = 10 * time.Minute

// Tend owes a round of Watch now and then until ctx is done.
func (d *Desk) Tend(ctx context.Context, log *slog.Logger) {
	for ctx.Err() == nil {
		if err := d.OweWatch(ctx); err != nil && ctx.Err() == nil {
			log.Error("owe the removal watch", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchEvery):
		}
	}
}

// watchStep is how many placements one transaction of Watch looks after, so that
// others get their turn to write.
const watchStep = 100

// Watch is the job work.watch: everything that hangs past its time, or soon
// will, gets an order to be removed; and what was agreed or damaged before there
// were orders gets its own. It may run any number of times.
func (d *Desk) Watch(ctx context.Context, _ string) error {
	for _, k := range []pano.WorkKind{pano.WorkRemove, pano.WorkInstall, pano.WorkRepair} {
		for more := true; more; {
			n, err := d.watch(ctx, k)
			if err != nil {
				return err
			}
			more = n == watchStep
		}
	}
	return nil
}

// watch makes orders of a kind for some placements and returns for how many.
func (d *Desk) watch(ctx context.Context, k pano.WorkKind) (n int, err error) {
	due := func(tx *catalog.Tx) ([]pano.Placement, error) { return tx.Due(ctx, k, watchStep) }
	err = d.DB.Read(ctx, func(tx *catalog.Tx) error { // looking costs no turn to write
		all, err := due(tx)
		n = len(all)
		return err
	})
	if err != nil || n == 0 {
		return n, err
	}
	err = d.DB.Write(ctx, pano.Server(""), "work.watch", func(tx *catalog.Tx) error {
		all, err := due(tx)
		n = len(all)
		for _, p := range all {
			if err := orderWork(ctx, tx, p, k); err != nil {
				return err
			}
		}
		return err
	})
	return n, err
}

// AddWork makes an order of w.Kind, due w.Due, for placements, and returns it. It
// may be given to a crew or a person at once: see Assign.
//
// It fails with KindInvalid, at the field to mend, if there are no placements, or
// they are not of one agency or want no such work, with KindNotFound if one is
// not there or not for who to plan, and with KindConflict if one has an order of
// that kind already.
func (d *Desk) AddWork(ctx context.Context, who pano.Actor, w pano.Work, placements ...pano.PlacementID) (pano.Work, error) {
	if err := who.MayAny(pano.WorkPlan); err != nil {
		return w, err
	}
	composed(&w.Note)
	w.Note = strings.TrimSpace(w.Note)
	if err := w.Check(); err != nil {
		return w, err
	}
	if len(placements) == 0 {
		return w, pano.Invalid("work.no_placements").At("placement")
	}
	if len(placements) > mostPlacements {
		return w, pano.Invalid("work.too_many", mostPlacements).At("placement")
	}
	crew, person := w.Crew, w.Person
	w.State, w.Auto, w.By, w.Crew, w.Person = pano.WorkOpen, false, who.ID, "", ""
	err := d.DB.Write(ctx, who, "work.add", func(tx *catalog.Tx) (err error) {
		if err := fill(ctx, tx, who, &w, placements); err != nil {
			return err
		}
		if w, err = tx.AddWork(ctx, w); err != nil {
			return err
		}
		for _, p := range placements {
			if err := tx.AddWorkLine(ctx, w, p); err != nil {
				return err
			}
		}
		if crew != "" || person != "" {
			if err := mayGive(ctx, tx, who, crew, person); err != nil {
				return err
			}
			if w, err = w.Give(crew, person); err != nil {
				return err
			}
			if w, err = tx.UpdateWork(ctx, w); err != nil {
				return err
			}
		}
		facts := workFacts(w)
		facts["placements"] = placements
		tx.Note(string(w.ID), nil, facts)
		return nil
	})
	return w, err
}

// mostPlacements is how many placements an order has at most.
const mostPlacements = 200

// fill finds out whose placements an order is about, of which campaign and area.
func fill(ctx context.Context, tx *catalog.Tx, who pano.Actor, w *pano.Work, placements []pano.PlacementID) error {
	for i, id := range placements {
		p, err := tx.Placement(ctx, id)
		if err != nil {
			return err
		}
		if err := may(who, pano.WorkPlan, pano.Resource{Agency: p.Agency}, "placement.none"); err != nil {
			return err
		}
		if !w.Kind.Takes(p.State) {
			return pano.Invalid("work.wrong_kind").At("kind")
		}
		area, err := tx.AreaOf(ctx, p.Location)
		if err != nil {
			return err
		}
		if i == 0 {
			w.Agency, w.Campaign, w.Area = p.Agency, p.Campaign, area
		}
		if p.Agency != w.Agency {
			return pano.Invalid("work.other_agency").At("placement")
		}
		if p.Campaign != w.Campaign {
			w.Campaign = ""
		}
		if area != w.Area {
			w.Area = ""
		}
	}
	return nil
}

// mayGive fails unless who may give work to that crew or that person: of an
// agency for which they plan, with KindInvalid at crew.
func mayGive(ctx context.Context, tx *catalog.Tx, who pano.Actor, crew pano.CrewID, person pano.UserID) error {
	reach := who.Reach(pano.WorkPlan)
	if crew != "" {
		c, err := tx.Crew(ctx, crew)
		if pano.KindOf(err) == pano.KindNotFound || err == nil && !reach.Has(c.Resource()) {
			return pano.Invalid("crew.none").At("crew")
		}
		if err == nil && c.Closed {
			return pano.Invalid("crew.closed", c.Name).At("crew")
		}
		return err
	}
	if person == "" {
		return nil
	}
	all, err := tx.Installers(ctx, reach)
	if err == nil && !slices.ContainsFunc(all, func(u pano.User) bool { return u.ID == person }) {
		err = pano.Invalid("crew.no_installer").At("crew")
	}
	return err
}

// Assign gives orders to a crew or to one person, or takes them back if both are
// "", and returns how many changed hands. It fails with KindNotFound or
// KindForbidden if one of them is not for who to plan, with KindInvalid at crew
// if that is not there, and with KindConflict if one is over; then none is changed.
func (d *Desk) Assign(ctx context.Context, who pano.Actor, crew pano.CrewID, person pano.UserID, ids ...pano.WorkID) (n int, err error) {
	if err := who.MayAny(pano.WorkPlan); err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, pano.Invalid("work.none_ticked")
	}
	if crew != "" && person != "" {
		return 0, pano.Invalid("work.two_crews").At("crew")
	}
	err = d.DB.Write(ctx, who, "work.assign", func(tx *catalog.Tx) error {
		n = 0
		if err := mayGive(ctx, tx, who, crew, person); err != nil {
			return err
		}
		for _, id := range ids {
			was, err := plannable(ctx, tx, who, id)
			if err != nil {
				return err
			}
			w, err := was.Give(crew, person)
			if err != nil {
				return err
			}
			if w == was {
				continue
			}
			n++
			if err := keepWork(ctx, tx, was, w); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// plannable returns the order with that id if who may plan it.
func plannable(ctx context.Context, tx *catalog.Tx, who pano.Actor, id pano.WorkID) (pano.Work, error) {
	w, err := tx.Work(ctx, string(id))
	if err != nil {
		return w, err
	}
	return w, may(who, pano.WorkPlan, w.Resource(), "work.none")
}

// StartWork says that somebody went out for an order. It fails with KindConflict
// if somebody did before, or it is over.
func (d *Desk) StartWork(ctx context.Context, who pano.Actor, id pano.WorkID) error {
	return d.changeWork(ctx, who, "work.start", pano.WorkMark, id, func(tx *catalog.Tx, w pano.Work) (pano.Work, error) { return w.Start() })
}

// CancelWork ends an order for a reason; its placements are left as they are. One
// that still hangs past its time gets another order the day after. It fails with
// KindInvalid at reason without one, and with KindConflict if it is over.
func (d *Desk) CancelWork(ctx context.Context, who pano.Actor, id pano.WorkID, reason string) error {
	composed(&reason)
	return d.changeWork(ctx, who, "work.cancel", pano.WorkPlan, id, func(tx *catalog.Tx, w pano.Work) (pano.Work, error) {
		w, err := w.Cancel(strings.TrimSpace(reason))
		if err != nil {
			return w, err
		}
		w.Ender = who.ID
		if err := w.Check(); err != nil {
			return w, err
		}
		return w, tx.DropLines(ctx, w.ID, who.ID)
	})
}

// EditWork changes the day and the note of the order w.ID, as it was at revision
// w.Rev. It fails with KindInvalid at the field to mend, with KindStale if it was
// changed since, and with KindConflict if it is over.
func (d *Desk) EditWork(ctx context.Context, who pano.Actor, w pano.Work) error {
	composed(&w.Note)
	return d.changeWork(ctx, who, "work.edit", pano.WorkPlan, w.ID, func(tx *catalog.Tx, was pano.Work) (pano.Work, error) {
		if err := fresh(w.Rev, was.Rev); err != nil {
			return was, err
		}
		if !was.State.Live() {
			return was, pano.Conflict("work.over", was.Code)
		}
		now := was
		now.Due, now.Note = w.Due, strings.TrimSpace(w.Note)
		return now, now.Check()
	})
}

// changeWork keeps what f makes of an order that who may do act to.
func (d *Desk) changeWork(ctx context.Context, who pano.Actor, verb string, act pano.Action, id pano.WorkID,
	f func(*catalog.Tx, pano.Work) (pano.Work, error)) error {
	if err := signedIn(who); err != nil {
		return err
	}
	return d.DB.Write(ctx, who, verb, func(tx *catalog.Tx) error {
		was, err := tx.Work(ctx, string(id))
		if err != nil {
			return err
		}
		if err := may(who, act, was.Resource(), "work.none"); err != nil {
			return err
		}
		w, err := f(tx, was)
		if err != nil {
			return err
		}
		return keepWork(ctx, tx, was, w)
	})
}

// KeepCrew stores a crew, a new one if c.ID is "", and returns it as it is kept.
// Its members must be installers. It fails with KindInvalid or KindConflict at
// the field to mend, and with KindStale if it was changed since.
func (d *Desk) KeepCrew(ctx context.Context, who pano.Actor, c pano.Crew) (pano.Crew, error) {
	if err := who.MayAny(pano.WorkPlan); err != nil {
		return c, err
	}
	composed(&c.Name, &c.Phone)
	c.Name, c.Phone = strings.TrimSpace(c.Name), strings.TrimSpace(c.Phone)
	if err := c.Check(); err != nil {
		return c, err
	}
	keep := func(tx *catalog.Tx) (err error) {
		all, err := tx.Installers(ctx, who.Reach(pano.WorkPlan))
		if err != nil {
			return err
		}
		var was any
		if c.ID != "" {
			kept, err := tx.Crew(ctx, c.ID)
			if err != nil {
				return err
			}
			if err := may(who, pano.WorkPlan, kept.Resource(), "crew.none"); err != nil {
				return err
			}
			if err := fresh(c.Rev, kept.Rev); err != nil {
				return err
			}
			c.Agency, was = kept.Agency, kept
			for _, u := range kept.Members { // who is no installer any more may stay, and does nothing
				all = append(all, pano.User{ID: u})
			}
		} else if !who.Reach(pano.WorkPlan).Has(c.Resource()) {
			return pano.Invalid("crew.other_agency").At("agency")
		}
		for _, u := range c.Members {
			if !slices.ContainsFunc(all, func(x pano.User) bool { return x.ID == u }) {
				return pano.Invalid("crew.no_installer").At("members")
			}
		}
		if c.ID == "" {
			c, err = tx.AddCrew(ctx, c)
		} else {
			c, err = tx.UpdateCrew(ctx, c)
		}
		tx.Note(string(c.ID), was, c)
		return err
	}
	if c.ID == "" {
		err := d.DB.Write(ctx, who, "crew.add", keep)
		return c, err
	}
	err := d.DB.Write(ctx, who, "crew.edit", keep)
	return c, err
}
