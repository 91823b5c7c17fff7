package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Axe judges the page as it is now by axe-core: WCAG 2.0 to 2.2, levels A and
// AA, and best practice. Every violation fails the test, with what is at fault.
// The judge comes in through the debugger, so the page's own policy stays as it is.
func Axe(t testing.TB, p *Page) {
	t.Helper()
	Eval[bool](p, axeSource(t)+"; true")
	type fault struct {
		ID, Impact, Help string
		Nodes            []struct {
			HTML, Why string
			Beside    []string // other elements that have to do with it, as what covers it
		}
	}
	// Cards that come into sight are laid out then; axe must not look while things move.
	Eval[bool](p, `(async () => {
		for (let high = -1; high !== document.documentElement.scrollHeight; await new Promise((later) => setTimeout(later, 150))) high = document.documentElement.scrollHeight;
		return true;
	})()`)
	faults := Eval[[]fault](p, `axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		resultTypes: ['violations'],
	}).then((r) => r.violations.map((v) => ({ID: v.id, Impact: v.impact ?? '', Help: v.help,
		Nodes: v.nodes.map((n) => ({HTML: n.html, Why: n.failureSummary ?? '',
			Beside: [...n.any, ...n.all, ...n.none].flatMap((c) => c.relatedNodes).map((r) => r.html.slice(0, 160))}))})))`)
	for _, f := range faults {
		var at strings.Builder
		for _, n := range f.Nodes {
			fmt.Fprintf(&at, "\n%s\n%s", n.HTML, n.Why)
			for _, other := range n.Beside {
				fmt.Fprintf(&at, "\nbeside %s", other)
			}
		}
		t.Errorf("axe %s (%s): %s%s", f.ID, f.Impact, f.Help, at.String())
	}
}

func axeSource(t testing.TB) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(root, "web", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed (go run ./cmd/webbuild): %v", err)
	}
	return string(src)
}
