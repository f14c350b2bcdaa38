package py

import (
	"fmt"
	"strings"
	"time"
)

// NewDate returns datetime.date(year, month, day). It fails when there is no such day between the
// years 1 and 9999.
func NewDate(year int, month time.Month, day int) (*Object, error) {
	if err := checkDate(year, month, day); err != nil {
		return nil, err
	}
	return NewObject(class("datetime", "date"), []byte{byte(year >> 8), byte(year), byte(month), byte(day)}), nil
}

// datetimeClass has a name of its own: Python's is another str than that of the module.
var datetimeClass = class("datetime", strings.Clone("datetime"))

func checkDate(year int, month time.Month, day int) error {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || t.Day() != day || t.Month() != month {
		return fmt.Errorf("pizco/py: there is no date %d-%d-%d", year, month, day)
	}
	return nil
}

// Clock is the time of day of [NewTime] and [NewDateTime].
type Clock struct {
	Hour, Minute, Second, Microsecond int
	// Fold is set for the second of two equal wall-clock times, at the end of daylight saving time.
	// Protocols below 4 lose it.
	Fold bool
}

func (c Clock) bytes() ([]byte, error) {
	if c.Hour < 0 || c.Hour > 23 || c.Minute < 0 || c.Minute > 59 || c.Second < 0 || c.Second > 59 || c.Microsecond < 0 || c.Microsecond > 999_999 {
		return nil, fmt.Errorf("pizco/py: there is no time of day %02d:%02d:%02d.%06d", c.Hour, c.Minute, c.Second, c.Microsecond)
	}
	us := c.Microsecond
	return []byte{byte(c.Hour), byte(c.Minute), byte(c.Second), byte(us >> 16), byte(us >> 8), byte(us)}, nil
}

// NewTime returns datetime.time of the clock. The zone is a timezone, ZoneInfo or another tzinfo,
// or nil for a naive time.
func NewTime(clock Clock, zone *Object) (*Object, error) {
	packed, err := clock.bytes()
	if err != nil {
		return nil, err
	}
	return packedTime(class("datetime", "time"), packed, 0, clock.Fold, zone), nil
}

// NewDateTime returns datetime.datetime of the date and the clock. The zone is a timezone, ZoneInfo
// or another tzinfo, or nil for a naive time.
func NewDateTime(year int, month time.Month, day int, clock Clock, zone *Object) (*Object, error) {
	if err := checkDate(year, month, day); err != nil {
		return nil, err
	}
	packed, err := clock.bytes()
	if err != nil {
		return nil, err
	}
	packed = append([]byte{byte(year >> 8), byte(year), byte(month), byte(day)}, packed...)
	return packedTime(datetimeClass, packed, 2, clock.Fold, zone), nil
}

// packedTime returns a datetime or time; the byte at foldAt carries the fold from protocol 4 on.
func packedTime(class Class, packed []byte, foldAt int, fold bool, zone *Object) *Object {
	with := func(packed []byte) *Object {
		if zone == nil {
			return NewObject(class, packed)
		}
		return NewObject(class, packed, zone)
	}
	if !fold {
		return with(packed)
	}
	folded := append([]byte(nil), packed...)
	folded[foldAt] |= 0x80
	o := with(folded)
	o.Reducer = below{4, with(packed)}
	return o
}

// NewTimeDelta returns datetime.timedelta of d, cut to microseconds.
func NewTimeDelta(d time.Duration) *Object {
	const day = secsPerDay * microsPerSec
	us := int64(d / time.Microsecond)
	days, us := floorDiv(us, day)
	seconds, us := floorDiv(us, microsPerSec)
	return NewTimeDeltaOf(days, seconds, us)
}

// NewTimeDeltaOf returns datetime.timedelta(days, seconds, microseconds) of parts in their normal
// form: seconds from 0 to 86,399 and microseconds from 0 to 999,999.
func NewTimeDeltaOf(days, seconds, microseconds int64) *Object {
	return NewObject(class("datetime", "timedelta"), days, seconds, microseconds)
}

// utc is datetime.timezone.utc, which is one object in Python too.
var utc = NewObject(class("datetime", "timezone"), NewTimeDelta(0))

// NewTimeZone returns datetime.timezone(offset, name), without the name when it is empty. Without
// an offset and a name it is datetime.timezone.utc, always the same object, which must not be
// changed.
func NewTimeZone(offset time.Duration, name string) *Object {
	if offset == 0 && name == "" {
		return utc
	}
	if name == "" {
		return NewObject(class("datetime", "timezone"), NewTimeDelta(offset))
	}
	return NewObject(class("datetime", "timezone"), NewTimeDelta(offset), name)
}

// NewZoneInfo returns zoneinfo.ZoneInfo(key), from Python's cache of zones. There is one object for
// a key in Python, so use one for all of a pickle.
func NewZoneInfo(key string) *Object {
	unpickle := NewObject(class("builtins", "getattr"), class("zoneinfo", "ZoneInfo"), "_unpickle")
	return &Object{Callable: unpickle, Args: Tuple{key, int64(1)}}
}

// NewStructTime returns time.struct_time of the nine fields, such as time.gmtime gives, with its
// zone's name and offset from UTC in seconds.
func NewStructTime(fields [9]int, zone string, offset int) *Object {
	nine := make(Tuple, len(fields))
	for i, f := range fields {
		nine[i] = int64(f)
	}
	extra := StrDict(Item{"tm_zone", zone}, Item{"tm_gmtoff", int64(offset)})
	return NewObject(class("time", "struct_time"), nine, extra)
}

// NewTimeOf returns an aware datetime.datetime of t, cut to microseconds, in zone, or when zone is
// nil in a timezone of t's offset. It fails when the year is not within 1 and 9999.
func NewTimeOf(t time.Time, zone *Object) (*Object, error) {
	if zone == nil {
		_, offset := t.Zone()
		zone = NewTimeZone(time.Duration(offset)*time.Second, "")
	}
	year, month, day := t.Date()
	return NewDateTime(year, month, day, Clock{Hour: t.Hour(), Minute: t.Minute(), Second: t.Second(), Microsecond: t.Nanosecond() / 1000}, zone)
}
