package icc

import "math"

// Lab is a colour in CIE L*a*b*, relative to D50.
type Lab struct{ L, A, B float64 }

// XYZ is a colour in CIE XYZ, relative to D50: white has Y = 1.
type XYZ struct{ X, Y, Z float64 }

// white is D50 as the ICC writes it.
var white = XYZ{0.9642, 1, 0.8249}

const (
	labKnee  = 6.0 / 29
	labSlope = 3 * labKnee * labKnee
)

// XYZ returns the same colour in XYZ.
func (l Lab) XYZ() XYZ {
	cube := func(t float64) float64 {
		if t > labKnee {
			return t * t * t
		}
		return labSlope * (t - 4.0/29)
	}
	y := (l.L + 16) / 116
	return XYZ{white.X * cube(y+l.A/500), cube(y), white.Z * cube(y-l.B/200)}
}

// Lab returns the same colour in Lab.
func (c XYZ) Lab() Lab {
	root := func(t float64) float64 {
		if t > labKnee*labKnee*labKnee {
			return math.Cbrt(t)
		}
		return t/labSlope + 4.0/29
	}
	x, y, z := root(c.X/white.X), root(c.Y), root(c.Z/white.Z)
	return Lab{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// DeltaE is the CIEDE2000 difference of two colours: 1 is about what an eye just sees.
func DeltaE(p, q Lab) float64 {
	rad := math.Pi / 180
	mean := math.Pow((math.Hypot(p.A, p.B)+math.Hypot(q.A, q.B))/2, 7)
	g := 1.5 - 0.5*math.Sqrt(mean/(mean+6103515625))
	c1, c2 := math.Hypot(p.A*g, p.B), math.Hypot(q.A*g, q.B)
	h1, h2 := hue(p.A*g, p.B), hue(q.A*g, q.B)
	dh, hm := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		dh, hm = 0, h1+h2
	case math.Abs(dh) > 180:
		dh -= math.Copysign(360, dh)
		hm -= math.Copysign(180, hm-180)
	}
	lm, cm := (p.L+q.L)/2, (c1+c2)/2
	t := 1 - 0.17*math.Cos((hm-30)*rad) + 0.24*math.Cos(2*hm*rad) + 0.32*math.Cos((3*hm+6)*rad) - 0.2*math.Cos((4*hm-63)*rad)
	c7 := math.Pow(cm, 7)
	turn := -math.Sin(60*math.Exp(-math.Pow((hm-275)/25, 2))*rad) * 2 * math.Sqrt(c7/(c7+6103515625))
	l := (q.L - p.L) / (1 + 0.015*(lm-50)*(lm-50)/math.Sqrt(20+(lm-50)*(lm-50)))
	c := (c2 - c1) / (1 + 0.045*cm)
	h := 2 * math.Sqrt(c1*c2) * math.Sin(dh/2*rad) / (1 + 0.015*cm*t)
	return math.Sqrt(l*l + c*c + h*h + turn*c*h)
}

// hue is an angle in degrees, 0 to 360.
func hue(a, b float64) float64 {
	if a == 0 && b == 0 {
		return 0
	}
	h := math.Atan2(b, a) * 180 / math.Pi
	if h < 0 {
		h += 360
	}
	return h
}
