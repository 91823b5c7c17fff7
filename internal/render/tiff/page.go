package tiff

import (
	"encoding/binary"
	"fmt"
)

// Photometric interpretations.
const (
	whiteIsZero = 0
	blackIsZero = 1
	rgb         = 2
	palette     = 3
	cmyk        = 5
	yCbCr       = 6
	cieLab      = 8
	iccLab      = 9
)

// Compressions.
const (
	unpacked   = 1
	faxRows    = 2 // modified Huffman
	fax3       = 3
	fax4       = 4
	lzwPacked  = 5
	oldJPEG    = 6
	jpegPacked = 7
	deflated   = 8
	packBitted = 32773
	oldDeflate = 32946
)

// compressionName names those that are known, but not read.
func compressionName(c int64) string {
	names := map[int64]string{
		oldJPEG: "old-style JPEG", 34712: "JPEG 2000", 33003: "JPEG 2000", 33005: "JPEG 2000", 34887: "LERC",
		34925: "LZMA", 50000: "Zstandard", 50001: "WebP in TIFF", 50002: "JPEG XL", 34676: "LogLuv", 34677: "LogLuv",
		32809: "ThunderScan", 32766: "NeXT", 34661: "JBIG", 32771: "fax rows of whole words",
	}
	if n, ok := names[c]; ok {
		return n
	}
	return fmt.Sprintf("compression %d", c)
}

// A page is the first picture of a file and how it is kept.
type page struct {
	t    *Reader
	src  *watched
	give func(row []byte) // takes rows, or nil

	w, h        int
	samples     int // in each pixel
	colours     int // of them, the rest being alpha or nothing
	bits        int // of each sample: 1, 2, 4, 8 or 16
	photometric int64
	compression int64
	differences bool // each sample is kept as its difference to the one before
	planar      bool
	reversed    bool // the first bit of each byte is the lowest
	alpha       int  // which sample is alpha, 0 = none
	joined      bool // alpha is multiplied into the colours

	bw, bh     int // of a strip or tile
	tiled      bool
	offs, cnts []int64

	fax    *faxCodes
	t4     int64 // options of fax codes of group 3: 1 = of two dimensions
	tables []byte
	across int // YCbCr: pixels that share a colour
	down   int
	table  [3][256]byte // of a palette
	ycc    *yccTable
	lab    *labTable
}

const maxSide = 65_500

// page reads how the picture of d is kept.
func (t *Reader) page(d Dir) (*page, error) {
	p := &page{
		t: t, w: int(min(d.Int(Width, 0), maxSide+1)), h: int(min(d.Int(Height, 0), maxSide+1)),
		samples: int(min(d.Int(SamplesPerPixel, 1), 1000)), photometric: d.Int(Photometric, -1),
		compression: d.Int(Compression, 1), planar: d.Int(PlanarConfig, 1) == 2,
		reversed: d.Int(FillOrder, 1) == 2, across: 1, down: 1, t4: d.Int(T4Options, 0),
	}
	if p.w < 1 || p.h < 1 || p.w > maxSide || p.h > maxSide {
		return p, fmt.Errorf("tiff: %d × %d", d.Int(Width, 0), d.Int(Height, 0))
	}
	for _, step := range []func(Dir) error{p.depth, p.kind, p.packing, p.blocks, p.tone} {
		if err := step(d); err != nil {
			return p, err
		}
	}
	return p, nil
}

// depth makes sure that the samples are whole numbers, all of one size.
func (p *page) depth(d Dir) error {
	bits, err := d.Ints(BitsPerSample)
	if err != nil {
		return err
	}
	p.bits = 1
	for i, b := range bits {
		if i >= p.samples {
			break
		}
		if b != bits[0] {
			return Unsupported("samples of different sizes")
		}
		p.bits = int(min(b, 1000))
	}
	formats, err := d.Ints(SampleFormat)
	if err != nil {
		return err
	}
	for _, f := range formats {
		switch {
		case f == 3:
			return Unsupported("floating point")
		case f == 2 && p.photometric != cieLab:
			return Unsupported("signed numbers")
		case f > 4:
			return Unsupported("complex numbers")
		}
	}
	switch p.bits {
	case 1, 2, 4, 8, 16:
		return nil
	}
	return Unsupported(fmt.Sprintf("%d bits a sample", p.bits))
}

// kind makes sure that the colours are of a kind that is read.
func (p *page) kind(d Dir) error {
	if p.photometric < 0 { // a fault of writers; fax programs mean white paper
		p.photometric = blackIsZero
		if p.compression >= faxRows && p.compression <= fax4 {
			p.photometric = whiteIsZero
		}
	}
	p.colours = 3
	switch p.photometric {
	case whiteIsZero, blackIsZero, palette:
		p.colours = 1
	case rgb, yCbCr, cieLab, iccLab:
	case cmyk:
		p.colours = 4
		if d.Int(InkSet, 1) != 1 {
			return Unsupported("inks other than CMYK")
		}
	default:
		return Unsupported(fmt.Sprintf("colours of kind %d", p.photometric))
	}
	if p.samples < p.colours {
		return broken("fewer samples than colours")
	}
	if p.samples > 16 {
		return Unsupported(fmt.Sprintf("%d samples a pixel", p.samples))
	}
	if p.photometric >= yCbCr && p.bits < 8 || p.photometric == palette && p.bits > 8 {
		return Unsupported(fmt.Sprintf("%d bits a sample in colours of kind %d", p.bits, p.photometric))
	}
	return p.extra(d)
}

// extra finds alpha among the samples that are no colours. CMYK is shown without.
func (p *page) extra(d Dir) error {
	kinds, err := d.Ints(ExtraSamples)
	if err != nil || p.colours == 4 {
		return err
	}
	for i, k := range kinds {
		if at := p.colours + i; at < p.samples && (k == 1 || k == 2) {
			p.alpha, p.joined = at, k == 1
			return nil
		}
	}
	return nil
}

// packing makes sure that the bytes can be unfolded.
func (p *page) packing(d Dir) error {
	switch p.compression {
	case unpacked, lzwPacked, deflated, oldDeflate, packBitted:
	case faxRows, fax3, fax4:
		if p.bits != 1 || p.samples != 1 && !p.planar {
			return broken("fax codes for more than one bit")
		}
		p.fax = newFaxCodes()
	case jpegPacked:
		if p.bits != 8 || p.photometric == palette || p.photometric >= cieLab {
			return Unsupported(fmt.Sprintf("JPEG of %d bits and colours of kind %d", p.bits, p.photometric))
		}
		var err error
		if p.tables, err = d.Bytes(JPEGTables); err != nil {
			return err
		}
	default:
		return Unsupported(compressionName(p.compression))
	}
	if p.compression != lzwPacked && p.compression != deflated && p.compression != oldDeflate {
		return nil
	}
	switch predictor := d.Int(Predictor, 1); {
	case predictor == 3:
		return Unsupported("differences of floating point")
	case predictor > 3:
		return Unsupported(fmt.Sprintf("predictor %d", predictor))
	case predictor == 2 && p.bits < 8:
		return Unsupported(fmt.Sprintf("differences of %d bits", p.bits))
	default:
		p.differences = predictor == 2
	}
	return nil
}

// blocks finds the strips or tiles.
func (p *page) blocks(d Dir) (err error) {
	offs, cnts := uint16(StripOffsets), uint16(StripByteCounts)
	p.bw, p.bh = p.w, int(min(d.Int(RowsPerStrip, int64(p.h)), int64(p.h)))
	if p.tiled = d.Has(TileOffsets) || d.Has(TileWidth); p.tiled {
		if d.Has(TileOffsets) {
			offs, cnts = TileOffsets, TileByteCounts
		}
		p.bw, p.bh = int(min(d.Int(TileWidth, 0), 1<<20)), int(min(d.Int(TileLength, 0), 1<<20))
	}
	if p.bw < 1 || p.bh < 1 || p.bw > 2*maxSide || p.bh > 2*maxSide {
		return broken("rows of no height, or tiles of no size")
	}
	if p.offs, err = d.Ints(offs); err != nil {
		return err
	}
	if p.cnts, err = d.Ints(cnts); err != nil {
		return err
	}
	if len(p.offs) == 0 {
		return ErrShort
	}
	return nil
}

// tone reads what the numbers of the colours mean.
func (p *page) tone(d Dir) (err error) {
	switch p.photometric {
	case palette:
		return p.colourMap(d)
	case yCbCr:
		return p.ratios(d)
	case cieLab, iccLab:
		p.lab = newLabTable()
	}
	return nil
}

// colourMap reads the palette: 16 bits, or 8 where a writer took them for such.
func (p *page) colourMap(d Dir) error {
	v, err := d.Ints(ColorMap)
	if err != nil {
		return err
	}
	n := 1 << p.bits
	if len(v) < 3*n {
		return broken("a palette of too few colours")
	}
	var most int64
	for _, x := range v {
		most = max(most, x)
	}
	for i, x := range v[:3*n] {
		if most > 255 {
			x = x * 255 / 65535
		}
		p.table[i/n][i%n] = byte(x)
	}
	return nil
}

// ratios reads how YCbCr is made of RGB, and how much coarser its colours are.
func (p *page) ratios(d Dir) error {
	if p.compression == jpegPacked { // which says all that itself
		return nil
	}
	if p.bits != 8 {
		return Unsupported("YCbCr of 16 bits")
	}
	p.across, p.down = 2, 2
	if v, err := d.Ints(YCbCrSampling); err != nil {
		return err
	} else if len(v) >= 2 {
		p.across, p.down = int(min(v[0], 9)), int(min(v[1], 9))
	}
	ok := func(n int) bool { return n == 1 || n == 2 || n == 4 }
	switch {
	case !ok(p.across) || !ok(p.down):
		return broken("impossible sampling of YCbCr")
	case p.coarse() && (p.planar || p.samples > 3 || p.differences):
		return Unsupported("YCbCr with coarse colours that is planar, has alpha, or is kept as differences")
	}
	p.ycc = newYCC(d.Ratios(YCbCrCoeffs), d.Ratios(BlackWhite))
	return nil
}

// coarse tells YCbCr whose colours are coarser than its light.
func (p *page) coarse() bool { return p.across*p.down > 1 }

// wide tells samples that stay at 16 bits until they are colours.
func (p *page) wide() bool { return p.bits == 16 && p.lab != nil }

// width is how many bytes a sample has when it comes out of a strip or tile.
func (p *page) width() int {
	if p.wide() {
		return 2
	}
	return 1
}

// each is how many samples of a pixel are kept together.
func (p *page) each() int {
	if p.planar {
		return 1
	}
	return p.samples
}

// littleEndian tells the order of the bytes of a sample.
func (p *page) littleEndian() bool { return p.t.order == binary.LittleEndian }

// grid is how many strips or tiles there are each way.
func (p *page) grid() (across, down int) {
	return (p.w + p.bw - 1) / p.bw, (p.h + p.bh - 1) / p.bh
}

// Memory returns about how many bytes it takes to read the picture of d, besides
// its pixels: strips or rows of tiles that are unfolded at a time. It is 0 for a
// picture that is not read.
func (d Dir) Memory() int64 {
	p, err := d.t.page(d)
	if err != nil {
		return 0
	}
	all := int64(pieces * pieceSize)
	if p.tiled {
		all = int64(p.w) * int64(min(p.bh, p.h)) * int64(p.form().channels())
	}
	if p.compression == jpegPacked { // planes, and the pixels that they are joined to
		all += min(int64(p.bw)*int64(p.bh), 512*d.t.size) * int64(p.samples+4)
	}
	return readers * all
}
