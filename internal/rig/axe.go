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
		Nodes            []struct{ HTML, Why string }
	}
	faults := Eval[[]fault](p, `axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		resultTypes: ['violations'],
	}).then((r) => r.violations.map((v) => ({ID: v.id, Impact: v.impact ?? '', Help: v.help,
		Nodes: v.nodes.map((n) => ({HTML: n.html, Why: n.failureSummary ?? ''}))})))`)
	for _, f := range faults {
		var at strings.Builder
		for _, n := range f.Nodes {
			fmt.Fprintf(&at, "\n%s\n%s", n.HTML, n.Why)
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
