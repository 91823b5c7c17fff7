package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// snapshot writes a JPEG of 1200 × 900 pixels, packed hard and without a profile.
func snapshot(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 1200, 900)), &jpeg.Options{Quality: 40}); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "ảnh.jpg")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPreflightSaysWhatStandsAgainstPrinting(t *testing.T) {
	picture := snapshot(t)
	for _, tt := range []struct {
		lang string
		args []string
		says []string
		stop bool
	}{
		{"", []string{"-size", "A2", picture}, []string{"Chặn: Chỉ 51 dpi", "chất lượng khoảng 40", "không kèm hồ sơ màu"}, true},
		{"en", []string{"-size", "A2", picture}, []string{"Stops: Only 51 dpi", "quality about 40"}, true},
		{"en", []string{"-size", "BR-300x60", "-view", "30", picture}, []string{"Warning: JPEG packed hard"}, false},
		{"en", []string{picture}, []string{"Warning: JPEG packed hard"}, false},
		{"en", []string{picture, "main.go"}, []string{"Stops: This is not a picture"}, true},
		{"en", []string{filepath.Join(t.TempDir(), "none.jpg")}, []string{"no such file"}, true},
	} {
		var out bytes.Buffer
		env := settings{"PANO_LANG": tt.lang}
		err := run(t.Context(), append([]string{"preflight"}, tt.args...), env.get, strings.NewReader(""), &out, io.Discard, nil)
		if (err != nil) != tt.stop || err != nil && exitCode(err) != 1 {
			t.Errorf("%v: %v", tt.args, err)
		}
		for _, s := range tt.says {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%v does not say %q:\n%s", tt.args, s, &out)
			}
		}
	}
}

func TestPreflightAsJSONIsAnObjectAFile(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"preflight", "-json", "-size", "A2", snapshot(t), "none.jpg"}, settings{}.get, strings.NewReader(""), &out, io.Discard, nil)
	if err == nil {
		t.Error("a coarse picture and a missing one passed")
	}
	d := json.NewDecoder(&out)
	var one, two preflightReport
	if err := d.Decode(&one); err != nil || one.Width != 1200 || len(one.Findings) == 0 || one.Findings[0].Rule != "coarse" || one.Findings[0].Severity != "blocks" {
		t.Errorf("%+v, %v", one, err)
	}
	if err := d.Decode(&two); err != nil || two.Error == "" || two.File != "none.jpg" || d.More() {
		t.Errorf("%+v, %v", two, err)
	}
}

// ask runs a program that judges files.
func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", program, args, err, out)
	}
	return string(out)
}

// artwork is a PNG of 800 × 600 pixels, red above and blue below, and what vips
// makes of it in other formats.
func artwork(t *testing.T, made string) string {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 800, 600))
	for y, c := range map[int]color.Color{0: color.NRGBA{218, 37, 29, 255}, 300: color.NRGBA{0, 0, 220, 255}} {
		draw.Draw(m, image.Rect(0, y, 800, y+300), image.NewUniform(c), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "art.png")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const srgb, press = "/usr/share/color/icc/ghostscript/srgb.icc", "/usr/share/color/icc/ghostscript/default_cmyk.icc"
	out := filepath.Join(dir, made)
	switch made {
	case "art.jpg":
		ask(t, "vips", "copy", name, out+"[Q=95]")
	case "turned.jpg":
		ask(t, "vips", "rot", name, filepath.Join(dir, "r.png"), "d270")
		ask(t, "vips", "copy", filepath.Join(dir, "r.png"), out+"[Q=95]")
		ask(t, "exiftool", "-q", "-n", "-Orientation=6", "-overwrite_original", out)
	case "deep.png":
		ask(t, "vips", "cast", name, filepath.Join(dir, "d.v"), "ushort")
		ask(t, "vips", "linear", filepath.Join(dir, "d.v"), filepath.Join(dir, "e.v"), "257", "0")
		ask(t, "vips", "cast", filepath.Join(dir, "e.v"), filepath.Join(dir, "f.v"), "ushort")
		ask(t, "vips", "copy", filepath.Join(dir, "f.v"), filepath.Join(dir, "g.v"), "--interpretation", "rgb16")
		ask(t, "vips", "copy", filepath.Join(dir, "g.v"), out)
	case "inks.jpg", "inks.tif":
		ask(t, "vips", "icc_transform", name, out, press, "--input-profile", srgb)
	case "short.jpg", "torn.jpg":
		ask(t, "vips", "copy", name, filepath.Join(dir, "a.jpg")+"[Q=95]")
		whole, err := os.ReadFile(filepath.Join(dir, "a.jpg"))
		if err != nil {
			t.Fatal(err)
		}
		half := len(whole) / 2
		if made == "torn.jpg" {
			copy(whole[half:], "\xff\xd9") // it says that it ends, and goes on
			half = len(whole)
		}
		if err := os.WriteFile(out, whole[:half], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestPrintedFilesAreWhatTheShopAskedFor(t *testing.T) {
	for _, tt := range []struct {
		made  string
		flags []string
		info  []string // of pdfinfo
	}{
		{"art.jpg", []string{"-size", "40x30"}, []string{"PDF/X-4", "TrimBox:             8.50     8.50   121.89    93.54", "Pages:           1"}},
		{"art.jpg", []string{"-size", "40x30", "-bleed", "0"}, []string{"TrimBox:             0.00     0.00   113.39    85.04"}},
		{"turned.jpg", []string{"-size", "40x30"}, []string{"PDF/X-4", "TrimBox:             8.50     8.50   121.89    93.54"}},
		{"art.png", []string{"-size", "40x30"}, []string{"PDF/X-4"}},
		{"deep.png", []string{"-size", "40x30"}, []string{"PDF/X-4"}},
		{"inks.jpg", []string{"-size", "40x30"}, []string{"PDF/X-4"}},
		{"inks.jpg", []string{"-size", "40x30", "-format", "pdfx1a", "-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"}, []string{"PDF/X-1"}},
		{"art.jpg", []string{"-size", "BR-600x150", "-anyway"}, []string{"Pages:           1", "TrimBox:            11.34    11.34  1712.13   436.54"}}, // 1:10
		{"art.jpg", []string{"-size", "4000x3000", "-roll", "1500", "-anyway", "-marks"}, []string{"Pages:           3"}},
	} {
		out := filepath.Join(t.TempDir(), "print.pdf")
		args := append(append([]string{"print", "-o", out}, tt.flags...), artwork(t, tt.made))
		if err := run(t.Context(), args, settings{}.get, strings.NewReader(""), io.Discard, t.Output(), nil); err != nil {
			t.Errorf("%v: %v", args, err)
			continue
		}
		if says := ask(t, "qpdf", "--check", out); !strings.Contains(says, "No syntax or stream encoding errors found") {
			t.Errorf("%v: %s", args, says)
		}
		info := ask(t, "pdfinfo", "-box", out)
		for _, want := range tt.info {
			if !strings.Contains(info, want) {
				t.Errorf("%v: no %q in\n%s", args, want, info)
			}
		}
		if !slices.Contains(tt.flags, "-roll") {
			upright(t, out, tt.made)
		}
	}
}

// upright asks Ghostscript whether red is above and blue below.
func upright(t *testing.T, name, made string) {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "page.png")
	ask(t, "gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-dLastPage=1", "-sDEVICE=png16m", "-dFitPage", "-g200x150", "-o", picture, name)
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	above, below := color.NRGBAModel.Convert(m.At(100, 50)).(color.NRGBA), color.NRGBAModel.Convert(m.At(100, 100)).(color.NRGBA)
	if above.R < 150 || above.B > 90 || below.R > 110 || below.B < 100 {
		t.Errorf("%s of %s shows %v above %v", name, made, above, below)
	}
}

func TestWhatCannotBePrintedRightlyIsNotPrinted(t *testing.T) {
	text := filepath.Join(t.TempDir(), "a.icc")
	if err := os.WriteFile(text, []byte("no profile"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		made, want string
		flags      []string
	}{
		{"art.jpg", "PDF/X-1a takes CMYK only", []string{"-format", "pdfx1a"}},
		{"inks.tif", "CMYK as TIFF", nil},
		{"short.jpg", "not printed", nil},
		{"torn.jpg", "damaged", nil},
		{"art.jpg", "four inks", []string{"-profile", text}},
		{"art.jpg", "four inks", []string{"-profile", "/usr/share/color/icc/ghostscript/srgb.icc"}},
		{"art.jpg", "no such file", []string{"-profile", "none.icc"}},
		{"art.jpg", "not printed", []string{"-size", "A2"}},
		{"art.jpg", "pdfx4", []string{"-format", "pdf"}},
		{"art.jpg", "usage", []string{"-size", ""}},
	} {
		dir := t.TempDir()
		out := filepath.Join(dir, "print.pdf")
		if err := os.WriteFile(out, []byte("the one before"), 0o600); err != nil {
			t.Fatal(err)
		}
		args := append(append([]string{"print", "-o", out, "-size", "40x30"}, tt.flags...), artwork(t, tt.made))
		err := run(t.Context(), args, settings{}.get, strings.NewReader(""), io.Discard, t.Output(), nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v, want %q", args, err, tt.want)
		}
		left, err := os.ReadDir(dir)
		before, readErr := os.ReadFile(out)
		if err != nil || readErr != nil || len(left) != 1 || string(before) != "the one before" {
			t.Errorf("%v left %v", args, left)
		}
	}
}
