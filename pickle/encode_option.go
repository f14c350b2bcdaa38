package pickle

import (
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// DefaultProtocol is the protocol that [Marshal] writes unless an option says otherwise.
const DefaultProtocol = 4

// DefaultEncodeDepth is how deep values may be nested in what is encoded. CPython's own limit is
// its recursion limit.
const DefaultEncodeDepth = 10_000

const maxEncodeDepth = 50_000

// The CPython releases that an encoder can write as.
const (
	oldestMinor = 6
	newestMinor = 13
)

// EncodeOption changes how [Marshal] and an [Encoder] write. Options are checked when they are
// applied; a value out of range is an [*OptionError].
type EncodeOption interface {
	applyEncode(*encodeConfig) error
}

type encodeConfig struct {
	proto      int
	minor      int
	maxDepth   int
	keepNames  bool
	persistent func(any) (any, bool)
	buffer     func(*py.Buffer) bool
	registry   *Registry
	numpy      py.NumPy
	extensions map[py.Class]int32
}

var defaultEncodeConfig = encodeConfig{proto: DefaultProtocol, minor: newestMinor, maxDepth: DefaultEncodeDepth, numpy: py.NumPy2}

func newEncodeConfig(opts []EncodeOption) (*encodeConfig, error) {
	if len(opts) == 0 {
		return &defaultEncodeConfig, nil
	}
	if len(opts) == 1 {
		if shared, ok := opts[0].(*encodeConfig); ok {
			return shared, nil
		}
	}
	c := defaultEncodeConfig
	for _, o := range opts {
		if err := o.applyEncode(&c); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

func (c *encodeConfig) applyEncode(to *encodeConfig) error {
	*to = *c
	return nil
}

type encodeOptionFunc func(*encodeConfig) error

func (f encodeOptionFunc) applyEncode(c *encodeConfig) error { return f(c) }

// EncodeOptions checks the given options once and returns them as one, which is cheap to apply and
// safe to share. It replaces options given before it.
func EncodeOptions(opts ...EncodeOption) (EncodeOption, error) {
	made, err := newEncodeConfig(opts)
	if err != nil {
		return nil, err
	}
	return made, nil
}

// Protocol sets the protocol to write, 0 to 5; -1 is the highest. The default is [DefaultProtocol].
func Protocol(n int) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		if n == -1 {
			n = highestProtocol
		}
		if n < 0 || n > highestProtocol {
			return &OptionError{Option: "Protocol", Reason: fmt.Sprintf("%d is not within -1 and %d", n, highestProtocol)}
		}
		c.proto = n
		return nil
	})
}

// WriteAs sets the CPython release whose bytes are written: 3.6 to 3.13, since the same value has
// other bytes in other releases. The default is the newest. A later 3.x writes as 3.13 does.
func WriteAs(major, minor int) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		if major != 3 || minor < oldestMinor {
			return &OptionError{Option: "WriteAs", Reason: fmt.Sprintf("%d.%d is older than 3.%d", major, minor, oldestMinor)}
		}
		c.minor = min(minor, newestMinor)
		return nil
	})
}

// WithEncodeDepth limits how deep values are nested: [DefaultEncodeDepth] by default, at least 1,
// at most 50,000. What is deeper is a [*MarshalError] wrapping [ErrTooDeep].
func WithEncodeDepth(levels int) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		if levels < 1 || levels > maxEncodeDepth {
			return &OptionError{Option: "WithEncodeDepth", Reason: fmt.Sprintf("%d is not within 1 and %d", levels, maxEncodeDepth)}
		}
		c.maxDepth = levels
		return nil
	})
}

// WithNumPy sets the numpy that *py.NDArray and *py.Array are written as: [py.NumPy2] by default,
// or [py.NumPy1] for a reader whose numpy is older than 1.26.
func WithNumPy(generation py.NumPy) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		if generation != py.NumPy1 && generation != py.NumPy2 {
			return &OptionError{Option: "WithNumPy", Reason: fmt.Sprintf("there is no numpy %d", generation)}
		}
		c.numpy = generation
		return nil
	})
}

// WithPython3Names keeps the names of modules and classes in protocols 0 to 2 as Python 3 has them.
// By default they are mapped to Python 2's names, as pickle.dumps does unless fix_imports is false.
func WithPython3Names() EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		c.keepNames = true
		return nil
	})
}

// WithPersistentID lets id decide for every value whether it is written as a reference to something
// outside of the pickle, as the method pickle.Pickler.persistent_id does. It is not asked about the
// identifiers that it returns. Unlike that method it is not asked either about values that no
// caller can know. These are the argument tuples, names and texts that only a reduction or a Go
// type brings along.
//
// At protocol 0 an identifier must be a string of ASCII characters or an integer. The default
// writes only [py.PersistentID] values so.
func WithPersistentID(id func(value any) (persistent any, ok bool)) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		c.persistent = id
		return nil
	})
}

// WithBufferCallback writes the buffers for which take returns true out of band, which needs
// protocol 5. The pickle holds a reference only, and its reader must be given their bytes in the
// same order. It mirrors the buffer_callback of pickle.Pickler, whose callable returns false for
// that. By default every buffer is written in band.
func WithBufferCallback(take func(*py.Buffer) bool) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		c.buffer = take
		return nil
	})
}

// WithExtensionCodes gives the codes that classes are written as from protocol 2 on (EXT1, EXT2,
// EXT4), as copyreg.add_extension registers them. Codes are positive. By default there are no
// codes.
func WithExtensionCodes(codes map[py.Class]int32) EncodeOption {
	return encodeOptionFunc(func(c *encodeConfig) error {
		for class, code := range codes {
			if code <= 0 {
				return &OptionError{Option: "WithExtensionCodes", Reason: fmt.Sprintf("code %d of %v is not positive", code, class)}
			}
		}
		c.extensions = codes
		return nil
	})
}
