package wire

import (
	"errors"
	"fmt"
	"sync"

	"github.com/pizco-go/pizco/pickle"
)

const (
	// picklePrefix is what the name of every pickle serializer begins with, and the name of the
	// plain one.
	picklePrefix = "pickle"
	// highestPickle is the newest pickle protocol.
	highestPickle = 5
	// DefaultPlainPickle is the pickle protocol that the plain name "pickle" writes by default: 4,
	// the newest that every Python that the original runs on can read (5 came with 3.8).
	DefaultPlainPickle = 4
)

// pickleNames are the names that fix the pickle protocol.
var pickleNames = [...]string{"pickle0", "pickle1", "pickle2", "pickle3", "pickle4", "pickle5"}

// checkedProtocols are the options that set the pickle protocols, checked once.
var checkedProtocols = sync.OnceValue(func() (options [highestPickle + 1]pickle.EncodeOption) {
	for protocol := range options {
		option, err := pickle.EncodeOptions(pickle.Protocol(protocol))
		if err != nil {
			option = pickle.Protocol(protocol) // which fails with that error
		}
		options[protocol] = option
	}
	return options
})

type pickleSerializer struct {
	name    string
	version int
	encode  pickle.EncodeOption
	decode  pickle.DecodeOption
	memory  int64 // that the values which are read may take; 0 is the default
}

// plainSerializers are the serializers that most messages name, made once.
var plainSerializers = func() map[string]*pickleSerializer {
	all := map[string]*pickleSerializer{picklePrefix: {name: picklePrefix, version: DefaultPlainPickle}}
	for version, name := range pickleNames {
		all[name] = &pickleSerializer{name: name, version: version}
	}
	return all
}()

func (s *pickleSerializer) Name() string { return s.name }

func (s *pickleSerializer) Marshal(v any) ([]byte, error) { return s.appendTo(nil, v) }

func (s *pickleSerializer) appendTo(dst []byte, v any) ([]byte, error) {
	if s.encode == nil {
		return pickle.Append(dst, v, checkedProtocols()[s.version])
	}
	return pickle.Append(dst, v, s.encode, pickle.Protocol(s.version))
}

func (s *pickleSerializer) Unmarshal(data []byte, v any) error {
	switch {
	case s.decode == nil && s.memory == 0:
		return pickle.Unmarshal(data, v)
	case s.memory == 0:
		return pickle.Unmarshal(data, v, s.decode)
	case s.decode == nil:
		return pickle.Unmarshal(data, v, pickle.WithMaxMemory(s.memory))
	}
	return pickle.Unmarshal(data, v, s.decode, pickle.WithMaxMemory(s.memory))
}

// plainPickle returns the protocol that the plain name writes.
func (p Protocol) plainPickle() (int, error) {
	switch {
	case p.PlainPickle == 0:
		return DefaultPlainPickle, nil
	case p.PlainPickle < 0 || p.PlainPickle > highestPickle:
		return 0, fmt.Errorf("pizco/wire: PlainPickle is %d, want 1 to %d", p.PlainPickle, highestPickle)
	}
	return p.PlainPickle, nil
}

// pickleVersion returns the pickle protocol that the name asks for, by the rule of the original:
// int(name[6:] or -1), where anything negative means the highest.
func (p Protocol) pickleVersion(name string) (int, error) {
	if len(name) < len(picklePrefix) || name[:len(picklePrefix)] != picklePrefix {
		return 0, errors.New("unknown name")
	}
	suffix := name[len(picklePrefix):]
	if suffix == "" {
		return p.plainPickle()
	}
	n, err := pythonInt(suffix)
	switch {
	case err != nil:
		return 0, err
	case n > highestPickle:
		return 0, fmt.Errorf("pickle protocol must be <= %d", highestPickle)
	case n < 0:
		return p.plainPickle()
	}
	return int(n), nil
}
