package py

import (
	"errors"
	"math"
	"time"
)

// The units of a pandas value, as numpy numbers them. Those before 2.0 are all nanoseconds.
const (
	unitSeconds int64 = iota + 7
	unitMillis
	unitMicros
	unitNanos
)

// noTime is the number that stands for pandas' NaT.
const noTime = math.MinInt64

var (
	errPandas = errors.New("its state is not the one that pandas writes")
	errNaT    = errors.New("it is NaT, no time")
)

// inUnits returns the seconds and nanoseconds of a number of units.
func inUnits(n, unit int64) (secs, nanos int64, err error) {
	if n == noTime {
		return 0, 0, errNaT
	}
	perSec := int64(1)
	switch unit {
	case unitSeconds:
	case unitMillis:
		perSec = 1000
	case unitMicros:
		perSec = 1_000_000
	case unitNanos:
		perSec = 1_000_000_000
	default:
		return 0, 0, errPandas
	}
	secs = n / perSec
	rest := n % perSec
	if rest < 0 {
		secs, rest = secs-1, rest+perSec
	}
	return secs, rest * (1_000_000_000 / perSec), nil
}

// timestamp returns the moment of a pandas.Timestamp: (value, freq, tz[, unit]), where the value
// counts from 1970 in UTC.
func timestamp(args Tuple) (time.Time, error) {
	if len(args) < 3 || len(args) > 4 {
		return time.Time{}, errPandas
	}
	n, unit, ok := unitsOf(args, 3)
	if !ok {
		return time.Time{}, errPandas
	}
	secs, nanos, err := inUnits(n, unit)
	if err != nil {
		return time.Time{}, err
	}
	t := time.Unix(secs, nanos).UTC()
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, errPandas
	}
	if args[2] == nil {
		return t, nil
	}
	z, err := zoneOf(args[2])
	if err != nil {
		return time.Time{}, err
	}
	loc, err := displayed(t, z)
	if err != nil {
		return time.Time{}, &ZoneError{Class: zoneClass(args[2]), Err: err}
	}
	return t.In(loc), nil
}

// unitsOf returns the first argument, and the unit, which is nanoseconds where it is left out.
func unitsOf(args Tuple, at int) (n, unit int64, ok bool) {
	n, ok = args[0].(int64)
	if !ok || len(args) <= at {
		return n, unitNanos, ok
	}
	unit, ok = args[at].(int64)
	return n, unit, ok
}

// displayed returns the location in which the moment t is shown in a zone.
func displayed(t time.Time, z zone) (*time.Location, error) {
	if in, ok := z.(located); ok {
		return in.loc, nil
	}
	if loc, err := loadLocation(z.key()); z.key() != "" && err == nil {
		return loc, nil
	}
	// The offset of the wall clock that shows t is found from that of UTC's, and again where it is
	// another.
	offset, err := z.at(t, false)
	if err != nil {
		return nil, err
	}
	if offset, err = z.at(t.Add(offset.ahead), false); err != nil {
		return nil, err
	}
	return offset.location(), nil
}

// pandasDelta returns the length of a pandas.Timedelta: (value[, unit]).
func pandasDelta(args Tuple) (time.Duration, error) {
	if len(args) < 1 || len(args) > 2 {
		return 0, errPandas
	}
	n, unit, ok := unitsOf(args, 1)
	if !ok {
		return 0, errPandas
	}
	secs, nanos, err := inUnits(n, unit)
	if err != nil {
		return 0, err
	}
	if most := int64(math.MaxInt64 / time.Second); secs >= most || secs <= -most {
		return 0, errors.New("it is out of the range of a time.Duration")
	}
	return time.Duration(secs)*time.Second + time.Duration(nanos), nil
}
