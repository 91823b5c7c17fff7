package rig

import (
	"os"
	"os/exec"
	"testing"
)

// Versitygw starts a versitygw server, a second opinion on what S3 is, that
// keeps its objects in a new folder, and stops it when t is over.
func Versitygw(t testing.TB) *Server {
	t.Helper()
	program, err := versitygwTool().Build(t.Output())
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, &Server{Dir: t.TempDir(), command: func(s *Server) *exec.Cmd {
		cmd := exec.Command(program, "--port", s.Endpoint, "--quiet", "--keep-alive", "posix", s.Dir)
		cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.AccessKey, "ROOT_SECRET_KEY="+s.SecretKey)
		return cmd
	}})
}
