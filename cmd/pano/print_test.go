package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
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
