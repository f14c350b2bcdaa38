package goagent

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// readOnlySequence is a tuple, text or bytes, with the words that CPython uses for it.
type readOnlySequence struct {
	sequence
	python pythonVersion
	typ    string
	what   string // in the IndexError
}

// sequenceOf returns a tuple, str or bytes of package py as a sequence.
func sequenceOf(v any) (readOnlySequence, bool) {
	switch v := v.(type) {
	case py.Tuple:
		return readOnlySequence{sequence: tuple(v), typ: "tuple", what: "tuple"}, true
	case string:
		return readOnlySequence{sequence: text(v), typ: "str", what: "string"}, true
	case []byte:
		return readOnlySequence{sequence: octets(v), typ: "bytes", what: "bytes"}, true
	}
	return readOnlySequence{}, false
}

// sequenceOperation finds a method that tuples, text and bytes have in common. Of the many methods of str and bytes no
// others are served.
func sequenceOperation(name string) (operation[readOnlySequence], bool) {
	switch name {
	case "__getitem__":
		return wrapper(1, func(s readOnlySequence, args py.Tuple) (any, error) {
			return sequenceItem(s.sequence, s.typ, args[0], s.python)
		})
	case "__len__":
		return wrapper(0, func(s readOnlySequence, _ py.Tuple) (any, error) { return int64(s.length()), nil })
	case "__contains__":
		return wrapper(1, func(s readOnlySequence, args py.Tuple) (any, error) { return contains(s, args[0]) })
	}
	return operation[readOnlySequence]{}, false
}

// sequenceItem is s[index] for a number or a slice.
func sequenceItem(s sequence, typ string, index any, python pythonVersion) (any, error) {
	if o, ok := sliceObject(index); ok {
		indexes, err := sliceIndexes(o, s.length())
		if err != nil {
			return nil, err
		}
		return s.some(indexes)
	}
	what := typ
	if typ == "str" {
		what = "string"
	}
	i, err := position(s, typ, what, index, python)
	if err != nil {
		return nil, err
	}
	return s.at(i)
}

func contains(s readOnlySequence, v any) (any, error) {
	switch own := s.sequence.(type) {
	case text:
		part, ok := v.(string)
		if !ok {
			return nil, TypeError.New(fmt.Sprintf("'in <string>' requires string as left operand, not %s", py.TypeName(v)))
		}
		return strings.Contains(string(own), part), nil
	case octets:
		switch part := plainBool(v).(type) {
		case []byte:
			return bytes.Contains(own, part), nil
		case *py.ByteArray:
			return bytes.Contains(own, part.Bytes), nil
		case int64:
			if part < 0 || part > 255 {
				return nil, ValueError.New("byte must be in range(0, 256)")
			}
			return bytes.IndexByte(own, byte(part)) >= 0, nil
		}
		return nil, TypeError.New(fmt.Sprintf("a bytes-like object is required, not '%s'", py.TypeName(v)))
	}
	i, err := indexOf(s, v)
	return i >= 0, err
}

type tuple py.Tuple

func (t tuple) length() int                     { return len(t) }
func (t tuple) at(i int) (any, error)           { return t[i], nil }
func (t tuple) items() ([]any, error)           { return t, nil }
func (t tuple) some(indexes []int) (any, error) { return py.Tuple(pick(t, indexes)), nil }

// text is indexed by code points, a lone surrogate counting as one.
type text string

func (t text) runes() []string {
	var all []string
	for s := string(t); s != ""; {
		_, size := decodeRune(s)
		all = append(all, s[:size])
		s = s[size:]
	}
	return all
}

func (t text) length() int           { return len(t.runes()) }
func (t text) at(i int) (any, error) { return t.runes()[i], nil }

func (t text) items() ([]any, error) {
	runes := t.runes()
	items := make([]any, len(runes))
	for i, r := range runes {
		items[i] = r
	}
	return items, nil
}

func (t text) some(indexes []int) (any, error) {
	runes := t.runes()
	var b strings.Builder
	for _, i := range indexes {
		b.WriteString(runes[i])
	}
	return b.String(), nil
}

type octets []byte

func (o octets) length() int           { return len(o) }
func (o octets) at(i int) (any, error) { return int64(o[i]), nil }

func (o octets) items() ([]any, error) {
	items := make([]any, len(o))
	for i, b := range o {
		items[i] = int64(b)
	}
	return items, nil
}

func (o octets) some(indexes []int) (any, error) {
	part := make([]byte, len(indexes))
	for n, i := range indexes {
		part[n] = o[i]
	}
	return part, nil
}
