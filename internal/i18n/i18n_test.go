package i18n_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pano/internal/i18n"
	"pano/internal/pano"
)

func load(t *testing.T, vi, en string) (map[string]*i18n.Words, error) {
	t.Helper()
	return i18n.Load(fstest.MapFS{"vi.json": {Data: []byte(vi)}, "en.json": {Data: []byte(en)}})
}

func both(t *testing.T) (vi, en *i18n.Words) {
	t.Helper()
	const words = `{"asset.count": "%d tư liệu", "plain": "100 %", "shade": "%.1f m", "room": "%s, %s, %s"}`
	all, err := load(t, words, words)
	if err != nil {
		t.Fatal(err)
	}
	return all["vi"], all["en"]
}

func TestLanguagesThatDifferAreRefused(t *testing.T) {
	for _, c := range []struct{ name, vi, en, want string }{
		{"missing", `{"a": "x", "b": "y"}`, `{"a": "x"}`, `en.json lacks "b"`},
		{"left over", `{"a": "x"}`, `{"a": "x", "c": "y"}`, `vi.json lacks "c"`},
		{"other verb", `{"a": "%d x"}`, `{"a": "%s x"}`, `"a" prints`},
		{"lost verb", `{"a": "%s %s"}`, `{"a": "%s"}`, `"a" prints`},
		{"twice", `{"a": "x", "a": "y"}`, `{"a": "x"}`, "twice"},
		{"no object", `["a"]`, `{}`, "vi.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := load(t, c.vi, c.en); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := load(t, `{"a": "%d của %s, 5 %%"}`, `{"a": "%[2]s’s %[1]d, 5 %%"}`); err != nil {
		t.Errorf("turned round: %v", err)
	}
}

func TestNumbersAreWrittenAsTheReaderWritesThem(t *testing.T) {
	vi, en := both(t)
	for _, c := range []struct{ name, got, want string }{
		{"say vi", vi.Say("asset.count", 12345), "12.345 tư liệu"},
		{"say en", en.Say("asset.count", 12345), "12,345 tư liệu"},
		{"say float", vi.Say("shade", 2.5), "2,5 m"},
		{"say what has a form of its own", vi.Say("room", pano.Bytes(2_500_000), pano.Date(2026, 12, 5), pano.Dong(45000)), "2,5\u00a0MB, 05/12/2026, 45.000\u00a0₫"},
		{"say plain", vi.Say("plain"), "100 %"},
		{"say unknown", vi.Say("asset.none"), "asset.none"},
		{"number vi", vi.Number(1234567), "1.234.567"},
		{"number en", en.Number(-1234), "−1,234"},
		{"number small", vi.Number(999), "999"},
		{"decimal vi", vi.Decimal(1234.5, 2), "1.234,5"},
		{"decimal en", en.Decimal(1234.5, 2), "1,234.5"},
		{"decimal rounds", vi.Decimal(1.999, 2), "2"},
		{"decimal below nought", vi.Decimal(-0.25, 2), "−0,25"},
		{"money", vi.Dong(12_500_000), "12.500.000\u00a0₫"},
		{"size", vi.Size(800, 2500), "0,8\u00a0×\u00a02,5\u00a0m"},
		{"size en", en.Size(800, 2500), "0.8\u00a0×\u00a02.5\u00a0m"},
		{"size whole", vi.Size(6000, 1000), "6\u00a0×\u00a01\u00a0m"},
		{"size to the mm", vi.Size(1005, 700), "1,005\u00a0×\u00a00,7\u00a0m"},
		{"size small", vi.Size(297, 420), "297\u00a0×\u00a0420\u00a0mm"},
		{"area", vi.Area(800, 2500), "2\u00a0m²"},
		{"bytes", vi.Bytes(118_400_000), "118\u00a0MB"},
		{"bytes few", vi.Bytes(812), "812\u00a0B"},
		{"bytes one decimal", vi.Bytes(1_240_000_000), "1,2\u00a0GB"},
		{"bytes next unit", vi.Bytes(999_900), "1\u00a0MB"},
		{"percent", vi.Percent(312, 480), "65\u00a0%"},
		{"percent not yet", vi.Percent(999, 1000), "99\u00a0%"},
		{"percent of nothing", vi.Percent(0, 0), "0\u00a0%"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDatesAreThoseOfVietNam(t *testing.T) {
	vi, _ := both(t)
	evening := time.Date(2026, 12, 4, 18, 30, 0, 0, time.UTC) // 01:30 next day in Hà Nội
	year := pano.Period{From: pano.Date(2026, 12, 1), Until: pano.Date(2026, 12, 21)}
	across := pano.Period{From: pano.Date(2026, 12, 20), Until: pano.Date(2027, 1, 6)}
	for _, c := range []struct{ got, want string }{
		{vi.Date(evening), "05/12/2026"},
		{vi.DateTime(evening), "05/12/2026 01:30"},
		{vi.Clock(evening), "01:30"},
		{vi.DateTime(time.Time{}), ""},
		{vi.Day(pano.Date(2026, 2, 5)), "05/02/2026"},
		{vi.Days(year), "01/12 – 20/12/2026"},
		{vi.Days(across), "20/12/2026 – 05/01/2027"},
		{vi.Days(pano.Period{From: 10, Until: 11}), "11/01/1970"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLanguageIsTheChosenOneThenTheBrowsersThenTheHouses(t *testing.T) {
	for _, c := range []struct{ chosen, accept, fallback, want string }{
		{"en", "vi", "vi", "en"},
		{"", "en-GB,en;q=0.9,vi;q=0.8", "vi", "en"},
		{"", "fr, vi-VN;q=0.5", "en", "vi"},
		{"xx", "fr", "en", "en"},
		{"", "fr", "fr", "vi"},
		{"", ";;;q=", "", "vi"},
	} {
		if got := i18n.Negotiate(c.chosen, c.accept, c.fallback); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestNamesSortAsAVietnameseReaderSortsThem(t *testing.T) {
	want := []string{"An", "Ăn", "Ân", "Bình", "Dân", "Đà", "Đình", "Nga", "Nhân", "Ô", "Ơn", "Uy", "Ưu"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare(i18n.SortKey(a), i18n.SortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
