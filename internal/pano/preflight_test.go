package pano

import "testing"

func TestSizesAreCodesOrMillimetres(t *testing.T) {
	for _, tt := range []struct {
		text          string
		view          float64
		width, height MM
		want          Demands
		scale         int
		ok            bool
	}{
		{"a2", 0, 420, 594, Demands{150, 120, 80}, 1, true},
		{"A2", 10, 420, 594, Demands{17, 13, 10}, 1, true}, // seen from afar
		{"1200x800", 0, 1200, 800, Demands{81, 61, 40}, 1, true},
		{"1200×800", 1, 1200, 800, Demands{175, 131, 87}, 1, true},
		{"6000X1500", 6, 6000, 1500, Demands{29, 22, 15}, 10, true},
		{"5074x100", 0, 5074, 100, Demands{23, 17, 11}, 1, true},
		{"5075x100", 0, 5075, 100, Demands{23, 17, 11}, 10, true},
		{"0x800", 0, 0, 0, Demands{}, 0, false},
		{"-5x800", 0, 0, 0, Demands{}, 0, false},
		{"1200", 0, 0, 0, Demands{}, 0, false},
		{"1200x", 0, 0, 0, Demands{}, 0, false},
		{"1200x99999999999999999999", 0, 0, 0, Demands{}, 0, false},
		{"", 0, 0, 0, Demands{}, 0, false},
	} {
		p, err := ParseSize(tt.text, tt.view)
		if (err == nil) != tt.ok || p.Width != tt.width || p.Height != tt.height || p.Scale != tt.scale || tt.ok && p.Demands() != tt.want {
			t.Errorf("%q from %g m: %+v demands %+v, %v", tt.text, tt.view, p, p.Demands(), err)
		}
	}
}
