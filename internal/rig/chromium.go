package rig

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// phone is the width below which a page is for a phone, in CSS pixels.
const phone = 760

// patience is how long a page may take to do what it was told.
const patience = 15 * time.Second

// A Browser is one running Chromium. It ends with the test it was started for.
type Browser struct{ ctx context.Context }

// Chromium starts Debian's chromium, or the one PANO_CHROMIUM names, and fails
// the test if there is none. A start takes about a second: tests of one package
// share a browser by passing it to their subtests.
func Chromium(t testing.TB) *Browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromiumPath(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", false), chromedp.Flag("lang", "vi"))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() { closeTab(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("chromium does not start: %v", err)
	}
	return &Browser{ctx}
}

func chromiumPath(t testing.TB) string {
	t.Helper()
	names := []string{os.Getenv("PANO_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"}
	for _, name := range names {
		if _, err := os.Stat(name); err == nil && name != "" {
			return name
		}
	}
	t.Fatal("no Chromium: apt-get install chromium, or set PANO_CHROMIUM to its path")
	return ""
}

// A Page is one tab with cookies of its own. Its methods fail the test with what
// they waited for. At the end of the test every console error, uncaught exception
// and broken security policy of the page fails the test too.
type Page struct {
	t      testing.TB
	ctx    context.Context
	width  int
	height int

	mu      sync.Mutex
	noise   []string
	allowed []string
	asked   []string
}

// Page opens a tab of width × height CSS pixels (a phone below 760), for a
// reader of lang who likes light or dark pages. Motion is reduced, so that a
// picture of the page is the same every time.
func (b *Browser) Page(t testing.TB, width, height int, dark bool, lang string) *Page {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &Page{t: t, ctx: ctx, width: width, height: height}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("chromium opens no tab: %v", err)
	}
	listened := make(chan struct{})
	messages := chromedp.Console(ctx)
	go func() {
		defer close(listened)
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException {
				p.hear(fmt.Sprintf("%s (%s:%d)", m.Text, m.URL, m.Line+1))
			}
		}
	}()
	dialogs := chromedp.Events(ctx, page.JavascriptDialogOpening)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		for d, err := range dialogs {
			if err != nil {
				return
			}
			p.answer(d.Type)
		}
	}()
	t.Cleanup(func() {
		closeTab()
		<-listened
		<-answered
		p.complain()
	})
	p.resize(height)
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	p.do("set up", call(emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: lang}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": lang}}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}))
	return p
}

// call is a protocol command as a step.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

func (p *Page) hear(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noise = append(p.noise, text)
}

// answer says yes to a dialog of the browser's own: nothing else happens until somebody does.
func (p *Page) answer(kind page.DialogType) {
	p.mu.Lock()
	p.asked = append(p.asked, string(kind))
	p.mu.Unlock()
	if err := chromedp.Do(p.ctx, call(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})); err != nil && p.ctx.Err() == nil {
		p.hear("dialog: " + err.Error())
	}
}

// Asked returns the kinds of the browser's own dialogs so far, as "beforeunload". Each was answered with yes.
func (p *Page) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

func (p *Page) complain() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
noise:
	for _, text := range p.noise {
		for _, part := range p.allowed {
			if strings.Contains(text, part) {
				continue noise
			}
		}
		p.t.Errorf("the page complained: %s", text)
	}
}

// Allow lets the page complain about part, as "503", where a test provokes it.
func (p *Page) Allow(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, part)
}

// do runs steps within patience; what names them if they fail.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// Open goes to url and waits until its scripts have run.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Back presses the browser's back button. What comes of it is waited for with Until.
func (p *Page) Back() { p.t.Helper(); Eval[bool](p, "history.back(), true") }

// Reload loads the page anew.
func (p *Page) Reload() { p.t.Helper(); p.do("reload", chromedp.Reload()) }

// Eval returns what a JavaScript expression comes to; a promise is awaited.
func Eval[T any](p *Page, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// Until waits until a JavaScript condition holds, also over a change of page.
func (p *Page) Until(js string) {
	p.t.Helper()
	var held bool
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(40 * time.Millisecond) {
		// While one page gives way to the next there is nothing to ask; the last error is told.
		// An answer may also be lost with the page that was asked, so none is waited for long.
		if held, err = p.holds(js); held && err == nil {
			return
		}
	}
	p.t.Fatalf("waited in vain until %s: %v\nthe page says:\n%s", js, err, Eval[string](p, "document.body.innerText.slice(0, 2000)"))
}

func (p *Page) holds(js string) (bool, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience/5)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
}

// Text returns what a reader sees of the first element that css selects.
func (p *Page) Text(css string) string {
	p.t.Helper()
	return Eval[string](p, fmt.Sprintf("document.querySelector(%q)?.innerText.trim() ?? '(nothing matches)'", css))
}

// byRole finds what assistive technology knows by role and name; a name that
// ends in "*" is a beginning, "" is any.
func byRole(role, name string) chromedp.QueryOption {
	start, open := strings.CutSuffix(name, "*")
	return chromedp.ByFunc(func(ctx context.Context, t *chromedp.Target, n *chromedp.Node) ([]cdp.NodeID, error) {
		found, err := cdp.Call(ctx, t, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{NodeID: n.NodeID, Role: role})
		if err != nil {
			return nil, err
		}
		var ids []cdp.BackendNodeID
		for _, node := range found.Nodes {
			if node.Ignored || node.Name == nil {
				continue
			}
			var said string
			if err := json.Unmarshal([]byte(node.Name.Value), &said); err != nil {
				return nil, err
			}
			if name == "" || said == name || open && strings.HasPrefix(said, start) {
				ids = append(ids, node.BackendDOMNodeID)
			}
		}
		if len(ids) == 0 {
			return nil, nil
		}
		pushed, err := cdp.Call(ctx, t, dom.PushNodesByBackendIDsToFrontend, dom.PushNodesByBackendIDsToFrontendParams{BackendNodeIDs: ids})
		return pushed.NodeIDs, err
	})
}

func named(role, name string) string { return fmt.Sprintf("%s %q", role, name) }

// Wait waits for something with role and name, as ("button", "Lưu"). A name may end in "*".
func (p *Page) Wait(role, name string) {
	p.t.Helper()
	p.do("wait for "+named(role, name), chromedp.WaitVisible("", byRole(role, name)))
}

// Gone waits until nothing has role and name.
func (p *Page) Gone(role, name string) {
	p.t.Helper()
	p.do("wait until gone: "+named(role, name), chromedp.WaitNotPresent("", byRole(role, name)))
}

// Click clicks on the middle of the first thing with role and name.
func (p *Page) Click(role, name string) {
	p.t.Helper()
	p.do("click "+named(role, name), chromedp.Click("", byRole(role, name), chromedp.NodeVisible))
}

// Focus gives the first thing with role and name the focus.
func (p *Page) Focus(role, name string) {
	p.t.Helper()
	p.do("focus "+named(role, name), chromedp.Focus("", byRole(role, name)))
}

// Fill puts text into a field in place of what is there, as typing would.
func (p *Page) Fill(role, name, text string) {
	p.t.Helper()
	p.Focus(role, name)
	p.do("empty "+named(role, name), chromedp.Evaluate[chromedp.Void]("document.activeElement.select?.()"))
	p.Type(text)
}

// Type types text where the focus is. What is no plain letter, digit or space is
// put in as an input method does: the codes of other keys depend on the keyboard.
func (p *Page) Type(text string) {
	p.t.Helper()
	for _, r := range text {
		if r == ' ' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			p.Press(string(r))
		} else {
			p.do("type "+text, call(input.InsertText, input.InsertTextParams{Text: string(r)}))
		}
	}
}

// Press presses a key or a chord, as "x", "Enter", "ArrowDown", "Shift+ArrowRight"
// or "Control+a". The character goes with the key press as on a real keyboard, so
// a page that prevents the one prevents the other.
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, chord := range keys {
		key, modifiers := splitChord(chord)
		down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: key, Modifiers: modifiers, WindowsVirtualKeyCode: keyCode(key), Code: physical(key)}
		switch {
		case key == "Enter":
			down.Text = "\r"
		case len(key) == 1 && modifiers&^8 == 0:
			down.Text = key
		}
		if modifiers&2 != 0 && (key == "a" || key == "A") {
			down.Commands = []string{"selectAll"}
		}
		up := down
		up.Type, up.Text, up.Commands = input.DispatchKeyEventTypeKeyUp, "", nil
		p.do("press "+chord, call(input.DispatchKeyEvent, down), call(input.DispatchKeyEvent, up))
	}
}

// splitChord returns the key of "Control+Shift+a" and its modifiers as the protocol counts them.
func splitChord(chord string) (key string, modifiers int64) {
	for name, bit := range map[string]int64{"Alt+": 1, "Control+": 2, "Meta+": 4, "Shift+": 8} {
		if strings.Contains(chord, name) && chord != name {
			chord = strings.Replace(chord, name, "", 1)
			modifiers |= bit
		}
	}
	return chord, modifiers
}

func keyCode(key string) int64 {
	codes := map[string]int64{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
		"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Delete": 46, "Backspace": 8}
	if code, ok := codes[key]; ok {
		return code
	}
	if len(key) == 1 {
		return int64(strings.ToUpper(key)[0])
	}
	return 0
}

func physical(key string) string {
	switch {
	case len(key) == 1 && strings.ToLower(key) >= "a" && strings.ToLower(key) <= "z":
		return "Key" + strings.ToUpper(key)
	case key == " ":
		return "Space"
	case len(key) > 1:
		return key
	}
	return ""
}

// Choose picks files in the file field that css selects, as its dialog would.
func (p *Page) Choose(css string, files ...string) {
	p.t.Helper()
	p.do("choose files", chromedp.SetUploadFiles(chromedp.CSS(css), files, chromedp.NodeReady))
}

// Drag takes the middle of the first element that css selects with the mouse,
// moves it by x and y CSS pixels in a few steps, and lets go.
func (p *Page) Drag(css string, x, y float64) {
	p.t.Helper()
	at := Eval[[2]float64](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] })()`, css))
	mouse := func(kind input.DispatchMouseEventType, part float64, held int64) {
		p.do("drag "+css, call(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0] + x*part, Y: at[1] + y*part,
			Button: input.MouseButtonLeft, Buttons: held, ClickCount: 1}))
	}
	mouse(input.DispatchMouseEventTypeMouseMoved, 0, 0)
	mouse(input.DispatchMouseEventTypeMousePressed, 0, 1)
	for _, part := range []float64{0.25, 0.5, 0.75, 1} {
		mouse(input.DispatchMouseEventTypeMouseMoved, part, 1)
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, 1, 0)
}

// Drop drags files or folders in from outside and lets them go at the middle of the page.
func (p *Page) Drop(files ...string) {
	p.t.Helper()
	at := Eval[[2]float64](p, "[innerWidth / 2, innerHeight / 2]")
	for _, step := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		p.do("drop files", call(input.DispatchDragEvent, input.DispatchDragEventParams{
			Type: step, X: at[0], Y: at[1], Data: &input.DragData{Items: []*input.DragDataItem{}, Files: files, DragOperationsMask: 1}}))
	}
}

// Offline cuts the page off from the network, or joins it again.
func (p *Page) Offline(off bool) {
	p.t.Helper()
	p.throttle("go offline", network.Conditions{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
}

// Slow limits the page to upload bytes a second and lets every request wait for delay first.
func (p *Page) Slow(delay time.Duration, upload int) {
	p.t.Helper()
	p.throttle("slow down", network.Conditions{Latency: float64(delay.Milliseconds()), DownloadThroughput: -1, UploadThroughput: float64(upload)})
}

func (p *Page) throttle(what string, c network.Conditions) {
	p.t.Helper()
	p.do(what, call(network.Enable, network.EnableParams{}),
		call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{EmulateOfflineServiceWorker: &c.Offline, MatchedNetworkConditions: []*network.Conditions{&c}}),
		call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: c.Offline, Latency: c.Latency, DownloadThroughput: c.DownloadThroughput, UploadThroughput: c.UploadThroughput}))
}

// Stand puts the page at a place on earth, known within accuracy metres, and
// lets pages ask for it.
func (p *Page) Stand(lat, lon, accuracy float64) {
	p.t.Helper()
	p.do("stand", call(emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lon, Accuracy: &accuracy}))
	p.Permit("geolocation", true)
}

// Permit answers for the person when a page asks for a permission, as "geolocation".
func (p *Page) Permit(name string, yes bool) {
	p.t.Helper()
	setting := browser.PermissionSettingDenied
	if yes {
		setting = browser.PermissionSettingGranted
	}
	_, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting, BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID})
	if err != nil {
		p.t.Fatalf("permit %s: %v", name, err)
	}
}

// Scripts turns scripts off, or on again, for pages opened afterwards.
func (p *Page) Scripts(on bool) {
	p.t.Helper()
	p.do("scripts", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}))
}

// Paper shows the page as it would be printed.
func (p *Page) Paper() {
	p.t.Helper()
	p.do("paper", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
}

// Shot waits for fonts and pictures, and keeps a picture of what is on the screen
// among the artifacts of the test, as name.png, if they are kept: go test -artifacts.
func (p *Page) Shot(name string) { p.t.Helper(); p.keep(name, chromedp.CaptureScreenshot()) }

func artifacts() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}

// WholeShot is Shot on a screen as high as the page is long.
func (p *Page) WholeShot(name string) {
	p.t.Helper()
	long := Eval[int](p, "document.documentElement.scrollHeight")
	p.resize(max(long, p.height))
	p.Shot(name)
	p.resize(p.height)
}

func (p *Page) resize(height int) {
	p.t.Helper()
	viewport := []chromedp.EmulateViewportOption{}
	if p.width < phone {
		viewport = append(viewport, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	p.do("set the size", chromedp.EmulateViewport(int64(p.width), int64(height), viewport...))
}

func (p *Page) keep(name string, shot chromedp.Action[[]byte]) {
	p.t.Helper()
	p.Until("document.fonts.status === 'loaded' && [...document.images].every((i) => i.complete || i.loading === 'lazy')")
	if !artifacts() {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, shot)
	if err != nil {
		p.t.Fatalf("picture of the page: %v", err)
	}
	file := filepath.Join(p.t.(interface{ ArtifactDir() string }).ArtifactDir(), name+".png")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Sideways fails the test if the page can be scrolled sideways, and names what sticks out.
func (p *Page) Sideways() {
	p.t.Helper()
	// A phone widens innerWidth with the page, so it is compared with the width that was asked for.
	out := Eval[[]string](p, fmt.Sprintf(`document.documentElement.scrollWidth <= %[1]d ? [] :
		[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > %[1]d + 1)
			.filter((e) => { for (let a = e.parentElement; a; a = a.parentElement) if (getComputedStyle(a).overflowX !== 'visible') return false; return true; })
			.slice(0, 6).map((e) => e.tagName.toLowerCase() + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))`, p.width))
	if len(out) > 0 {
		p.t.Errorf("the page scrolls sideways: %q", out)
	}
}
