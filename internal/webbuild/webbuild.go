// Package webbuild turns web/src into web/dist: npm for third-party code, the
// TypeScript compiler for types, esbuild's Go API for everything else.
package webbuild

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"pano/web"
)

// A Builder builds one checkout. Only one Run at a time may work on a checkout.
type Builder struct {
	Root  string // folder that holds web/
	Force bool   // build even if dist was made from these sources
	Log   io.Writer
}

// Run makes web/dist say what web/src says. It does nothing if it already does.
// It fails if npm is needed and missing, if types do not fit, or if a source
// cannot be bundled; dist then stays as it was.
func (b Builder) Run() error {
	if err := b.install(); err != nil {
		return err
	}
	sources, err := Sources(b.dir())
	if err != nil {
		return err
	}
	if !b.Force && b.made() == sources {
		fmt.Fprintln(b.Log, "web/dist is up to date")
		return nil
	}
	if err := b.checkTypes(); err != nil {
		return err
	}
	return b.bundle(sources)
}

func (b Builder) dir(names ...string) string {
	return filepath.Join(append([]string{b.Root, "web"}, names...)...)
}

// made is the digest of the sources that dist was made from, "" if there is none.
func (b Builder) made() string {
	data, err := os.ReadFile(b.dir("dist", "manifest.json"))
	if err != nil {
		return ""
	}
	var m web.Manifest
	if json.Unmarshal(data, &m) != nil {
		return ""
	}
	return m.Sources
}

// Sources returns the SHA-256 over everything a build of the web folder dir
// reads: names and bytes of src, the words, the lock file and the compiler's settings.
func Sources(dir string) (string, error) {
	names := []string{"package-lock.json", "tsconfig.json"}
	for _, below := range []string{"src", "locale"} {
		err := filepath.WalkDir(filepath.Join(dir, below), func(name string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				name, err = filepath.Rel(dir, name)
				names = append(names, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(data))
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// install runs npm ci if node_modules was not made from this lock file. A stamp
// inside node_modules says what it was made from, so a deleted or half made
// folder is made again.
func (b Builder) install() error {
	lock, err := os.ReadFile(b.dir("package-lock.json"))
	if err != nil {
		return err
	}
	want := fmt.Sprintf("%x", sha256.Sum256(lock))
	stamp := b.dir("node_modules", ".pano-lock")
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return nil
	}
	if err := b.do("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
		return fmt.Errorf("third-party code of the pages (Node 20 or newer with npm is needed once): %w", err)
	}
	return os.WriteFile(stamp, []byte(want), 0o644)
}

func (b Builder) checkTypes() error {
	if err := b.do("node", "node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"); err != nil {
		return fmt.Errorf("types: %w", err)
	}
	return nil
}

// do runs a program in web and shows what it says.
func (b Builder) do(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir(), b.Log, b.Log
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("%s is not installed", name)
	}
	return err
}
