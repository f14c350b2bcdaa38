package object

import (
	"fmt"
	"math/big"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// position returns the place of an item; what names the sequence in the IndexError.
func position(s sequence, typ, what string, index any, python pyerr.Version) (int, error) {
	i, err := sequenceIndex(index, typ, python)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += s.length()
	}
	if i < 0 || i >= s.length() {
		if what == "bytes" {
			return 0, pyerr.IndexError.New("index out of range")
		}
		return 0, pyerr.IndexError.New(what + " index out of range")
	}
	return i, nil
}

// sequenceIndex converts an index as sequences do in Python (Objects/listobject.c, list_subscript
// and its like).
func sequenceIndex(index any, typ string, python pyerr.Version) (int, error) {
	switch v := plainBool(index).(type) {
	case int64:
		return int(v), nil
	case *big.Int:
		return 0, pyerr.IndexError.New("cannot fit 'int' into an index-sized integer")
	}
	switch typ {
	case "str":
		text := "string indices must be integers"
		if python.AtLeast(11) {
			text += ", not '" + py.TypeName(index) + "'"
		}
		return 0, pyerr.TypeError.New(text)
	case "bytes":
		typ = "byte"
	}
	return 0, pyerr.TypeError.New(fmt.Sprintf("%s indices must be integers or slices, not %s", typ, py.TypeName(index)))
}

// indexNumber converts an argument that counts items (Objects/abstract.c, PyNumber_AsSsize_t).
func indexNumber(v any) (int, error) {
	switch n := plainBool(v).(type) {
	case int64:
		return int(n), nil
	case *big.Int:
		return 0, pyerr.OverflowError.New("Python int too large to convert to C ssize_t")
	}
	return 0, pyerr.TypeError.New(fmt.Sprintf("'%s' object cannot be interpreted as an integer", py.TypeName(v)))
}

func plainBool(v any) any {
	if _, ok := v.(bool); ok {
		return plainNumber(v)
	}
	return v
}

// clampedIndex brings an index into 0…n, as insert and slices do.
func clampedIndex(v any, n int) (int, error) {
	if b, ok := v.(*big.Int); ok {
		if b.Sign() < 0 {
			return 0, nil
		}
		return n, nil
	}
	i, err := indexNumber(v)
	if i < 0 {
		i = max(i+n, 0)
	}
	return min(i, n), err
}
