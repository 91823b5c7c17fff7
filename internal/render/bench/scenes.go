package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A scene is one task for both programs.
type scene struct {
	name         string
	wall, memory float64 // the ratios to vips that are aimed at; 0 = none
	most         int64   // bytes that are aimed at instead
	ours, theirs []command
}

// scenes lists the tasks for the program pano.
func scenes(pano string, large bool) []scene {
	render := func(sizes, in string) []command {
		outs := "p0.jpg"
		if strings.Contains(sizes, ",") {
			outs += ",p1.jpg"
		}
		return []command{{pano, "render", "-size", sizes, "-o", outs, in}}
	}
	// vipsthumbnail makes each size in a process of its own.
	thumbnail := func(in string, sizes ...string) (all []command) {
		for i, size := range sizes {
			all = append(all, command{"vipsthumbnail", in, "-s", size, "-o", fmt.Sprintf("v%d.jpg[Q=85]", i)})
		}
		return all
	}
	chained := append(thumbnail("24.jpg", "1600"), command{"vipsthumbnail", "v0.jpg", "-s", "320", "-o", "v1.jpg[Q=85]"})
	paper := func(in string, dpi, w, h int) (ours, theirs []command) {
		size := fmt.Sprintf("%dx%d", w, h)
		return []command{{pano, "render", "-print", "A1", "-bleed", "3", "-dpi", strconv.Itoa(dpi), "-o", "p0.jpg", in}},
			[]command{{"vipsthumbnail", in, "-s", size, "--smartcrop", "centre", "-o", "v0.jpg[Q=95]"}}
	}
	fine, theirFine := paper("24.jpg", 150, 5002, 3543)
	finer, theirFiner := paper("100.jpg", 300, 10004, 7087)
	each := func(c ...command) []command {
		var lines []string
		for _, c := range c {
			lines = append(lines, strings.Join(c, " "))
		}
		return []command{{"sh", "-c", "seq 40 | xargs -P 2 -I{} sh -c '" + strings.Join(lines, " && ") + "'"}}
	}
	all := []scene{
		{name: "24 MP JPEG → 1600 + 320, vs two commands", wall: 0.9, memory: 0.75, ours: render("1600,320", "24.jpg"), theirs: thumbnail("24.jpg", "1600", "320")},
		{name: "the same, vs 320 from the 1600", wall: 1.1, memory: 0.75, ours: render("1600,320", "24.jpg"), theirs: chained},
		{name: "24 MP JPEG → 1600", ours: render("1600", "24.jpg"), theirs: thumbnail("24.jpg", "1600")},
		{name: "24 MP JPEG → 320", wall: 0.8, memory: 0.5, ours: render("320", "24.jpg"), theirs: thumbnail("24.jpg", "320")},
		{name: "24 MP progressive JPEG → 1600 + 320", wall: 0.9, memory: 0.6, ours: render("1600,320", "progressive.jpg"), theirs: thumbnail("progressive.jpg", "1600", "320")},
		{name: "100 MP JPEG → 1600 + 320", wall: 0.75, memory: 0.75, ours: render("1600,320", "100.jpg"), theirs: thumbnail("100.jpg", "1600", "320")},
		{name: "40 × 24 MP → 1600 + 320, two at a time", wall: 1, most: 110 << 20,
			ours:   each(command{pano, "render", "-size", "1600,320", "-o", "p{}a.jpg,p{}b.jpg", "24.jpg"}),
			theirs: each(command{"vipsthumbnail", "24.jpg", "-s", "1600", "-o", "v{}a.jpg"}, command{"vipsthumbnail", "24.jpg", "-s", "320", "-o", "v{}b.jpg"})},
		{name: "24 MP CMYK JPEG → 1600, sRGB", wall: 0.5, ours: render("1600", "cmyk.jpg"),
			theirs: []command{{"vipsthumbnail", "cmyk.jpg", "-s", "1600", "--eprofile", "srgb", "-o", "v0.jpg[Q=85]"}}},
		{name: "24 MP 16-bit TIFF → 1600", ours: render("1600", "24.tif"), theirs: thumbnail("24.tif", "1600")},
		{name: "24 MP JPEG → A1 + 3 mm, 150 dpi", wall: 2.5, memory: 1, ours: fine, theirs: theirFine},
		{name: "100 MP JPEG → A1 + 3 mm, 300 dpi", wall: 1.4, memory: 0.6, ours: finer, theirs: theirFiner},
	}
	if large {
		all = append(all,
			scene{name: "150 MP PNG → 1600", wall: 1.3, memory: 0.2, ours: render("1600", "150.png"), theirs: thumbnail("150.png", "1600")},
			scene{name: "the same, interlaced", wall: 0.9, memory: 0.1, ours: render("1600", "interlaced.png"), theirs: thumbnail("interlaced.png", "1600")})
	}
	return all
}
