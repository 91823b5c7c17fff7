// Package render makes pictures from pictures: it looks at a file's header,
// and makes thumbnails, previews and print sizes of it in a child process with
// limits, so that a hostile file costs that child and nothing else.
// It touches no storage.
package render

import (
	"time"

	"pano/internal/pano"
)

// A Space is the way a file keeps its colours.
type Space string

const (
	Grey    Space = "grey"
	RGB     Space = "rgb" // also JPEG's YCbCr, which is RGB to everyone but the decoder
	CMYK    Space = "cmyk"
	YCCK    Space = "ycck"
	Palette Space = "palette"
	Lab     Space = "lab"
)

// Facts is what the header of a picture says about it. What a file does not
// say is zero. Texts are NFC, one line, without control or direction
// characters, and at most 2,000 characters long.
type Facts struct {
	Format    string // JPEG, PNG, TIFF, WebP, GIF, BMP, PDF or SVG, from the bytes, never from a name
	MediaType string
	Document  bool // PDF or SVG: kept, but has no pixels to show

	W, H        pano.Px // as stored; Upright gives the size a person sees
	Orientation int     // 1 to 8 as in EXIF; 1 when missing or out of range
	Components  int     // colours and alpha as stored, 1 to 5
	Depth       int     // bits a component
	Space       Space
	HasAlpha    bool
	Sampling    float64 // samples kept for each pixel: 1.5 for a 4:2:0 JPEG, else Components
	Progressive bool    // also interlaced
	Frames      int     // frames or pages, counted up to 10,000
	Quality     int     // of a JPEG, 1 to 100, estimated from its tables
	Block       int64   // bytes that the strips or tiles of a TIFF take which are unfolded at a time

	ICCName   string
	ICCDigest string // SHA-256 of the profile, hex
	DPIX      float64
	DPIY      float64

	Title, Creator, Copyright, Description, Credit string

	TakenAt time.Time // by the camera's clock, read as UTC+7 when it names no zone
	HasGPS  bool
}

// Upright returns the size of the picture turned the way it was taken.
func (f Facts) Upright() (w, h pano.Px) {
	if f.Orientation >= 5 {
		return f.H, f.W
	}
	return f.W, f.H
}
