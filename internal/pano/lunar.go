package pano

import "math"

// A LunarDay is a date of the calendar by which Viet Nam keeps Tết.
type LunarDay struct {
	Day, Month int  // 1–30, 1–12
	Leap       bool // the second month of that number
	Year       int  // in which its first month begins
}

// Lunar returns the lunar date of d, by the rules in force since 1968: days of
// UTC+7, a month begins on the day of the new moon, the month with the winter
// solstice is the eleventh, and in a year of thirteen months the first without
// a solar term at its middle repeats the number before it.
//
// New moons are good to a few minutes from 1900 to 2100: one that falls so close
// to midnight could be given to the wrong day. A test has the years people know.
func (d Day) Lunar() LunarDay {
	k := int(math.Floor((float64(d) - firstMoon) / moonth))
	for newMoon(k+1) <= d {
		k++
	}
	for newMoon(k) > d {
		k--
	}
	start := newMoon(k)
	year := start.Time().Year()
	from := eleventh(year)
	if from > k {
		year--
		from = eleventh(year)
	}
	n, until := k-from, eleventh(year+1) // months since the eleventh of year
	leap := 0
	if until-from == 13 {
		leap = leapAfter(from)
	}
	l := LunarDay{Day: int(d-start) + 1, Leap: leap > 0 && n == leap}
	if leap > 0 && n >= leap {
		n--
	}
	l.Month, l.Year = (n+10)%12+1, year
	if n >= 2 {
		l.Year++
	}
	return l
}

// moonth is how long a month of the moon is on average, and firstMoon the day of
// the new moon that newMoon counts from, in January 1900.
const (
	moonth    = 29.530588853
	firstMoon = -25567.0
)

// eleventh is the number of the new moon that begins the month with the winter
// solstice of year.
func eleventh(year int) int {
	end := Date(year, 12, 31)
	k := int(math.Floor((float64(end)-firstMoon)/moonth)) + 1
	for newMoon(k) > end {
		k--
	}
	if sunSign(newMoon(k)) >= 9 { // the solstice was before
		k--
	}
	return k
}

// leapAfter is how many months after the new moon from the first month without
// a middle of a sign of the sun begins.
func leapAfter(from int) int {
	for n := 1; n < 13; n++ {
		if sunSign(newMoon(from+n)) == sunSign(newMoon(from+n+1)) {
			return n
		}
	}
	return 13
}

// julian is the Julian date of the first moment of a day in Viet Nam.
func julian(d Day) float64 { return float64(d) + 2440587.5 - 7.0/24 }

func sine(degrees float64) float64 { return math.Sin(degrees * math.Pi / 180) }

// newMoon is the day in Viet Nam of the k-th new moon since January 1900, after
// Meeus, Astronomical Formulae for Calculators, chapter 32.
func newMoon(k int) Day {
	n := float64(k)
	t := n / 1236.85
	jde := 2415020.75933 + 29.53058868*n + 0.0001178*t*t - 0.000000155*t*t*t + 0.00033*sine(166.56+132.87*t-0.009173*t*t)
	sun := 359.2242 + 29.10535608*n - 0.0000333*t*t - 0.00000347*t*t*t
	moon := 306.0253 + 385.81691806*n + 0.0107306*t*t + 0.00001236*t*t*t
	node := 2 * (21.2964 + 390.67050646*n - 0.0016528*t*t - 0.00000239*t*t*t)
	jde += (0.1734-0.000393*t)*sine(sun) + 0.0021*sine(2*sun) - 0.4068*sine(moon) + 0.0161*sine(2*moon) - 0.0004*sine(3*moon) +
		0.0104*sine(node) - 0.0051*sine(sun+moon) - 0.0074*sine(sun-moon) + 0.0004*sine(node+sun) - 0.0004*sine(node-sun) -
		0.0006*sine(node+moon) + 0.0010*sine(node-moon) + 0.0005*sine(sun+2*moon)
	jde -= clockLag(t)
	return Day(math.Floor(jde + 7.0/24 - 2440587.5))
}

// clockLag is by how many days the turning Earth is behind an even clock, t
// centuries after 1900.
func clockLag(t float64) float64 { return -0.000278 + 0.000265*t + 0.000262*t*t }

// sunSign is in which twelfth of its way the sun is when a day begins in Viet
// Nam; 0 begins at the spring equinox. After Meeus, chapter 18.
func sunSign(d Day) int {
	t := (julian(d) - 2451545) / 36525
	mean := 357.52910 + 35999.05030*t - 0.0001559*t*t - 0.00000048*t*t*t
	long := 280.46645 + 36000.76983*t + 0.0003032*t*t +
		(1.914600-0.004817*t-0.000014*t*t)*sine(mean) + (0.019993-0.000101*t)*sine(2*mean) + 0.000290*sine(3*mean)
	return int(math.Floor(math.Mod(math.Mod(long, 360)+360, 360) / 30))
}
