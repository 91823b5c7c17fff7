package render

import (
	"image"

	"github.com/disintegration/imaging"
)

// differenceHash returns a 64-bit fingerprint that similar pictures share: the
// picture in grey on 9 × 8 boxes; a bit, the first row's first one highest,
// says that a box is brighter than its right neighbour by more than a level,
// so that flat skies say nothing. Pictures whose fingerprints differ in fewer
// than about ten bits look alike.
func differenceHash(img image.Image) (hash uint64) {
	small := imaging.Grayscale(imaging.Resize(img, 9, 8, imaging.Box))
	for y := range 8 {
		row := small.Pix[y*small.Stride:]
		for x := range 8 {
			hash <<= 1
			if int(row[4*x]) > int(row[4*x+4])+1 {
				hash |= 1
			}
		}
	}
	return hash
}
