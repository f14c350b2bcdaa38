package object

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

// readOnlySequence is a tuple, text or bytes, with the words that CPython uses for it.
type readOnlySequence struct {
	sequence
	*budget
	python pyerr.Version
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

// sequenceOperation finds a method that tuples, text and bytes have in common; execText has the
// others of text and bytes.
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
func sequenceItem(s sequence, typ string, index any, python pyerr.Version) (any, error) {
	if o, ok := sliceObject(index); ok {
		where, err := sliceSpan(o, s.length())
		if err != nil {
			return nil, err
		}
		return s.some(where)
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
			return nil, pyerr.TypeError.New(fmt.Sprintf("'in <string>' requires string as left operand, not %s", py.TypeName(v)))
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
				return nil, pyerr.ValueError.New("byte must be in range(0, 256)")
			}
			return bytes.IndexByte(own, byte(part)) >= 0, nil
		}
		return nil, pyerr.TypeError.New(fmt.Sprintf("a bytes-like object is required, not '%s'", py.TypeName(v)))
	}
	items, err := s.all()
	if err != nil {
		return nil, err
	}
	i, err := s.indexOf(items, v)
	return i >= 0, err
}

type tuple py.Tuple

func (t tuple) length() int                  { return len(t) }
func (t tuple) at(i int) (any, error)        { return t[i], nil }
func (t tuple) all() ([]any, error)          { return t, nil }
func (t tuple) some(where span) (any, error) { return py.Tuple(pick(t, where)), nil }

// text is indexed by code points, a lone surrogate counting as one.
type text string

func (t text) length() int {
	n := 0
	for s := string(t); s != ""; n++ {
		_, size := wtf8.Next(s)
		s = s[size:]
	}
	return n
}

// offset returns where the code point of an index begins, or the end of the text.
func (t text) offset(index int) int {
	at := 0
	for ; index > 0 && at < len(t); index-- {
		_, size := wtf8.Next(string(t[at:]))
		at += size
	}
	return at
}

func (t text) at(i int) (any, error) {
	rest := string(t[t.offset(i):])
	_, size := wtf8.Next(rest)
	return rest[:size], nil
}

func (t text) items() []any {
	var items []any
	for s := string(t); s != ""; {
		_, size := wtf8.Next(s)
		items = append(items, s[:size])
		s = s[size:]
	}
	return items
}

func (t text) all() ([]any, error) { return t.items(), nil }

func (t text) some(where span) (any, error) {
	up := where.ascending()
	if up.n == 0 {
		return "", nil
	}
	rest := t[t.offset(up.start):]
	if up.step == 1 && where.step == 1 {
		return string(rest[:rest.offset(up.n)]), nil
	}
	var b strings.Builder
	sizes := make([]uint8, 0, up.n) // of the code points in b
	for range up.n {
		_, size := wtf8.Next(string(rest))
		b.WriteString(string(rest[:size]))
		sizes = append(sizes, uint8(size))
		rest = rest[rest.offset(up.step):]
	}
	if where.step > 0 {
		return b.String(), nil
	}
	forward := b.String()
	var back strings.Builder
	back.Grow(len(forward))
	for end := len(forward); end > 0; {
		size := int(sizes[len(sizes)-1])
		sizes = sizes[:len(sizes)-1]
		back.WriteString(forward[end-size : end])
		end -= size
	}
	return back.String(), nil
}

type octets []byte

func (o octets) length() int           { return len(o) }
func (o octets) at(i int) (any, error) { return int64(o[i]), nil }

func (o octets) items() []any {
	items := make([]any, len(o))
	for i, b := range o {
		items[i] = int64(b)
	}
	return items
}

func (o octets) all() ([]any, error) { return o.items(), nil }

func (o octets) some(where span) (any, error) {
	part := make([]byte, where.n)
	for n := range part {
		part[n] = o[where.at(n)]
	}
	return part, nil
}
