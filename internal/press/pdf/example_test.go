package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"time"

	"pano/internal/press/font"
	"pano/internal/press/pdf"
)

// A label for a work, with a picture, its title, and a code to cut out.
func Example() {
	regular, err := font.Sans()
	if err != nil {
		fmt.Println(err)
		return
	}
	bold, err := font.SansBold()
	if err != nil {
		fmt.Println(err)
		return
	}
	var work bytes.Buffer // a file, or a picture from the store
	if err := jpeg.Encode(&work, image.NewRGBA(image.Rect(0, 0, 300, 200)), nil); err != nil {
		fmt.Println(err)
		return
	}

	var out bytes.Buffer
	d := pdf.New(&out, pdf.Options{Title: "Nhãn chú thích", Lang: "vi", Created: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)})
	p := d.Page(pdf.A4)
	label := pdf.Rect{X: 20, Y: 20, W: 90, H: 50}
	p.Stroke(label, pdf.Pen{Width: 0.25, Color: pdf.Grey(0.6), Dash: []pdf.MM{2, 1}}) // where it is cut

	picture, err := d.JPEG(&work)
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Image(picture, pdf.Rect{X: 23, Y: 23, W: 30, H: 20}, pdf.Cover(0.5, 0.5), "Đội múa lân trên phố")

	title := pdf.Style{Font: bold, Size: 12, Role: pdf.Heading2}
	high := p.Box(pdf.Rect{X: 56, Y: 23, W: 50, H: 14}, title, "Đêm hội trăng rằm ở phố Hàng Mã")
	p.Box(pdf.Rect{X: 56, Y: 23 + high, W: 50, H: 10}, pdf.Style{Font: regular, Size: 9, Color: pdf.Grey(0.35)}, "Sơn mài, 2024")
	if err := p.QR("https://pano.example/w/142", 88, 48, 20); err != nil {
		fmt.Println(err)
		return
	}
	p.Text(105, 290, pdf.Style{Font: regular, Size: 8, Align: pdf.Center, Role: pdf.Ornament}, "Trang 1/1")
	if err := d.Close(); err != nil {
		fmt.Println(err)
		return
	}
	head := make([]byte, 8)
	_, err = io.ReadFull(&out, head)
	fmt.Println(string(head), err)
	// Output: %PDF-1.7 <nil>
}
