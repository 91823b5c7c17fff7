package web_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pano/internal/i18n"
	"pano/internal/pano"
)

// sayings are the ways in which sources say a key, by the kind of source. A way
// that ends in a dot names a family, all of whose words count as said. Whoever
// finds a new way to say things adds it here.
func sayings() map[string][]*regexp.Regexp {
	return map[string][]*regexp.Regexp{
		".html": {
			regexp.MustCompile(`\b(?:t|empty) "([^"]+)"`),
			regexp.MustCompile(`\bempty "[^"]+" "([^"]+)"`),
			regexp.MustCompile(`\bfield "[^"]+" "([^"]+)"`),
			regexp.MustCompile(`\bfield [^{}]*"hint" "([^"]+)"`),
			regexp.MustCompile(`\b(?:word|badge) "([^"]+)"()`), // a family
		},
		".ts": {regexp.MustCompile(`\bsay\('([^']+)'`)},
		".go": {
			regexp.MustCompile(`\b(?:Invalid|NotFound|Conflict|Forbidden|Unsupported)\("([a-z_]+\.[a-z_.]+)"`),
			regexp.MustCompile(`\bKey: +"([a-z_]+\.[a-z_.]+)"`),
			regexp.MustCompile(`\bSay\("([a-z_]+\.[a-z_.-]+)"`),
			regexp.MustCompile(`\bSay\("([a-z_.]+)\." ?\+()`),       // a family
			regexp.MustCompile(`"([a-z_]+\.[a-z_.]+)" ?// words\b`), // a key on its way to somebody who says it
		},
	}
}

// said lists every key and family ("asset.kind.") that the sources below root say, with who says it.
func said(t *testing.T, root string) map[string]string {
	t.Helper()
	keys := map[string]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "dist") {
			return fs.SkipDir
		}
		if d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		ways := sayings()[path.Ext(name)]
		if ways == nil {
			return nil
		}
		src, err := os.ReadFile(path.Join(root, name))
		for _, way := range ways {
			for _, m := range way.FindAllStringSubmatch(string(src), -1) {
				key := m[1]
				if len(m) == 3 {
					key += "."
				}
				keys[key] = path.Join(root, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestEveryWordIsSaidAndEverySayingHasWords holds for pages, scripts and Go alike,
// in both languages; that the languages agree with each other, i18n.Load checks.
func TestEveryWordIsSaidAndEverySayingHasWords(t *testing.T) {
	all, err := i18n.Load(os.DirFS("locale"))
	if err != nil {
		t.Fatal(err)
	}
	words := all["vi"]
	used := map[string]bool{}
	for _, root := range []string{".", "../internal", "../storage", "../cmd"} {
		for key, who := range said(t, root) {
			switch {
			case strings.HasPrefix(key, "specimen."):
			case strings.HasSuffix(key, "."):
				used[key] = true
			case !words.Has(key):
				t.Errorf("%s says %q, which has no words", who, key)
			default:
				used[key] = true
			}
		}
	}
	for _, family := range vocabulary() {
		used[family.name+"."] = true
		for _, value := range family.values {
			if key := family.name + "." + value; !words.Has(key) {
				t.Errorf("the trade knows %q, which has no words", key)
			}
		}
	}
	for _, key := range words.Keys() {
		if !used[key] && !slices.ContainsFunc(families(key), func(f string) bool { return used[f] }) {
			t.Errorf("no one says %q", key)
		}
	}
}

// families lists what key may be a word of: "event." and "event.asset." for "event.asset.add".
func families(key string) (all []string) {
	for i, r := range key {
		if r == '.' {
			all = append(all, key[:i+1])
		}
	}
	return all
}

type family struct {
	name   string
	values []string
}

// vocabulary lists the words that are found by a value of the trade.
func vocabulary() []family {
	return []family{
		{"asset.kind", texts(pano.AssetKinds())},
		{"asset.state", texts(pano.AssetStates())},
		{"placement.state", append(texts(pano.PlacementStates()), "late")},
		{"location.kind", texts(pano.LocationKinds())},
		{"blocked.kind", texts(pano.BlockedKinds())},
		{"item.condition", texts(pano.ItemConditions())},
		{"exhibition.state", texts(pano.ExhibitionStates())},
		{"preflight", texts(pano.PreflightRules())},
		{"preflight.why", texts(pano.PreflightRules())},
		{"preflight.remedy", texts(pano.PreflightRules())},
		{"severity", texts([]pano.Severity{pano.Blocks, pano.Warns, pano.Informs})},
		{"proof.kind", texts(pano.ProofKinds())},
		{"proof.verdict", texts(pano.Verdicts())},
		{"proof.state", texts(pano.ProofStates())},
		{"role", texts(pano.Roles())},
		{"order.state", nil}, // to be named by the trade
		{"nav", nil},
	}
}

func texts[T ~string](values []T) (all []string) {
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}
