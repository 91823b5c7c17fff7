package pano_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"pano/internal/pano"
)

// lie puts spots of a picture of 2000 × 1000 pixels on the earth: turned by
// angle, metres to a pixel, sheared.
func lie(angle, metres, shear float64, spots ...[2]float64) pano.SitePlan {
	p := pano.SitePlan{Name: "Mặt bằng", Width: 2000, Height: 1000}
	const lat0, lon0, degree = 20.94, 106.33, 6_371_008.8 * math.Pi / 180
	for _, s := range spots {
		u, v := s[0]*2000*metres, -s[1]*1000*metres
		u += shear * v
		e, n := u*math.Cos(angle)-v*math.Sin(angle), u*math.Sin(angle)+v*math.Cos(angle)
		p.Points = append(p.Points, pano.ControlPoint{X: s[0], Y: s[1], Lat: lat0 + n/degree, Lon: lon0 + e/degree/math.Cos(lat0*math.Pi/180)})
	}
	return p
}

func TestAPlanLiesAsItsPointsSay(t *testing.T) {
	for name, x := range map[string]struct {
		plan   pano.SitePlan
		affine bool
		rms    float64 // metres at most
	}{
		"two points":    {lie(0.3, 0.5, 0, [2]float64{0.1, 0.2}, [2]float64{0.9, 0.7}), false, 0.01},
		"three":         {lie(-2, 0.2, 0, [2]float64{0, 0}, [2]float64{1, 0}, [2]float64{0.3, 1}), false, 0.01},
		"four, sheared": {lie(1, 0.5, 0.2, [2]float64{0, 0}, [2]float64{1, 0}, [2]float64{0, 1}, [2]float64{0.8, 0.9}), true, 0.01},
	} {
		f, err := x.plan.Fit()
		if err != nil || f.Affine != x.affine || f.RMS > x.rms || len(f.Off) != len(x.plan.Points) {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		for i, c := range x.plan.Points { // the corners say the same as the fit
			lat := f.Corners[0][0] + c.X*(f.Corners[1][0]-f.Corners[0][0]) + c.Y*(f.Corners[2][0]-f.Corners[0][0])
			lon := f.Corners[0][1] + c.X*(f.Corners[1][1]-f.Corners[0][1]) + c.Y*(f.Corners[2][1]-f.Corners[0][1])
			if math.Abs(lat-c.Lat) > 1e-6 || math.Abs(lon-c.Lon) > 1e-6 {
				t.Errorf("%s: point %d comes to lie at %.6f, %.6f, want %.6f, %.6f", name, i, lat, lon, c.Lat, c.Lon)
			}
		}
	}
	if f, _ := lie(0, 0.5, 0, [2]float64{0.1, 0.2}, [2]float64{0.9, 0.7}).Fit(); math.Abs(f.Scale-0.5) > 1e-4 || f.Corners[0][0] < f.Corners[2][0] {
		t.Errorf("north is up at half a metre a pixel: %+v", f)
	}
}

// TestAPointThatIsOffIsToldInMetres: one of five is moved by ten metres.
func TestAPointThatIsOffIsToldInMetres(t *testing.T) {
	p := lie(0.5, 0.5, 0, [2]float64{0, 0}, [2]float64{1, 0}, [2]float64{0, 1}, [2]float64{1, 1}, [2]float64{0.5, 0.5})
	p.Points[4].Lat += 10 / (6_371_008.8 * math.Pi / 180)
	f, err := p.Fit()
	if err != nil || f.RMS < 3 || f.RMS > 6 || f.Off[4] < 7 || f.Off[4] > 9 {
		t.Errorf("%+v, %v", f, err)
	}
	three := lie(0, 0.5, 0, [2]float64{0, 0}, [2]float64{1, 0}, [2]float64{0, 1})
	three.Points[2].Lon += 0.0001
	if f, _ := three.Fit(); f.RMS < 1 {
		t.Errorf("three points that do not agree are told to be off by %.2f m", f.RMS)
	}
}

// TestNoFitIsBetter: whatever is changed a little, the squares grow.
func TestNoFitIsBetter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		p := lie(r.Float64()*6, 0.1+r.Float64(), 0, [2]float64{0.1, 0.1}, [2]float64{0.9, 0.2}, [2]float64{0.4, 0.9})
		for i := range p.Points {
			p.Points[i].Lat += r.NormFloat64() * 1e-5
			p.Points[i].Lon += r.NormFloat64() * 1e-5
		}
		best, err := p.Fit()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, off := range best.Off {
			sum += off * off
		}
		if math.Abs(math.Sqrt(sum/3)-best.RMS) > 1e-9 {
			t.Fatalf("%v is not the mean of %v", best.RMS, best.Off)
		}
		// A plan through two of the points alone fits the three no better.
		for skip := range 3 {
			two := p
			two.Points = append(append([]pano.ControlPoint{}, p.Points[:skip]...), p.Points[skip+1:]...)
			f, err := two.Fit()
			if err != nil {
				t.Fatal(err)
			}
			c, sum := p.Points[skip], 0.0
			lat := f.Corners[0][0] + c.X*(f.Corners[1][0]-f.Corners[0][0]) + c.Y*(f.Corners[2][0]-f.Corners[0][0])
			lon := f.Corners[0][1] + c.X*(f.Corners[1][1]-f.Corners[0][1]) + c.Y*(f.Corners[2][1]-f.Corners[0][1])
			degree := 6_371_008.8 * math.Pi / 180
			sum = math.Pow((lat-c.Lat)*degree, 2) + math.Pow((lon-c.Lon)*degree*math.Cos(c.Lat*math.Pi/180), 2)
			if math.Sqrt(sum/3) < best.RMS-1e-3 {
				t.Fatalf("without point %d it is off by %.4f m, with all by %.4f", skip, math.Sqrt(sum/3), best.RMS)
			}
		}
	}
}

func TestPlansThatCannotLieAreRefused(t *testing.T) {
	spot, other := [2]float64{0.5, 0.5}, [2]float64{0.6, 0.6}
	bad := func(change func(*pano.SitePlan)) pano.SitePlan {
		p := lie(0, 1, 0, spot, other)
		change(&p)
		return p
	}
	for name, x := range map[string]struct {
		plan pano.SitePlan
		key  string
	}{
		"no name":        {bad(func(p *pano.SitePlan) { p.Name = " " }), "plan.no_name"},
		"no picture":     {bad(func(p *pano.SitePlan) { p.Width = 0 }), "plan.no_picture"},
		"off":            {bad(func(p *pano.SitePlan) { p.Points[1].X = 1.01 }), "plan.off_picture"},
		"NaN":            {bad(func(p *pano.SitePlan) { p.Points[1].Y = math.NaN() }), "plan.off_picture"},
		"beyond":         {bad(func(p *pano.SitePlan) { p.Points[0].Lat = 89 }), "plan.off_earth"},
		"one spot":       {lie(0, 1, 0, spot, spot), "plan.one_spot"},
		"one on earth":   {bad(func(p *pano.SitePlan) { p.Points[1].Lat, p.Points[1].Lon = p.Points[0].Lat, p.Points[0].Lon }), "plan.one_spot"},
		"four in a line": {lie(0, 1, 0, [2]float64{0.1, 0.1}, [2]float64{0.2, 0.2}, [2]float64{0.3, 0.3}, [2]float64{0.9, 0.9}), "plan.in_a_line"},
		"many":           {lie(0, 1, 0, make([][2]float64, 21)...), "plan.too_many_points"},
		"none yet":       {pano.SitePlan{Name: "x", Width: 1, Height: 1}, ""},
		"good":           {lie(0, 1, 0, spot, other), ""},
	} {
		err := x.plan.Check()
		key := ""
		if e, ok := errors.AsType[*pano.Error](err); ok {
			key = e.Key
		}
		if key != x.key || (err == nil) != (x.key == "") {
			t.Errorf("%s: %v, want %q", name, err, x.key)
		}
	}
}
