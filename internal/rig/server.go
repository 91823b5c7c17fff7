package rig

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// A Server is an S3 server in a process of its own, on a port of its own.
type Server struct {
	Endpoint  string // host:port; plain HTTP
	AccessKey string
	SecretKey string
	Dir       string // where it keeps its objects

	t       testing.TB
	command func(s *Server) *exec.Cmd
	process *process
}

// starting is how long a server may take to start, on a machine with much else
// to do.
const starting = 3 * time.Minute

// process is one run of a server.
type process struct {
	cmd  *exec.Cmd
	out  bytes.Buffer  // what it said; complete when done
	done chan struct{} // closed when it has ended
}

// newServer starts a server whose command needs an endpoint, and stops it when t
// is over.
func newServer(t testing.TB, s *Server) *Server {
	t.Helper()
	s.t = t
	s.AccessKey, s.SecretKey = "panotest", rand.Text()
	var err error
	for range 5 { // the port may be taken between asking for it and using it
		s.Endpoint = freePort(t)
		if err = s.start(); err == nil {
			t.Cleanup(s.Stop)
			return s
		}
	}
	t.Fatal(err)
	return nil
}

// freePort returns an address of this machine that nobody listens on. The port is
// none that the system gives to connections, so it stays free while the server
// is down.
func freePort(t testing.TB) string {
	t.Helper()
	var err error
	for range 100 {
		var l net.Listener
		if l, err = net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+mrand.IntN(12000))); err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal(err)
	return ""
}

// Start starts the server again, with what it kept, on the same port, and waits
// until it answers.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.start(); err != nil {
		s.t.Fatal(err)
	}
}

// Stop ends the server as an operator would, and waits for its end. Stopping
// twice is no fault.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Kill ends the server as a power cut would, and waits for its end.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Pause stops the server's process in its tracks: connections stay open and
// nothing answers. Resume lets it go on.
func (s *Server) Pause() { s.process.cmd.Process.Signal(syscall.SIGSTOP) }

// Resume lets a paused server go on.
func (s *Server) Resume() { s.process.cmd.Process.Signal(syscall.SIGCONT) }

func (s *Server) end(sig syscall.Signal) {
	p := s.process
	if p == nil {
		return
	}
	s.process = nil
	p.cmd.Process.Signal(syscall.SIGCONT) // a paused process hears nothing else
	p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
	case <-time.After(20 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
	}
}

func (s *Server) start() error {
	p := &process{cmd: s.command(s), done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	s.process = p
	go func() { p.cmd.Wait(); close(p.done) }()
	var err error
	for deadline := time.Now().Add(starting); time.Now().Before(deadline); {
		select {
		case <-p.done:
			return fmt.Errorf("%s ended at once:\n%s", p.cmd, p.out.String())
		case <-time.After(20 * time.Millisecond):
		}
		if err = s.answers(); err == nil {
			return nil
		}
	}
	s.Kill()
	return fmt.Errorf("%s did not answer within %v: %w\n%s", p.cmd, starting, err, p.out.String())
}

// answers fails unless the server serves a signed request; MinIO says it is ready
// before it knows its users.
func (s *Server) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	client, err := minio.New(s.Endpoint, &minio.Options{
		Creds:      credentials.NewStaticV4(s.AccessKey, s.SecretKey, ""),
		Region:     "us-east-1",
		Transport:  &http.Transport{DisableKeepAlives: true},
		MaxRetries: 1,
	})
	if err != nil {
		return err
	}
	_, err = client.BucketExists(ctx, "no-such-bucket")
	return err
}

// Bucket returns a name that no bucket of s has. It makes no bucket: the program
// under test does.
func Bucket(t testing.TB, s *Server) string {
	return "pano-" + strings.ToLower(rand.Text()[:16])
}
