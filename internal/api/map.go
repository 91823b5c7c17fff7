package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pano/internal/pano"
	"pano/storage/catalog"
)

// Pins are places on a map, column by column: the first of each list is about
// the first place, and so on.
type Pins struct {
	ID    []pano.LocationID `json:"id"`
	Code  []string          `json:"code"`
	Name  []string          `json:"name"`
	Area  []string          `json:"area" doc:"Code of the outermost place around it, or its own"`
	Lat   []float64         `json:"lat" doc:"Degrees, WGS 84; those of the nearest place around it that has any, if it has none itself"`
	Lon   []float64         `json:"lon"`
	Areas map[string]string `json:"areas" doc:"Names of the areas that are sites or houses of their own, by code"`
}

type askMap struct {
	Q      string            `query:"q" maxLength:"500"`
	Kind   pano.LocationKind `query:"kind" doc:"Without it, every kind on which something can hang"`
	Agency pano.AgencyID     `query:"agency"`
	Closed string            `query:"closed" enum:"true,false," doc:"Only closed ones, or only those in use"`
	On     string            `query:"on" format:"date" doc:"The day; today without it"`
	Box    string            `query:"box" maxLength:"100" doc:"west,south,east,north in degrees; without it, everywhere"`
	Only   string            `query:"only" enum:"states," doc:"Leaves the pins out: for another day of the same map"`
}

type pinMap struct {
	Body struct {
		Day     pano.Day `json:"day"`
		Today   pano.Day `json:"today"`
		Stamp   string   `json:"stamp" doc:"The same for two days of the same pins"`
		Nowhere int      `json:"nowhere" doc:"Places that were asked for and have no coordinates, nor any place around them"`
		More    bool     `json:"more,omitempty" doc:"There are more than 20000: ask for a smaller box"`
		States  string   `json:"states" doc:"A letter for each pin: f free, p planned, h hung, l late, d damaged, c closed, o nothing can hang there"`
		Pins    *Pins    `json:"pins,omitempty"`
	}
}

// letters are the states of places on a map.
var letters = map[pano.PlaceState]byte{pano.PlaceFree: 'f', pano.PlacePlanned: 'p', pano.PlaceHung: 'h', pano.PlaceLate: 'l',
	pano.PlaceDamaged: 'd', pano.PlaceClosed: 'c', pano.PlaceHolds: 'o'}

func (s *site) maps() {
	add(s, huma.Operation{OperationID: "get-map", Method: http.MethodGet, Path: "/map", Summary: "Places as pins, as they stand on a day",
		Description: "On a day that is past: what was to hang then. Today: what is due or still hangs. Later: what is due then. The most pressing of it is the state of the place."}, pano.LocationSee, s.getMap)
}

func (s *site) getMap(ctx context.Context, who pano.Actor, in *askMap) (*pinMap, error) {
	q := catalog.MapQuery{LocationQuery: catalog.LocationQuery{Text: in.Q, Kind: in.Kind, Agency: in.Agency}}
	if in.Closed != "" {
		closed := in.Closed == "true"
		q.Closed = &closed
	}
	var err error
	if q.Box, err = box(in.Box); err != nil {
		return nil, err
	}
	out := &pinMap{}
	b := &out.Body
	err = s.DB.Read(ctx, func(tx *catalog.Tx) error {
		b.Today = pano.DayOf(tx.Now)
		b.Day = b.Today
		if in.On != "" {
			if err := days(day{"on", &b.Day, &in.On}); err != nil {
				return err
			}
		}
		q.On, q.Today = b.Day, b.Today
		m, err := tx.Pins(ctx, who.Reach(pano.LocationSee), q)
		if err != nil {
			return err
		}
		b.Nowhere, b.More = m.Nowhere, m.More
		pins := columns(m.Pins)
		if b.States, b.Stamp = statesOf(m.Pins), stamp(pins); in.Only == "states" {
			return nil
		}
		if b.Pins = &pins; len(m.Pins) == 0 {
			return nil
		}
		areas, err := tx.Areas(ctx, who.Reach(pano.LocationSee), mostAreas)
		for _, l := range areas {
			pins.Areas[l.Code] = l.Name
		}
		return err
	})
	return out, err
}

// mostAreas is how many areas a map names at most.
const mostAreas = 300

func columns(all []catalog.Pin) Pins {
	n := len(all)
	p := Pins{make([]pano.LocationID, n), make([]string, n), make([]string, n), make([]string, n), make([]float64, n), make([]float64, n), map[string]string{}}
	for i, pin := range all {
		p.ID[i], p.Code[i], p.Name[i], p.Area[i] = pin.ID, pin.Code, pin.Name, pin.Area
		p.Lat[i], p.Lon[i] = metre(pin.Lat), metre(pin.Lon)
	}
	return p
}

// metre rounds degrees to a tenth of a metre.
func metre(degrees float64) float64 { return math.Round(degrees*1e6) / 1e6 }

func statesOf(all []catalog.Pin) string {
	text := make([]byte, len(all))
	for i, pin := range all {
		text[i] = letters[pin.State]
	}
	return string(text)
}

// stamp changes with what is drawn of the pins, their states apart.
func stamp(p Pins) string {
	h := fnv.New64a()
	for i, id := range p.ID {
		fmt.Fprintln(h, id, p.Code[i], p.Name[i], p.Area[i], p.Lat[i], p.Lon[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// box reads west,south,east,north; "" is everywhere.
func box(text string) (b catalog.Box, err error) {
	if text == "" {
		return b, nil
	}
	parts := strings.Split(text, ",")
	edges := []*float64{&b.West, &b.South, &b.East, &b.North}
	for i, edge := range edges {
		if len(parts) != len(edges) {
			break
		}
		if *edge, err = strconv.ParseFloat(parts[i], 64); err != nil {
			break
		}
	}
	if len(parts) != len(edges) || err != nil || !(b.West < b.East && b.South < b.North) { // so that NaN is out as well
		return b, pano.Invalid("request.field", "box").At("box").Because(err)
	}
	return b, nil
}
