//go:build !linux

package render

import (
	"os"
	"os/exec"
	"time"
)

// limit does nothing here: Pano serves on Linux; elsewhere it is only looked at.
func limit(job) error { return nil }

func bind(*exec.Cmd) {}

func used(p *os.ProcessState) time.Duration { return p.UserTime() + p.SystemTime() }
