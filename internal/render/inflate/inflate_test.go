package inflate

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

// contents are bytes of many kinds, some of which are longer than the window.
func contents() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	all := map[string][]byte{"nothing": nil, "one": {7}, "zeros": make([]byte, 700_000)}
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	all["noise"] = noise
	for period := 1; period <= 20; period++ {
		b := bytes.Repeat(noise[:period], 40_000/period)
		for range 50 {
			b[r.IntN(len(b))]++
		}
		all[string(rune('a'+period))] = b
	}
	var skewed, mixed []byte
	for i := range 500_000 {
		skewed = append(skewed, byte(min(r.ExpFloat64()*4, 255))) // codes of up to 15 bits
		mixed = append(mixed, byte(i/300)+byte(r.IntN(3)))
	}
	for range 300 { // copies from everywhere in the window
		at := r.IntN(len(mixed) - 40_000)
		mixed = append(mixed, mixed[at:at+3+r.IntN(400)]...)
		far := len(mixed) - 1 - r.IntN(33_000)
		mixed = append(mixed, mixed[far:min(far+r.IntN(300), len(mixed))]...)
	}
	all["skewed"], all["mixed"] = skewed, mixed
	return all
}

func packed(t testing.TB, b []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	for ; len(b) > 100_000; b = b[100_000:] {
		w.Write(b[:100_000])
		if level == 1 {
			w.Flush() // empty blocks
		}
	}
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func TestWhatWasPackedComesBack(t *testing.T) {
	for name, b := range contents() {
		for level := zlib.HuffmanOnly; level <= 9; level++ {
			z := packed(t, b, level)
			for how, r := range map[string]io.Reader{
				"at once": bytes.NewReader(z), "in halves": iotest.HalfReader(bytes.NewReader(z)),
				"byte by byte": iotest.OneByteReader(bytes.NewReader(z)), "with its end": iotest.DataErrReader(bytes.NewReader(z)),
				"and more": bytes.NewReader(append(bytes.Clone(z), 1, 2, 3, 255, 255, 255, 255, 255, 255, 255)),
			} {
				if how == "byte by byte" && level%4 != 1 {
					continue
				}
				got, err := io.ReadAll(NewReader(r))
				if err != nil || !bytes.Equal(got, b) {
					t.Fatalf("%s, level %d, %s: %d bytes of %d, %v", name, level, how, len(got), len(b), err)
				}
			}
		}
	}
}

// TestWhatIsCutComesAsFarAsItGoes claims a prefix, and the reason.
func TestWhatIsCutComesAsFarAsItGoes(t *testing.T) {
	for name, b := range contents() {
		if len(b) > 40_000 && name != "mixed" {
			continue
		}
		z := packed(t, b, 6)
		for n := 0; n < len(z)-4; n += 1 + len(z)/150 {
			got, err := io.ReadAll(NewReader(bytes.NewReader(z[:n])))
			want, _ := io.ReadAll(library(z[:n]))
			if err != io.ErrUnexpectedEOF || !bytes.HasPrefix(b, got) || len(got) < len(want)-1000 {
				t.Fatalf("%s, %d of %d bytes: %d bytes, the library %d, %v", name, n, len(z), len(got), len(want), err)
			}
		}
	}
}

func library(z []byte) io.Reader {
	r, err := zlib.NewReader(bytes.NewReader(z))
	if err != nil {
		return iotest.ErrReader(err)
	}
	return r
}

func TestAFaultOfTheSourceIsSaid(t *testing.T) {
	z := packed(t, contents()["noise"], 6)
	r := io.MultiReader(bytes.NewReader(z[:100_000]), iotest.ErrReader(iotest.ErrTimeout))
	if got, err := io.ReadAll(NewReader(r)); !errors.Is(err, iotest.ErrTimeout) || len(got) < 90_000 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// same claims that b unpacks as the library unpacks it. The checksum at the end
// is not looked at, and where a stream is broken, the library may stop earlier.
func same(t testing.TB, b []byte) {
	t.Helper()
	if len(b) > 1 && b[1]&32 != 0 {
		return // the library takes a dictionary that is empty
	}
	const most = 1 << 20
	want, wantErr := io.ReadAll(io.LimitReader(library(b), most))
	got, err := io.ReadAll(io.LimitReader(NewReader(bytes.NewReader(b)), most))
	if errors.Is(wantErr, zlib.ErrDictionary) || errors.Is(wantErr, zlib.ErrHeader) {
		if err == nil {
			t.Fatalf("%v, but %d bytes", wantErr, len(got))
		}
		return
	}
	sound := wantErr == nil || errors.Is(wantErr, zlib.ErrChecksum) || errors.Is(wantErr, io.ErrUnexpectedEOF) && err == nil
	switch {
	case sound && (err != nil || !bytes.Equal(got, want)):
		t.Fatalf("%d bytes, %v; the library %d, %v", len(got), err, len(want), wantErr)
	case !sound && err == nil:
		t.Fatalf("%d bytes and no fault; the library %d, %v: %x", len(got), len(want), wantErr, b)
	case !bytes.HasPrefix(got, want[:min(len(got), len(want))]):
		t.Fatalf("other bytes, %v; the library %v", err, wantErr)
	}
}

func someStreams(t testing.TB) (all [][]byte) {
	for _, b := range contents() {
		all = append(all, packed(t, b[:min(len(b), 600)], 9), packed(t, b[:min(len(b), 3000)], 6))
	}
	return all
}

func TestBrokenStreamsAreBrokenForTheLibraryToo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, z := range someStreams(t) {
		for range 400 {
			c := bytes.Clone(z)
			for range 1 + r.IntN(3) {
				c[r.IntN(min(len(c), 120))] ^= 1 << r.IntN(8)
			}
			same(t, c)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, z := range someStreams(f) {
		f.Add(z)
	}
	f.Fuzz(func(t *testing.T, b []byte) { same(t, b) })
}

func BenchmarkRead(b *testing.B) {
	all := contents()
	for _, name := range []string{"mixed", "skewed", "zeros", "noise"} {
		z := packed(b, all[name], 6)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(all[name])))
			for b.Loop() {
				io.Copy(io.Discard, NewReader(bytes.NewReader(z)))
			}
		})
		b.Run(name+", library", func(b *testing.B) {
			b.SetBytes(int64(len(all[name])))
			for b.Loop() {
				io.Copy(io.Discard, library(z))
			}
		})
	}
}
