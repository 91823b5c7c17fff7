package files_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"pano/storage/blob"
	"pano/storage/blob/blobtest"
	"pano/storage/blob/files"
)

// BenchmarkPut puts 30 MiB and, in turns with that, writes, syncs and hashes as
// much by hand. cpu/raw is how much more processor time Put takes.
func BenchmarkPut(b *testing.B) {
	const size = 30 << 20
	folder := b.TempDir()
	s, err := files.Open(folder)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.SetBytes(size)
	var ours, raw, oursWall, rawWall time.Duration
	for b.Loop() {
		data, d := blobtest.Blob(size)
		c, w := cpuTime(), time.Now()
		if created, err := s.Put(b.Context(), d, size, bytes.NewReader(data)); err != nil || !created {
			b.Fatal(created, err)
		}
		ours, oursWall = ours+cpuTime()-c, oursWall+time.Since(w)

		c, w = cpuTime(), time.Now()
		if err := writeRaw(filepath.Join(folder, "raw"), data, d); err != nil {
			b.Fatal(err)
		}
		raw, rawWall = raw+cpuTime()-c, rawWall+time.Since(w)
		if err := s.Delete(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(ours)/float64(raw), "cpu/raw")
	b.ReportMetric(float64(oursWall)/float64(rawWall), "wall/raw")
}

func writeRaw(name string, data []byte, d blob.Digest) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if sha256.Sum256(data) != d {
		return blob.ErrCorrupt
	}
	return f.Sync()
}

// cpuTime returns the processor time this process has taken.
func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
