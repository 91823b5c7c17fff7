package rig

import (
	"context"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// A Point is a place on the screen, in CSS pixels from the top left corner of the page as it is seen.
type Point struct{ X, Y float64 }

// Middle is the middle of the first element that css selects, scrolled into sight if it is not there.
func (p *Page) Middle(css string) Point {
	p.t.Helper()
	at := Eval[[2]float64](p, `(() => { const e = document.querySelector(`+quote(css)+`); e.scrollIntoView({block: 'nearest', inline: 'nearest'});
		const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`)
	return Point{at[0], at[1]}
}

// mouse sends what the mouse does at a point; shift says whether that key is held.
func (p *Page) mouse(kind input.DispatchMouseEventType, at Point, shift bool) {
	p.t.Helper()
	e := input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1, Buttons: 1}
	switch kind {
	case input.DispatchMouseEventTypeMouseReleased:
		e.Buttons = 0
	case input.DispatchMouseEventTypeMouseMoved:
		e.ClickCount = 0
	}
	if shift {
		e.Modifiers = 8
	}
	p.do("mouse", call(input.DispatchMouseEvent, e))
}

// Carry presses the mouse at from, moves it to to in steps, and lets it go there.
func (p *Page) Carry(from, to Point, steps int) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventTypeMousePressed, from, false)
	p.Pull(from, to, steps)
	p.mouse(input.DispatchMouseEventTypeMouseReleased, to, false)
}

// Pull moves the pressed mouse from from to to in steps, and waits after each
// until it was drawn.
func (p *Page) Pull(from, to Point, steps int) {
	p.t.Helper()
	for i := 1; i <= steps; i++ {
		f := float64(i) / float64(steps)
		p.mouse(input.DispatchMouseEventTypeMouseMoved, Point{from.X + (to.X-from.X)*f, from.Y + (to.Y-from.Y)*f}, false)
		Eval[bool](p, "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true))))")
	}
}

// Hold presses the mouse and holds it, until Release.
func (p *Page) Hold(at Point) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventTypeMousePressed, at, false)
}

// Release lets the mouse go.
func (p *Page) Release(at Point) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventTypeMouseReleased, at, false)
}

// ShiftClick clicks at a point with Shift held.
func (p *Page) ShiftClick(at Point) {
	p.t.Helper()
	p.mouse(input.DispatchMouseEventTypeMousePressed, at, true)
	p.mouse(input.DispatchMouseEventTypeMouseReleased, at, true)
}

// SlowCPU makes the page's processor seem that many times slower; 1 is as it is.
func (p *Page) SlowCPU(times float64) {
	p.t.Helper()
	p.do("slow the processor down", call(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times}))
}

// A Toil is how long the main thread of a page has worked so far, by its own
// clock: time in which others had the processor does not count.
type Toil struct{ All, Scripts, Style, Layout time.Duration }

// Less is what was worked since before.
func (w Toil) Less(before Toil) Toil {
	return Toil{w.All - before.All, w.Scripts - before.Scripts, w.Style - before.Style, w.Layout - before.Layout}
}

// Busy returns how long the page has worked.
func (p *Page) Busy() (w Toil) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
			return err
		}
		got, err := cdp.Call(ctx, t, performance.GetMetrics, cdp.Empty{})
		into := map[string]*time.Duration{"TaskDuration": &w.All, "ScriptDuration": &w.Scripts, "RecalcStyleDuration": &w.Style, "LayoutDuration": &w.Layout}
		for _, m := range got.Metrics {
			if d := into[m.Name]; d != nil {
				*d = time.Duration(m.Value * float64(time.Second))
			}
		}
		return err
	}))
	if err != nil {
		p.t.Fatalf("metrics: %v", err)
	}
	return w
}

// PDF prints the page on paper of the size its styles ask for.
func (p *Page) PDF() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	var data []byte
	yes := true
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 210 / 25.4, PaperHeight: 297 / 25.4, PreferCSSPageSize: &yes, PrintBackground: &yes})
		data = got.Data
		return err
	}))
	if err != nil {
		p.t.Fatalf("print: %v", err)
	}
	return data
}

func quote(s string) string { return strconv.Quote(s) }
