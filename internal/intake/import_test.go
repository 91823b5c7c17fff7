package intake

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"pano/internal/pano"
)

func TestImportTakesTitlesFromTheTableAndGoesOnWhereItStopped(t *testing.T) {
	d := desk(t, t.TempDir(), time.Now)
	dir := t.TempDir()
	write := func(name string, data []byte) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("một.png", asPNG(picture(40, 30, 1)))
	write("ghi chú.txt", []byte("không phải ảnh"))
	write("danh mục.csv", []byte("\ufeffTên tệp;Tiêu đề;Tác giả;Loại;Rộng;Cao\nMột.png;Hội đền mùa xuân;Nguyễn Văn A;banner;6000;1500\n"))
	write("phòng b/hai.jpg", asJPEG(picture(50, 30, 2)))
	write(".ẩn/ba.png", asPNG(picture(60, 30, 3)))
	sheet := excelize.NewFile()
	for cell, v := range map[string]string{"A1": "file", "B1": "title", "A2": "hai.jpg", "B2": "Gốm Chu Đậu"} {
		sheet.SetCellValue("Sheet1", cell, v)
	}
	if err := sheet.SaveAs(filepath.Join(dir, "phòng b", "list.xlsx")); err != nil {
		t.Fatal(err)
	}
	run := func() (added, known, refused []string, assets []pano.AssetID) {
		err := d.Import(t.Context(), lan, dir, Sheet{Kind: pano.Photo}, func(i Imported) {
			name := filepath.Base(i.Path)
			switch {
			case i.Faults != nil:
				refused = append(refused, name)
			case i.Known:
				known = append(known, name)
			default:
				added, assets = append(added, name), append(assets, i.Asset)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	added, known, refused, assets := run()
	if len(added) != 2 || len(known) != 0 || len(refused) != 1 || refused[0] != "ghi chú.txt" {
		t.Fatalf("added %q, known %q, refused %q", added, known, refused)
	}
	one, err := d.Asset(t.Context(), lan, assets[0])
	if err != nil || one.Title != "Hội đền mùa xuân" || one.Kind != pano.Banner || one.Width != 6000 || one.Creator != "Nguyễn Văn A" {
		t.Errorf("một.png is %+v, %v", one, err)
	}
	two, err := d.Asset(t.Context(), lan, assets[1])
	if err != nil || two.Title != "Gốm Chu Đậu" || two.Kind != pano.Photo {
		t.Errorf("hai.jpg is %+v, %v", two, err)
	}
	if added, known, _, _ := run(); len(added) != 0 || len(known) != 2 {
		t.Errorf("again: added %q, known %q; want both known", added, known)
	}
}
