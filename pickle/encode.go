package pickle

import (
	"io"
	"math/big"
	"reflect"
	"runtime"
	"sync"

	"github.com/pizco-go/pizco/py"
)

// Marshal returns the pickle of v, byte for byte what CPython's C pickler (pickle.dumps) writes for
// the same value.
//
// A value of package py, as [Unmarshal] makes it, is written as the object that it stands for. What
// CPython wrote is written back unchanged at the same protocol, given the release with [WriteAs]
// where releases differ.
//
// An object that comes again is written as a reference to the first. Package py says which two Go
// values are the same object. A pointer is itself, a string goes by its data pointer and length,
// []byte and py.Tuple by their backing array, and a py.Class by its value. As in CPython, empty and
// one-character latin-1 strings are one object, as are such bytes, and the empty tuple is never a
// reference. Where a pickle had several objects of such a string, bytes or class, the graph decoded
// from it has several objects, too.
//
// So a value built in Go is written as CPython writes the same value built by one expression whose
// strings are objects of their own. Go strings that share their memory are the exception. Equal
// constants of a Go program usually share it; equal strings made at run time do not.
//
// The default protocol is [DefaultProtocol] and the default release the newest. A value that cannot
// be written is a [*MarshalError] with its path and Go type.
func Marshal(v any, opts ...EncodeOption) ([]byte, error) {
	return Append(nil, v, opts...)
}

// Append appends the pickle of v to dst, as [Marshal] makes it, and returns the longer slice. On
// error it returns dst.
func Append(dst []byte, v any, opts ...EncodeOption) ([]byte, error) {
	c, err := newEncodeConfig(opts)
	if err != nil {
		return dst, err
	}
	e, _ := encoders.Get().(*encoder)
	e.use(c)
	err = e.dump(v)
	runtime.KeepAlive(v) // the memo knows its objects by their addresses
	if err == nil {
		dst = e.join(dst)
	}
	e.release()
	return dst, err
}

// encoders holds encoders that are not in use.
var encoders = sync.Pool{New: func() any { return newEncoder() }}

func newEncoder() *encoder {
	e := new(encoder)
	e.framer.reset()
	e.memo.reset()
	return e
}

// An Encoder writes one pickle after another to a stream, as pickle.Pickler does. An object in an
// earlier pickle of the same Encoder is written as a reference to it, until [Encoder.ClearMemo]. An
// Encoder is not safe for concurrent use.
type Encoder struct {
	e   *encoder
	w   io.Writer
	err error
}

// NewEncoder returns an Encoder that writes to w. An option out of range is reported by the first
// Encode.
func NewEncoder(w io.Writer, opts ...EncodeOption) *Encoder {
	enc := &Encoder{w: w, e: newEncoder()}
	enc.e.memo.keep = true
	c, err := newEncodeConfig(opts)
	if enc.err = err; err == nil {
		enc.e.use(c)
	}
	return enc
}

// Encode writes the pickle of v; large strings and bytes go to the stream without being copied. A
// value that cannot be written is a [*MarshalError]; part of the pickle may be in the stream then,
// and the memo is forgotten.
func (enc *Encoder) Encode(v any) error {
	if enc.err != nil {
		return enc.err
	}
	e := enc.e
	e.framer.reset()
	e.w = enc.w
	defer e.forget()
	if err := e.dump(v); err != nil {
		e.memo.reset()
		return err
	}
	e.drain()
	return e.err
}

// ClearMemo makes the Encoder forget the objects that it has written, as pickle.Pickler.clear_memo
// does.
func (enc *Encoder) ClearMemo() { enc.e.memo.reset() }

// encoder writes one pickle.
type encoder struct {
	*encodeConfig
	// proto is the configuration's, at hand.
	proto int
	framer
	memo  memo
	depth int
	// kept are the temporary values that the memo knows.
	kept []any
	// keys are the references to the field names of structs, which refs holds.
	keys []fieldKeys
	refs []keyRef
	// plan is that of the Go values whose interfaces have the word planned.
	plan    *goPlan
	planned uintptr
	// identifier is set when what is saved next is the identifier of a persistent object, which
	// itself has none.
	identifier bool
}

// use sets what the encoder goes by. An encoder keeps that of its last pickle, most likely the
// same.
func (e *encoder) use(c *encodeConfig) {
	if e.encodeConfig != c {
		e.encodeConfig, e.proto = c, c.proto
	}
}

func (e *encoder) release() {
	e.framer.reset()
	e.memo.reset()
	e.forget()
	encoders.Put(e)
}

// keep holds on to a value that only the encoder has, since the memo knows its objects by their
// addresses.
func (e *encoder) keep(v any) { e.kept = append(e.kept, v) }

// forget lets go of what only one pickle needed.
func (e *encoder) forget() {
	clear(e.kept)
	clear(e.keys)
	e.kept, e.keys, e.refs = e.kept[:0], e.keys[:0], e.refs[:0]
}

// dump writes a whole pickle.
func (e *encoder) dump(v any) error {
	e.depth, e.identifier = 0, false
	if e.proto >= 2 {
		e.buf = append(e.buf, byte(opProto), byte(e.proto))
	}
	if e.proto >= 4 {
		e.framing = true
		e.everyFrame = e.minor < 7
		e.begin()
	}
	if err := e.save(v); err != nil {
		return err
	}
	e.buf = append(e.buf, byte(opStop))
	e.commit()
	return e.err
}

// save writes v, or a reference to it if the pickle has it already. It is called wherever CPython
// calls save, since that is where a full frame ends.
func (e *encoder) save(v any) error {
	if len(e.buf) >= e.flushAt {
		e.boundary()
	}
	if e.persistent != nil {
		if id, ok := e.persistentID(v); ok {
			e.keep(id)
			return e.savePersistent(id)
		}
	}
	if s, ok := v.(string); ok {
		return e.saveString(s)
	}
	switch v := v.(type) {
	case nil:
		e.op(opNone)
	case bool:
		e.saveBool(v)
	case int64:
		e.saveInt(v)
	case float64:
		e.saveFloat(v)
	case py.Tuple:
		return e.saveTuple(v)
	case *py.List:
		return e.saveList(v)
	case *py.Dict:
		return e.saveDict(v)
	default:
		return e.saveOther(v)
	}
	return nil
}

// persistentID asks the caller whether v is outside of the pickle, unless v is such an identifier
// itself.
func (e *encoder) persistentID(v any) (any, bool) {
	if e.identifier {
		e.identifier = false
		return nil, false
	}
	return e.persistent(v)
}

// saveOther writes the values that are less common than the ones in save.
func (e *encoder) saveOther(v any) error {
	whole := v
	switch v := v.(type) {
	case complex128:
		return e.saveComplex(v, boxIdentity(&whole))
	case *big.Int:
		if v != nil {
			return e.saveBigInt(v)
		}
		e.op(opNone)
		return nil
	case []byte:
		return e.saveBytes(v)
	case *py.Object:
		return e.saveObject(v)
	case py.Class:
		return e.saveClass(v)
	case *py.Set:
		return e.saveSet(v)
	case *py.FrozenSet:
		return e.saveFrozenSet(v)
	case *py.ByteArray:
		return e.saveByteArray(v)
	case *py.Buffer:
		return e.saveBuffer(v)
	case py.PersistentID:
		return e.savePersistent(v.ID)
	}
	switch v {
	case py.Ellipsis:
		return e.saveClass(py.Class{Module: builtinsModule, Name: "Ellipsis"})
	case py.NotImplemented:
		return e.saveClass(py.Class{Module: builtinsModule, Name: "NotImplemented"})
	}
	return e.saveGo(v)
}

func (e *encoder) op(o Opcode) { e.buf = append(e.buf, byte(o)) }

// op4 writes an opcode with an operand of four bytes. Appending in one step leaves the buffer's
// pointer alone, which saves a write barrier while the garbage collector runs.
func (e *encoder) op4(o Opcode, v uint32) {
	e.buf = append(e.buf, byte(o), byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
}

// enter counts a level of nesting and reports whether there may be so many; every one needs a
// leave, unless the whole pickle is given up.
func (e *encoder) enter() bool {
	e.depth++
	return e.depth <= e.maxDepth
}

func (e *encoder) leave() { e.depth-- }

// tooDeep is what a value of a type ends with when enter refuses it.
func tooDeep(t reflect.Type) error { return &MarshalError{Type: t, Err: ErrTooDeep} }

// fetch writes a reference to the object if the pickle has it.
func (e *encoder) fetch(id identity) bool {
	i, ok := e.memo.get(id)
	if ok {
		e.get(i)
	}
	return ok
}

// memoize gives the object on top of the stack the next memo index.
func (e *encoder) memoize(id identity) {
	e.put(e.memo.count)
	e.memo.put(id)
}

// memoizeAlone is memoize for an object that nothing else can refer to.
func (e *encoder) memoizeAlone() {
	e.put(e.memo.count)
	e.memo.count++
}

// made memoizes what a reduction has made, unless its arguments held it and so have written it
// already.
func (e *encoder) made(id identity) (first bool) {
	if i, ok := e.memo.get(id); ok {
		e.op(opPop)
		e.get(i)
		return false
	}
	e.memoize(id)
	return true
}
