package fold_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	_ "modernc.org/sqlite"

	"pano/storage/catalog/fold"
)

// shelf is a real FTS5 index as the catalogue has it.
type shelf struct {
	testing.TB
	db     *sql.DB
	parser *fold.Parser
}

func newShelf(t testing.TB, texts ...string) shelf {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	s := shelf{t, db, fold.NewParser()}
	s.exec(`CREATE VIRTUAL TABLE words USING fts5 (folded, marked, content='', contentless_delete=1,
		tokenize="unicode61 remove_diacritics 0", prefix='2 3')`)
	s.exec(`CREATE VIRTUAL TABLE codes USING fts5 (code, content='', contentless_delete=1, tokenize='trigram')`)
	for i, text := range texts {
		s.exec(`INSERT INTO words (rowid, folded, marked) VALUES (?, ?, ?)`, i+1, fold.Folded(text), fold.Marked(text))
	}
	return s
}

func (s shelf) exec(stmt string, args ...any) {
	s.Helper()
	if _, err := s.db.Exec(stmt, args...); err != nil {
		s.Fatal(err)
	}
}

// match returns the rows that match, oldest first.
func (s shelf) match(table, expr string) (all []int) {
	s.Helper()
	rows, err := s.db.Query(`SELECT rowid FROM `+table+` WHERE `+table+` MATCH ? ORDER BY rowid`, expr)
	if err != nil {
		s.Fatalf("%s: %v", expr, err)
	}
	defer rows.Close()
	for rows.Next() {
		var i int
		if err := rows.Scan(&i); err != nil {
			s.Fatal(err)
		}
		all = append(all, i)
	}
	if err := rows.Err(); err != nil {
		s.Fatalf("%s: %v", expr, err)
	}
	return all
}

func (s shelf) known(folded string, prefix bool) bool {
	star := ""
	if prefix {
		star = "*"
	}
	return len(s.match("words", `"`+folded+`"`+star)) > 0
}

// find writes what text finds: "exact | the rest".
func (s shelf) find(text string) string {
	s.Helper()
	q := s.parser.Parse(text, s.known)
	var out []string
	seen := map[int]bool{}
	for _, expr := range []string{q.Exact.FTS(), q.Any.FTS()} {
		if expr != "" {
			for _, i := range s.match("words", expr) {
				if !seen[i] {
					out = append(out, fmt.Sprint(i))
				}
				seen[i] = true
			}
		}
		out = append(out, "|")
	}
	return strings.TrimSuffix(strings.Join(out, " "), " |")
}

func TestPeopleFindWhatTheyMeant(t *testing.T) {
	s := newShelf(t,
		"Trưng bày ảnh Ngày hội",              // 1
		"Trung bay (tên tệp không dấu)",       // 2
		"Trứng bày chợ",                       // 3
		"Pa-nô đường Trần Hưng Đạo",           // 4
		"Panô cổng chào",                      // 5
		"pano hoa sen",                        // 6
		"Băng rôn chào mừng",                  // 7
		"Banner khẩu hiệu",                    // 8
		"áp phích mĩ thuật",                   // 9
		"poster mỹ thuật",                     // 10
		norm.NFD.String("Đường hoa ven sông"), // 11
		"hoà bình",                            // 12
		"hòa bình",                            // 13
		"khổ giấy A4",                         // 14
		"ã a",                                 // 15
		"Băng-rôn đẹp",                        // 16
		"Quyết thắng",                         // 17
		"bang ron khong dau",                  // 18
		"Lớp 5",                               // 19
		"Lớp B",                               // 20
		"Lớp 41",                              // 21
	)
	for _, c := range []struct{ text, want, why string }{
		{"trung bay", "1 2 3 |", "no marks: all spellings alike"},
		{"TRUNG BAY", "1 2 3 |", "capitals"},
		{"trưng bày", "1 | 2 3", "marks typed are marks meant"},
		{"trưng bay", "1 | 2 3", "a word with marks beside one without"},
		{"trưng bà", "| 1 2 3", "a typed tone ends the syllable"},
		{"trun", "1 2 3 |", "still typing"},
		{"trun ", "|", "not any more"},
		{"truwng bafy", "1 | 2 3", "Telex with the input method off"},
		{"trwng bayf", "1 | 2 3", "Telex, short"},
		{"tru7ng ba2y ", "1 | 2 3", "VNI"},
		{"ngay hoi", "1 |", ""},
		{"ngày hội", "1 |", ""},
		{"duong", "4 11 |", "đ"},
		{"đường", "4 11 |", ""},
		{norm.NFD.String("đường hoa"), "11 |", "decomposed"},
		{"pano", "4 5 6 |", "synonyms"},
		{"pa nô", "4 5 6 |", ""},
		{"pa-nô", "4 5 6 |", "hyphens split"},
		{"panô", "4 5 6 |", ""},
		{"Banner", "7 8 16 18 |", "by all spellings, as none was meant"},
		{"băng rôn", "7 8 16 | 18", "marks meant, in synonyms too"},
		{"bang ron dep", "16 |", "a synonym beside another word"},
		{"poster my thuat", "9 10 |", "y and i"},
		{"mĩ thuật", "9 10 |", ""},
		{"hoà bình", "12 13 |", "old and new style"},
		{"a4", "14 |", "a size of paper is no accent"},
		{"a3", "|", "nor if nobody has such paper"},
		{"qu", "17 |", ""},
		{"quy", "17 |", "a y that goes on"},
		{"a", "|", "one letter alone does not search"},
		{"bày a", "| 1 2 3", "nor does it narrow, but"},
		{"khổ g", "| 14", ""},
		{"pano h", "| 4 5 6", ""},
		{"ngay hoi a ", "|", "it does when it is finished"},
		{"lop 4", "|", "a digit is a number"},
		{"lop 5", "19 |", ""},
		{"lop b", "20 | 19 21", "what has it as a word comes first"},
		{" Đ ", "|", ""},
		{"", "|", ""},
		{`"" ** -- :`, "|", "no words"},
		{`trung" OR *`, "|", "no operators, just words"},
		{`"ngày" NEAR(hội`, "|", ""},
		{`marked:trung`, "|", "no columns"},
	} {
		if got := s.find(c.text); got != c.want {
			t.Errorf("%q finds %q, want %q: %s\n%+v", c.text, got, c.want, c.why, s.parser.Parse(c.text, s.known))
		}
	}
}

// What is known is taken as it is, even where it could be Telex.
func TestKnownWordsAreNotDecoded(t *testing.T) {
	s := newShelf(t, "thaos", "tháo dỡ")
	if got, want := s.find("thaos "), "1 |"; got != want {
		t.Errorf("thaos finds %q, want %q", got, want)
	}
	s = newShelf(t, "tháo dỡ")
	if got, want := s.find("thaos dowx"), "1 |"; got != want {
		t.Errorf("thaos dowx finds %q, want %q", got, want)
	}
}

func TestEveryKeyOfTelexAndVNIIsDecoded(t *testing.T) {
	for typed, want := range map[string]string{
		"truwng": "trưng", "bafy": "bày", "ddepj": "đẹp", "tru7ng": "trưng", "ba2y": "bày", "d9e6p5": "đệp",
		"dduwowngf": "đường", "duwowngfd": "đường", "dduowngf": "đường", "d9u7o7ng2": "đường", "duong729": "đường",
		"hoij": "họi", "bawng": "băng", "ba8ng": "băng", "roon": "rôn", "ro6n": "rôn", "quoocs": "quốc",
		"trieenr": "triển", "lamx": "lãm", "deme": "dêm", "ddeem": "đêm", "nhw": "như", "mowr": "mở", "xaax": "xẫ",
	} {
		s := newShelf(t, want)
		if got := s.find(typed); got != "1 |" {
			t.Errorf("%s does not find %s: %+v", typed, want, s.parser.Parse(typed, s.known))
		}
	}
}

func TestCodesAreFoundByAnyPart(t *testing.T) {
	s := newShelf(t)
	for i, code := range []string{"MK-2026-0142 " + "Áp-phích_01 (Đẹp).TIF", "MK-2026-0143 IMG_0142.jpg", "MK-2025-0144 x.png"} {
		s.exec(`INSERT INTO codes (rowid, code) VALUES (?, ?)`, i+1, fold.Plain(code))
	}
	for text, want := range map[string]string{
		"MK-2026-0142":   "[1]",
		"mk-2026":        "[1 2]",
		"0142":           "[1 2]",
		"ap phich":       "[]", // two letters are too few for a trigram
		"áp-phích":       "[1]",
		"phich dep":      "[1]",
		"img_":           "[2]",
		`"0142`:          "[]",
		"2026":           "none", // in every code: a year alone is a word
		"2026-0142":      "[1]",
		"mk":             "none",
		"MK 2026":        "none",
		"\x00":           "none",
		"0142 AND x.png": "[]",
	} {
		expr := s.parser.Parse(text, s.known).Codes
		got := "none"
		if expr != "" {
			got = fmt.Sprint(s.match("codes", expr))
		}
		if text == "ap phich" && expr == "" {
			got = "[]"
		}
		if got != want {
			t.Errorf("%q finds %s, want %s (%s)", text, got, want, expr)
		}
	}
}

// Whatever is typed is a question the index can answer.
func FuzzParseIsNeverASyntaxError(f *testing.F) {
	for _, text := range []string{
		`" OR * NEAR( f: -x ^`, "trưng bày", "a\x00b", "ñ̈ǘ", "한국어 ไทย ١٢٣", "ﬁ ① ½", "x y z", strings.Repeat("a-", 600),
		"\xff\xfe", "̉̃", "marked : ^a + b", "'; DROP TABLE words", "truwng d9", "𝒜𝓑 😀", "quy", "İı",
	} {
		f.Add(text)
	}
	s := newShelf(f, "Trưng bày", "Quyết thắng")
	f.Fuzz(func(t *testing.T, text string) {
		s := shelf{t, s.db, s.parser}
		q := s.parser.Parse(text, s.known)
		if (len(q.Exact) == 0) != (len(q.Any) == 0) {
			t.Errorf("%q: %+v", text, q)
		}
		any := map[int]bool{}
		if len(q.Any) > 0 {
			for _, i := range s.match("words", q.Any.FTS()) {
				any[i] = true
			}
			for _, i := range s.match("words", q.Exact.FTS()) {
				if !any[i] {
					t.Errorf("%q: row %d matches exactly but not at all: %+v", text, i, q)
				}
			}
		}
		if q.Codes != "" {
			s.match("codes", q.Codes)
		}
		fold.SortKey(text)
	})
}

// A text is found by itself, typed with or without its marks.
func FuzzTextFindsItself(f *testing.F) {
	for _, text := range []string{"Trưng bày", "Quý, kỷ niệm", "hoà", "pa-nô 3 mặt", "A4 truwng", "한국어", "ໄທ ١٢"} {
		f.Add(text)
	}
	s := newShelf(f)
	f.Fuzz(func(t *testing.T, text string) {
		s := shelf{t, s.db, s.parser}
		s.exec(`DELETE FROM words`)
		s.exec(`INSERT INTO words (rowid, folded, marked) VALUES (1, ?, ?)`, fold.Folded(text), fold.Marked(text))
		for _, typed := range []string{text, text + " ", fold.Folded(text)} {
			if q := s.parser.Parse(typed, s.known); len(q.Any) > 0 && len(s.match("words", q.Any.FTS())) != 1 {
				t.Errorf("%q is not found by %q: %+v", text, typed, q)
			}
		}
	})
}
