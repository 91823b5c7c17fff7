package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A command is a program and its arguments.
type command []string

// timed runs commands one after the other and adds up their time, from start to
// end of each whole process.
func timed(dir string, all []command) (sum time.Duration, err error) {
	for _, c := range all {
		cmd, said := c.cmd(dir)
		start := time.Now()
		if err := cmd.Run(); err != nil {
			return 0, c.fault(err, said)
		}
		sum += time.Since(start)
	}
	return sum, nil
}

// weighed runs commands and returns the most memory that any of them took with
// its children, in bytes: their proportional set sizes, in which a page that two
// processes share counts once. Looking disturbs, so it is never timed.
func weighed(dir string, all []command) (peak int64, err error) {
	for _, c := range all {
		cmd, said := c.cmd(dir)
		if err := cmd.Start(); err != nil {
			return 0, c.fault(err, said)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for look := time.Tick(2 * time.Millisecond); ; {
			select {
			case err = <-ended:
			case <-look:
				peak = max(peak, taken(cmd.Process.Pid))
				continue
			}
			break
		}
		if err != nil {
			return 0, c.fault(err, said)
		}
	}
	return peak, nil
}

func (c command) cmd(dir string) (*exec.Cmd, *bytes.Buffer) {
	said := &bytes.Buffer{}
	cmd := exec.Command(c[0], c[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, said, said
	return cmd, said
}

func (c command) fault(err error, said *bytes.Buffer) error {
	return fmt.Errorf("%v: %w: %s", c, err, said)
}

// taken adds up the proportional set sizes of a process and its children.
func taken(pid int) (sum int64) {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	if _, v, ok := strings.Cut(string(rollup), "\nPss:"); ok {
		v, _, _ = strings.Cut(v, "kB")
		kb, _ := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		sum = kb << 10
	}
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range threads {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for c := range strings.FieldsSeq(string(children)) {
			if id, err := strconv.Atoi(c); err == nil {
				sum += taken(id)
			}
		}
	}
	return sum
}

func median[T int64 | time.Duration](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
