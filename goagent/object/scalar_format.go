package object

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// formatter is str.format(): a text with fields, and their values. Format specifications and
// attributes of values are not served.
type formatter struct {
	characters
	args   py.Tuple
	kwargs *py.Dict
	auto   int // the next number of a field without one, -1 where they have numbers
	out    strings.Builder
}

// execFormat is str.format() or str.format_map().
func execFormat(c characters, call methodCall) (any, error) {
	f := &formatter{characters: c, args: call.args, kwargs: call.kwargs}
	if call.method == "format_map" {
		if len(call.args) != 1 || call.kwargs != nil && call.kwargs.Len() > 0 {
			return nil, pyerr.TypeError.New(fmt.Sprintf("str.format_map() takes exactly one argument (%d given)", len(call.args)))
		}
		mapping, ok := call.args[0].(*py.Dict)
		if !ok {
			return nil, notServed("str.format_map() with '" + py.TypeName(call.args[0]) + "'")
		}
		f.args, f.kwargs = nil, mapping
	}
	for rest := c.s; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			at = len(rest)
		}
		f.out.WriteString(rest[:at])
		rest = rest[at:]
		switch {
		case rest == "":
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			f.out.WriteByte(rest[0])
			rest = rest[2:]
		case rest[0] == '}':
			return nil, pyerr.ValueError.New("Single '}' encountered in format string")
		default:
			field, after, ok := strings.Cut(rest[1:], "}")
			if !ok {
				if len(rest) == 1 {
					return nil, pyerr.ValueError.New("Single '{' encountered in format string")
				}
				return nil, pyerr.ValueError.New("expected '}' before end of string")
			}
			if err := f.field(field); err != nil {
				return nil, err
			}
			rest = after
		}
	}
	return f.out.String(), c.make(f.out.Len())
}

func (f *formatter) field(field string) error {
	if strings.Contains(field, "{") {
		return notServed("str.format() with a field within a field")
	}
	name, spec, _ := strings.Cut(field, ":")
	if spec != "" {
		return notServed("str.format() with the format specification '" + clipName(spec) + "'")
	}
	name, conversion, converts := strings.Cut(name, "!")
	first, rest := name, ""
	if at := strings.IndexAny(name, ".["); at >= 0 {
		first, rest = name[:at], name[at:]
	}
	v, err := f.value(first)
	if err != nil {
		return err
	}
	if v, err = f.within(v, rest); err != nil {
		return err
	}
	switch {
	case converts && conversion == "r":
		return f.write(py.Repr(v, py.WithReprLength(maxReprInError)), v)
	case converts && conversion != "s":
		return notServed("str.format() with the conversion '!" + clipName(conversion) + "'")
	}
	if s, ok := v.(string); ok {
		return f.write(s, nil)
	}
	switch py.TypeName(v) {
	case "int", "bool", "float", "complex", "NoneType", "list", "tuple", "dict", "set", "frozenset", "bytes", "bytearray":
		return f.write(py.Repr(v, py.WithReprLength(maxReprInError)), v)
	}
	return notServed("str.format() of a value of type " + py.TypeName(v))
}

// write adds text, unless it is the repr of a value and as long as those are at most.
func (f *formatter) write(s string, of any) error {
	if of != nil && len(s) >= maxReprInError {
		return notServed(fmt.Sprintf("str.format() of a %s whose text has more than %d bytes", py.TypeName(of), maxReprInError))
	}
	f.out.WriteString(s)
	return f.make(len(s))
}

// value is what a field's name or number stands for.
func (f *formatter) value(name string) (any, error) {
	number, err := strconv.Atoi(name)
	switch {
	case name == "":
		if f.auto < 0 {
			return nil, pyerr.ValueError.New("cannot switch from manual field specification to automatic field numbering")
		}
		number = f.auto
		f.auto++
	case err == nil && name[0] != '-' && name[0] != '+':
		if f.auto > 0 {
			return nil, pyerr.ValueError.New("cannot switch from automatic field numbering to manual field specification")
		}
		f.auto = -1
	default:
		if f.kwargs != nil {
			if v, ok := f.kwargs.Get(name); ok {
				return v, nil
			}
		}
		return nil, pyerr.KeyError.New(name)
	}
	if f.args == nil && f.kwargs != nil {
		return nil, pyerr.ValueError.New("Format string contains positional fields")
	}
	if number >= len(f.args) {
		return nil, pyerr.IndexError.New(fmt.Sprintf("Replacement index %d out of range for positional args tuple", number))
	}
	return f.args[number], nil
}

// within is the item of a value that [key] names, as often as there is one.
func (f *formatter) within(v any, path string) (any, error) {
	for path != "" {
		if path[0] == '.' {
			return nil, notServed("str.format() with an attribute of a value, '" + clipName(path) + "',")
		}
		key, rest, ok := strings.Cut(path[1:], "]")
		if !ok || path[0] != '[' {
			return nil, pyerr.ValueError.New("Missing ']' in format string")
		}
		if key == "" {
			return nil, pyerr.ValueError.New("Empty attribute in format string")
		}
		var index any = key
		if n, err := strconv.ParseInt(key, 10, 64); err == nil && key[0] != '-' && key[0] != '+' {
			index = n
		}
		var err error
		if v, err = f.item(v, index); err != nil {
			return nil, err
		}
		path = rest
	}
	return v, nil
}

func (f *formatter) item(v, index any) (any, error) {
	switch v := v.(type) {
	case *py.Dict:
		item, found, err := v.GetWithin(index, &f.left)
		if err == nil && !found {
			err = pyerr.KeyError.New(index)
		}
		return item, f.checked(err)
	case *py.List:
		return sequenceItem(pyList{v, f.budget}, "list", index, pyerr.Version{})
	}
	if s, ok := sequenceOf(v); ok {
		return sequenceItem(s.sequence, s.typ, index, pyerr.Version{})
	}
	return nil, pyerr.TypeError.New(fmt.Sprintf("'%s' object is not subscriptable", py.TypeName(v)))
}
