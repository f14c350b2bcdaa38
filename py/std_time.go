package py

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Sizes of the packed forms that datetime's classes are written as.
const (
	dateSize     = 4
	timeSize     = 6
	datetimeSize = 10
)

const (
	// foldBit marks, in the month of a datetime or the hour of a time, the second of two equal
	// wall-clock times.
	foldBit      = 0x80
	microsPerSec = 1_000_000
	secsPerDay   = 24 * 60 * 60
	// maxDurationDays is the number of days above which no timedelta fits a time.Duration.
	maxDurationDays = math.MaxInt64/int64(time.Second)/secsPerDay + 1
)

var (
	errNotTime     = errors.New("it is not a datetime, date or time")
	errNotDuration = errors.New("it is neither a timedelta nor a naive time")
	errNoDate      = errors.New("its zone has an offset only on a date")
	errPacked      = errors.New("its packed form is not valid")
)

// timeOf returns the moment of a datetime, the midnight of a date, or a time on the first day of
// year 1. What has no zone is taken for UTC.
func timeOf(o *Object) (time.Time, error) {
	switch o.Class() {
	case Class{"datetime", "datetime"}:
		p, err := packed(o, datetimeSize)
		if err != nil {
			return time.Time{}, err
		}
		wall, fold, err := wallOf(p)
		if err != nil {
			return time.Time{}, err
		}
		return inZoneOf(wall, fold, zoneArg(o))
	case Class{"datetime", "date"}:
		p, err := packed(o, dateSize)
		if err != nil {
			return time.Time{}, err
		}
		return packedDate{int(p[0])<<8 | int(p[1]), int(p[2]), int(p[3])}.wall(make([]byte, timeSize))
	case Class{"datetime", "time"}:
		p, err := packed(o, timeSize)
		if err != nil {
			return time.Time{}, err
		}
		return clockOf(p, zoneArg(o))
	case Class{"pandas._libs.tslibs.timestamps", "Timestamp"}, Class{"pandas._libs.tslibs.timestamps", "_unpickle_timestamp"}:
		return timestamp(o.Args)
	}
	return time.Time{}, errNotTime
}

// clockOf returns a packed time of day on the first day of year 1. In a zone whose offset changes
// it has none.
func clockOf(p []byte, tz any) (time.Time, error) {
	wall, err := packedDate{1, 1, 1}.wall(p)
	if err != nil || tz == nil {
		return wall, err
	}
	z, err := zoneOf(tz)
	if err != nil {
		return time.Time{}, err
	}
	if _, ok := z.constant(); !ok {
		return time.Time{}, errNoDate
	}
	return inZone(wall, p[0]&foldBit != 0, z)
}

// packed returns the first argument, which holds the fields in bytes. Python 2 writes it as a str
// with one character for each byte.
func packed(o *Object, size int) ([]byte, error) {
	if len(o.Args) == 0 {
		return nil, errPacked
	}
	var p []byte
	switch arg := o.Args[0].(type) {
	case []byte:
		p = arg
	case string:
		for _, r := range arg {
			if r > math.MaxUint8 {
				return nil, errPacked
			}
			p = append(p, byte(r))
		}
	}
	if len(p) != size {
		return nil, errPacked
	}
	return p, nil
}

func zoneArg(o *Object) any {
	if len(o.Args) < 2 {
		return nil
	}
	return o.Args[1]
}

// wallOf returns what the clock of a packed datetime shows, as a time in UTC, and its fold.
func wallOf(p []byte) (wall time.Time, fold bool, err error) {
	date := packedDate{int(p[0])<<8 | int(p[1]), int(p[2] &^ foldBit), int(p[3])}
	wall, err = date.wall(p[4:])
	return wall, p[2]&foldBit != 0, err
}

type packedDate struct{ year, month, day int }

// wall returns the date with the packed time of day, as a time in UTC.
func (d packedDate) wall(clock []byte) (time.Time, error) {
	hour, minute, sec := int(clock[0]&^foldBit), int(clock[1]), int(clock[2])
	micros := int(clock[3])<<16 | int(clock[4])<<8 | int(clock[5])
	wall := time.Date(d.year, time.Month(d.month), d.day, hour, minute, sec, micros*1000, time.UTC)
	valid := wall.Year() == d.year && int(wall.Month()) == d.month && wall.Day() == d.day && d.year > 0 &&
		wall.Hour() == hour && wall.Minute() == minute && wall.Second() == sec && micros < microsPerSec
	if !valid {
		return time.Time{}, errPacked
	}
	return wall, nil
}

// inZoneOf returns the moment at which the clock of a tzinfo object (nil is UTC) shows wall.
func inZoneOf(wall time.Time, fold bool, tz any) (time.Time, error) {
	if tz == nil {
		return wall, nil
	}
	z, err := zoneOf(tz)
	if err != nil {
		return time.Time{}, err
	}
	t, err := inZone(wall, fold, z)
	if err != nil {
		return time.Time{}, &ZoneError{Class: zoneClass(tz), Err: err}
	}
	return t, nil
}

// moment returns when the clock in loc shows what wall shows in UTC. Of two such moments fold
// chooses the later one; where the clock skips it, the offset from before the change holds, or with
// fold the one from after, as in Python.
func moment(wall time.Time, loc *time.Location, fold bool) time.Time {
	const day = 24 * time.Hour
	_, before := wall.Add(-day).In(loc).Zone()
	_, after := wall.Add(day).In(loc).Zone()
	first := wall.Add(-time.Duration(before) * time.Second).In(loc)
	second := wall.Add(-time.Duration(after) * time.Second).In(loc)
	_, firstOffset := first.Zone()
	_, secondOffset := second.Zone()
	firstShows, secondShows := firstOffset == before, secondOffset == after
	switch {
	case firstShows && !secondShows:
		return first
	case secondShows && !firstShows, fold:
		return second
	}
	return first
}

// durationOf returns the length of a timedelta, or the time since midnight of a naive time.
func durationOf(o *Object) (time.Duration, error) {
	switch o.Class() {
	case Class{"datetime", "timedelta"}:
		return timedelta(o)
	case Class{"pandas._libs.tslibs.timedeltas", "_timedelta_unpickle"}, Class{"pandas._libs.tslibs.timedeltas", "Timedelta"}:
		return pandasDelta(o.Args)
	case Class{"datetime", "time"}:
		if zoneArg(o) != nil {
			return 0, errNotDuration
		}
		t, err := timeOf(o)
		if err != nil {
			return 0, err
		}
		return t.Sub(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)), nil
	}
	return 0, errNotDuration
}

func timedelta(o *Object) (time.Duration, error) {
	if len(o.Args) != 3 {
		return 0, errPacked
	}
	days, ok1 := o.Args[0].(int64)
	secs, ok2 := o.Args[1].(int64)
	micros, ok3 := o.Args[2].(int64)
	normal := ok1 && ok2 && ok3 && secs >= 0 && secs < secsPerDay && micros >= 0 && micros < microsPerSec
	switch {
	case !normal:
		return 0, errPacked
	case days < -maxDurationDays || days > maxDurationDays:
		return 0, fmt.Errorf("%d days are out of range", days)
	}
	micros += (days*secsPerDay + secs) * microsPerSec
	if most := int64(math.MaxInt64 / time.Microsecond); micros < -most || micros > most {
		return 0, fmt.Errorf("%d days are out of range", days)
	}
	return time.Duration(micros) * time.Microsecond, nil
}
