package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"modernc.org/sqlite"

	"pano/internal/render"
	"pano/internal/rig"
)

// TestMain lets the test binary be the program: its own render child, and the
// service in a process that can be killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == render.ChildCommand {
		os.Exit(render.ChildMain())
	}
	if os.Getenv("PANO_TEST_AS_MAIN") != "" {
		main()
		os.Exit(0)
	}
	sqlite.OFDLocking(true)
	os.Exit(m.Run())
}

// settings are a getenv.
type settings map[string]string

func (s settings) get(name string) string { return s[name] }

// onMinIO are the settings of a site whose pictures are in a fresh bucket.
func onMinIO(t *testing.T) settings {
	t.Helper()
	s := rig.MinIO(t)
	return settings{"PANO_DATA": t.TempDir(), "PANO_LISTEN": "127.0.0.1:0", "PANO_S3_ENDPOINT": s.Endpoint,
		"PANO_S3_BUCKET": "pano", "PANO_S3_ACCESS_KEY": s.AccessKey, "PANO_S3_SECRET_KEY": s.SecretKey}
}

// shell runs a command in this process and returns its standard output.
func shell(t *testing.T, env settings, stdin string, args ...string) string {
	t.Helper()
	var out, say bytes.Buffer
	if err := run(t.Context(), args, env.get, strings.NewReader(stdin), &out, &say, nil); err != nil {
		t.Fatalf("pano %s: %v\n%s", strings.Join(args, " "), err, say.String())
	}
	return strings.TrimSpace(out.String())
}

// start serves in this process until the test ends or stop is called.
func start(t *testing.T, env settings) (url string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	addr := make(chan net.Addr, 1)
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve"}, env.get, strings.NewReader(""), io.Discard, t.Output(), func(a net.Addr) { addr <- a })
	}()
	select {
	case err := <-done:
		cancel()
		t.Fatalf("pano stopped early: %v", err)
	case a := <-addr:
		url = "http://" + a.String()
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("pano: %v", err)
		}
	}
	t.Cleanup(stop)
	return url, stop
}

func banner(w, h int, seed uint8) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x + y), uint8(y), seed, 255})
		}
	}
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

// noise is a picture that does not compress: about 4 bytes a pixel.
func noise(w, h int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	x := uint32(2463534242)
	for i := range img.Pix {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		img.Pix[i] = byte(x)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	(&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img)
	return b.Bytes()
}

// request asks as the holder of token and returns status, headers and body.
func request(t *testing.T, token, method, url string, body io.Reader, headers ...string) (int, http.Header, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, data
}

func upload(t *testing.T, url, token, name string, data []byte) map[string]any {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", name)
	part.Write(data)
	w.Close()
	code, _, body := request(t, token, "POST", url+"/api/v1/assets", &b, "Content-Type", w.FormDataContentType())
	if code != 201 {
		t.Fatalf("upload: %d %s", code, body)
	}
	var a map[string]any
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// member makes an account with every right over pictures and places, and a token.
func member(t *testing.T, env settings) (token string) {
	t.Helper()
	shell(t, env, "mười hai ký tự trở lên\n", "user", "add", "-login", "lan", "-name", "Lan", "-role", "staff,curator", "-agency", "SVH", "-password-stdin")
	return shell(t, env, "", "token", "add", "-login", "lan")
}

func TestPictureOnMinIOFromUploadToPrintSizeAndOverARestart(t *testing.T) {
	env := onMinIO(t)
	token := member(t, env)
	url, stop := start(t, env)
	a := upload(t, url, token, "phướn.png", banner(2000, 1400, 3))
	path := "/api/v1/assets/" + a["id"].(string)
	deadline := time.Now().Add(60 * time.Second)
	for {
		code, _, _ := request(t, token, "GET", url+path+"/thumb", nil)
		if code == 200 {
			break
		}
		if code != 202 || time.Now().After(deadline) {
			t.Fatalf("thumb: %d", code)
		}
		time.Sleep(50 * time.Millisecond)
	}
	code, h, data := request(t, token, "GET", url+path+"/print?size=A2&format=tiff", nil)
	if code != 200 || len(data) < 1000 || h.Get("Content-Type") != "image/tiff" {
		t.Errorf("A2: %d, %d bytes, %v", code, len(data), h)
	}
	stop()
	url, _ = start(t, env)
	code, _, data = request(t, token, "GET", url+path+"/original", nil)
	if sum := sha256.Sum256(data); code != 200 || hex.EncodeToString(sum[:]) != a["sha256"] {
		t.Errorf("after a restart: %d, %d bytes, another SHA-256", code, len(data))
	}
	if out := shell(t, env, "", "audit", "verify"); !strings.Contains(out, "unbroken") {
		t.Errorf("audit verify: %s", out)
	}
}

func TestTwoCataloguesNeverShareABucket(t *testing.T) {
	env := onMinIO(t)
	token := member(t, env)
	url, stop := start(t, env)
	upload(t, url, token, "a.png", banner(40, 30, 1))
	stop()
	env["PANO_DATA"] = t.TempDir()
	err := run(t.Context(), []string{"serve"}, env.get, strings.NewReader(""), io.Discard, t.Output(), nil)
	if err == nil || !strings.Contains(err.Error(), "belongs to catalogue") {
		t.Errorf("an empty catalogue on a full bucket: %v", err)
	}
}

func TestCommandsSayWhatIsWrong(t *testing.T) {
	env := settings{"PANO_DATA": t.TempDir()}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"fly"}, `no command "fly"`},
		{[]string{"user"}, "want one of"},
		{[]string{"user", "add", "-login", "lan", "-no"}, "not defined"},
		{[]string{"user", "add", "-login", "lan"}, "-password-stdin"},
		{[]string{"token", "add", "-login", "nobody"}, "no such account"},
		{[]string{"import"}, "folder"},
		{[]string{"serve", "extra"}, "no arguments"},
		{[]string{"preflight"}, "file"},
		{[]string{"preflight", "-size", "0x4", "x"}, "0x4"},
		{[]string{"preflight", "-focus", "2,2", "x"}, "-focus"},
		{[]string{"preflight", "-lang", "xx", "x"}, "-lang"},
	} {
		err := run(t.Context(), tt.args, env.get, strings.NewReader(""), io.Discard, io.Discard, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("pano %s: %v, want it to say %q", strings.Join(tt.args, " "), err, tt.want)
		}
	}
	err := run(t.Context(), []string{"user", "add", "-login", "lan", "-password-stdin"}, env.get, strings.NewReader("short\n"), io.Discard, io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "12") {
		t.Errorf("a short password: %v", err)
	}
}

func TestImportBesideTheService(t *testing.T) {
	env := settings{"PANO_DATA": t.TempDir(), "PANO_LISTEN": "127.0.0.1:0"}
	token := member(t, env)
	url, _ := start(t, env)
	dir := t.TempDir()
	for i := range uint8(3) {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("hội đền %d.png", i)), banner(60, 40, i), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out := shell(t, env, "", "import", "-kind", "banner", dir); out != "3 added, 0 known, 0 refused" {
		t.Errorf("import: %s", out)
	}
	if out := shell(t, env, "", "import", "-kind", "banner", dir); out != "0 added, 3 known, 0 refused" {
		t.Errorf("again: %s", out)
	}
	code, _, body := request(t, token, "GET", url+"/api/v1/assets?q=hoi+den&kind=banner", nil)
	var list struct{ Total int }
	if err := json.Unmarshal(body, &list); code != 200 || err != nil || list.Total != 3 {
		t.Errorf("the service finds %d of what was imported beside it: %d %v", list.Total, code, err)
	}
}

// A process is the service in a process of its own, on a port it keeps.
type process struct {
	t    *testing.T
	env  settings
	addr string
	cmd  *exec.Cmd
}

func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(os.Args[0], "serve")
	p.cmd.Env = append(os.Environ(), "PANO_TEST_AS_MAIN=1", "PANO_LISTEN="+p.addr)
	for k, v := range p.env {
		if k != "PANO_LISTEN" {
			p.cmd.Env = append(p.cmd.Env, k+"="+v)
		}
	}
	p.cmd.Stderr = p.t.Output()
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		resp, err := http.Get("http://" + p.addr + "/readyz")
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == 200 {
				return
			}
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("not ready: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// service runs the service in a process of its own until the test ends.
func service(t *testing.T, env settings) *process {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, env: env, addr: ln.Addr().String()}
	ln.Close()
	p.start()
	t.Cleanup(p.kill)
	return p
}

func TestEveryAcknowledgedUploadSurvivesKills(t *testing.T) {
	env := settings{"PANO_DATA": t.TempDir()}
	token := member(t, env)
	p := service(t, env)
	type ack struct{ id, sha string }
	var acks []ack
	for round := range uint8(4) {
		stop := time.After(time.Duration(300+200*int(round)) * time.Millisecond)
		n := uint8(0)
		for running := true; running; n++ {
			select {
			case <-stop:
				running = false
			default:
				a := upload(t, "http://"+p.addr, token, "a.png", banner(60+int(n), 40, round))
				acks = append(acks, ack{a["id"].(string), a["sha256"].(string)})
			}
		}
		p.kill()
		p.start()
	}
	if len(acks) < 8 {
		t.Fatalf("only %d uploads were acknowledged: too few to prove anything", len(acks))
	}
	for _, a := range acks {
		code, _, data := request(t, token, "GET", "http://"+p.addr+"/api/v1/assets/"+a.id+"/original", nil)
		if sum := sha256.Sum256(data); code != 200 || hex.EncodeToString(sum[:]) != a.sha {
			t.Errorf("acknowledged %s: %d", a.id, code)
		}
	}
	t.Logf("%d acknowledged over 4 kills, all there", len(acks))
}
