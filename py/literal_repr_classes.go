package py

import (
	"encoding/hex"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
)

// reprClasses make the values of the classes that repr writes as a call. They return nil for
// arguments that it never writes.
var reprClasses = map[string]func(*reprArguments) any{
	"bytearray":          reprByteArray,
	"frozenset":          reprFrozenSet,
	"range":              reprRange,
	"slice":              reprSlice,
	"datetime.date":      reprDate,
	"datetime.time":      reprTime,
	"datetime.datetime":  reprDateTime,
	"datetime.timedelta": reprTimeDelta,
	"datetime.timezone":  reprTimeZone,
	"zoneinfo.ZoneInfo":  reprZoneInfo,
	"Decimal":            reprDecimal,
	"Fraction":           reprFraction,
	"UUID":               reprUUID,
	"OrderedDict":        reprOrderedDict,
	"Counter":            reprCounter,
	"deque":              reprDeque,
}

func reprByteArray(a *reprArguments) any {
	content, ok := nextAs[[]byte](a)
	if !ok {
		return nil
	}
	return &ByteArray{Bytes: content}
}

func reprFrozenSet(a *reprArguments) any {
	elements := new(Set)
	if len(a.args) > 0 {
		var ok bool
		if elements, ok = nextAs[*Set](a); !ok {
			return nil
		}
	}
	set, err := NewFrozenSetWithin(a.work, slices.Collect(elements.All())...)
	if err != nil {
		return nil
	}
	return set
}

func reprRange(a *reprArguments) any {
	if len(a.args) == 2 {
		a.args = append(a.args, int64(1))
	}
	if len(a.args) != 3 {
		return nil
	}
	for _, arg := range a.args {
		switch arg.(type) {
		case int64, *big.Int:
		default:
			return nil
		}
	}
	value := NewRange(a.args[0], a.args[1], a.args[2])
	a.args = nil
	return value
}

func reprSlice(a *reprArguments) any {
	if len(a.args) != 3 {
		return nil
	}
	value := NewSlice(a.args[0], a.args[1], a.args[2])
	a.args = nil
	return value
}

// orNil returns an object, or nil when there is an error.
func orNil(o *Object, err error) any {
	if err != nil {
		return nil
	}
	return o
}

func reprDate(a *reprArguments) any {
	n, ok := a.ints(3, 3)
	if !ok {
		return nil
	}
	return orNil(NewDate(int(n[0]), time.Month(n[1]), int(n[2])))
}

// reprClock returns the time of day of four numbers, with the fold and the zone that are named.
func reprClock(a *reprArguments, n []int64) (Clock, *Object, bool) {
	for _, field := range n {
		if field < 0 || field > 999_999 {
			return Clock{}, nil, false
		}
	}
	fold, _ := a.name("fold")
	clock := Clock{Hour: int(n[0]), Minute: int(n[1]), Second: int(n[2]), Microsecond: int(n[3]), Fold: fold == int64(1)}
	zone, given := a.name("tzinfo")
	if !given {
		return clock, nil, true
	}
	o, ok := zone.(*Object)
	return clock, o, ok
}

func reprTime(a *reprArguments) any {
	n, ok := a.ints(2, 4)
	if !ok {
		return nil
	}
	clock, zone, ok := reprClock(a, n)
	if !ok {
		return nil
	}
	return orNil(NewTime(clock, zone))
}

func reprDateTime(a *reprArguments) any {
	n, ok := a.ints(5, 7)
	if !ok {
		return nil
	}
	clock, zone, ok := reprClock(a, n[3:])
	if !ok {
		return nil
	}
	return orNil(NewDateTime(int(n[0]), time.Month(n[1]), int(n[2]), clock, zone))
}

// reprTimeDelta reads the numbers by position, as up to Python 3.6, and by name.
func reprTimeDelta(a *reprArguments) any {
	n, ok := a.ints(0, 3)
	if !ok {
		return nil
	}
	for i, name := range []string{"days", "seconds", "microseconds"} {
		if value, given := a.name(name); given {
			if n[i], ok = value.(int64); !ok {
				return nil
			}
		}
	}
	return NewTimeDeltaOf(n[0], n[1], n[2])
}

func reprTimeZone(a *reprArguments) any {
	offset, ok := nextAs[*Object](a)
	if !ok || offset.Class() != class("datetime", "timedelta") {
		return nil
	}
	args := []any{offset}
	if len(a.args) > 0 {
		name, ok := nextAs[string](a)
		if !ok {
			return nil
		}
		args = append(args, name)
	}
	return NewObject(class("datetime", "timezone"), args...)
}

func reprZoneInfo(a *reprArguments) any {
	key, _ := a.name("key")
	name, ok := key.(string)
	if !ok {
		return nil
	}
	return NewZoneInfo(name)
}

func reprDecimal(a *reprArguments) any {
	text, ok := nextAs[string](a)
	if !ok {
		return nil
	}
	return orNil(NewDecimal(text))
}

func reprFraction(a *reprArguments) any {
	if len(a.args) != 2 {
		return nil
	}
	var parts [2]*big.Int
	for i, arg := range a.args {
		switch n := arg.(type) {
		case int64:
			parts[i] = big.NewInt(n)
		case *big.Int:
			parts[i] = n
		default:
			return nil
		}
	}
	if parts[1].Sign() <= 0 {
		return nil
	}
	a.args = nil
	return NewFraction(new(big.Rat).SetFrac(parts[0], parts[1]))
}

func reprUUID(a *reprArguments) any {
	text, ok := nextAs[string](a)
	if !ok || len(text) != 36 {
		return nil
	}
	digits, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(digits) != 16 {
		return nil
	}
	return NewUUID([16]byte(digits))
}

// reprOrderedDict reads the pairs of a list, as before Python 3.12, or a dict.
func reprOrderedDict(a *reprArguments) any {
	if len(a.args) == 0 {
		return NewOrderedDict()
	}
	content := a.next()
	dict, ok := content.(*Dict)
	if list, isList := content.(*List); isList {
		dict, ok = new(Dict), true
		for _, item := range list.Items {
			pair, isPair := item.(Tuple)
			if !isPair || len(pair) != 2 || dict.SetWithin(pair[0], pair[1], a.work) != nil {
				return nil
			}
		}
	}
	if !ok {
		return nil
	}
	return NewOrderedDict(dict.Pairs()...)
}

func reprCounter(a *reprArguments) any {
	if len(a.args) == 0 {
		return NewCounter(new(Dict))
	}
	counts, ok := nextAs[*Dict](a)
	if !ok {
		return nil
	}
	return NewCounter(counts)
}

func reprDeque(a *reprArguments) any {
	list, ok := nextAs[*List](a)
	if !ok {
		return nil
	}
	limit, bounded := a.name("maxlen")
	if !bounded {
		return NewDeque(list.Items...)
	}
	most, ok := limit.(int64)
	if !ok || most < 0 || most > math.MaxInt32 {
		return nil
	}
	return NewBoundedDeque(int(most), list.Items...)
}
