package httpd

import (
	"fmt"
	"math"

	"pano/internal/pano"
)

// A fitDrawing is a face, filled by a picture of which it shows a part. W × H is
// the face, in units of which its longer side has 160.
type fitDrawing struct {
	W, H         float64
	X, Y, IW, IH float64 // of the whole picture
	Picture      string
}

// drawFit draws a on l; keep, 0…1, says which part of the picture is left.
func drawFit(f pano.Fit, l pano.Location, a pano.Asset, keep float64) fitDrawing {
	scale := 160 / float64(max(l.Width, l.Height))
	d := fitDrawing{W: float64(l.Width) * scale, H: float64(l.Height) * scale}
	d.IW, d.IH = d.W/f.Across, d.H/f.Down
	d.X, d.Y = -keep*(d.IW-d.W), -keep*(d.IH-d.H)
	tenths(&d.W, &d.H, &d.X, &d.Y, &d.IW, &d.IH)
	return d
}

func tenths(all ...*float64) {
	for _, v := range all {
		*v = math.Round(*v*10)/10 + 0 // no minus before a zero
	}
}

// drawCut draws the picture with what is cut off, as the print box does.
func drawCut(f pano.Fit, a pano.Asset, keep float64) cutDrawing {
	const longest = 480
	v := a.Current
	scale := longest / float64(max(v.Width, v.Height))
	d := cutDrawing{W: float64(v.Width) * scale, H: float64(v.Height) * scale}
	d.CW, d.CH = f.Across*d.W, f.Down*d.H
	d.X, d.Y = keep*(d.W-d.CW), keep*(d.H-d.CH)
	tenths(&d.W, &d.H, &d.X, &d.Y, &d.CW, &d.CH)
	return d
}

// A faceView is a face with a person before it, in millimetres.
type faceView struct {
	ViewBox        string
	W, H           pano.MM // the face
	X, Y, IW, IH   float64 // the picture
	Letter, Line   pano.MM
	WideX, WideY   pano.MM // where the words for its width stand
	HighX, HighY   pano.MM // and for its height
	Ground         pano.MM // where the person stands
	Left, Right    pano.MM // of the ground
	PersonX, Scale float64 // a person of 1,650 mm is 100 units high
	Picture        string
}

// person is how tall the person is that gives the scale.
const person = 1650

// viewOf draws the face of l with a on it. Its lower edge is on the ground, or
// as high as a person sees over if it is lower than a person.
func viewOf(f pano.Fit, l pano.Location, a pano.Asset, keep float64) faceView {
	v := faceView{W: l.Width, H: l.Height}
	v.IW, v.IH = float64(l.Width)/f.Across, float64(l.Height)/f.Down
	v.X, v.Y = -keep*(v.IW-float64(v.W)), -keep*(v.IH-float64(v.H))
	v.Ground = v.H
	top := min(0, v.Ground-person*11/10)
	v.Letter = max(v.W+person, v.Ground-top) / 22
	v.Line = max(v.Letter/14, 1)
	edge := v.Letter / 2
	v.PersonX, v.Scale = float64(v.W+v.Letter*4+edge), person/100.0
	v.Left, v.Right = -edge, v.W+v.Letter*4+edge+person/2
	v.WideX, v.WideY = v.W/2, v.Ground+v.Letter*3/2
	v.HighX, v.HighY = v.W+edge, v.H/2+v.Letter/3
	v.ViewBox = fmt.Sprintf("%d %d %d %d", -edge, top-edge, v.Right+edge*2, v.Ground-top+edge+v.Letter*2)
	tenths(&v.X, &v.Y, &v.IW, &v.IH, &v.PersonX)
	return v
}
