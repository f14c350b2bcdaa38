package wire

import (
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
)

// Serializer turns contents into bytes and back. It is safe for concurrent use.
type Serializer interface {
	// Name is what frame 1 says.
	Name() string
	// Marshal returns the content as this serializer writes it.
	Marshal(v any) ([]byte, error)
	// Unmarshal decodes data into v, a non-nil pointer: the exact graph of package py when v is a
	// *any, Go values otherwise.
	Unmarshal(data []byte, v any) error
}

// Lookup returns the serializer of that name. "json" is Python's json module. "pickle" is the
// pickle format at [DefaultPlainPickle]. "pickleN" is protocol N, where N is whatever Python's
// int() reads as a number up to 5; a negative one means plain "pickle".
//
// It fails with [ErrSerializer] for any other name, as the original does when it writes. For
// reading, the original takes any name that begins with "pickle".
func Lookup(name string) (Serializer, error) {
	s, err := Protocol{Serializer: name}.serializer()
	if err != nil {
		return nil, err
	}
	return s, nil
}

// appender is a serializer that can write to the end of memory that there is.
type appender interface {
	Serializer
	appendTo(dst []byte, v any) ([]byte, error)
}

// WritesPickle reports whether contents are written as pickles.
func (p Protocol) WritesPickle() bool { return strings.HasPrefix(p.serializerName(), picklePrefix) }

// serializer returns what writes this protocol's contents.
func (p Protocol) serializer() (appender, error) {
	name := p.serializerName()
	if name == jsonName {
		return p.Limits.json(), nil
	}
	version, err := p.pickleVersion(name)
	if err != nil {
		return nil, &Error{Kind: ErrSerializer, Detail: fmt.Sprintf("%q", clip(name)), Err: err}
	}
	if s, ok := plainSerializers[name]; ok && s.version == version && p.PickleEncode == nil {
		return s, nil
	}
	return &pickleSerializer{name: name, version: version, encode: p.PickleEncode}, nil
}

// Encode returns the content as this protocol's serializer writes it. It fails with [ErrSerializer]
// or [ErrContent].
func (p Protocol) Encode(content any) ([]byte, error) { return p.appendContent(nil, content) }

// appendContent is Encode that appends to memory that there is.
func (p Protocol) appendContent(dst []byte, content any) ([]byte, error) {
	s, err := p.serializer()
	if err != nil {
		return nil, err
	}
	body, err := s.appendTo(dst, content)
	if err != nil {
		return nil, &Error{Kind: ErrContent, Detail: "writing " + s.Name(), Err: err}
	}
	return body, nil
}

// Decode decodes the content of m into v, a non-nil pointer, by the serializer that m names. A *any
// takes the exact graph of package py; other pointers take Go values. It fails with [ErrSerializer]
// or [ErrContent], which wraps the serializer's own error.
func (p Protocol) Decode(m *Message, v any) error {
	var err error
	switch {
	case m.IsPickle():
		memory := p.Limits.memory(len(m.Body), pickle.DefaultMaxMemory, pickle.DefaultMemoryFactor)
		err = (&pickleSerializer{name: m.Serializer, decode: p.PickleDecode, memory: memory}).Unmarshal(m.Body, v)
	case m.Serializer == jsonName:
		memory := p.Limits.memory(len(m.Body), jsonser.DefaultMaxMemory, jsonser.DefaultMemoryFactor)
		err = jsonSerializer{memory: memory}.Unmarshal(m.Body, v)
	default:
		return fromPeer(ErrSerializer, "%q", clip(m.Serializer))
	}
	if err != nil {
		return &Error{Kind: ErrContent, FromPeer: true, Detail: "reading " + clip(m.Serializer), Err: err}
	}
	return nil
}
