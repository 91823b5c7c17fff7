package icc

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	own "pano/internal/press/coated"
)

// presses are our own and one of others.
func presses(t testing.TB) map[string][]byte {
	t.Helper()
	swop, err := os.ReadFile("/usr/share/color/icc/ghostscript/default_cmyk.icc")
	if err != nil {
		t.Fatal("install libgs-common: ", err)
	}
	return map[string][]byte{"Pano Coated": own.Profile(), "SWOP": swop}
}

func toPress(t testing.TB, picture, press []byte, limit float64) *Press {
	t.Helper()
	out, err := ParsePress(press)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(parse(t, picture), out, limit)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// littleCMSInks asks transicc for the inks, in percent, of RGB pixels.
func littleCMSInks(t *testing.T, picture, press, rgb []byte) (inks []float64) {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.icc"), filepath.Join(dir, "to.icc")
	for name, b := range map[string][]byte{from: picture, to: press} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var ask strings.Builder
	for _, v := range rgb {
		fmt.Fprintln(&ask, v)
	}
	cmd := exec.Command("transicc", "-v0", "-i"+from, "-o"+to, "-t1", "-b", "-n", "-c0")
	cmd.Stdin = strings.NewReader(ask.String())
	said, err := cmd.Output()
	if err != nil {
		t.Fatal("transicc, of liblcms2-utils: ", err)
	}
	inks = make([]float64, len(rgb)/3*4)
	r := bytes.NewReader(said)
	for i := range inks {
		if _, err := fmt.Fscan(r, &inks[i]); err != nil {
			t.Fatalf("transicc said %d inks of %d: %v", i, len(inks), err)
		}
	}
	return inks
}

// pixels are corners, greys, and colours in between.
func pixels(n int) (rgb []byte) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 8 {
		rgb = append(rgb, byte(i>>2*255), byte(i>>1&1*255), byte(i&1*255))
	}
	for v := 0; v < 256; v += 5 {
		rgb = append(rgb, byte(v), byte(v), byte(v))
	}
	for len(rgb) < 3*n {
		rgb = append(rgb, byte(r.IntN(256)))
	}
	return rgb
}

func TestPressAgreesWithLittleCMS(t *testing.T) {
	const n = 3000
	rgb := pixels(n)
	linear := srgbMatrix()
	linear.Gamma = 1
	for name, press := range presses(t) {
		for from, picture := range map[string][]byte{
			"sRGB": SRGB(), "Display P3": DisplayP3(), "Adobe RGB": AdobeRGB(), "linear": MatrixProfile(linear), "v4 table": fileProfile(t, "ps_rgb.icc"),
		} {
			got := make([]byte, 4*n)
			toPress(t, picture, press, 4).Row(got, rgb)
			var off []float64
			sum := 0.0
			for i, want := range littleCMSInks(t, picture, press, rgb) {
				d := math.Abs(float64(got[i])/2.55 - want)
				off = append(off, d)
				sum += d
			}
			worst := 0
			for i, d := range off {
				if d > off[worst] {
					worst = i
				}
			}
			at := worst / 4
			slices.Sort(off)
			mean, p95 := sum/float64(len(off)), off[len(off)*95/100]
			t.Logf("%s to %s: mean %.3f %%, p95 %.3f %%, worst %.2f %% at %v", from, name, mean, p95, off[len(off)-1], rgb[3*at:][:3])
			if mean > 0.2 || p95 > 0.5 {
				t.Errorf("%s to %s: mean %.3f %%, p95 %.3f %% of ink", from, name, mean, p95)
			}
		}
	}
}

func TestFlagColoursHaveTheirInksOnOurPress(t *testing.T) {
	got := make([]byte, 16)
	toPress(t, SRGB(), own.Profile(), 2.95).Row(got, []byte{218, 37, 29, 255, 205, 0, 255, 255, 255, 0, 0, 0})
	for i, tt := range []struct {
		name string
		want [4]float64 // percent
	}{
		{"flag red", [4]float64{5, 94, 91, 2}}, {"flag gold", [4]float64{2, 20, 93, 0}}, {"paper", [4]float64{}},
		{"black", [4]float64{77, 67, 57, 94}},
	} {
		for k, want := range tt.want {
			if d := float64(got[4*i+k])/2.55 - want; d < -2 || d > 2 {
				t.Errorf("%s: inks %v of 255, want about %v %%", tt.name, got[4*i:][:4], tt.want)
				break
			}
		}
	}
	if !bytes.Equal(got[8:12], make([]byte, 4)) {
		t.Errorf("white is not bare paper: %v", got[8:12])
	}
}

func TestNoPixelGetsMoreInkThanTheLimit(t *testing.T) {
	const n = 20000
	rgb, cmyk, free := pixels(n), make([]byte, 4*n), make([]byte, 4*n)
	for name, press := range presses(t) {
		toPress(t, SRGB(), press, 4).Row(free, rgb)
		for _, limit := range []float64{1, 2.4, 2.95} {
			toPress(t, SRGB(), press, limit).Row(cmyk, rgb)
			for i := 0; i < len(cmyk); i += 4 {
				c, f := cmyk[i:i+4], free[i:i+4]
				sum := int(c[0]) + int(c[1]) + int(c[2]) + int(c[3])
				if float64(sum) > limit*255 {
					t.Fatalf("%s: %v got %v, %d of 255: above %g", name, rgb[i/4*3:][:3], c, sum, limit)
				}
				if d := int(f[3]) - int(c[3]); d < -1 || d > 1 {
					t.Fatalf("%s: black of %v went from %d to %d", name, rgb[i/4*3:][:3], f[3], c[3])
				}
				before := int(f[0]) + int(f[1]) + int(f[2]) + int(f[3])
				if float64(before) < (limit-0.15)*255 && sum < before-3 {
					t.Fatalf("%s: %v got %v, without a need: %v was within %g", name, rgb[i/4*3:][:3], c, f, limit)
				}
			}
		}
	}
}

func TestRowsTurnAsManyPixelsAsBothHold(t *testing.T) {
	p := toPress(t, SRGB(), own.Profile(), 3)
	cmyk := bytes.Repeat([]byte{7}, 11)
	p.Row(cmyk, make([]byte, 9))
	if cmyk[7] == 7 || !bytes.Equal(cmyk[8:], []byte{7, 7, 7}) {
		t.Errorf("two pixels and a bit became %v", cmyk)
	}
	p.Row(cmyk[:4], make([]byte, 2))
	p.Row(nil, nil)
}

func TestWithoutAProfilePicturesAreSRGB(t *testing.T) {
	out, err := ParsePress(own.Profile())
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPress(nil, out, 3)
	if err != nil {
		t.Fatal(err)
	}
	rgb, got, want := pixels(1000), make([]byte, 4000), make([]byte, 4000)
	p.Row(got, rgb)
	toPress(t, SRGB(), own.Profile(), 3).Row(want, rgb)
	if !bytes.Equal(got, want) {
		t.Error("other inks than with sRGB's profile")
	}
}

func TestWhatIsNoWayToAPressIsAnError(t *testing.T) {
	out, err := ParsePress(own.Profile())
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		picture *Profile
		limit   float64
	}{
		"no ink": {nil, 0}, "five inks": {nil, 5}, "no number": {nil, math.NaN()},
		"grey picture": {parse(t, grey(2.2)), 3}, "inks already": {out, 3},
	} {
		if _, err := NewPress(tt.picture, out, tt.limit); err == nil {
			t.Errorf("%s: a way", name)
		}
	}
}

func TestProfilesOfNoPressAreToldApart(t *testing.T) {
	without := func(b []byte, tags ...string) []byte {
		b = bytes.Clone(b)
		for _, name := range tags {
			copy(b[bytes.Index(b[:400], []byte(name)):], "none")
		}
		return b
	}
	as := func(at int, what string) []byte {
		b := bytes.Clone(own.Profile())
		copy(b[at:], what)
		return b
	}
	broken := func(name string) []byte {
		p := parse(t, bytes.Clone(own.Profile()))
		copy(p.tags[name], "junk")
		return p.Bytes()
	}
	for name, tt := range map[string]struct {
		profile []byte
		want    Fault
	}{
		"too large": {append(bytes.Clone(own.Profile()), make([]byte, maxPress)...), PressTooLarge},
		"nothing":   {nil, PressDamaged}, "text": {[]byte(strings.Repeat("a press ", 99)), PressDamaged},
		"cut short": {own.Profile()[:5000], PressDamaged}, "a display": {SRGB(), PressOfOthers},
		"a scanner of inks": {as(12, "scnr"), PressOfOthers}, "a printer of RGB": {as(16, "RGB "), PressNotCMYK},
		"one way only":  {without(own.Profile(), "B2A0", "B2A1"), PressNoTable},
		"no looks":      {without(own.Profile(), "A2B0", "A2B1"), PressDamaged},
		"broken looks":  {broken("A2B1"), PressDamaged},
		"broken inks":   {broken("B2A1"), PressDamaged},
		"broken shades": {broken("B2A0"), PressDamaged},
	} {
		p, err := ParsePress(tt.profile)
		if !errors.Is(err, tt.want) || p != nil {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

func FuzzParsePress(f *testing.F) {
	f.Add(press("mft1"))
	f.Add(press("mft2"))
	f.Add(press("mAB "))
	rgb := parse(f, SRGB())
	look, err := rgb.toXYZ(Relative)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePress(b)
		if err != nil {
			return
		}
		ink, err := p.inks()
		if err != nil {
			t.Fatal("read, but gives no inks: ", err)
		}
		for _, v := range []float64{0, 0.3, 1} {
			sum := 0.0
			for _, x := range thinned(ink(look(colour{v, 1 - v, v})), 2) {
				if sum += x; !(x >= 0) {
					t.Fatal("no ink at all: ", x)
				}
			}
			if sum > 2.001 {
				t.Fatal("above the limit: ", sum)
			}
		}
	})
}

func BenchmarkPress(b *testing.B) {
	out, err := ParsePress(own.Profile())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("made", func(b *testing.B) {
		for b.Loop() {
			if _, err := NewPress(nil, out, 2.95); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("row", func(b *testing.B) {
		p, err := NewPress(nil, out, 2.95)
		if err != nil {
			b.Fatal(err)
		}
		rgb, cmyk := pixels(6000), make([]byte, 24000)
		b.SetBytes(int64(len(rgb)))
		for b.Loop() {
			p.Row(cmyk, rgb)
		}
	})
}
