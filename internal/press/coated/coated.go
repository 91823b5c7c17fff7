// Package coated holds Pano's own profile of a press, "Pano Coated": offset
// print on coated paper, for shops that have sent no profile of their own.
//
// It was made by the program in make/ from FOGRA39L, the characterisation data
// of December 2006 for ISO 12647-2 paper types 1 and 2, which the colord
// project hands on as CC0. The data does not lie here; whoever has it says
//
//	go run ./internal/press/coated/make -ti3 fogra39l.ti3 -o internal/press/coated/coated.icc
//
// and gets the same bytes (on amd64): 363 KB, version 2.4, tables both ways
// between four inks and Lab. Seen beside the paper, the looks that it tells for
// the 1,617 patches of the data are off by 0.47 ΔE00 in the mean, 1.10 for 95 of
// 100 and 1.80 for the worst. A colour turned to ink and back returns within
// 0.32 ΔE76 in the mean. No spot gets more ink than 300 %; black begins at L* 60
// and carries the darks, up to 95 %. Colours that the press cannot print become
// the nearest ones in Lab, but blues are kept from turning purple.
package coated

import _ "embed"

//go:embed coated.icc
var profile []byte

// Limit is the most ink that the profile's own tables lay on one spot: 3 is
// three full inks.
const Limit = 3.0

// Profile returns the ICC profile. Its bytes are shared and must not be changed.
func Profile() []byte { return profile }
