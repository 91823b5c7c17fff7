package render

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pano/internal/icc"
	"pano/internal/pano"
)

// TestMain builds a program that can be the child: the test's own, when it is
// built with -race, takes more memory than any limit.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "render")
	if err != nil {
		panic(err)
	}
	child := filepath.Join(dir, "child")
	if out, err := exec.Command("go", "build", "-o", child, "./bench").CombinedOutput(); err != nil {
		fmt.Printf("the child does not build: %v\n%s", err, out)
		os.Exit(1)
	}
	os.Setenv("PANO_TEST_CHILD", child)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func worker(t testing.TB) *Worker {
	return &Worker{Exe: os.Getenv("PANO_TEST_CHILD"), Dir: t.TempDir(), Gate: NewGate(512<<20, 2<<30)}
}

func open(t testing.TB, b []byte) *os.File {
	t.Helper()
	f, err := os.Open(write(t, b, "source"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// made runs the product's own path over b.
func made(t testing.TB, b []byte, specs ...Spec) []Output {
	t.Helper()
	out, err := worker(t).Renditions(t.Context(), open(t, b), probe(t, b), specs)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func picture(t testing.TB, path string) *image.NRGBA {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(path, err)
	}
	dst := image.NewRGBA(img.Bounds())
	draw.Draw(dst, dst.Rect, img, img.Bounds().Min, draw.Src)
	if !dst.Opaque() {
		t.Fatal(path, " has holes")
	}
	return &image.NRGBA{Pix: dst.Pix, Stride: dst.Stride, Rect: dst.Rect}
}

var _, _ = jpeg.Decode, png.Decode // registered for picture

// full asks for the picture at its own size, hardly compressed.
func full() Spec { return Spec{Edge: maxSide, Quality: 100} }

func lab(c color.NRGBA) icc.Lab {
	l := func(v uint8) float64 {
		if x := float64(v) / 255; x > 0.04045 {
			return math.Pow((x+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	r, g, b := l(c.R), l(c.G), l(c.B) // the matrix of sRGB under D50
	return icc.XYZ{X: 0.43607*r + 0.38515*g + 0.14307*b, Y: 0.22249*r + 0.71687*g + 0.06061*b, Z: 0.01392*r + 0.09708*g + 0.71410*b}.Lab()
}

func near(t *testing.T, what string, got, want color.NRGBA, most float64) {
	t.Helper()
	if d := icc.DeltaE(lab(got), lab(want)); d > most {
		t.Errorf("%s: %v, want near %v: ΔE00 %.1f", what, got, want, d)
	}
}

func TestSizesAreThoseOfVips(t *testing.T) {
	for _, size := range []image.Point{{2000, 1333}, {1499, 2001}, {2500, 33}, {1700, 1}, {1600, 90}, {321, 320}, {300, 200}, {2048, 1365}} {
		b := encode(t, "PNG", image.NewGray(image.Rectangle{Max: size}))
		in := write(t, b, "in.png")
		outs := made(t, b, Preview(), Thumb())
		for i, edge := range []int{1600, 320} {
			thumb := filepath.Join(filepath.Dir(in), fmt.Sprintf("v%d.png", edge))
			run(t, "libvips-tools", "vipsthumbnail", in, "-s", fmt.Sprintf("%dx%d>", edge, edge), "-o", thumb)
			if want := picture(t, thumb).Rect.Size(); image.Pt(int(outs[i].W), int(outs[i].H)) != want || picture(t, outs[i].Path).Rect.Size() != want {
				t.Errorf("%v at %d: %d × %d, vips makes %v", size, edge, outs[i].W, outs[i].H, want)
			}
		}
	}
}

func TestEveryFormatIsShown(t *testing.T) {
	img := scene(350, 250)
	deep := image.NewNRGBA64(img.Rect)
	draw.Draw(deep, deep.Rect, img, image.Point{}, draw.Src)
	grey := image.NewGray16(img.Rect)
	draw.Draw(grey, grey.Rect, img, image.Point{}, draw.Src)
	swop := "/usr/share/color/icc/ghostscript/default_cmyk.icc"
	ink := func(suffix string) []byte {
		return vips(t, img, suffix, "icc_export", "--output-profile", swop)
	}
	for name, b := range map[string][]byte{
		"JPEG": encode(t, "JPEG", img), "PNG": encode(t, "PNG", img), "BMP": encode(t, "BMP", img),
		"WebP": vips(t, img, ".webp[Q=95]", "copy"), "GIF": encode(t, "GIF", img), "TIFF": encode(t, "TIFF", img),
		"progressive JPEG": vips(t, img, ".jpg[interlace=true,Q=90]", "copy"),
		"interlaced PNG":   vips(t, img, ".png[interlace=true]", "copy"),
		"lossless WebP":    vips(t, img, ".webp[lossless=true]", "copy"),
		"16-bit PNG":       encode(t, "PNG", deep), "16-bit TIFF": encode(t, "TIFF", deep),
		"LZW tiles":     vips(t, deep, ".tif[tile=true,compression=lzw,predictor=horizontal]", "copy"),
		"deflate tiles": vips(t, img, ".tif[tile=true,tile-width=64,tile-height=48,compression=deflate,predictor=horizontal]", "copy"),
		"PackBits":      vips(t, img, ".tif[compression=packbits]", "copy"), "BigTIFF": vips(t, img, ".tif[bigtiff=true]", "copy"),
		"CMYK JPEG": ink(".jpg[Q=95]"), "CMYK TIFF": ink(".tif"), "CMYK LZW": ink(".tif[compression=lzw,predictor=horizontal]"),
		"CMYK deflate tiles":   ink(".tif[tile=true,compression=deflate]"),
		"CMYK PackBits tiles":  ink(".tif[tile=true,compression=packbits]"),
		"16-bit CMYK":          vips(t, deep, ".tif[compression=lzw,predictor=horizontal]", "icc_export", "--depth", "16", "--output-profile", swop),
		"16-bit grey":          encode(t, "TIFF", grey),
		"8-bit grey, no rules": encode(t, "PNG", grey),
	} {
		got := picture(t, made(t, b, full())[0].Path)
		least := 0.97
		if strings.Contains(name, "CMYK") {
			least = 0.95 // the colours of the press are fewer
		}
		if name == "GIF" {
			least = 0.5 // 256 colours, dithered
		}
		if s := ssim(got, img); s < least {
			t.Errorf("%s: SSIM %.4f to what was drawn", name, s)
		}
	}
}

// ssim is the structural similarity of two pictures in grey, over windows of 8 × 8.
func ssim(a, b image.Image) float64 {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 0
	}
	grey := func(img image.Image) *image.Gray {
		g := image.NewGray(image.Rectangle{Max: img.Bounds().Size()})
		draw.Draw(g, g.Rect, img, img.Bounds().Min, draw.Src)
		return g
	}
	p, q := grey(a), grey(b)
	var sum float64
	var n int
	for y := 0; y+8 <= p.Rect.Dy(); y += 8 {
		for x := 0; x+8 <= p.Rect.Dx(); x += 8 {
			sum, n = sum+window(p, q, x, y), n+1
		}
	}
	return sum / float64(n)
}

func window(p, q *image.Gray, x, y int) float64 {
	var sp, sq, spp, sqq, spq float64
	for v := y; v < y+8; v++ {
		for u := x; u < x+8; u++ {
			a, b := float64(p.Pix[v*p.Stride+u]), float64(q.Pix[v*q.Stride+u])
			sp, sq, spp, sqq, spq = sp+a, sq+b, spp+a*a, sqq+b*b, spq+a*b
		}
	}
	const n, c1, c2 = 64, 6.5025, 58.5225
	mp, mq := sp/n, sq/n
	vp, vq, vpq := spp/n-mp*mp, sqq/n-mq*mq, spq/n-mp*mq
	return (2*mp*mq + c1) * (2*vpq + c2) / ((mp*mp + mq*mq + c1) * (vp + vq + c2))
}

func TestPicturesLookLikeThoseOfVips(t *testing.T) {
	for name, b := range map[string][]byte{
		"JPEG": encode(t, "JPEG", scene(2400, 1600)), "PNG": encode(t, "PNG", scene(1800, 1200)),
	} {
		in := write(t, b, "in")
		best := []Spec{{1600, 100}, {320, 100}}
		for i, o := range made(t, b, best...) {
			ref := filepath.Join(t.TempDir(), "v.png")
			run(t, "libvips-tools", "vipsthumbnail", in, "-s", fmt.Sprint([]int{1600, 320}[i]), "-o", ref)
			s := ssim(picture(t, o.Path), picture(t, ref))
			t.Logf("%s at %d: SSIM %.4f", name, o.W, s)
			if s < 0.99 {
				t.Errorf("%s at %d: SSIM %.4f to vipsthumbnail, want 0.99", name, o.W, s)
			}
		}
	}
}

func TestUprightForEveryOrientation(t *testing.T) {
	want := corners(96, 64)
	for o := 1; o <= 8; o++ {
		for _, xmpFirst := range []bool{false, true} {
			img := backwards(want, o)
			b := turnedJPEG(t, img, uint32(o), xmpFirst)
			out := made(t, b, full(), Spec{Edge: 48, Quality: 95})
			for _, pic := range out {
				got := picture(t, pic.Path)
				if pic.W*2 != pic.H*3 || got.Rect.Dx() != int(pic.W) {
					t.Errorf("orientation %d: %d × %d", o, pic.W, pic.H)
					continue
				}
				w, h := got.Rect.Dx(), got.Rect.Dy()
				near(t, fmt.Sprint("top left of orientation ", o), got.NRGBAAt(w/8, h/8), color.NRGBA{255, 0, 0, 255}, 3)
				near(t, fmt.Sprint("top right of orientation ", o), got.NRGBAAt(w-w/8, h/8), color.NRGBA{0, 255, 0, 255}, 3)
				near(t, fmt.Sprint("bottom left of orientation ", o), got.NRGBAAt(w/8, h-h/8), color.NRGBA{255, 255, 255, 255}, 3)
			}
		}
	}
}

// backwards stores an upright picture as a camera held in orientation o would, by the
// definition in Exif: which side of the picture row 0 and column 0 are.
func backwards(img *image.NRGBA, o int) *image.NRGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	size := image.Pt(w, h)
	if o >= 5 {
		size = image.Pt(h, w)
	}
	dst := image.NewNRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			u, v := x, y // for row 0 at the top and column 0 at the left
			switch o {
			case 2: // top, right
				u, v = w-1-x, y
			case 3: // bottom, right
				u, v = w-1-x, h-1-y
			case 4: // bottom, left
				u, v = x, h-1-y
			case 5: // left, top
				u, v = y, x
			case 6: // right, top
				u, v = w-1-y, x
			case 7: // right, bottom
				u, v = w-1-y, h-1-x
			case 8: // left, bottom
				u, v = y, h-1-x
			}
			dst.SetNRGBA(x, y, img.NRGBAAt(u, v))
		}
	}
	return dst
}

func TestHolesAreWhite(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(img, image.Rect(0, 0, 32, 64), image.NewUniform(color.NRGBA{200, 0, 0, 255}), image.Point{}, draw.Src)
	for _, format := range []string{"PNG", "WebP", "TIFF"} {
		got := picture(t, made(t, encode(t, format, img), full())[0].Path)
		near(t, format+" hole", got.NRGBAAt(56, 32), color.NRGBA{255, 255, 255, 255}, 1)
		near(t, format+" paint", got.NRGBAAt(8, 32), color.NRGBA{200, 0, 0, 255}, 3)
	}
}

func TestOnlyTheFirstFrameOrPageIsShown(t *testing.T) {
	a, b := image.NewPaletted(image.Rect(0, 0, 32, 32), color.Palette{color.NRGBA{0, 160, 0, 255}}), image.NewPaletted(image.Rect(0, 0, 32, 32), color.Palette{color.NRGBA{160, 0, 0, 255}})
	got := picture(t, made(t, gifOf(t, a, b), full())[0].Path)
	near(t, "GIF", got.NRGBAAt(16, 16), color.NRGBA{0, 160, 0, 255}, 3)
	if o := made(t, manyFrames(10_000), Thumb()); o[0].W != 1 {
		t.Errorf("10,000 frames of a pixel: %d wide", o[0].W)
	}
}

func TestColoursOfWideProfilesBecomeSRGB(t *testing.T) {
	patch := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	stored := color.NRGBA{120, 160, 70, 255}
	draw.Draw(patch, patch.Rect, image.NewUniform(stored), image.Point{}, draw.Src)
	for name, profile := range map[string][]byte{"Display P3": icc.DisplayP3(), "Adobe RGB": icc.AdobeRGB(), "sRGB": icc.SRGB()} {
		path := write(t, profile, "p.icc")
		want := littleCMS(t, path, "-i"+path, fmt.Sprintf("%d\n%d\n%d\n", stored.R, stored.G, stored.B))
		for _, format := range []string{"JPEG", "PNG", "TIFF"} {
			b := tagged(t, encode(t, format, patch), "a."+strings.ToLower(format), "-icc_profile<="+path)
			got := picture(t, made(t, b, Thumb())[0].Path)
			near(t, name+" "+format, got.NRGBAAt(32, 32), want, 2)
		}
	}
}

// littleCMS asks Little CMS for the sRGB colour of numbers in a profile.
func littleCMS(t *testing.T, path, source, numbers string) (c color.NRGBA) {
	t.Helper()
	cmd := exec.Command("transicc", "-v0", source, "-o*sRGB", "-t1", "-b", "-n", "-c0", "-s")
	cmd.Stdin = strings.NewReader(numbers)
	out, err := cmd.Output()
	var r, g, b float64
	if _, scan := fmt.Sscan(string(out), &r, &g, &b); err != nil || scan != nil {
		t.Fatalf("install liblcms2-utils: transicc %s: %v %q", path, err, out)
	}
	return color.NRGBA{uint8(r + 0.5), uint8(g + 0.5), uint8(b + 0.5), 255}
}

func TestInkOfEveryKindIsRight(t *testing.T) {
	swop, err := os.ReadFile("/usr/share/color/icc/ghostscript/default_cmyk.icc")
	if err != nil {
		t.Fatal("install libgs-common: ", err)
	}
	red := [4]float64{5, 94, 91, 2} // percent
	want := littleCMS(t, "SWOP", "-i/usr/share/color/icc/ghostscript/default_cmyk.icc", "5\n94\n91\n2\n")
	coated := color.NRGBA{218, 37, 29, 255}
	var plain, inverted, ycck []byte
	for _, v := range red {
		plain = append(plain, byte(math.Round(v*2.55)))
		inverted = append(inverted, 255-byte(math.Round(v*2.55)))
	}
	// YCCK holds the complement of what a CMYK file of Adobe would, which is the
	// complement of the inks: the inks themselves, as if they were red, green and blue.
	y, cb, cr := color.RGBToYCbCr(plain[0], plain[1], plain[2])
	ycck = []byte{y, cb, cr, inverted[3]}
	for name, tt := range map[string]struct {
		b    []byte
		want color.NRGBA
	}{
		"CMYK as it is":            {flatJPEG(plain, plain, -1), coated},
		"CMYK of Adobe":            {flatJPEG(inverted, inverted, 0), coated},
		"YCCK":                     {flatJPEG(ycck, ycck, 2), coated},
		"CMYK of Adobe, profile":   {withProfile(flatJPEG(inverted, inverted, 0), swop), want},
		"YCCK, profile":            {withProfile(flatJPEG(ycck, ycck, 2), swop), want},
		"RGB of Adobe":             {flatJPEG([]byte{218, 37, 29}, []byte{218, 37, 29}, 0), coated},
		"CMYK, useless profile":    {withProfile(flatJPEG(inverted, inverted, 0), icc.SRGB()), coated},
		"CMYK, profile of nothing": {withProfile(flatJPEG(inverted, inverted, 0), make([]byte, 500)), coated},
	} {
		got := picture(t, made(t, tt.b, full())[0].Path)
		near(t, name, got.NRGBAAt(8, 4), tt.want, 2)
	}
}

func withProfile(jpg, profile []byte) []byte {
	b := paperData{300, profile}.jpegMarkers()
	return append(append([]byte{0xff, 0xd8}, b...), jpg[2:]...)
}

func TestPicturesSayNothingAboutPeople(t *testing.T) {
	b := tagged(t, encode(t, "JPEG", scene(400, 300)), "a.jpg", "-GPSLatitude=21.03", "-GPSLongitude=105.85", "-Artist=Ai do", "-IPTC:By-line=Ai do", "-XMP:Creator=Ai do", "-Comment=x")
	for _, o := range made(t, b, Preview(), Thumb()) {
		said := run(t, "libimage-exiftool-perl", "exiftool", "-G", "-a", "-EXIF:all", "-XMP:all", "-IPTC:all", "-ICC_Profile:all", "-JFIF:all", "-File:Comment", o.Path)
		if strings.TrimSpace(said) != "" {
			t.Errorf("%s says:\n%s", o.Path, said)
		}
	}
}

func TestAlikePicturesShareAFingerprint(t *testing.T) {
	hash := func(b []byte) uint64 { return made(t, b, Thumb())[0].Hash }
	a := hash(encode(t, "PNG", scene(900, 600)))
	smaller := hash(encode(t, "JPEG", scene(500, 333)))
	other := hash(encode(t, "PNG", corners(900, 600)))
	if d := bits.OnesCount64(a ^ smaller); d > 6 {
		t.Errorf("the same scene, smaller: %d bits apart", d)
	}
	if d := bits.OnesCount64(a ^ other); d < 12 {
		t.Errorf("another picture: only %d bits apart", d)
	}
}

func TestOutputsComeInTheOrderOfTheSpecs(t *testing.T) {
	stripes := image.NewGray(image.Rect(0, 0, 900, 600)) // too fine for a small picture
	for i := range stripes.Pix {
		stripes.Pix[i] = uint8(60 + 60*(i/2%3))
	}
	out := made(t, encode(t, "PNG", stripes), Thumb(), Preview(), Spec{Edge: 64, Quality: 80})
	if got := []pano.Px{out[0].W, out[1].W, out[2].W}; !slices.Equal(got, []pano.Px{320, 900, 64}) {
		t.Errorf("widths %v", got)
	}
	if s := ssim(picture(t, out[1].Path), stripes); s < 0.9 {
		t.Errorf("the large one was made from a small one: SSIM %.2f", s)
	}
}

// TestABadPictureCostsOnlyItsChild has children misbehave in every way that
// limits are against; the next picture is made as if nothing had been.
func TestABadPictureCostsOnlyItsChild(t *testing.T) {
	b := encode(t, "JPEG", scene(64, 48))
	w := worker(t)
	w.Gate = NewGate(64<<20, 64<<20)
	for _, tt := range []struct {
		fault     string
		wall, cpu time.Duration
		key       string
	}{
		{"crash", 0, 0, "picture.broken"},
		{"memory", 0, 0, "picture.too_heavy"},
		{"processor", 0, time.Second, "picture.too_heavy"},
		{"sleep", time.Second, 0, "picture.too_heavy"},
		{"", 0, 0, ""},
	} {
		w.fault, w.Wall, w.CPU = tt.fault, tt.wall, tt.cpu
		_, err := w.Renditions(t.Context(), open(t, b), probe(t, b), []Spec{Thumb()})
		if key(err) != tt.key {
			t.Errorf("%q: %v, want %s", tt.fault, err, tt.key)
		}
		left, _ := os.ReadDir(w.Dir)
		if want := map[bool]int{true: 1}[tt.fault == ""]; len(left) != want {
			t.Errorf("%q: %d files left behind, want %d", tt.fault, len(left), want)
		}
	}
	if leave, err := w.Gate.Enter(t.Context(), 64<<20); err != nil {
		t.Error("the gate was not left: ", err)
	} else {
		leave()
	}
}

func TestBrokenPixelsAreRefusedByTheChild(t *testing.T) {
	png := encode(t, "PNG", scene(200, 150))
	data := bytes.Index(png, []byte("IDAT"))
	jpg := encode(t, "JPEG", scene(200, 150))
	bmp := bmpBytes(64, 64, 8, 2, bytes.Repeat([]byte{70}, 8+64*64))
	for name, tt := range map[string]struct {
		b   []byte
		key string
	}{
		"PNG with junk for rows":        {patched(png, data+40, bytes.Repeat([]byte{0xaa}, 200)...), "picture.broken"},
		"PNG of no row":                 {pngBytes(100, 100, 8, 0, 0, nil, zeros(t, 100)), "picture.broken"},
		"JPEG with junk for tables":     {patched(jpg, bytes.Index(jpg, []byte{0xff, 0xc4})+5, bytes.Repeat([]byte{0xff}, 16)...), "picture.broken"},
		"BMP with pixels out of colour": {bmp, "picture.broken"},
		"TIFF of Lab":                   {vips(t, scene(40, 30), ".tif", "colourspace", "lab"), "picture.not_taken"},
		"GIF without pixels":            {append(manyFrames(0)[:19], ",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x00;"...), "picture.truncated"},
	} {
		_, err := worker(t).Renditions(t.Context(), open(t, tt.b), probe(t, tt.b), []Spec{Thumb()})
		if k := key(err); k != tt.key && (k != "picture.broken" || tt.key != "picture.truncated") {
			t.Errorf("%s: %v, want %s", name, err, tt.key)
		}
	}
}

func TestADocumentHasNoPicture(t *testing.T) {
	pdf := []byte("%PDF-1.7\n%%EOF")
	if _, err := worker(t).Renditions(t.Context(), open(t, pdf), probe(t, pdf), []Spec{Thumb()}); key(err) != "picture.document" {
		t.Error(err)
	}
}

func TestACallerWhoLeavesIsNotKeptWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := worker(t)
	w.fault = "sleep"
	time.AfterFunc(300*time.Millisecond, cancel)
	b := encode(t, "JPEG", scene(64, 48))
	if _, err := w.Renditions(ctx, open(t, b), probe(t, b), []Spec{Thumb()}); err != context.Canceled {
		t.Error(err)
	}
}

func TestAProgramThatIsNotThereIsNobodysPicture(t *testing.T) {
	w := worker(t)
	w.Exe = "/no/such/program"
	b := encode(t, "JPEG", scene(64, 48))
	if _, err := w.Renditions(t.Context(), open(t, b), probe(t, b), []Spec{Thumb()}); err == nil || pano.KindOf(err) != pano.KindInternal {
		t.Error(err)
	}
}

// TestChildrenStayWithinTheEstimate measures the child's largest memory
// against what the gate was told.
func TestChildrenStayWithinTheEstimate(t *testing.T) {
	img := corners(2600, 1800)
	deep, wide := image.NewNRGBA64(img.Rect), corners(6000, 4000)
	for name, b := range map[string][]byte{
		"large PNG": encode(t, "PNG", wide), "large interlaced PNG": vips(t, wide, ".png[interlace=true]", "copy"),
		"JPEG": encode(t, "JPEG", img), "PNG": encode(t, "PNG", img), "16-bit TIFF": encode(t, "TIFF", deep),
		"progressive JPEG": vips(t, img, ".jpg[interlace=true]", "copy"),
		"interlaced PNG":   vips(t, img, ".png[interlace=true]", "copy"),
		"WebP":             encode(t, "WebP", img), "lossless WebP": vips(t, img, ".webp[lossless=true]", "copy"),
		"CMYK TIFF": vips(t, img, ".tif", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"),
		"CMYK JPEG": vips(t, img, ".jpg", "icc_export", "--output-profile", "/usr/share/color/icc/ghostscript/default_cmyk.icc"),
	} {
		f := probe(t, b)
		peak, estimate := made(t, b, Preview(), Thumb())[1].Peak, Estimate(f, 1600)
		t.Logf("%s: estimated %d MB, peak %d MB", name, estimate>>20, peak>>20)
		if peak == 0 || peak > estimate+estimate/4+40<<20 {
			t.Errorf("%s: estimated %d MB, took %d MB", name, estimate>>20, peak>>20)
		}
	}
}
