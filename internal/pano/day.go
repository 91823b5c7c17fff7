package pano

import "time"

// VietNam is the zone in which days begin and end: UTC+7, without summer time since 1975.
func VietNam() *time.Location { return time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60) }

// A Day is a civil date, counted in days since 1 January 1970.
type Day int

// DayOf returns the date in Viet Nam at t.
func DayOf(t time.Time) Day {
	y, m, d := t.In(VietNam()).Date()
	return Date(y, m, d)
}

// Date returns the day of that date.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// ParseDay reads YYYY-MM-DD. It fails with KindInvalid.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return 0, Invalid("day.unreadable", s).Because(err)
	}
	return Date(t.Date()), nil
}

// Time returns midnight UTC of d, for formatting only.
func (d Day) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// MarshalText writes YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// A Period is half-open: on Until the place is free again. People are shown Last.
type Period struct{ From, Until Day }

// Last is the last day of p.
func (p Period) Last() Day { return p.Until - 1 }

// Has reports whether d is a day of p.
func (p Period) Has(d Day) bool { return p.From <= d && d < p.Until }

// Meets reports whether p and o share a day.
func (p Period) Meets(o Period) bool { return p.From < o.Until && o.From < p.Until }

// Check fails with KindInvalid if p has no days, or more than ten years of them.
func (p Period) Check() error {
	switch {
	case p.Until <= p.From:
		return Invalid("period.ends_before_start").At("until")
	case p.Until-p.From > 3660:
		return Invalid("period.too_long").At("until")
	}
	return nil
}
