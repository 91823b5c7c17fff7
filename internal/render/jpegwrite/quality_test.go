package jpegwrite

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestQualityIsThatOfTheWriter(t *testing.T) {
	for q := 1; q <= 100; q++ {
		if got := Quality(brightness(q)); got != q {
			t.Errorf("quality %d is taken for %d", q, got)
		}
	}
}

func TestQualityIsWhatOthersWroteAndSay(t *testing.T) {
	var src bytes.Buffer
	if err := png.Encode(&src, scene(64, 48)); err != nil {
		t.Fatal(err)
	}
	name := t.TempDir() + "/a.png"
	if err := os.WriteFile(name, src.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, q := range []int{10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92, 95} {
		made := fmt.Sprintf("%s.%d.jpg", name, q)
		ask(t, "vips", "copy", name, fmt.Sprintf("%s[Q=%d]", made, q))
		b, err := os.ReadFile(made)
		if err != nil {
			t.Fatal(err)
		}
		got := Quality(firstTable(t, b))
		if got < q-1 || got > q+1 {
			t.Errorf("vips wrote quality %d, which is taken for %d", q, got)
		}
		if q == 10 { // which exiftool calls unknown
			continue
		}
		said, err := strconv.Atoi(strings.TrimSpace(ask(t, "exiftool", "-s3", "-JPEGQualityEstimate", made)))
		if err != nil || got < said-2 || got > said+2 {
			t.Errorf("quality %d is taken for %d, by exiftool for %d; %v", q, got, said, err)
		}
	}
}

// firstTable returns the steps of the first table in a JPEG.
func firstTable(t testing.TB, b []byte) [64]byte {
	t.Helper()
	_, after, found := bytes.Cut(b, []byte{0xff, 0xdb})
	if !found || len(after) < 67 || after[2] != 0 {
		t.Fatal("no table of 8 bits")
	}
	return [64]byte(after[3:])
}

// A camera rounds and shapes its steps its own way; it is still near to what it was made from.
func TestStepsOfOthersAreJudgedByTheNearest(t *testing.T) {
	for _, q := range []int{30, 60, 85, 93} {
		table := brightness(q)
		for i := range table {
			if i%3 == 0 {
				table[i] = byte(min(int(table[i])+1, 255))
			}
		}
		if got := Quality(table); got < q-2 || got > q+2 {
			t.Errorf("quality %d, a little changed, is taken for %d", q, got)
		}
	}
}

func TestQualityFallsAsStepsGrow(t *testing.T) {
	last := 101
	for step := range 256 {
		var table [64]byte
		for i := range table {
			table[i] = byte(step)
		}
		got := Quality(table)
		if got < 1 || got > last {
			t.Errorf("steps of %d: quality %d after %d", step, got, last)
		}
		last = got
	}
}

func FuzzInks(f *testing.F) {
	f.Add([]byte{255, 0, 13, 240}, uint8(9), uint8(70), uint8(75))
	f.Add([]byte("\x00\xff"), uint8(1), uint8(1), uint8(100))
	f.Fuzz(func(t *testing.T, pix []byte, w, h, quality uint8) {
		if len(pix) == 0 || w == 0 || h == 0 {
			return
		}
		img := image.NewCMYK(image.Rect(0, 0, int(w), int(h)))
		for i := range img.Pix {
			img.Pix[i] = pix[i*7%len(pix)]
		}
		q := 1 + int(quality)%100
		b := inked(t, img, Options{Quality: q, DPI: float64(w)})
		if got := readers()["the library"](t, b); len(got) != len(img.Pix) {
			t.Fatalf("%d samples, not %d", len(got), len(img.Pix))
		}
		if got := Quality(firstTable(t, b)); got != q {
			t.Fatalf("quality %d is taken for %d", q, got)
		}
	})
}
