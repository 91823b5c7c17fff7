package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pano/internal/rig"
)

// A road leads from the phone to the service. It can be cut, and it can lose an
// answer on its way back, after the service has done what it was asked.
type road struct {
	*httptest.Server
	cut, lose atomic.Bool
	lost      atomic.Int32 // answers
}

func openRoad(t *testing.T, to string) *road {
	t.Helper()
	u, err := url.Parse("http://" + to)
	if err != nil {
		t.Fatal(err)
	}
	r := &road{}
	ahead := &httputil.ReverseProxy{
		Rewrite:      func(p *httputil.ProxyRequest) { p.SetURL(u); p.Out.Host = p.In.Host },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { hangUp(w) },
		ErrorLog:     nil,
	}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		switch {
		case r.cut.Load():
			hangUp(w)
		case r.lose.Load() && q.Method == http.MethodPost:
			ahead.ServeHTTP(httptest.NewRecorder(), q)
			r.lost.Add(1)
			hangUp(w)
		default:
			ahead.ServeHTTP(w, q)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// hangUp ends the connection without an answer.
func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// crew opens accounts, a placement and its page on a phone; it returns the
// curator's token and the placement.
func crew(t *testing.T, env settings, addr string) (token, placement string) {
	t.Helper()
	token = member(t, env)
	shell(t, env, "mười hai ký tự trở lên\n", "user", "add", "-login", "nam", "-name", "Nam", "-role", "installer", "-agency", "SVH", "-password-stdin")
	post := func(path, body string) string {
		code, _, data := request(t, token, "POST", "http://"+addr+"/api/v1"+path, strings.NewReader(body), "Content-Type", "application/json")
		var made struct{ ID string }
		if json.Unmarshal(data, &made); code != 201 {
			t.Fatalf("%s: %d %s", path, code, data)
		}
		return made.ID
	}
	a := upload(t, "http://"+addr, token, "ma-ket.png", banner(600, 300, 3))
	l := post("/locations", `{"kind":"face","code":"PN-014","name":"Mặt phía Đông","lat":20.94,"lon":106.33}`)
	today := time.Now()
	return token, post("/placements", fmt.Sprintf(`{"asset":%q,"location":%q,"from":%q,"until":%q}`, a["id"], l, today.Format("2006-01-02"), today.AddDate(0, 0, 9).Format("2006-01-02")))
}

// TestNoProofIsLostOrDoubled takes photos on a phone while everything fails that
// can: the network, the answer, the page, the thumb, the service. Every photo is
// kept just once. PANO_FAULTS is how many faults there are; 200 were survived.
func TestNoProofIsLostOrDoubled(t *testing.T) {
	faults := 12
	if n, err := strconv.Atoi(os.Getenv("PANO_FAULTS")); err == nil {
		faults = n
	}
	env := settings{"PANO_DATA": t.TempDir()}
	p := service(t, env)
	token, placement := crew(t, env, p.addr)
	road := openRoad(t, p.addr)
	seed := rand.Uint64()
	t.Logf("rand.NewPCG(%d, 0)", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	phone := rig.Chromium(t).Page(t, 390, 844, false, "vi")
	for _, noise := range []string{"ERR_", "Failed to load resource", "Failed to fetch"} {
		phone.Allow(noise)
	}
	phone.Stand(20.9401, 106.33, 9)
	phone.Open(road.URL + "/login?next=/m/PN-014")
	rig.Eval[bool](phone, `(document.querySelector('[name=login]').value = 'nam', document.querySelector('[name=password]').value = 'mười hai ký tự trở lên', document.querySelector('main form').requestSubmit(), true)`)
	const ready = "location.pathname === '/m/PN-014' && document.readyState === 'complete' && customElements.get('pano-proof') && customElements.get('pano-outbox')"
	phone.Until(ready)
	phone.Until("navigator.serviceWorker.controller")
	rig.Eval[bool](phone, "(async () => { for (let i = 0; i < 100 && !(await caches.open('pano-m-1').then((c) => c.match('/m/PN-014'))); i++) await new Promise((ok) => setTimeout(ok, 50)); return true; })()")

	dir, want := t.TempDir(), map[string]bool{}
	const saved = "!document.querySelector('[data-send]').hasAttribute('aria-busy') && document.querySelector('input[name=near]').files.length === 0"
	kinds := []string{"offline", "cut", "lost reply", "reload", "nervous thumb", "killed"}
	met := map[string]int{}
	for i := range faults {
		kind := kinds[random.IntN(len(kinds))]
		if i < len(kinds) {
			kind = kinds[i] // each at least once
		}
		met[kind]++
		data := noise(40+i%50, 30+i/50)
		sum := sha256.Sum256(data)
		want[hex.EncodeToString(sum[:])] = true
		file := filepath.Join(dir, fmt.Sprintf("%d.png", i))
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		switch kind {
		case "offline":
			phone.Offline(true)
		case "cut":
			road.cut.Store(true)
		case "lost reply":
			road.lose.Store(true)
		}
		phone.Choose("input[name=near]", file)
		phone.Until("/±9|sai số/.test(document.querySelector('[data-where]').textContent)")
		taps := 1
		if kind == "nervous thumb" {
			taps = 2 + random.IntN(3)
		}
		rig.Eval[bool](phone, fmt.Sprintf("(() => { for (let i = 0; i < %d; i++) document.querySelector('[data-send]').click(); return true; })()", taps))
		phone.Until(saved)
		switch kind {
		case "offline":
			if random.IntN(2) == 0 {
				phone.Reload()
				phone.Until(ready)
			}
			phone.Offline(false)
		case "cut":
			time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
			road.cut.Store(false)
		case "lost reply":
			for end := time.Now().Add(10 * time.Second); road.lost.Load() == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			}
			road.lost.Store(0)
			road.lose.Store(false)
		case "reload":
			phone.Reload()
			phone.Until(ready)
		case "killed":
			time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
			p.kill()
			p.start()
		}
		if random.IntN(3) > 0 || i == faults-1 { // sometimes the next photo comes before this one is away
			rig.Eval[bool](phone, "(() => { document.querySelector('[data-now]').click(); return true; })()")
			phone.Until("document.querySelector('.outbox').hidden")
		}
	}
	phone.Until("document.querySelector('.outbox').hidden")

	code, _, body := request(t, token, "GET", "http://"+p.addr+"/api/v1/placements/"+placement+"/proofs", nil)
	var list struct {
		Items []struct {
			ID   string `json:"id"`
			Near string `json:"near_sha256"`
		}
	}
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&list); err != nil || code != 200 {
		t.Fatalf("%d %v", code, err)
	}
	got := map[string]int{}
	for _, x := range list.Items {
		got[x.Near]++
		code, _, data := request(t, token, "GET", "http://"+p.addr+"/proofs/"+x.ID+"/near-original", nil)
		if sum := sha256.Sum256(data); code != 200 || hex.EncodeToString(sum[:]) != x.Near {
			t.Errorf("the bytes of %s: %d", x.ID, code)
		}
	}
	lost, doubled := 0, 0
	for digest := range want {
		switch n := got[digest]; {
		case n == 0:
			lost++
		case n > 1:
			doubled++
		}
	}
	t.Logf("%d faults %v: %d kept, %d lost, %d doubled", faults, met, len(list.Items), lost, doubled)
	if lost > 0 || doubled > 0 || len(list.Items) != faults {
		t.Errorf("of %d photos %d are kept, %d are lost, %d are doubled", faults, len(list.Items), lost, doubled)
	}
}
