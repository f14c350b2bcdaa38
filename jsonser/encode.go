package jsonser

import (
	"bytes"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"sync"

	"github.com/pizco-go/pizco/py"
)

// Marshal returns what json.dumps(v).encode("utf-8") returns in Python 3. v is a value of package
// py, or any Go value that py.FromGo converts to one that JSON can carry. It mirrors
// json.encoder.JSONEncoder with its default arguments.
//
// It fails with a *[MarshalError] for what json.dumps refuses: sets, bytes, complex numbers,
// objects, containers that hold themselves, and keys other than str, int, float, bool and None.
// OrderedDict, defaultdict and Counter are dicts.
//
// Instances of other subclasses of dict, list, str, int and float, such as members of an IntEnum,
// are refused although json.dumps writes them. A received object does not say which class its own
// derives from.
func Marshal(v any, opts ...EncodeOption) ([]byte, error) {
	room, _ := buffers.Get().(*[]byte)
	if room == nil {
		room = new([]byte)
	}
	e := encoder{config: encodeConfig{maxDepth: DefaultMaxDepth, maxOutput: DefaultMaxOutput}, buf: (*room)[:0]}
	defer e.release(room)
	var outer [8]any
	e.open.stack = outer[:0]
	for _, o := range opts {
		if err := o.applyEncode(&e.config); err != nil {
			return nil, err
		}
	}
	err := e.value(v)
	if err == nil {
		err = e.withinOutput()
	}
	if err != nil {
		return nil, under("$", err)
	}
	return bytes.Clone(e.buf), nil
}

// buffers holds *[]byte, the room that encoders write in.
var buffers sync.Pool

// keptRoom is the largest size in bytes of an output buffer that is kept for the next value.
const keptRoom = 1 << 20

func (e *encoder) release(room *[]byte) {
	if cap(e.buf) <= keptRoom {
		*room = e.buf
		buffers.Put(room)
	}
}

type encoder struct {
	config encodeConfig
	buf    []byte
	open   openSet
}

func (e *encoder) withinOutput() error {
	if len(e.buf) > e.config.maxOutput {
		return &MarshalError{Class: "MemoryError", Reason: fmt.Sprintf("the output exceeds the limit WithMaxOutput(%d)", e.config.maxOutput)}
	}
	return nil
}

func (e *encoder) value(v any) error {
	if err := e.withinOutput(); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		e.buf = append(e.buf, "null"...)
	case bool:
		e.buf = strconv.AppendBool(e.buf, v)
	case int64:
		e.buf = strconv.AppendInt(e.buf, v, 10)
	case float64:
		e.buf = appendFloat(e.buf, v)
	case string:
		return e.text(v)
	case *big.Int:
		if v == nil {
			return e.value(nil)
		}
		e.buf = v.Append(e.buf, 10)
	case *py.List:
		if v == nil {
			return e.value(nil)
		}
		return e.list(v, v.Items)
	case py.Tuple:
		return e.list(nil, v)
	case *py.Dict:
		if v == nil {
			return e.value(nil)
		}
		return e.dict(v, v.Pairs())
	default:
		return e.other(v)
	}
	return nil
}

// list writes the items of a list or tuple. owner is the list itself, for the search for cycles, or
// nil for a tuple: a tuple that holds itself does so through a list.
func (e *encoder) list(owner any, items []any) error {
	if err := e.enter(owner); err != nil {
		return err
	}
	e.buf = append(e.buf, '[')
	for i, item := range items {
		if i > 0 {
			e.buf = append(e.buf, ", "...)
		}
		if err := e.value(item); err != nil {
			return under("["+strconv.Itoa(i)+"]", err)
		}
	}
	e.buf = append(e.buf, ']')
	e.open.leave(owner)
	return nil
}

func (e *encoder) dict(owner any, pairs []py.Pair) error {
	if err := e.enter(owner); err != nil {
		return err
	}
	e.buf = append(e.buf, '{')
	for i, p := range pairs {
		if i > 0 {
			e.buf = append(e.buf, ", "...)
		}
		start := len(e.buf)
		if err := e.key(p.Key); err != nil {
			return err
		}
		end := len(e.buf)
		e.buf = append(e.buf, ": "...)
		if err := e.value(p.Value); err != nil {
			return under(keyStep(e.buf[start:end]), err)
		}
	}
	e.buf = append(e.buf, '}')
	e.open.leave(owner)
	return nil
}

// keyStep returns the step of a path for a key that was written.
func keyStep(key []byte) string {
	const limit = 40
	if len(key) > limit {
		return "[" + string(key[:limit]) + `…"]`
	}
	return "[" + string(key) + "]"
}

// key writes a dict's key as a string.
func (e *encoder) key(k any) error {
	switch k := k.(type) {
	case string:
		return e.text(k)
	case nil, bool, int64, float64, *big.Int:
		e.buf = append(e.buf, '"')
		if err := e.value(k); err != nil {
			return err
		}
		e.buf = append(e.buf, '"')
		return nil
	}
	return typeError("keys must be str, int, float, bool or None, not %s", py.TypeName(k))
}

// enter notes that a container is being written.
func (e *encoder) enter(owner any) error {
	if e.open.has(owner) {
		return &MarshalError{Class: "ValueError", Reason: "Circular reference detected"}
	}
	if e.open.len() >= e.config.maxDepth {
		return &MarshalError{Class: "RecursionError", Reason: fmt.Sprintf("nesting exceeds the limit WithMaxDepth(%d)", e.config.maxDepth)}
	}
	e.open.enter(owner)
	return nil
}

// other writes the objects that are dicts, and Go values.
func (e *encoder) other(v any) error {
	switch o := v.(type) {
	case *py.Object:
		if pairs, ok := collectionsDict(o); ok {
			return e.dict(o, pairs)
		}
		return notSerializable(v)
	case []byte, complex128, *py.ByteArray, *py.Buffer, *py.Set, *py.FrozenSet, py.Class, py.PersistentID:
		return notSerializable(v)
	}
	made, err := py.FromGo(v)
	if err != nil {
		return &MarshalError{Class: "TypeError", Reason: err.Error(), Err: err}
	}
	if reflect.TypeOf(made) == reflect.TypeOf(v) {
		return notSerializable(v)
	}
	return e.value(made)
}

// collectionsDict returns the pairs of an object of those subclasses of dict that every Python has.
func collectionsDict(o *py.Object) ([]py.Pair, bool) {
	if c := o.Class(); c.Module != "collections" || c.Name != "OrderedDict" && c.Name != "defaultdict" && c.Name != "Counter" {
		return nil, false
	}
	var d py.Dict
	if py.Assign(&d, o) != nil {
		return nil, false
	}
	return d.Pairs(), true
}

func notSerializable(v any) error {
	return typeError("Object of type %s is not JSON serializable", py.TypeName(v))
}

func typeError(format string, args ...any) error {
	return &MarshalError{Class: "TypeError", Reason: fmt.Sprintf(format, args...)}
}

// under puts a step in front of the path of an error that came from below.
func under(step string, err error) error {
	if e, ok := err.(*MarshalError); ok { //nolint:errorlint // Nothing here wraps it.
		e.Path = step + e.Path
	}
	return err
}

// AppendScalar appends a value that holds no others, as [Marshal] writes it: nil, a bool, an int64,
// a *big.Int, a float64 or a str. It fails with a *[MarshalError] for any other value.
func AppendScalar(dst []byte, v any) ([]byte, error) {
	e := encoder{config: encodeConfig{maxDepth: DefaultMaxDepth, maxOutput: int(^uint(0) >> 1)}, buf: dst}
	switch v.(type) {
	case nil, bool, int64, *big.Int, float64, string:
		err := e.value(v)
		return e.buf, err
	}
	return dst, typeError("a %s is not a scalar", py.TypeName(v))
}
