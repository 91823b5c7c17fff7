package httpd_test

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pano/internal/pano"
	"pano/storage/catalog"
)

func TestEmptyOverviewWelcomes(t *testing.T) {
	h := openHouse(t)
	has(t, h.enter("lan", pano.Staff, pano.Curator).get("/"), 200, "Bắt đầu với Pano", "/upload", "/locations/new", "/placements/new", "Chưa có mặt pa-nô")
	page := h.enter("cb", pano.Staff).get("/")
	has(t, page, 200, "/upload")
	lacks(t, page, "/locations/new", "/placements/new")
	has(t, h.enter("in", pano.Printer).get("/"), 200)
	has(t, h.visitor().get("/"), 303)
}

// TestEveryNumberOnTheOverviewIsThatOfItsList follows each number to the list
// it counts, and counts again.
func TestEveryNumberOnTheOverviewIsThatOfItsList(t *testing.T) {
	h := openHouse(t)
	v := h.enter("lan", pano.Staff, pano.Curator)
	a := v.art("Phướn lễ hội", 6000, 3000)
	b := v.art("Áp phích an toàn giao thông", 6000, 3000)
	h.ready(a.ID)
	h.ready(b.ID)
	for i, days := range [][2]int{{0, 3}, {0, 20}, {1, 9}, {14, 30}, {15, 30}, {40, 50}} {
		v.follow(v.hang(a, h.face("PN-0"+strconv.Itoa(i)), days[0], days[1]))
	}
	old := v.hang(b, h.face("PN-CU"), 0, 1)
	v.post(old.To+"/mark", map[string][]string{"state": {"installed"}, "note": {"Không có ảnh"}})
	h.ok(h.DB.Tend(t.Context(), func(tx *catalog.Tx) error { // time goes by
		_, err := tx.Exec(`UPDATE placement SET starts = starts - 30, ends = ends - 30, remove_by = remove_by - 30 WHERE id = ?`, strings.TrimPrefix(old.To, "/placements/"))
		return err
	}))
	stretch := h.place(pano.Location{Kind: pano.Stretch, Code: "DD-1", Capacity: 40})
	v.follow(v.hang(b, stretch, 0, 60, "quantity", "7"))

	page := v.get("/")
	has(t, page, 200, "2/7", "7/40")
	tasks := regexp.MustCompile(`<a href="([^"]+)" data-task="([a-z_]+)"><b>([\d.]+)</b>`).FindAllStringSubmatch(page.Body, -1)
	want := map[string]string{"overdue": "1", "missed": "3", "today": "3", "soon": "2", "ending": "2", "drafts": "2", "work_free": "1"}
	for _, task := range tasks {
		href, key, n := html.UnescapeString(task[1]), task[2], task[3]
		list := v.get(href)
		has(t, list, 200)
		found := regexp.MustCompile(`data-announce>\D*([\d.]+)`).FindStringSubmatch(list.Body)
		if found == nil || found[1] != n {
			t.Errorf("%s says %s; its list %s says %q\n%s", key, n, href, found, text(list.Body))
		}
		if strings.HasPrefix(href, "/placements") && strings.Count(list.Body, `<th scope="row">`) != atoi(t, n) {
			t.Errorf("%s says %s; its list has %d rows", key, n, strings.Count(list.Body, `<th scope="row">`))
		}
		if want[key] != n {
			t.Errorf("%s: %s, want %s", key, n, want[key])
		}
		delete(want, key)
	}
	for key := range want {
		t.Errorf("the overview does not count %s", key)
	}
	has(t, v.get("/placements?show=overdue"), 200, "badge-late", "Áp phích an toàn giao thông")
	has(t, v.get("/locations/"+string(stretch.ID)), 200, "7 bản")
	has(t, v.get("/placements?show=nonsense"), 404)
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
