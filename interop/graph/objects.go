package graph

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// object makes the objects of library types; items are the graphs of v's items.
func (b Builder) object(v value.Value, items []any) (any, error) {
	switch v.Tag {
	case "singleton":
		if v.Text == "Ellipsis" {
			return py.Ellipsis, nil
		}
		return py.NotImplemented, nil
	case "datetime":
		return datetimeObject(v.Text)
	case "date":
		t, err := time.Parse(time.DateOnly, v.Text)
		return newObject("datetime", "date", dateBytes(t)), err
	case "time":
		t, zone, err := parseTime("15:04:05.999999", v.Text)
		return newObject("datetime", "time", append([]any{clockBytes(t)}, zone...)...), err
	case "timedelta":
		return newObject("datetime", "timedelta", items...), nil
	case "timezone":
		return newObject("datetime", "timezone", items...), nil
	case "decimal":
		return newObject("decimal", "Decimal", strings.Clone(v.Text)), nil
	case "uuid":
		return b.uuid(v.Text)
	case "fraction":
		return fractionObject(v.Text)
	case "range", "slice":
		return newObject("builtins", string(v.Tag), items...), nil
	}
	return b.collection(v, items)
}

func (b Builder) collection(v value.Value, items []any) (any, error) {
	pairs, err := b.pairs(v.Pairs)
	if err != nil {
		return nil, err
	}
	switch v.Tag {
	case "ordereddict":
		return &py.Object{Callable: py.Class{Module: "collections", Name: "OrderedDict"}, Args: py.Tuple{}, DictItems: pairs}, nil
	case "counter":
		counts, err := py.NewDict(pairs...)
		return newObject("collections", "Counter", counts), err
	case "deque":
		return dequeObject(items)
	case "defaultdict":
		content, ok := items[1].(*py.Dict)
		if !ok {
			return nil, errShape
		}
		args := py.Tuple{}
		if items[0] != nil {
			args = append(args, items[0])
		}
		return &py.Object{Callable: py.Class{Module: "collections", Name: "defaultdict"}, Args: args, DictItems: content.Pairs()}, nil
	case "exception":
		args, ok := items[1].(py.Tuple)
		if !ok {
			return nil, errShape
		}
		return &py.Object{Callable: class(v.Items[0].Text), Args: args}, nil
	case "enum":
		return &py.Object{Callable: class(v.Items[0].Text), Args: py.Tuple{items[1]}}, nil
	case "path":
		return newObject("pathlib", v.Items[0].Text, pathParts(v.Items[1].Text)...), nil
	}
	return nil, fmt.Errorf("pizco/interop/graph: cannot make a %s", v.Tag)
}

func newObject(module, name string, args ...any) *py.Object {
	// Equal constants of Go are one string, while the module datetime and its class of that name
	// are two in Python.
	return py.NewObject(py.Class{Module: module, Name: strings.Clone(name)}, args...)
}

// parseTime reads a time with an optional offset at its end, which becomes a timezone object.
func parseTime(layout, s string) (time.Time, []any, error) {
	if len(s) < 6 || s[len(s)-3] != ':' || !strings.ContainsRune("+-", rune(s[len(s)-6])) {
		t, err := time.Parse(layout, s)
		return t, nil, err
	}
	t, err := time.Parse(layout+"-07:00", s)
	if err != nil {
		return t, nil, err
	}
	_, seconds := t.Zone()
	days := int64(0)
	for seconds < 0 {
		days, seconds = days-1, seconds+86400
	}
	delta := newObject("datetime", "timedelta", days, int64(seconds), int64(0))
	return t, []any{newObject("datetime", "timezone", delta)}, nil
}

func datetimeObject(s string) (any, error) {
	s, fold := strings.CutSuffix(s, ";fold=1")
	t, zone, err := parseTime("2006-01-02T15:04:05.999999", s)
	if err != nil {
		return nil, err
	}
	content := append(dateBytes(t), clockBytes(t)...)
	if fold {
		content[2] |= 0x80
	}
	return newObject("datetime", "datetime", append([]any{content}, zone...)...), nil
}

func dateBytes(t time.Time) []byte {
	return []byte{byte(t.Year() >> 8), byte(t.Year()), byte(t.Month()), byte(t.Day())}
}

func clockBytes(t time.Time) []byte {
	micro := t.Nanosecond() / 1000
	return []byte{byte(t.Hour()), byte(t.Minute()), byte(t.Second()), byte(micro >> 16), byte(micro >> 8), byte(micro)}
}

func (b Builder) uuid(s string) (any, error) {
	n, ok := new(big.Int).SetString(strings.ReplaceAll(s, "-", ""), 16)
	if !ok {
		return nil, fmt.Errorf("pizco/interop/graph: uuid %q", s)
	}
	var number any = n
	if n.IsInt64() {
		number = n.Int64()
	}
	o := &py.Object{State: py.StrDict(py.Item{Key: "int", Value: number}), HasState: true}
	name := py.Class{Module: "uuid", Name: "UUID"}
	if b.Protocol < 2 {
		o.Callable = py.Class{Module: "copyreg", Name: "_reconstructor"}
		o.Args = py.Tuple{name, py.Class{Module: "builtins", Name: "object"}, nil}
		return o, nil
	}
	o.How, o.Callable, o.Args = py.NewObj, name, py.Tuple{}
	return o, nil
}

func fractionObject(s string) (any, error) {
	numerator, denominator, _ := strings.Cut(s, "/")
	n, err := integer(numerator)
	if err != nil {
		return nil, err
	}
	d, err := integer(denominator)
	return newObject("fractions", "Fraction", n, d), err
}

func dequeObject(items []any) (any, error) {
	content, ok := items[0].(*py.List)
	if !ok {
		return nil, errShape
	}
	o := &py.Object{Callable: py.Class{Module: "collections", Name: "deque"}, Args: py.Tuple{}, ListItems: content.Items}
	if items[1] != nil {
		o.Args = py.Tuple{py.Tuple{}, items[1]}
	}
	return o, nil
}

func pathParts(s string) []any {
	var parts []any
	if strings.HasPrefix(s, "/") {
		parts = append(parts, "/")
	}
	for part := range strings.SplitSeq(strings.Trim(s, "/"), "/") {
		parts = append(parts, part)
	}
	return parts
}
