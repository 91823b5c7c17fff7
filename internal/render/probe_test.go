package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
	"time"

	"pano/internal/icc"
)

// exiftool returns what exiftool says about each file, as numbers where it can.
func exiftool(t *testing.T, paths ...string) []map[string]any {
	t.Helper()
	var said []map[string]any
	out := run(t, "libimage-exiftool-perl", "exiftool", append([]string{"-q", "-j", "-n"}, paths...)...)
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func TestProbeAgreesWithExiftool(t *testing.T) {
	img := scene(120, 80)
	profile := write(t, icc.DisplayP3(), "p3.icc")
	common := []string{"-n", "-Orientation=6", "-XResolution=144", "-YResolution=72", "-ResolutionUnit=2", "-icc_profile<=" + profile}
	files := map[string][]byte{
		"a.jpg":  tagged(t, encode(t, "JPEG", img), "a.jpg", common...),
		"a.tif":  tagged(t, encode(t, "TIFF", img), "a.tif", common...),
		"a.png":  tagged(t, encode(t, "PNG", img), "a.png", common...),
		"a.webp": tagged(t, encode(t, "WebP", img), "a.webp", "-n", "-Orientation=6", "-XResolution=144", "-YResolution=72", "-ResolutionUnit=2"),
		"a.gif":  encode(t, "GIF", img),
		"a.bmp":  encode(t, "BMP", img),
		"p.jpg":  vips(t, img, ".jpg[interlace=true]", "copy"),
		"c.jpg":  vips(t, img, ".jpg", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"),
		"b.tif":  vips(t, img, ".tif[bigtiff=true,tile=true,compression=lzw,xres=4,yres=4]", "copy"),
		"i.png":  vips(t, img, ".png[interlace=true,bitdepth=8]", "copy"),
		"l.webp": vips(t, img, ".webp[lossless=true]", "copy"),
	}
	var names, paths []string
	for name, b := range files {
		names, paths = append(names, name), append(paths, write(t, b, name))
	}
	for i, want := range exiftool(t, paths...) {
		name := names[i]
		got := probe(t, files[name])
		check := func(what string, tag string, v any) {
			w, ok := want[tag]
			if ok && fmt.Sprint(w) != fmt.Sprint(v) {
				t.Errorf("%s: %s = %v, exiftool says %v", name, what, v, w)
			}
		}
		if name != "b.tif" { // exiftool has a name of its own for BigTIFF
			check("media type", "MIMEType", got.MediaType)
		}
		check("width", "ImageWidth", got.W)
		check("height", "ImageHeight", got.H)
		check("orientation", "Orientation", got.Orientation)
		check("profile", "ProfileDescription", got.ICCName)
		if got.Format != "BMP" {
			check("components", "ColorComponents", got.Components)
		}
		inch := map[any]float64{2.0: 1, 3.0: 2.54}[want["ResolutionUnit"]]
		for tag, dpi := range map[string]float64{"XResolution": got.DPIX, "YResolution": got.DPIY} {
			if said, ok := want[tag].(float64); ok && inch > 0 && math.Abs(dpi-said*inch) > 0.5 {
				t.Errorf("%s: %s = %v dpi, exiftool says %v", name, tag, dpi, said*inch)
			}
		}
		if p := strings.Contains(fmt.Sprint(want["EncodingProcess"], want["Interlace"]), "2") || want["Interlace"] == 1.0; p != got.Progressive && name != "c.jpg" {
			t.Errorf("%s: progressive %v, exiftool says %v %v", name, got.Progressive, want["EncodingProcess"], want["Interlace"])
		}
		if want["ProfileDescription"] != nil && len(got.ICCDigest) != 64 {
			t.Errorf("%s: no digest of its profile", name)
		}
	}
}

func TestWordsAreRead(t *testing.T) {
	words := []string{"-Title=Chào mừng", "-Creator=Tổ mỹ thuật", "-Rights=© Sở", "-Description=Cổng chào", "-Credit=Phòng"}
	with := func(group string) (args []string) {
		names := map[string]string{"XMP-dc:Credit": "XMP-photoshop:Credit",
			"IPTC:Title": "IPTC:ObjectName", "IPTC:Creator": "IPTC:By-line", "IPTC:Rights": "IPTC:CopyrightNotice", "IPTC:Description": "IPTC:Caption-Abstract",
			"IFD0:Title": "IFD0:XPTitle", "IFD0:Creator": "IFD0:Artist", "IFD0:Rights": "IFD0:Copyright", "IFD0:Description": "IFD0:ImageDescription", "IFD0:Credit": "XMP-photoshop:Credit"}
		for _, w := range words {
			tag, v, _ := strings.Cut(w[1:], "=")
			name := group + ":" + tag
			if n := names[name]; n != "" {
				name = n
			}
			args = append(args, "-"+name+"="+v)
		}
		return append(args, "-charset", "iptc=UTF8", "-codedcharacterset=UTF8", "-ExifIFD:DateTimeOriginal=2026:08:19 07:30:00")
	}
	img := scene(40, 30)
	want := Facts{Title: "Chào mừng", Creator: "Tổ mỹ thuật", Copyright: "© Sở", Description: "Cổng chào", Credit: "Phòng"}
	for name, b := range map[string][]byte{
		"xmp.jpg":  tagged(t, encode(t, "JPEG", img), "a.jpg", with("XMP-dc")...),
		"iptc.jpg": tagged(t, encode(t, "JPEG", img), "a.jpg", with("IPTC")...),
		"exif.jpg": tagged(t, encode(t, "JPEG", img), "a.jpg", with("IFD0")...),
		"xmp.png":  tagged(t, encode(t, "PNG", img), "a.png", with("XMP-dc")...),
		"xmp.webp": tagged(t, encode(t, "WebP", img), "a.webp", with("XMP-dc")...),
		"iptc.tif": tagged(t, encode(t, "TIFF", img), "a.tif", with("IPTC")...),
	} {
		f := probe(t, b)
		got := Facts{Title: f.Title, Creator: f.Creator, Copyright: f.Copyright, Description: f.Description, Credit: f.Credit}
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if at := time.Date(2026, 8, 19, 0, 30, 0, 0, time.UTC); !f.TakenAt.Equal(at) {
			t.Errorf("%s: taken at %v, want %v", name, f.TakenAt, at)
		}
		if f.HasGPS {
			t.Errorf("%s: says where it was taken, and does not", name)
		}
	}
}

func TestPlaceIsNoticed(t *testing.T) {
	for _, args := range [][]string{
		{"-GPSLatitude=21.03", "-GPSLatitudeRef=N", "-GPSLongitude=105.85", "-GPSLongitudeRef=E"},
		{"-XMP:GPSLatitude=21.03", "-XMP:GPSLongitude=105.85"},
	} {
		if f := probe(t, tagged(t, encode(t, "JPEG", scene(40, 30)), "a.jpg", args...)); !f.HasGPS {
			t.Errorf("%v: not noticed", args)
		}
	}
}

func TestWordsAreMadeSafe(t *testing.T) {
	for in, want := range map[string]string{
		"  hai\r\ndòng ":                   "hai  dòng",
		"Ha\u0300 No\u0323\u0302i":         "Hà Nội",
		"a\u202egnp.exe\u2066b\x00\x1b[1m": "agnp.exeb[1m",
		"caf\xe9":                          "café",
		strings.Repeat("ệ", 3000):          strings.Repeat("ệ", 2000),
		strings.Repeat("a", 5<<20):         strings.Repeat("a", 2000),
	} {
		if got := cleanText(in); got != want {
			t.Errorf("%.40q became %.40q, want %.40q", in, got, want)
		}
	}
}

// turnedJPEG is a JPEG with an Exif orientation, and an XMP block before or after it.
func turnedJPEG(t testing.TB, img image.Image, orientation uint32, xmpFirst bool) []byte {
	t.Helper()
	b := encode(t, "JPEG", img)
	exif := marker(nil, 0xe1, append([]byte("Exif\x00\x00"), tiffBytes(nil, 0, tags{274, 3, []uint32{orientation}})...))
	xmp := marker(nil, 0xe1, []byte(xmpMark+`<x:xmpmeta xmlns:x="adobe:ns:meta/"/>`))
	if xmpFirst {
		exif, xmp = xmp, exif
	}
	return append(append(append([]byte{0xff, 0xd8}, exif...), xmp...), b[2:]...)
}

func TestOrientationOutOfRangeIsUpright(t *testing.T) {
	for _, o := range []uint32{0, 9, 255, 65535} {
		for _, xmpFirst := range []bool{false, true} {
			if f := probe(t, turnedJPEG(t, scene(40, 30), o, xmpFirst)); f.Orientation != 1 {
				t.Errorf("orientation %d became %d", o, f.Orientation)
			}
		}
	}
	for o := uint32(1); o <= 8; o++ {
		f := probe(t, turnedJPEG(t, scene(40, 30), o, true))
		w, h := f.Upright()
		if f.Orientation != int(o) || (o < 5) != (w == 40) || (o < 5) != (h == 30) {
			t.Errorf("orientation %d: %d, upright %d × %d", o, f.Orientation, w, h)
		}
	}
}

func TestColoursAndDepth(t *testing.T) {
	grey := image.NewGray16(image.Rect(0, 0, 9, 7))
	pal := image.NewPaletted(image.Rect(0, 0, 9, 7), color.Palette{color.Black, color.White, color.Transparent})
	alpha := image.NewNRGBA64(image.Rect(0, 0, 9, 7))
	for _, tt := range []struct {
		name  string
		b     []byte
		space Space
		comps int
		depth int
		alpha bool
		kept  float64
	}{
		{"grey JPEG", encode(t, "JPEG", image.NewGray(image.Rect(0, 0, 9, 7))), Grey, 1, 8, false, 1},
		{"4:2:0 JPEG", encode(t, "JPEG", scene(9, 7)), RGB, 3, 8, false, 1.5},
		{"4:4:4 JPEG", flatJPEG([]byte{1, 2, 3}, []byte{1, 2, 3}, -1), RGB, 3, 8, false, 3},
		{"CMYK JPEG", flatJPEG([]byte{1, 2, 3, 4}, []byte{1, 2, 3, 4}, 0), CMYK, 4, 8, false, 4},
		{"YCCK JPEG", flatJPEG([]byte{1, 2, 3, 4}, []byte{1, 2, 3, 4}, 2), YCCK, 4, 8, false, 4},
		{"16-bit grey PNG", encode(t, "PNG", grey), Grey, 1, 16, false, 1},
		{"palette PNG", encode(t, "PNG", pal), Palette, 1, 2, true, 1},
		{"16-bit alpha PNG", encode(t, "PNG", alpha), RGB, 4, 16, true, 4},
		{"GIF", encode(t, "GIF", pal), Palette, 1, 8, true, 1},
		{"BMP", encode(t, "BMP", scene(9, 7)), RGB, 3, 8, false, 3},
		{"16-bit TIFF", encode(t, "TIFF", grey), Grey, 1, 16, false, 1},
		{"Lab TIFF", vips(t, scene(9, 7), ".tif", "colourspace", "lab"), Lab, 3, 32, false, 3},
		{"CMYK TIFF", vips(t, scene(9, 7), ".tif", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"), CMYK, 4, 8, false, 4},
	} {
		f := probe(t, tt.b)
		if f.Space != tt.space || f.Components != tt.comps || f.Depth != tt.depth || f.HasAlpha != tt.alpha || f.Sampling != tt.kept {
			t.Errorf("%s: %s %d × %d bits, alpha %v, %.1f samples", tt.name, f.Space, f.Components, f.Depth, f.HasAlpha, f.Sampling)
		}
	}
}

func TestQualityIsEstimated(t *testing.T) {
	for _, q := range []int{30, 50, 75, 90, 95} {
		b := vips(t, scene(64, 48), fmt.Sprintf(".jpg[Q=%d]", q), "copy")
		if got := probe(t, b).Quality; got < q-2 || got > q+2 {
			t.Errorf("quality %d was estimated as %d", q, got)
		}
	}
}

func TestDocumentsAreKnown(t *testing.T) {
	for media, text := range map[string]string{
		"application/pdf": "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
		"image/svg+xml":   "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a --><!DOCTYPE svg>\n<svg xmlns=\"x\"><g/></svg>\n",
	} {
		if f := probe(t, []byte(text)); !f.Document || f.MediaType != media {
			t.Errorf("%s: %+v", media, f)
		}
	}
}

func TestFramesAndPagesAreCounted(t *testing.T) {
	page := tiffBytes([]byte{1, 2}, 0, onePixel()...)
	if f := probe(t, page); f.Frames != 1 {
		t.Errorf("one page: %d", f.Frames)
	}
	if f := probe(t, manyFrames(3)); f.Frames != 3 {
		t.Errorf("three frames: %d", f.Frames)
	}
	if f := probe(t, manyFrames(30_000)); f.Frames != maxFrames {
		t.Errorf("30,000 frames: %d", f.Frames)
	}
}

// onePixel describes a grey pixel right behind the header of a TIFF.
func onePixel() []tags {
	return []tags{{256, 3, []uint32{1}}, {257, 3, []uint32{1}}, {258, 3, []uint32{8}}, {262, 3, []uint32{1}},
		{273, 4, []uint32{8}}, {277, 3, []uint32{1}}, {278, 3, []uint32{1}}, {279, 4, []uint32{1}}}
}

// manyFrames is a GIF of n frames of one pixel.
func manyFrames(n int) []byte {
	var b bytes.Buffer
	b.WriteString("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff")
	for range n {
		b.WriteString(",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00")
	}
	b.WriteByte(';')
	return b.Bytes()
}

// Some programs write a wrong length; what lies between two markers is passed
// over, as by all other readers.
func TestJunkBetweenMarkersIsPassedOver(t *testing.T) {
	b := encode(t, "JPEG", scene(40, 30))
	first := 2 + 2 + int(b[4])<<8 + int(b[5])
	junk := append(append(bytes.Clone(b[:first]), "hello\xff\x00\xff\xff"...), b[first:]...)
	src, h := opened(t, junk)
	if h.W != 40 || h.H != 30 {
		t.Errorf("%+v", h.Facts)
	}
	if _, partial, err := largest(src, h, 40, 40, 30); err != nil || partial {
		t.Errorf("partial %v, %v", partial, err)
	}
	if f, err := Probe(bytes.NewReader(append(bytes.Clone(b[:first]), make([]byte, 100_000)...)), int64(first+100_000)); err == nil {
		t.Errorf("junk without end: %+v", f)
	}
}
