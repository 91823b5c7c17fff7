package pano

import (
	"math"
	"strings"
	"time"
)

// A ControlPoint ties a spot of a picture to a spot of the earth.
type ControlPoint struct {
	X   float64 `json:"x"` // of the picture's width, from its left edge: 0 to 1
	Y   float64 `json:"y"` // of its height, from its top
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

// A SitePlan is a picture of a town or a site that lies under a map, held by
// control points. With fewer than two of them it lies nowhere yet.
type SitePlan struct {
	ID            SitePlanID
	Name          string
	Asset         AssetID
	Version       VersionID // the bytes on which the points were set
	Width, Height Px        // of that picture
	Agency        AgencyID  // whose it is
	Points        []ControlPoint
	Closed        bool // not to be chosen any more
	Created       time.Time
	Updated       time.Time
	Rev           int
}

// Resource is what the permission table needs to know of p: it is edited by who edits places.
func (p SitePlan) Resource() Resource { return Resource{Agency: p.Agency} }

// mostPoints bounds the control points of a plan.
const mostPoints = 20

// Check fails with KindInvalid, at the field to mend, unless p can be kept. The
// fields of a point are point, with its number from 1 as its argument.
func (p SitePlan) Check() error {
	if strings.TrimSpace(p.Name) == "" {
		return Invalid("plan.no_name").At("name")
	}
	if err := checkText("name", p.Name, maxTitle); err != nil {
		return err
	}
	if p.Width <= 0 || p.Height <= 0 {
		return Invalid("plan.no_picture").At("asset")
	}
	if len(p.Points) > mostPoints {
		return Invalid("plan.too_many_points", mostPoints).At("point")
	}
	for i, c := range p.Points {
		if !(c.X >= 0 && c.X <= 1 && c.Y >= 0 && c.Y <= 1) { // so that NaN is out as well
			return Invalid("plan.off_picture", i+1).At("point")
		}
		if !(c.Lat >= -85 && c.Lat <= 85 && c.Lon >= -180 && c.Lon <= 180) {
			return Invalid("plan.off_earth", i+1).At("point")
		}
	}
	if len(p.Points) < 2 {
		return nil
	}
	_, err := p.Fit()
	return err
}

// A PlanFit is how a plan lies on the earth.
type PlanFit struct {
	Corners [3][2]float64 // latitude and longitude of the picture's corners: top left, top right, bottom left
	Off     []float64     // metres from each point to where the fit puts it
	RMS     float64       // metres, of Off
	Scale   float64       // metres on the earth for a pixel, along the top edge
	Affine  bool          // the picture is sheared or stretched: four points or more
}

// metresPerDegree is how long a degree of latitude is.
const metresPerDegree = 6_371_008.8 * math.Pi / 180

// Fit lays p so that the squares of what its points are off are least. Two and
// three points turn and scale the picture, keeping its shape, so that three tell
// how good they are; four and more also stretch and shear it.
//
// It fails with KindInvalid if there are fewer than two points, or if they lie
// on one spot or, from four on, in one line.
func (p SitePlan) Fit() (f PlanFit, err error) {
	n := len(p.Points)
	if n < 2 {
		return f, Invalid("plan.two_points").At("point")
	}
	var lat0, lon0, u0, v0 float64
	for _, c := range p.Points {
		lat0, lon0 = lat0+c.Lat/float64(n), lon0+c.Lon/float64(n)
		u0, v0 = u0+c.X*float64(p.Width)/float64(n), v0+c.Y*float64(p.Height)/float64(n)
	}
	east := metresPerDegree * math.Cos(lat0*math.Pi/180)
	// Pixels and metres from the middle of the points; north is up, rows go down.
	us, vs, es, ns := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var uu, uv, vv, ue, un, ve, vn float64
	for i, c := range p.Points {
		us[i], vs[i] = c.X*float64(p.Width)-u0, v0-c.Y*float64(p.Height)
		es[i], ns[i] = (c.Lon-lon0)*east, (c.Lat-lat0)*metresPerDegree
		uu, uv, vv = uu+us[i]*us[i], uv+us[i]*vs[i], vv+vs[i]*vs[i]
		ue, un, ve, vn = ue+us[i]*es[i], un+us[i]*ns[i], ve+vs[i]*es[i], vn+vs[i]*ns[i]
	}
	var a, b, c, d float64 // e = a u + b v, n = c u + d v
	if f.Affine = n >= 4; f.Affine {
		det := uu*vv - uv*uv
		if det <= 1e-6*(uu+vv)*(uu+vv) {
			return f, Invalid("plan.in_a_line").At("point")
		}
		a, b = (ue*vv-ve*uv)/det, (ve*uu-ue*uv)/det
		c, d = (un*vv-vn*uv)/det, (vn*uu-un*uv)/det
	} else {
		if uu+vv < 1 {
			return f, Invalid("plan.one_spot").At("point")
		}
		cos, sin := (ue+vn)/(uu+vv), (un-ve)/(uu+vv)
		a, b, c, d = cos, -sin, sin, cos
	}
	if f.Scale = math.Hypot(a, c); f.Scale < 1e-6 || math.Abs(a*d-b*c) < 1e-12 {
		return f, Invalid("plan.one_spot").At("point")
	}
	for i := range p.Points {
		off := math.Hypot(a*us[i]+b*vs[i]-es[i], c*us[i]+d*vs[i]-ns[i])
		f.Off = append(f.Off, off)
		f.RMS += off * off / float64(n)
	}
	f.RMS = math.Sqrt(f.RMS)
	for i, corner := range [3][2]float64{{0, 0}, {float64(p.Width), 0}, {0, float64(p.Height)}} {
		u, v := corner[0]-u0, v0-corner[1]
		f.Corners[i] = [2]float64{lat0 + (c*u+d*v)/metresPerDegree, lon0 + (a*u+b*v)/east}
	}
	return f, nil
}
