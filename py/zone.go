package py

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// zone is a tzinfo object as far as Go can tell its offset from UTC.
type zone interface {
	// at returns the offset when the zone's clock shows wall (a time in UTC with those fields).
	// Of two such moments fold chooses the later one.
	at(wall time.Time, fold bool) (zoneOffset, error)
	// constant returns the offset that holds at all times, and false where it changes.
	constant() (zoneOffset, bool)
	// key is the zone's name in the time zone database, empty without one.
	key() string
}

// zoneOffset is how far a zone's clock is ahead of UTC, and what the zone is called then.
type zoneOffset struct {
	ahead time.Duration
	name  string
}

// ZoneError reports a tzinfo object whose offset from UTC cannot be told in Go.
type ZoneError struct {
	// Class is the class of the object, the zero Class when it has none.
	Class Class
	// Err says why.
	Err error
}

func (e *ZoneError) Error() string {
	if e.Class == (Class{}) {
		return "pizco/py: the time zone is not known: " + e.Err.Error()
	}
	return "pizco/py: the time zone, a " + e.Class.String() + ", is not known: " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *ZoneError) Unwrap() error { return e.Err }

var (
	errZoneClass = errors.New("only the zones of datetime, zoneinfo, pytz and dateutil, and FixedOffset classes, are")
	errZoneState = errors.New("its state is not the one that its class writes")
	errZoneRange = errors.New("its offset is a day or more")
	errZoneMicro = errors.New("its offset has a part of a second, which a time.Location has not")
	errZoneMoves = errors.New("its offset changes, and not as the time zone database says")
)

// zoneOf returns the zone of a tzinfo object, or a [*ZoneError].
func zoneOf(v any) (zone, error) {
	o, ok := v.(*Object)
	if !ok {
		return nil, &ZoneError{Err: fmt.Errorf("it is a %s", TypeName(v))}
	}
	z, err := knownZone(o)
	if err != nil {
		return nil, &ZoneError{Class: o.Class(), Err: err}
	}
	return z, nil
}

func zoneClass(tz any) Class {
	o, ok := tz.(*Object)
	if !ok {
		return Class{}
	}
	return o.Class()
}

func knownZone(o *Object) (zone, error) {
	class := o.Class()
	switch {
	case class == Class{"datetime", "timezone"}:
		return timezoneOf(o.Args)
	case class == Class{"zoneinfo", "ZoneInfo._unpickle"}, class == Class{"backports.zoneinfo", "ZoneInfo._unpickle"}:
		return namedZone(firstText(o.Args))
	case class.Module == "pytz":
		return pytzZone(class.Name, o.Args)
	case strings.HasPrefix(class.Module, "dateutil."):
		return dateutilZone(class.Name, o)
	case strings.HasPrefix(class.Name, "Fixed"):
		return fixedOffsetZone(o)
	case class.Name == "UTC" && len(o.Args) == 0 && isEmptyState(o.State):
		return fixed{zoneOffset{0, "UTC"}}, nil
	}
	return nil, errZoneClass
}

func isEmptyState(state any) bool {
	d, ok := state.(*Dict)
	return state == nil || ok && d.Len() == 0
}

func firstText(args Tuple) string {
	if len(args) == 0 {
		return ""
	}
	text, _ := args[0].(string)
	return text
}

// fixed is a zone whose offset never changes.
type fixed struct{ zoneOffset }

func (z fixed) at(time.Time, bool) (zoneOffset, error) { return z.zoneOffset, nil }

func (z fixed) constant() (zoneOffset, bool) { return z.zoneOffset, true }

func (z fixed) key() string { return "" }

func fixedZone(offset time.Duration, name string) (zone, error) {
	if offset.Abs() >= secsPerDay*time.Second {
		return nil, errZoneRange
	}
	return fixed{zoneOffset{offset, name}}, nil
}

// timezoneOf returns the zone of a datetime.timezone; one without a name has the name that Python
// gives it.
func timezoneOf(args Tuple) (zone, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, errZoneState
	}
	offset, err := deltaOf(args[0])
	if err != nil {
		return nil, err
	}
	name := offsetName(offset)
	if len(args) == 2 {
		text, ok := args[1].(string)
		if !ok {
			return nil, errZoneState
		}
		name = text
	}
	return fixedZone(offset, name)
}

func deltaOf(v any) (time.Duration, error) {
	o, ok := v.(*Object)
	if !ok || o.Class() != (Class{"datetime", "timedelta"}) {
		return 0, errZoneState
	}
	return timedelta(o)
}

// fixedOffsetZone returns the zone of one of the classes that programs have had for a fixed offset
// since Python 2: FixedOffset of django, bson and iso8601, FixedOffsetTimezone of psycopg2. Each
// keeps a timedelta under a name that ends in "offset", and all else that it keeps is text.
func fixedOffsetZone(o *Object) (zone, error) {
	state, ok := o.State.(*Dict)
	if !ok {
		return nil, errZoneState
	}
	var offset time.Duration
	var name string
	found := false
	for key, value := range state.All() {
		attr, _ := key.(string)
		switch value := value.(type) {
		case *Object:
			d, err := deltaOf(value)
			if err != nil {
				return nil, err
			}
			switch {
			case strings.HasSuffix(attr, "offset") && !found:
				offset, found = d, true
			case !strings.HasSuffix(attr, "dst") || d != 0:
				return nil, errZoneState
			}
		case string:
			if strings.HasSuffix(attr, "name") {
				name = value
			}
		case nil:
		default:
			return nil, errZoneState
		}
	}
	if !found {
		return nil, errZoneState
	}
	if name == "" {
		name = offsetName(offset)
	}
	return fixedZone(offset, name)
}

// located is a zone whose changes a time.Location knows.
type located struct {
	loc  *time.Location
	name string
}

// namedZone returns a zone of the time zone database.
func namedZone(name string) (zone, error) {
	if name == "" || name == "Local" {
		return nil, errZoneState
	}
	loc, err := loadLocation(name)
	if err != nil {
		return nil, err
	}
	return located{loc, name}, nil
}

// locations keeps the locations that were loaded, of which there are no more than the database has:
// package time reads their files anew.
var locations sync.Map

func loadLocation(name string) (*time.Location, error) {
	if loc, ok := locations.Load(name); ok {
		if loc, ok := loc.(*time.Location); ok {
			return loc, nil
		}
	}
	loc, err := time.LoadLocation(name)
	if err == nil && loc != time.UTC {
		locations.Store(name, loc)
	}
	return loc, err
}

func (z located) at(wall time.Time, fold bool) (zoneOffset, error) {
	t := moment(wall, z.loc, fold)
	name, _ := t.Zone()
	return zoneOffset{wall.Sub(t), name}, nil
}

func (z located) constant() (zoneOffset, bool) {
	t := time.Unix(0, 0).In(z.loc)
	start, end := t.ZoneBounds()
	name, secs := t.Zone()
	return zoneOffset{time.Duration(secs) * time.Second, name}, start.IsZero() && end.IsZero()
}

func (z located) key() string { return z.name }

// dated is a zone with one offset, which it has on dates only, as one of pytz that keeps the offset
// of the time that was put into it.
type dated struct {
	fixed
	name string
}

func (z dated) key() string { return z.name }

func (z dated) constant() (zoneOffset, bool) { return zoneOffset{}, false }

func pytzZone(class string, args Tuple) (zone, error) {
	switch {
	case class == "_UTC" || class == "UTC":
		return fixed{zoneOffset{0, "UTC"}}, nil
	case class == "FixedOffset" && len(args) > 0:
		minutes, ok := args[0].(int64)
		if !ok || minutes <= -minutesPerDay || minutes >= minutesPerDay {
			return nil, errZoneRange
		}
		offset := time.Duration(minutes) * time.Minute
		return fixedZone(offset, offsetName(offset))
	case class == "_p" && len(args) == 1:
		return namedZone(firstText(args))
	case class == "_p" && len(args) == 4:
		var offset int64
		key, ok1 := args[0].(string)
		name, ok2 := args[3].(string)
		offset, ok3 := args[1].(int64)
		if !ok1 || !ok2 || !ok3 {
			return nil, errZoneState
		}
		if offset <= -secsPerDay || offset >= secsPerDay {
			return nil, errZoneRange
		}
		return dated{fixed{zoneOffset{time.Duration(offset) * time.Second, name}}, key}, nil
	}
	return nil, errZoneState
}

const minutesPerDay = 24 * 60

// UTCOffset returns how far the clock of a datetime.datetime or datetime.time is ahead of UTC, in
// whole microseconds, as its utcoffset() does. It reports false for one without a zone, and for a
// time whose zone has an offset only with a date. A zone that is not known here is a [*ZoneError].
func UTCOffset(o *Object) (offset time.Duration, aware bool, err error) {
	tz := zoneArg(o)
	if tz == nil {
		return 0, false, nil
	}
	z, err := zoneOf(tz)
	if err != nil {
		return 0, false, err
	}
	switch o.Class() {
	case Class{"datetime", "datetime"}:
		p, err := packed(o, datetimeSize)
		if err != nil {
			return 0, false, err
		}
		wall, fold, err := wallOf(p)
		if err != nil {
			return 0, false, err
		}
		at, err := z.at(wall, fold)
		if err != nil {
			return 0, false, &ZoneError{Class: zoneClass(tz), Err: err}
		}
		return at.ahead, true, nil
	case Class{"datetime", "time"}:
		at, ok := z.constant()
		return at.ahead, ok, nil
	}
	return 0, false, errNotTime
}

// ZoneName returns the name in the time zone database of the zone of a datetime.datetime or
// datetime.time, empty where it has none.
func ZoneName(o *Object) string {
	z, err := zoneOf(zoneArg(o))
	if err != nil {
		return ""
	}
	return z.key()
}

// inZone returns the moment at which the clock of a zone shows wall. Its location is that of the
// time zone database where that agrees, else one with the offset alone, rounded to the second.
func inZone(wall time.Time, fold bool, z zone) (time.Time, error) {
	offset, err := z.at(wall, fold)
	if err != nil {
		return time.Time{}, err
	}
	t := wall.Add(-offset.ahead)
	if in, ok := z.(located); ok {
		return t.In(in.loc), nil
	}
	if loc, err := loadLocation(z.key()); z.key() != "" && err == nil {
		if _, secs := t.In(loc).Zone(); time.Duration(secs)*time.Second == offset.ahead {
			return t.In(loc), nil
		}
	}
	return t.In(offset.location()), nil
}

// location returns a location that has the offset always, rounded to the second.
func (o zoneOffset) location() *time.Location {
	if o.ahead == 0 && o.name == "UTC" {
		return time.UTC
	}
	return time.FixedZone(o.name, int(o.ahead.Round(time.Second)/time.Second))
}

// locationOf returns the location of a tzinfo object.
func locationOf(o *Object) (*time.Location, error) {
	z, err := zoneOf(o)
	if err != nil {
		return nil, err
	}
	refuse := func(err error) (*time.Location, error) { return nil, &ZoneError{Class: o.Class(), Err: err} }
	if in, ok := z.(located); ok {
		return in.loc, nil
	}
	if z.key() != "" {
		loc, err := loadLocation(z.key())
		if err != nil {
			return refuse(err)
		}
		return loc, nil
	}
	offset, ok := z.constant()
	switch {
	case !ok:
		return refuse(errZoneMoves)
	case offset.ahead%time.Second != 0:
		return refuse(errZoneMicro)
	}
	return offset.location(), nil
}

// offsetName returns "UTC+01:00" for an hour, with seconds and microseconds where there are some.
func offsetName(offset time.Duration) string {
	if offset == 0 {
		return "UTC"
	}
	return "UTC" + OffsetText(offset)
}

// OffsetText returns the text of an offset from UTC as isoformat() writes it: "+01:00", "-00:30",
// "+00:00:00.500000". Parts of a microsecond are left out.
func OffsetText(offset time.Duration) string {
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	secs, micros := int(offset/time.Second), int(offset%time.Second/time.Microsecond)
	text := fmt.Sprintf("%c%02d:%02d", sign, secs/3600, secs/60%60)
	if secs%60 != 0 || micros != 0 {
		text += fmt.Sprintf(":%02d", secs%60)
	}
	if micros != 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	return text
}
