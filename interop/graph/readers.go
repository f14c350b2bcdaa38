package graph

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

var errShape = errors.New("pizco/interop/graph: not the arguments that the class is made of")

// readerOf returns what turns objects of a library type into values, or nil for types without a
// tag.
func readerOf(class string) func(*py.Object) (value.Value, error) {
	switch class {
	case "datetime.datetime":
		return datetime
	case "datetime.date":
		return date
	case "datetime.time":
		return clock
	case "datetime.timedelta":
		return plainArgs("timedelta", 3)
	case "datetime.timezone":
		return timezone
	case "decimal.Decimal":
		return stringArg("decimal")
	case "uuid.UUID":
		return uuid
	case "fractions.Fraction":
		return fraction
	case "builtins.range":
		return plainArgs("range", 3)
	case "builtins.slice":
		return plainArgs("slice", 3)
	case "builtins.complex":
		return complexNumber
	case "collections.OrderedDict":
		return ordered
	case "collections.Counter":
		return counter
	case "collections.deque":
		return deque
	case "collections.defaultdict":
		return defaultdict
	}
	return nil
}

func plainArgs(tag value.Tag, n int) func(*py.Object) (value.Value, error) {
	return func(o *py.Object) (value.Value, error) {
		if len(o.Args) != n {
			return value.Value{}, errShape
		}
		return list(tag, each(o.Args)...), nil
	}
}

func stringArg(tag value.Tag) func(*py.Object) (value.Value, error) {
	return func(o *py.Object) (value.Value, error) {
		if len(o.Args) == 1 {
			if s, ok := o.Args[0].(string); ok {
				return text(tag, s), nil
			}
		}
		return value.Value{}, errShape
	}
}

// packed returns the bytes that datetime's types are made of.
func packed(o *py.Object, size int) ([]byte, error) {
	if len(o.Args) == 0 {
		return nil, errShape
	}
	b, ok := o.Args[0].([]byte)
	if !ok || len(b) != size {
		return nil, errShape
	}
	return b, nil
}

func datetime(o *py.Object) (value.Value, error) {
	b, err := packed(o, 10)
	if err != nil {
		return value.Value{}, err
	}
	month, fold := b[2]&0x7f, ""
	if b[2]&0x80 != 0 {
		fold = ";fold=1"
	}
	zone, err := zoneOf(o)
	return text("datetime", fmt.Sprintf("%04d-%02d-%02dT%s%s%s", int(b[0])<<8|int(b[1]), month, b[3], clockText(b[4:], b[7:]), zone, fold)), err
}

func date(o *py.Object) (value.Value, error) {
	b, err := packed(o, 4)
	if err != nil {
		return value.Value{}, err
	}
	return text("date", fmt.Sprintf("%04d-%02d-%02d", int(b[0])<<8|int(b[1]), b[2], b[3])), nil
}

func clock(o *py.Object) (value.Value, error) {
	b, err := packed(o, 6)
	if err != nil {
		return value.Value{}, err
	}
	zone, err := zoneOf(o)
	return text("time", clockText([]byte{b[0] & 0x7f, b[1], b[2]}, b[3:])+zone), err
}

func clockText(hms, micro []byte) string {
	s := fmt.Sprintf("%02d:%02d:%02d", hms[0], hms[1], hms[2])
	if n := int(micro[0])<<16 | int(micro[1])<<8 | int(micro[2]); n != 0 {
		s += fmt.Sprintf(".%06d", n)
	}
	return s
}

// zoneOf returns the offset of an object with a fixed timezone as its second argument.
func zoneOf(o *py.Object) (string, error) {
	if len(o.Args) < 2 {
		return "", nil
	}
	zone, ok := o.Args[1].(*py.Object)
	if !ok || zone.Class().String() != "datetime.timezone" || len(zone.Args) == 0 {
		return "", errShape
	}
	offset, ok := zone.Args[0].(*py.Object)
	if !ok || len(offset.Args) != 3 {
		return "", errShape
	}
	days, _ := offset.Args[0].(int64)
	seconds, _ := offset.Args[1].(int64)
	total := days*86400 + seconds
	sign := '+'
	if total < 0 {
		sign, total = '-', -total
	}
	return fmt.Sprintf("%c%02d:%02d", sign, total/3600, total/60%60), nil
}

func timezone(o *py.Object) (value.Value, error) { return list("timezone", each(o.Args)...), nil }

func uuid(o *py.Object) (value.Value, error) {
	v, _ := o.Attr("int")
	n := new(big.Int)
	switch v := v.(type) {
	case int64:
		n.SetInt64(v)
	case *big.Int:
		n = v
	default:
		return value.Value{}, errShape
	}
	b := n.FillBytes(make([]byte, 16))
	return text("uuid", fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])), nil
}

func fraction(o *py.Object) (value.Value, error) {
	// Up to Python 3.10 it is made of its text, which leaves a denominator of 1 out.
	ratio := new(big.Rat)
	switch {
	case len(o.Args) == 1:
		if _, ok := ratio.SetString(fmt.Sprint(o.Args[0])); !ok {
			return value.Value{}, errShape
		}
	case len(o.Args) == 2:
		if _, ok := ratio.SetString(fmt.Sprintf("%v/%v", o.Args[0], o.Args[1])); !ok {
			return value.Value{}, errShape
		}
	default:
		return value.Value{}, errShape
	}
	return text("fraction", ratio.String()), nil
}

func complexNumber(o *py.Object) (value.Value, error) {
	if len(o.Args) != 2 {
		return value.Value{}, errShape
	}
	re, ok := o.Args[0].(float64)
	im, also := o.Args[1].(float64)
	if !ok || !also {
		return value.Value{}, errShape
	}
	return ToValue(complex(re, im)), nil
}

func ordered(o *py.Object) (value.Value, error) {
	return value.Value{Tag: "ordereddict", Pairs: pairs(o.DictItems)}, nil
}

func counter(o *py.Object) (value.Value, error) {
	if len(o.Args) != 1 {
		return value.Value{}, errShape
	}
	d, ok := o.Args[0].(*py.Dict)
	if !ok {
		return value.Value{}, errShape
	}
	return value.Value{Tag: "counter", Pairs: pairs(d.Pairs())}, nil
}

func deque(o *py.Object) (value.Value, error) {
	longest := value.Nil
	if len(o.Args) == 2 {
		longest = ToValue(o.Args[1])
	}
	return list("deque", value.OfList(each(o.ListItems)...), longest), nil
}

func defaultdict(o *py.Object) (value.Value, error) {
	factory := value.Nil
	if len(o.Args) == 1 {
		factory = ToValue(o.Args[0])
	}
	return list("defaultdict", factory, value.OfDict(pairs(o.DictItems)...)), nil
}
