package tagged

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pizco-go/pizco/py"
)

// The keys of a $datetime or $time that is more than its text says.
const (
	timeAt     = "at"
	timeFold   = "fold"
	timeZone   = "zone"
	timeOffset = "offset" // what the zone's clock is ahead of UTC then, for readers that do not know the zone
)

// foldBit marks the second of two equal wall-clock times, in the first byte of a time and the third
// of a datetime.
const foldBit = 0x80

// packedBytes returns the argument that holds the fields of an object of datetime's classes.
func packedBytes(o *py.Object, size int) []byte {
	if len(o.Args) == 0 {
		return nil
	}
	p, ok := o.Args[0].([]byte)
	if !ok || len(p) != size {
		return nil
	}
	return p
}

func dateText(p []byte) string {
	return fmt.Sprintf("%04d-%02d-%02d", int(p[0])<<8|int(p[1]), p[2]&^foldBit, p[3])
}

func clockText(p []byte) string {
	text := fmt.Sprintf("%02d:%02d:%02d", p[0]&^foldBit, p[1], p[2])
	if us := int(p[3])<<16 | int(p[4])<<8 | int(p[5]); us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}

func writeDate(o *py.Object) any {
	p := packedBytes(o, 4)
	if p == nil {
		return nil
	}
	return dateText(p)
}

func readDate(content any) (any, error) {
	text, ok := content.(string)
	if !ok {
		return nil, errWant("a date such as 2026-11-23")
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, errWant("a date such as 2026-11-23")
	}
	return py.NewDate(t.Year(), t.Month(), t.Day())
}

func writeTime(o *py.Object) any {
	p := packedBytes(o, 6)
	if p == nil {
		return nil
	}
	return withZone(clockText(p), p[0]&foldBit != 0, o)
}

func writeDateTime(o *py.Object) any {
	p := packedBytes(o, 10)
	if p == nil {
		return nil
	}
	return withZone(dateText(p)+"T"+clockText(p[4:]), p[2]&foldBit != 0, o)
}

// withZone adds a time's zone to its text: as an offset where that says all.
func withZone(text string, fold bool, o *py.Object) any {
	var zone any
	if len(o.Args) > 1 {
		zone = o.Args[1]
	}
	offset, plain := plainOffset(zone)
	switch {
	case zone == nil && !fold:
		return text
	case plain && !fold:
		return text + offset
	}
	form := py.StrDict(py.Item{Key: timeAt, Value: text})
	if fold {
		_ = form.Set(timeFold, true) // a str has a hash
	}
	if plain {
		_ = form.Set(timeAt, text+offset)
	} else if zone != nil {
		tree, err := Tree(zone)
		if err != nil {
			return nil
		}
		_ = form.Set(timeZone, tree)
		if offset, aware, err := py.UTCOffset(o); aware && err == nil && !saysOffset(tree) {
			_ = form.Set(timeOffset, py.OffsetText(offset))
		}
	}
	return form
}

// saysOffset reports whether the tree of a zone is a $timezone, which has its offset.
func saysOffset(zone any) bool {
	form, ok := zone.(*py.Dict)
	if !ok {
		return false
	}
	_, ok = form.Get(tagTimeZone)
	return ok
}

// isTime reports whether an object is a datetime or a time.
func isTime(o *py.Object) bool {
	class := o.Class()
	return class.Module == "datetime" && (class.Name == "datetime" || class.Name == "time")
}

// isoText returns what isoformat() gives for a datetime or time. It reports false where that would
// leave out the zone: of one that is not known, and of a time whose zone has an offset only on a
// date.
func isoText(o *py.Object) (string, bool) {
	var text string
	switch {
	case o.Class() == py.Class{Module: "datetime", Name: "datetime"}:
		p := packedBytes(o, 10)
		if p == nil {
			return "", false
		}
		text = dateText(p) + "T" + clockText(p[4:])
	case o.Class() == py.Class{Module: "datetime", Name: "time"}:
		p := packedBytes(o, 6)
		if p == nil {
			return "", false
		}
		text = clockText(p)
	default:
		return "", false
	}
	offset, aware, err := py.UTCOffset(o)
	switch {
	case aware && err == nil:
		return text + py.OffsetText(offset), true
	case len(o.Args) > 1 && o.Args[1] != nil:
		return "", false
	}
	return text, true
}

// plainOffset returns the offset of a datetime.timezone without a name, such as "+01:00".
func plainOffset(zone any) (string, bool) {
	o, ok := zone.(*py.Object)
	if !ok || o.Class() != timeZoneClass || len(o.Args) != 1 {
		return "", false
	}
	delta, ok := o.Args[0].(*py.Object)
	if !ok {
		return "", false
	}
	var d time.Duration
	if py.Assign(&d, delta) != nil || d.Abs() >= 24*time.Hour {
		return "", false
	}
	return py.OffsetText(d), true
}

var timePattern = regexp.MustCompile(`^(?:(\d{4})-(\d\d)-(\d\d)[T ])?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)?$`)

// moment is what the text of a $time or $datetime says.
type moment struct {
	dated            bool
	year, month, day int
	clock            py.Clock
	zone             *py.Object
}

func parseMoment(text string) (moment, bool) {
	groups := timePattern.FindStringSubmatch(text)
	if groups == nil {
		return moment{}, false
	}
	number := func(i int) int {
		n, _ := strconv.Atoi(groups[i]) // digits, or nothing
		return n
	}
	m := moment{dated: groups[1] != "", year: number(1), month: number(2), day: number(3)}
	micros, _ := strconv.Atoi((groups[7] + "000000")[:6])
	m.clock = py.Clock{Hour: number(4), Minute: number(5), Second: number(6), Microsecond: micros}
	if groups[8] != "" {
		m.zone = py.NewTimeZone(parseOffset(groups[8]), "")
	}
	return m, true
}

func parseOffset(text string) time.Duration {
	if text == "Z" {
		return 0
	}
	var total time.Duration
	unit := time.Hour
	whole, part, _ := strings.Cut(text[1:], ".")
	for _, field := range strings.Split(whole, ":") {
		n, _ := strconv.Atoi(field) // two digits
		total += time.Duration(n) * unit
		unit /= 60
	}
	micros, _ := strconv.Atoi((part + "000000")[:6])
	total += time.Duration(micros) * time.Microsecond
	if text[0] == '-' {
		return -total
	}
	return total
}

var errZoneTwice = errors.New("it has an offset and a zone")

// moment reads the content of a $time or $datetime.
func (r *Reader) moment(content any) (m moment, err error) {
	if text, ok := content.(string); ok {
		if m, ok := parseMoment(text); ok {
			return m, nil
		}
		return moment{}, errWant("a time such as 2026-11-23T23:59:59.5+01:00")
	}
	form, ok := content.(*py.Dict)
	if !ok {
		return moment{}, errWant("a time such as 2026-11-23T23:59:59.5+01:00, or an object with at, fold and zone")
	}
	at, _ := form.Get(timeAt)
	text, _ := at.(string)
	m, ok = parseMoment(text)
	if !ok {
		return moment{}, errWant(`a time such as 2026-11-23T23:59:59.5+01:00 under "at"`)
	}
	for key, value := range form.All() {
		switch key {
		case timeAt:
		case timeFold:
			if m.clock.Fold, ok = value.(bool); !ok {
				return m, errWant(`true or false under "fold"`)
			}
		case timeZone:
			if m.zone != nil {
				return m, errZoneTwice
			}
			if m.zone, err = r.zone(value); err != nil {
				return m, under(keyStep(timeZone), err)
			}
		case timeOffset: // the zone says it
		default:
			return m, errWant("at, fold, zone and offset only")
		}
	}
	return m, nil
}

// zone reads a time's zone: a timezone, or an object of a class that may be named.
func (r *Reader) zone(tree any) (*py.Object, error) {
	v, err := r.value(tree, nil)
	if err != nil {
		return nil, err
	}
	zone, ok := v.(*py.Object)
	if !ok {
		return nil, errWant(`a $timezone under "zone"`)
	}
	if class := zone.Class(); class != timeZoneClass && !r.anyClass && !r.classes[class] {
		return nil, errWant(`a $timezone under "zone"`)
	}
	return zone, nil
}

var timeZoneClass = py.Class{Module: "datetime", Name: "timezone"}

// time reads the content of a $time.
func (r *Reader) time(content any, define func(any)) (any, error) {
	m, err := r.moment(content)
	if err == nil && m.dated {
		err = errWant("a time without a date")
	}
	if err != nil {
		return nil, asTagError(err)
	}
	return made(define)(py.NewTime(m.clock, m.zone))
}

// dateTime reads the content of a $datetime.
func (r *Reader) dateTime(content any, define func(any)) (any, error) {
	m, err := r.moment(content)
	if err == nil && !m.dated {
		err = errWant("a time with its date")
	}
	if err != nil {
		return nil, asTagError(err)
	}
	return made(define)(py.NewDateTime(m.year, time.Month(m.month), m.day, m.clock, m.zone))
}

// made hands on an object, or an error as one of the tag.
func made(define func(any)) func(o *py.Object, err error) (any, error) {
	return func(o *py.Object, err error) (any, error) {
		if err != nil {
			return nil, tagError(err)
		}
		defined(define, o)
		return o, nil
	}
}

// asTagError blames the tag for an error that is not yet an *[Error].
func asTagError(err error) error {
	var known *Error
	if errors.As(err, &known) {
		return err
	}
	return tagError(err)
}

func writeTimeDelta(o *py.Object) any {
	if len(o.Args) != 3 {
		return nil
	}
	for _, arg := range o.Args {
		if n, ok := arg.(int64); !ok || !isPlainScalar(n) {
			return nil
		}
	}
	return py.NewList(o.Args...)
}

func readTimeDelta(content any) (any, error) {
	const maxDays = 999_999_999
	var parts [3]int64
	list, ok := content.(*py.List)
	if !ok || py.Assign(&parts, list) != nil || parts[0] < -maxDays || parts[0] > maxDays ||
		parts[1] < 0 || parts[1] >= 24*60*60 || parts[2] < 0 || parts[2] >= 1_000_000 {
		return nil, errWant("three ints: days, seconds from 0 to 86399 and microseconds from 0 to 999999")
	}
	return py.NewTimeDeltaOf(parts[0], parts[1], parts[2]), nil
}

// writeTimeZone writes a timezone as its offset, the three numbers of a $timedelta, and its name
// where it has one.
func writeTimeZone(o *py.Object) any {
	if len(o.Args) < 1 || len(o.Args) > 2 {
		return nil
	}
	delta, ok := o.Args[0].(*py.Object)
	if !ok {
		return nil
	}
	parts, ok := writeTimeDelta(delta).(*py.List)
	if !ok {
		return nil
	}
	if len(o.Args) == 1 {
		return parts
	}
	name, ok := o.Args[1].(string)
	if !ok || name == "" || hasSplitPair(name) {
		return nil
	}
	return py.NewList(append(slices.Clone(parts.Items), name)...)
}

func readTimeZone(content any) (any, error) {
	want := errWant("days, seconds and microseconds of an offset of less than a day, and a name or none")
	list, ok := content.(*py.List)
	if !ok || list.Len() < 3 || list.Len() > 4 {
		return nil, want
	}
	delta, err := readTimeDelta(py.NewList(list.Items[:3]...))
	if err != nil {
		return nil, want
	}
	var offset time.Duration
	if py.Assign(&offset, delta) != nil || offset.Abs() >= 24*time.Hour {
		return nil, want
	}
	name := ""
	if list.Len() == 4 {
		if name, ok = list.Items[3].(string); !ok || name == "" {
			return nil, want
		}
	}
	return py.NewTimeZone(offset, name), nil
}
