package pano_test

import (
	"testing"
	"time"

	"pano/internal/pano"
)

// TestTetIsOnTheDayPeopleKnow has the first days of years, those among them on
// which China's calendar differs (1985, 2007, 2030).
func TestTetIsOnTheDayPeopleKnow(t *testing.T) {
	for _, x := range []struct {
		y int
		m time.Month
		d int
	}{
		{1975, 2, 11}, {1985, 1, 21}, {1986, 2, 9}, {1990, 1, 27}, {1995, 1, 31}, {2000, 2, 5}, {2007, 2, 17}, {2010, 2, 14}, {2015, 2, 19},
		{2016, 2, 8}, {2017, 1, 28}, {2018, 2, 16}, {2019, 2, 5}, {2020, 1, 25}, {2021, 2, 12}, {2022, 2, 1}, {2023, 1, 22}, {2024, 2, 10},
		{2025, 1, 29}, {2026, 2, 17}, {2027, 2, 6}, {2028, 1, 26}, {2029, 2, 13}, {2030, 2, 2}, {2031, 1, 23}, {2032, 2, 11}, {2033, 1, 31}, {2034, 2, 19},
	} {
		if got, want := pano.Date(x.y, x.m, x.d).Lunar(), (pano.LunarDay{Day: 1, Month: 1, Year: x.y}); got != want {
			t.Errorf("%d-%d-%d is %+v", x.y, x.m, x.d, got)
		}
	}
}

func TestLeapMonthsAreThoseOfTheAlmanac(t *testing.T) {
	leaps := map[int]int{1985: 2, 1987: 7, 1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9,
		2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6}
	got := map[int]int{}
	for d := pano.Date(1985, 3, 1); d < pano.Date(2036, 12, 1); d++ {
		if l := d.Lunar(); l.Leap {
			got[l.Year] = l.Month
		}
	}
	for year, month := range leaps {
		if got[year] != month {
			t.Errorf("%d: month %d is repeated, want %d", year, got[year], month)
		}
		delete(got, year)
	}
	for year, month := range got {
		t.Errorf("%d has month %d twice", year, month)
	}
}

// TestLunarDaysFollowOneAnother: a month has 29 or 30 days, a year 12 or 13 months.
func TestLunarDaysFollowOneAnother(t *testing.T) {
	was := pano.Date(1950, 1, 1).Lunar()
	for d := pano.Date(1950, 1, 2); d < pano.Date(2090, 1, 1); d++ {
		l := d.Lunar()
		same := l.Day == was.Day+1 && l.Month == was.Month && l.Leap == was.Leap && l.Year == was.Year && l.Day <= 30
		repeated := l.Day == 1 && was.Day >= 29 && l.Month == was.Month && l.Leap && !was.Leap && l.Year == was.Year
		next := l.Day == 1 && was.Day >= 29 && l.Month == was.Month%12+1 && !l.Leap && l.Year == was.Year+btoi(l.Month == 1)
		if !same && !repeated && !next {
			t.Fatalf("%s is %+v, after %+v", d, l, was)
		}
		was = l
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
