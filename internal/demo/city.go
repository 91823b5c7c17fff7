package demo

import (
	"fmt"
	"math"

	"pano/internal/pano"
)

// city is so many more faces, ten at each crossing, in wards around the town:
// as much as a province hangs before a great day.
func city(faces int) (all []plot) {
	for i := 0; i < faces; i += facesEach {
		ward, n := i/facesEach/crossingsEach, i/facesEach%crossingsEach
		street := fmt.Sprintf("Phố số %d", n/4+1)
		site := plot{agency: office, Location: pano.Location{Code: fmt.Sprintf("KP%02d-%02d", ward+1, n+1), Kind: pano.Site,
			Name: fmt.Sprintf("Giao lộ %d, %s", n%4+1, street), Address: fmt.Sprintf("%s, khu phố %d", street, ward+1)}}
		// Wards lie on a spiral, crossings in each on a grid.
		turn, far := float64(ward)*2.4, 0.012*math.Sqrt(float64(ward+6))
		site.put(far*math.Sin(turn)+0.0011*float64(n/5), far*math.Cos(turn)+0.0013*float64(n%5))
		for k := range min(facesEach, faces-i) {
			f := pano.Location{Kind: pano.Face, Code: fmt.Sprintf("%s-%02d", site.Code, k+1), Width: 3000, Height: 2000,
				Name: fmt.Sprintf("%s, mặt %d", site.Name, k+1), Address: site.Address}
			switch k % 5 {
			case 0:
				f.Width, f.Height = 6000, 4000
			case 3:
				f.Width, f.Height = 2000, 3000
			}
			site.within = append(site.within, plot{Location: f, agency: office})
		}
		all = append(all, site)
	}
	return all
}

const (
	facesEach     = 10 // faces at a crossing of the city
	crossingsEach = 20 // crossings of a ward
)
