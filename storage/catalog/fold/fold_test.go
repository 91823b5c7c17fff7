package fold_test

import (
	"slices"
	"testing"

	"golang.org/x/text/unicode/norm"

	"pano/storage/catalog/fold"
)

func TestSpellingsOfOneWordHaveOneKey(t *testing.T) {
	for _, c := range []struct{ text, marked, folded string }{
		{"Trưng bày", "trưng bayβ", "trung bay"},
		{"Đường ĐẸP", "đươngβ đepε", "duong dep"},
		{"Ðường Ɖẹp", "đươngβ đepε", "duong dep"}, // Eth and African D
		{"hoà", "hoaβ", "hoa"},
		{"hòa", "hoaβ", "hoa"},
		{"thuý", "thuyα", "thuy"},
		{"thúy", "thuyα", "thuy"},
		{"mỹ thuật", "miδ thuâtε", "mi thuat"},
		{"mĩ thuật", "miδ thuâtε", "mi thuat"},
		{"quý", "quiα", "qui"},
		{"hy vọng", "hi vongε", "hi vong"},
		{"Kỷ niệm", "kiγ niêmε", "ki niem"},
		{"pa-nô", "pa nô", "pa no"},
		{"XVIII 2025", "xviii 2025", "xviii 2025"},
		{"nghiêng ", "nghiêng", "nghieng"},
		{"khổ A4, 0,8 × 2,5 m", "khôγ a4 0 8 2 5 m", "kho a4 0 8 2 5 m"},
		{"ợ ậ ắ ỡ ự", "ơε âε ăα ơδ ưε", "o a a o u"},
		{"España, Zürich", "espanaδ zurich", "espana zurich"},
		{"\u0301\u0302 \xff\xfe", "", ""},
	} {
		for _, text := range []string{c.text, norm.NFD.String(c.text), norm.NFC.String(c.text)} {
			if m, f := fold.Marked(text), fold.Folded(text); m != c.marked || f != c.folded {
				t.Errorf("%q: marked %q, folded %q; want %q, %q", text, m, f, c.marked, c.folded)
			}
		}
	}
}

func TestPlainKeepsWhatIsNoLetter(t *testing.T) {
	for in, want := range map[string]string{
		"MK-2026-0142":          "mk-2026-0142",
		"Áp-phích_01 (Đẹp).TIF": "ap-phich_01 (dep).tif",
		"a\x00b\n":              "a b ",
	} {
		if got := fold.Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSortKeyOrdersAsAReaderLooksUp(t *testing.T) {
	want := []string{"", "0142", "An", "ăn", "ân", "ba", "bà", "bả", "bã", "bá", "bạ", "ba bà", "băng", "biển", "công", "da", "đa", "e", "ê", "hòa", "hóa", "Y", "z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int {
		ka, kb := fold.SortKey(a), fold.SortKey(b)
		switch {
		case ka < kb:
			return -1
		case ka > kb:
			return 1
		}
		return 0
	})
	if !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
	for _, same := range []string{norm.NFD.String("Đường hoa"), "đường HOA"} {
		if a, b := fold.SortKey("Đường hoa"), fold.SortKey(same); a != b {
			t.Errorf("%q has another key than Đường hoa: %q, %q", same, b, a)
		}
	}
}

func BenchmarkKeys(b *testing.B) {
	const title = "Băng rôn nhiệt liệt chào mừng Ngày hội văn hóa các dân tộc tỉnh lần thứ XVIII tại đường Trần Hưng Đạo"
	b.ReportAllocs()
	for b.Loop() {
		fold.Folded(title)
		fold.Marked(title)
	}
}

func BenchmarkSortKey(b *testing.B) {
	const title = "Băng rôn nhiệt liệt chào mừng Ngày hội văn hóa các dân tộc tỉnh lần thứ XVIII tại đường Trần Hưng Đạo"
	for b.Loop() {
		fold.SortKey(title)
	}
	b.ReportMetric(float64(len(fold.SortKey(title))), "bytes/key")
}
