// Package rig gives tests real parts: a MinIO server, a second S3 server, a
// browser. A part that cannot be had fails the test that asks for it; none is
// replaced by an imitation, and none is skipped.
package rig

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A Tool is a server that is built from its Go module, which testdata pins.
type Tool struct {
	Name    string // of the folder below testdata, and of the program
	Module  string
	Package string
}

// The servers that tests run. Each has a module of its own: one for both, or
// Pano's own, would make them agree on versions of what they share.
func minioTool() Tool {
	return Tool{"minio", "github.com/minio/minio", "github.com/minio/minio"}
}

func versitygwTool() Tool {
	return Tool{"versitygw", "github.com/versity/versitygw", "github.com/versity/versitygw/cmd/versitygw"}
}

// Tools returns every tool that tests may ask for.
func Tools() []Tool { return []Tool{minioTool(), versitygwTool()} }

// Build returns the program of tool t, and builds it first if this user never
// did: minutes for MinIO. It is kept in the user's cache folder, and only one
// process builds it at a time. What Build does goes to log.
func (t Tool) Build(log io.Writer) (program string, err error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "testdata", t.Name)
	version, err := t.version(dir)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	program = filepath.Join(cache, "pano", t.Name+"-"+version)
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	unlock, err := lock(program+".lock", log)
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(program); err == nil {
		return program, nil // another process built it while we waited
	}
	return program, t.compile(dir, program, log)
}

// version returns the version of the tool's module that dir/go.mod pins, without
// its "v".
func (t Tool) version(dir string) (string, error) {
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(mod)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && f[0] == t.Module {
			return strings.TrimPrefix(f[1], "v"), nil
		}
	}
	return "", fmt.Errorf("%s/go.mod does not require %s", dir, t.Module)
}

func (t Tool) compile(dir, program string, log io.Writer) error {
	began := time.Now()
	fmt.Fprintf(log, "building %s; the first time this takes minutes\n", program)
	part := fmt.Sprintf("%s.%d.part", program, os.Getpid())
	defer os.Remove(part)
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", part, t.Package)
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly", "GOOS=", "GOARCH=")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building %s in %s: %w\n%s", t.Package, dir, err, out)
	}
	fmt.Fprintf(log, "built %s in %v\n", program, time.Since(began).Round(time.Second))
	return os.Rename(part, program)
}

// lock waits until this process alone holds the lock file.
func lock(name string, log io.Writer) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		fmt.Fprintf(log, "waiting for another process to build (%s)\n", name)
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			f.Close()
			return nil, err
		}
	}
	return func() { f.Close() }, nil
}

// moduleRoot returns the folder of Pano's go.mod, at or above the working
// directory.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module pano\n") {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod of module pano at or above %s", start)
		}
	}
}
