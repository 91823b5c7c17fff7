package intake

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"pano/internal/pano"
	"pano/storage/blob"
	"pano/storage/catalog"
)

func digestOf(data []byte) pano.Digest { return sha256.Sum256(data) }

// crashMain is the service under test in a process of its own: it delivers
// pictures, says which were acknowledged, and is killed at a step of the protocol.
func crashMain() int {
	ctx := context.Background()
	point := os.Getenv("PANO_CRASH_AT")
	shift := time.Duration(0)
	d, closing, err := openDesk(os.Getenv("PANO_CRASH_DIR"), func() time.Time { return time.Now().Add(shift) })
	if err != nil {
		fmt.Println("cannot open:", err)
		return 1
	}
	defer closing()
	for i := range 3 { // something to collect
		data := fmt.Appendf(nil, "orphan %d", i)
		d.keep(ctx, digestOf(data), int64(len(data)), 0, bytes.NewReader(data))
	}
	seen := 0
	d.crash = func(at string) {
		if at == point {
			if seen++; seen == 3 {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}
	}
	for i := range uint8(4) {
		_, r, err := d.deliver(ctx, lan, Describe{Name: "a.png"}, crashPicture(i))
		if err != nil {
			fmt.Println("refused:", err)
			return 1
		}
		fmt.Println("acknowledged", r.Asset.ID, r.Asset.Current.Digest)
	}
	shift = grace + time.Hour
	if err := d.Collect(ctx); err != nil {
		fmt.Println("collect:", err)
		return 1
	}
	return 0
}

func crashPicture(i uint8) []byte { return asPNG(picture(64+int(i), 64, i)) }

// A kill at any step loses nothing that was acknowledged, leaves no row without
// bytes, and the same pictures can be delivered again.
func TestKillAtEachStepOfTheProtocol(t *testing.T) {
	for point, acks := range map[string]int{"probed": 2, "claimed": 2, "put": 2, "before commit": 2, "committed": 2, "condemned": 4, "deleted": 4} {
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PANO_CRASH_AT="+point, "PANO_CRASH_DIR="+dir)
			out, err := cmd.Output()
			status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
			if !status.Signaled() || status.Signal() != syscall.SIGKILL {
				t.Fatalf("was not killed at %q: %v\n%s", point, err, out)
			}
			c := &clock{time.Now()}
			d := desk(t, dir, c.now)
			n := 0
			for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
				f := strings.Fields(lines.Text())
				if len(f) != 3 || f[0] != "acknowledged" {
					t.Fatalf("child says: %s", lines.Text())
				}
				n++
				a, err := d.Asset(t.Context(), lan, pano.AssetID(f[1]))
				if err != nil || a.Current.Digest.String() != f[2] {
					t.Errorf("acknowledged %s is %v, %v", f[1], a.Current.Digest, err)
				}
			}
			if n != acks {
				t.Errorf("%d acknowledged before the kill, want %d", n, acks)
			}
			everyRowHasItsBytes(t, d)
			for i := range uint8(4) {
				if _, _, err := d.deliver(t.Context(), lan, Describe{Name: "a.png", Mode: Anyway}, crashPicture(i)); err != nil {
					t.Errorf("delivering again: %v", err)
				}
			}
			c.t = c.t.Add(grace + 48*time.Hour)
			if err := d.Collect(t.Context()); err != nil {
				t.Error(err)
			}
			everyRowHasItsBytes(t, d)
			if _, _, err := d.DB.VerifyEvents(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func everyRowHasItsBytes(t *testing.T, d *Desk) {
	t.Helper()
	err := d.DB.Read(t.Context(), func(tx *catalog.Tx) error {
		rows, err := tx.Query(`SELECT digest FROM version UNION SELECT digest FROM blob WHERE state = 'live'`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var digest pano.Digest
			if err := rows.Scan(&digest); err != nil {
				return err
			}
			if _, err := blob.Verify(t.Context(), d.Blobs, digest); err != nil {
				t.Errorf("row without its bytes: %s: %v", digest, err)
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Error(err)
	}
}
