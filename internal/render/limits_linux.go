package render

import (
	"math"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// maxFile bounds each file that the child writes: an A0 at 300 dpi has 0.4 GB.
const maxFile = 2 << 30

// limit binds this process for good, before it reads the first byte of a picture.
// Data counts what is written to, not the address space that Go reserves.
func limit(j job) error {
	data := uint64(j.Memory)
	if raceDetector {
		data = math.MaxUint64 // its shadow memory is beyond any limit
	}
	for what, most := range map[int]uint64{
		syscall.RLIMIT_DATA:  data,
		syscall.RLIMIT_CPU:   j.CPU,
		syscall.RLIMIT_FSIZE: maxFile,
		syscall.RLIMIT_CORE:  0,
	} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	return nil
}

// bind makes the kernel end the child with its parent.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}

// used returns the time on the processor that an ended child took.
func used(p *os.ProcessState) time.Duration { return p.UserTime() + p.SystemTime() }
