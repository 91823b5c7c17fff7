package hanging_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkImport tries 5,000 new places, which keeps others from writing meanwhile.
func BenchmarkImport(b *testing.B) {
	c := newTown(b)
	var text strings.Builder
	text.WriteString("Mã vị trí;Loại;Tên;Nằm trong (mã);Vĩ độ;Kinh độ\n")
	for i := range 5000 {
		if i%50 == 0 {
			fmt.Fprintf(&text, "S%d;site;Ngã tư %d;;20,9;106,3\n", i, i)
		} else {
			fmt.Fprintf(&text, "F%d;face;Mặt %d;S%d;20,9;106,3\n", i, i, i/50*50)
		}
	}
	for b.Loop() {
		if got := c.try(b, c.lan, table(b, text.String()), ""); got.New != 5000 {
			b.Fatal(got.New, got.Bad)
		}
	}
}
