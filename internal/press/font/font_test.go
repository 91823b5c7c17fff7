package font_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"pano/internal/press/font"

	"github.com/go-fonts/liberation/liberationsansregular"
)

var liberation = map[string]func() (*font.Font, error){
	"LiberationSans": font.Sans, "LiberationSans-Bold": font.SansBold, "LiberationSans-Italic": font.SansItalic,
	"LiberationSerif": font.Serif, "LiberationSerif-Bold": font.SerifBold, "LiberationSerif-Italic": font.SerifItalic,
}

// vietnamese returns every letter of the alphabet in both cases and all tones.
func vietnamese() string {
	var b strings.Builder
	for _, base := range "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz" {
		forms := []string{string(base)}
		if strings.ContainsRune("aăâeêioôơuưy", base) {
			for _, tone := range "\u0300\u0301\u0303\u0309\u0323" {
				forms = append(forms, norm.NFC.String(string(base)+string(tone)))
			}
		}
		for _, f := range forms {
			b.WriteString(f + strings.ToUpper(f))
		}
	}
	return b.String()
}

func TestEveryVietnameseLetterHasAGlyph(t *testing.T) {
	letters := vietnamese()
	if got := len([]rune(letters)); got != 2*(33+5*12) {
		t.Fatalf("%d letters", got)
	}
	others := "\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031B₫“”‘’–—…·×•°²³½₫ \u00A00123456789.,:;!?()[]/%&@#+-=<>|«»"
	for name, open := range liberation {
		f, err := open()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range letters + others {
			if f.Glyph(r) == 0 {
				t.Errorf("%s has no %q (%U)", name, r, r)
			}
		}
		if f.Name() != name {
			t.Errorf("named %q, want %q", f.Name(), name)
		}
	}
}

func TestLettersComeComposed(t *testing.T) {
	f, err := font.Serif()
	if err != nil {
		t.Fatal(err)
	}
	text := "Ngày hội Văn hoá các dân tộc: Đường Nguyễn Huệ, Ửng"
	s := f.NewSubset()
	apart, whole := s.Letters(norm.NFD.String(text)), s.Letters(text)
	if len(apart) != len([]rune(text)) || !slices.Equal(apart, whole) {
		t.Errorf("%v\n%v", apart, whole)
	}
	if w := f.Width(norm.NFD.String(text)); w != f.Width(text) || w < 10_000 {
		t.Errorf("width %g", w)
	}
	if got := font.Compose("a\tb\u200b\u0000c\u00ad\xff"); got != "a bc\uFFFD" {
		t.Errorf("%q", got)
	}
}

// The widths and outlines of a subset are those that another reader finds in
// the whole font.
func TestSubsetIsAFontOfItsOwn(t *testing.T) {
	for name, open := range liberation {
		f, err := open()
		if err != nil {
			t.Fatal(err)
		}
		s := f.NewSubset()
		s.Letters(vietnamese() + " \u00A0")
		small, err := s.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if len(small) > 90_000 {
			t.Errorf("%s: %d bytes", name, len(small))
		}
		got, err := sfnt.Parse(small)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := font.Parse(small)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := sfnt.Parse(liberationsansregular.TTF)
		if err != nil {
			t.Fatal(err)
		}
		var buf sfnt.Buffer
		for n, r := range s.Runes() {
			if n == 0 {
				continue
			}
			g, err := got.GlyphIndex(&buf, r)
			if err != nil || int(g) != n {
				t.Fatalf("%s: %q is glyph %d, want %d: %v", name, r, g, n, err)
			}
			if again.Advance(uint16(g)) != f.Advance(f.Glyph(r)) {
				t.Errorf("%s: %q has another width", name, r)
			}
			if name != "LiberationSans" {
				continue
			}
			wg, err := whole.GlyphIndex(&buf, r)
			if err != nil {
				t.Fatal(err)
			}
			// a buffer holds one outline at a time
			a, err := got.LoadGlyph(&buf, g, fixed.I(2048), nil)
			if err != nil {
				t.Fatal(err)
			}
			mine := slices.Clone(a)
			b, err := whole.LoadGlyph(&buf, wg, fixed.I(2048), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(mine, b) {
				t.Errorf("%q is drawn otherwise", r)
			}
		}
	}
}

// FreeType, which draws the letters of most readers of documents, takes it too.
func TestFreeTypeReadsTheSubset(t *testing.T) {
	f, err := font.SansBold()
	if err != nil {
		t.Fatal(err)
	}
	s := f.NewSubset()
	s.Letters("Lễ hội Đường")
	small, err := s.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "f.ttf")
	if err := os.WriteFile(file, small, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("fc-query", "-f", "%{family}|%{weight}|%{charset}", file).CombinedOutput()
	if err != nil {
		t.Fatalf("fc-query: %v: %s", err, out)
	}
	if got := string(out); !strings.HasPrefix(got, "Liberation Sans|") || !strings.Contains(got, "1ec5") || strings.Contains(got, "1ed9-1edf") {
		t.Errorf("FreeType sees %q", got)
	}
}

func TestALetterThatIsMissingIsTold(t *testing.T) {
	f, err := font.Sans()
	if err != nil {
		t.Fatal(err)
	}
	s := f.NewSubset()
	got := s.Letters("a漢a漢😀")
	if !slices.Equal(s.Missing(), []rune("漢😀")) || got[1].Number != got[3].Number || got[1].Number == got[4].Number {
		t.Errorf("missing %q, letters %v", s.Missing(), got)
	}
	if _, err := s.Bytes(); err != nil {
		t.Error(err)
	}
}

// patched returns a font file with the bytes of one table changed.
func patched(t *testing.T, file []byte, table string, change func(b []byte)) []byte {
	t.Helper()
	b := bytes.Clone(file)
	for i := range int(binary.BigEndian.Uint16(b[4:])) {
		e := b[12+16*i:]
		if string(e[:4]) == table {
			at := binary.BigEndian.Uint32(e[8:])
			change(b[at : at+binary.BigEndian.Uint32(e[12:])])
			return b
		}
	}
	t.Fatalf("no table %s", table)
	return nil
}

func put16(at int, v uint16) func([]byte) {
	return func(b []byte) { binary.BigEndian.PutUint16(b[at:], v) }
}

func TestWhatIsNoFontIsRefused(t *testing.T) {
	good := liberationsansregular.TTF
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"nothing", nil, font.ErrFormat},
		{"PostScript outlines", append([]byte("OTTO"), good[4:]...), font.ErrFormat},
		{"a collection", append([]byte("ttcf"), good[4:]...), font.ErrFormat},
		{"half a font", good[:len(good)/2], font.ErrFormat},
		{"no em", patched(t, good, "head", put16(18, 0)), font.ErrFormat},
		{"no advances", patched(t, good, "hhea", put16(34, 0)), font.ErrFormat},
		{"more glyphs than places", patched(t, good, "maxp", put16(4, 0xFFFF)), font.ErrFormat},
		{"no letters", patched(t, good, "cmap", put16(2, 0)), font.ErrFormat},
		{"licence", patched(t, good, "OS/2", put16(8, 2)), font.ErrEmbedding},
		{"licence without subsets", patched(t, good, "OS/2", put16(8, 0x100)), font.ErrEmbedding},
	} {
		if _, err := font.Parse(c.file); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAGlyphInsideItselfIsRefused(t *testing.T) {
	whole, err := font.Sans()
	if err != nil {
		t.Fatal(err)
	}
	cut := whole.NewSubset()
	cut.Letters("A")
	good, err := cut.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var first uint32 // where glyph 1 is
	patched(t, good, "loca", func(b []byte) { first = binary.BigEndian.Uint32(b[4:]) })
	f, err := font.Parse(patched(t, good, "glyf", func(b []byte) {
		copy(b[first:], []byte{0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0})
	}))
	if err != nil {
		t.Fatal(err)
	}
	s := f.NewSubset()
	s.Letters("A")
	if _, err := s.Bytes(); !errors.Is(err, font.ErrFormat) || !strings.Contains(err.Error(), "nests too deep") {
		t.Errorf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	whole, err := font.Sans()
	if err != nil {
		f.Fatal(err)
	}
	s := whole.NewSubset()
	s.Letters("Aằ ộ")
	small, err := s.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add(small[:200])
	f.Fuzz(func(t *testing.T, b []byte) {
		read, err := font.Parse(b)
		if err != nil {
			if !errors.Is(err, font.ErrFormat) && !errors.Is(err, font.ErrEmbedding) {
				t.Errorf("unnamed error %v", err)
			}
			return
		}
		read.Metrics()
		read.Name()
		s := read.NewSubset()
		s.Letters("Aằ ộ\u0000漢")
		out, err := s.Bytes()
		if err != nil {
			if !errors.Is(err, font.ErrFormat) {
				t.Errorf("unnamed error %v", err)
			}
			return
		}
		if _, err := font.Parse(out); err != nil {
			t.Errorf("its own subset is refused: %v", err)
		}
	})
}
