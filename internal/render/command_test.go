package render

import (
	"bytes"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command runs the program that the tests built, which is RenderCommand.
func runCommand(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(os.Getenv("PANO_TEST_CHILD"), append([]string{"render"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

func TestCommandMakesWhatIsAskedFor(t *testing.T) {
	in, dir := write(t, encode(t, "JPEG", scene(900, 600)), "in"), t.TempDir()
	a, b, c := filepath.Join(dir, "a.jpg"), filepath.Join(dir, "b.jpg"), filepath.Join(dir, "c.tif")
	if out, err := runCommand(t, "-size", "800,320", "-o", a+","+b, in); err != nil || !strings.Contains(out, "800×533") {
		t.Error(out, err)
	}
	if out, err := runCommand(t, "-print", "A2", "-dpi", "72", "-bleed", "3", "-o", c, in); err != nil || !strings.Contains(out, "845×600") || !strings.Contains(out, "35.77 dpi") {
		t.Error(out, err)
	}
	for path, want := range map[string]image.Point{a: {800, 533}, b: {320, 213}} {
		if got := picture(t, path).Rect.Size(); got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 3 {
		t.Errorf("%d files, want 3", len(left))
	}
}

func TestCommandRefusesWhatItDoesNotUnderstand(t *testing.T) {
	in := write(t, encode(t, "JPEG", scene(16, 16)), "in")
	for _, args := range [][]string{
		{"-o", "x", in}, {"-size", "320", in}, {"-size", "320", "-o", "x"}, {"-size", "0", "-o", "x", in},
		{"-size", "320,64", "-o", "x", in}, {"-size", "320", "-print", "A2", "-o", "x", in}, {"-no", "-o", "x", in},
		{"-print", "B9", "-o", "x", in}, {"-print", "A2", "-focus", "top", "-o", "x", in}, {"-size", "320", "-o", "x", "/no/such/file"},
	} {
		if out, err := runCommand(t, args...); err == nil {
			t.Errorf("%q: taken, and said %s", args, out)
		}
	}
}
