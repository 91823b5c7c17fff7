package rig

import (
	"os"
	"os/exec"
	"testing"
)

// MinIO starts a MinIO server that keeps its objects in a new folder, and stops
// it when t is over. env adds to its environment, as "MINIO_API_REQUESTS_MAX=1".
func MinIO(t testing.TB, env ...string) *Server {
	t.Helper()
	return MinIOIn(t, t.TempDir(), env...)
}

// MinIOIn is MinIO with its objects in dir.
func MinIOIn(t testing.TB, dir string, env ...string) *Server {
	t.Helper()
	program, err := minioTool().Build(t.Output())
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, &Server{Dir: dir, command: func(s *Server) *exec.Cmd {
		cmd := exec.Command(program, "server", "--quiet", "--address", s.Endpoint, s.Dir)
		cmd.Env = append(os.Environ(),
			"MINIO_ROOT_USER="+s.AccessKey, "MINIO_ROOT_PASSWORD="+s.SecretKey,
			"MINIO_UPDATE=off", "MINIO_BROWSER=off")
		cmd.Env = append(cmd.Env, env...)
		return cmd
	}})
}
