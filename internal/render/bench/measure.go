package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// measure runs a program and watches the memory of it and its children.
func measure(cmd *exec.Cmd) (run, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return run{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(4 * time.Millisecond)
	defer look.Stop()
	var r run
	for {
		select {
		case err := <-ended:
			r.wall = time.Since(start)
			if err != nil {
				err = fmt.Errorf("%v: %w: %s", cmd.Args, err, said.Bytes())
			}
			return r, err
		case <-look.C:
			r.peak = max(r.peak, resident(cmd.Process.Pid))
		}
	}
}

// resident adds up the largest resident sizes so far of a process and its
// children. Only they count: what an ended child took is gone.
func resident(pid int) (sum int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	if _, v, ok := strings.Cut(string(status), "VmHWM:"); ok {
		v, _, _ = strings.Cut(v, "kB")
		kb, _ := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		sum = kb << 10
	}
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range threads {
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for _, c := range strings.Fields(string(children)) {
			if id, err := strconv.Atoi(c); err == nil {
				sum += resident(id)
			}
		}
	}
	return sum
}
