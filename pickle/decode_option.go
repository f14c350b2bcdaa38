package pickle

import (
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// DecodeOption changes how [Unmarshal] and a [Decoder] read. Options are checked when they are
// applied; a value out of range is an [*OptionError].
type DecodeOption interface {
	applyDecode(*decodeConfig) error
}

type decodeConfig struct {
	maxInput     int64
	maxElements  int64
	maxMemory    int64 // 0 is the default, which grows with the input
	maxMemo      int64
	maxDepth     int64
	maxIntDigits int64
	maxKeyWork   int64
	str          StringEncoding
	keepNames    bool
	alias        bool
	shareMost    bool
	sharedMemo   bool
	buffers      [][]byte
	extensions   map[int32]py.Class
	registry     *Registry
}

var defaultDecodeConfig = decodeConfig{
	maxInput:     DefaultMaxInput,
	maxElements:  DefaultMaxElements,
	maxMemo:      DefaultMaxMemo,
	maxDepth:     DefaultMaxDepth,
	maxIntDigits: DefaultMaxIntDigits,
	maxKeyWork:   DefaultMaxKeyWork,
}

func newDecodeConfig(opts []DecodeOption) (*decodeConfig, error) {
	if len(opts) == 0 {
		return &defaultDecodeConfig, nil
	}
	if len(opts) == 1 {
		if shared, ok := opts[0].(*decodeConfig); ok {
			return shared, nil
		}
	}
	c := defaultDecodeConfig
	for _, o := range opts {
		if err := o.applyDecode(&c); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

func (c *decodeConfig) applyDecode(to *decodeConfig) error {
	*to = *c
	return nil
}

type decodeOptionFunc func(*decodeConfig) error

func (f decodeOptionFunc) applyDecode(c *decodeConfig) error { return f(c) }

// DecodeOptions checks the given options once and returns them as one, which is cheap to apply and
// safe to share. It replaces options given before it.
func DecodeOptions(opts ...DecodeOption) (DecodeOption, error) {
	made, err := newDecodeConfig(opts)
	if err != nil {
		return nil, err
	}
	return made, nil
}

func limitOption(l limit, n int64, field func(*decodeConfig) *int64) DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		if err := l.check(n); err != nil {
			return err
		}
		*field(c) = n
		return nil
	})
}

// WithMaxInput limits the bytes of one pickle: [DefaultMaxInput] by default, at least 1, at most 4
// GiB - 1.
func WithMaxInput(bytes int64) DecodeOption {
	return limitOption(limitInput, bytes, func(c *decodeConfig) *int64 { return &c.maxInput })
}

// WithMaxElements limits the values that one pickle makes: [DefaultMaxElements] by default, at
// least 1, at most 2^32 - 1.
func WithMaxElements(n int64) DecodeOption {
	return limitOption(limitElements, n, func(c *decodeConfig) *int64 { return &c.maxElements })
}

// WithMaxMemory limits about how many bytes of memory the values of one pickle take while they are
// made. The default is [DefaultMaxMemory], and [DefaultMemoryFactor] for each byte of the pickle.
// The least value is 64 KiB, the greatest 2^40; any given value holds whatever the size of the
// pickle. A pickle that would take more is refused before anything of it is made. Lists of numbers
// and records take up to 24 times their size as pickles, small objects up to 120 times.
func WithMaxMemory(bytes int64) DecodeOption {
	return limitOption(limitMemory, bytes, func(c *decodeConfig) *int64 { return &c.maxMemory })
}

// WithMaxMemo limits the memo entries that one pickle makes: [DefaultMaxMemo] by default, at least
// 0, at most 2^32 - 1. The index of an entry is not limited, since a large one takes no more memory
// than a small one.
func WithMaxMemo(entries int64) DecodeOption {
	return limitOption(limitMemo, entries, func(c *decodeConfig) *int64 { return &c.maxMemo })
}

// WithMaxDepth limits how deep values are nested: [DefaultMaxDepth] by default, at least 1, at most
// 50,000.
func WithMaxDepth(levels int64) DecodeOption {
	return limitOption(limitDepth, levels, func(c *decodeConfig) *int64 { return &c.maxDepth })
}

// WithMaxIntDigits limits the decimal digits of an int: [DefaultMaxIntDigits] by default, at least
// 640, at most 10,000,000. It bounds the work too: converting decimal text takes time in proportion
// to the square of its length.
func WithMaxIntDigits(digits int64) DecodeOption {
	return limitOption(limitIntDigits, digits, func(c *decodeConfig) *int64 { return &c.maxIntDigits })
}

// WithMaxKeyWork limits the values that are looked at to hash and compare the keys of dicts and the
// elements of sets, beyond 16 for each value of the pickle. The default is [DefaultMaxKeyWork], the
// least 1024, and the greatest 2^40.
func WithMaxKeyWork(values int64) DecodeOption {
	return limitOption(limitKeyWork, values, func(c *decodeConfig) *int64 { return &c.maxKeyWork })
}

// StringEncoding tells how the 8-bit strings of Python 2 (type str) are decoded. It mirrors the
// encoding argument of pickle.loads.
type StringEncoding uint8

const (
	// ASCII makes a str of ASCII characters and refuses any other byte; the default, as in Python.
	ASCII StringEncoding = iota
	// Latin1 makes a str with one character for each byte.
	Latin1
	// UTF8 makes a str and refuses what is no UTF-8.
	UTF8
	// Bytes makes bytes.
	Bytes
)

// WithStringEncoding tells how Python 2's str is decoded; the default is [ASCII].
func WithStringEncoding(e StringEncoding) DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		if e > Bytes {
			return &OptionError{Option: "WithStringEncoding", Reason: fmt.Sprintf("unknown encoding %d", e)}
		}
		c.str = e
		return nil
	})
}

// WithPython2Names keeps the names of modules and classes as pickles of protocols 0 to 2 write
// them. By default they are mapped to Python 3's names, as pickle.loads does unless fix_imports is
// false.
func WithPython2Names() DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		c.keepNames = true
		return nil
	})
}

// WithAliasedInput lets strings and bytes in the result share the memory of the input, which then
// must not be changed as long as the result is in use. By default they are copied.
func WithAliasedInput() DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		c.alias = true
		return nil
	})
}

// WithSharedBytes lets a bytes object or bytearray share the memory of the input when it is more
// than half of the input. The input must not be changed then as long as the result is in use.
// Nothing smaller keeps the input's memory from being released. By default all are copied.
// [Decoder] copies all the same.
func WithSharedBytes() DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		c.shareMost = true
		return nil
	})
}

// WithBuffers gives the out-of-band buffers that NEXT_BUFFER (protocol 5) takes in turn. Their
// memory is shared with the result, never copied into the graph. By default there are no buffers,
// and a pickle that asks for one is refused.
func WithBuffers(buffers ...[]byte) DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		c.buffers = buffers
		return nil
	})
}

// WithExtensions gives the classes that the codes of EXT1, EXT2 and EXT4 stand for, as
// copyreg.add_extension registers them. Codes are positive. By default there are no codes, and a
// pickle that uses one is refused.
func WithExtensions(classes map[int32]py.Class) DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		for code := range classes {
			if code <= 0 {
				return &OptionError{Option: "WithExtensions", Reason: fmt.Sprintf("code %d is not positive", code)}
			}
		}
		c.extensions = classes
		return nil
	})
}

// WithSharedMemo lets a [Decoder] keep its memo from one pickle to the next, as pickle.Unpickler
// does when its load is called again. It is for streams that one pickle.Pickler, or one [Encoder],
// has written without clearing its memo. The decoded values stay alive as long as the Decoder. By
// default every pickle stands for itself, as pickle.dump writes them. [Unmarshal] ignores the
// option.
func WithSharedMemo() DecodeOption {
	return decodeOptionFunc(func(c *decodeConfig) error {
		c.sharedMemo = true
		return nil
	})
}
