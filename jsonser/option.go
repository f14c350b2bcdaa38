package jsonser

import "fmt"

// Limits, each with the least and the greatest value that its option takes.
const (
	// DefaultMaxDepth is how deep values may be nested in each other, both ways. Python's own limit
	// is about 1,000 up to 3.11, 1,500 in 3.12 and 10,000 in 3.13.
	DefaultMaxDepth = 10_000
	// DefaultMaxIntDigits is the number of digits that an int may have that is read. Python has no
	// limit up to 3.10, and one of 4,300 from 3.11 on.
	DefaultMaxIntDigits = 100_000
	// DefaultMaxOutput is the number of bytes that may be written (1 GiB). A graph that holds the
	// same list in many places becomes many times larger in JSON than it is in memory.
	DefaultMaxOutput = 1 << 30

	// DefaultMaxMemory and DefaultMemoryFactor bound the memory that the values of a document take:
	// so many bytes, 64 MiB, and so many more for each byte of the document.
	DefaultMaxMemory    = 64 << 20
	DefaultMemoryFactor = 24

	leastMemory       = 1 << 16
	leastIntDigits    = 640
	greatestDepth     = 50_000
	greatestIntDigits = 10_000_000
)

// OptionError reports an option whose value is outside the option's range.
type OptionError struct {
	// Option is the name of the option, such as "WithMaxDepth".
	Option string
	// Reason says what it takes.
	Reason string
}

// Error returns the reason.
func (e *OptionError) Error() string { return "pizco/jsonser: option " + e.Option + ": " + e.Reason }

// EncodeOption changes how [Marshal] writes. A value out of range is an *[OptionError] of Marshal.
type EncodeOption interface {
	applyEncode(c *encodeConfig) error
}

// DecodeOption changes how [Unmarshal] reads. A value out of range is an *[OptionError] of
// Unmarshal.
type DecodeOption interface {
	applyDecode(c *decodeConfig) error
}

type encodeConfig struct {
	maxDepth  int
	maxOutput int
}

type decodeConfig struct {
	maxDepth     int
	maxIntDigits int
	maxMemory    int64 // 0 is the default, which grows with the document
}

type depthOption int

// WithMaxDepth limits how deep values are nested: [DefaultMaxDepth] by default, at least 1, at most
// 50,000. It holds for both directions.
func WithMaxDepth(levels int) interface {
	EncodeOption
	DecodeOption
} {
	return depthOption(levels)
}

func (o depthOption) applyEncode(c *encodeConfig) error {
	c.maxDepth = int(o)
	return within("WithMaxDepth", int(o), 1, greatestDepth)
}

func (o depthOption) applyDecode(c *decodeConfig) error {
	c.maxDepth = int(o)
	return within("WithMaxDepth", int(o), 1, greatestDepth)
}

type outputOption int

// WithMaxOutput limits the bytes that are written: [DefaultMaxOutput] by default, at least 1.
func WithMaxOutput(bytes int) EncodeOption { return outputOption(bytes) }

func (o outputOption) applyEncode(c *encodeConfig) error {
	c.maxOutput = int(o)
	return within("WithMaxOutput", int(o), 1, int(^uint(0)>>1))
}

type digitsOption int

// WithMaxIntDigits limits the digits of an int that is read: [DefaultMaxIntDigits] by default, at
// least 640, at most 10,000,000. It bounds the work too: converting decimal text takes time in
// proportion to the square of its length.
func WithMaxIntDigits(digits int) DecodeOption { return digitsOption(digits) }

func (o digitsOption) applyDecode(c *decodeConfig) error {
	c.maxIntDigits = int(o)
	return within("WithMaxIntDigits", int(o), leastIntDigits, greatestIntDigits)
}

type memoryOption int64

// WithMaxMemory limits about how many bytes of memory the values take: by default
// [DefaultMaxMemory] and [DefaultMemoryFactor] for each byte of the document, at least 64 KiB. Any
// other value holds whatever the size of the document. Small objects take up to 60 times their size
// as text.
func WithMaxMemory(bytes int64) DecodeOption { return memoryOption(bytes) }

func (o memoryOption) applyDecode(c *decodeConfig) error {
	c.maxMemory = int64(o)
	if o < leastMemory {
		return &OptionError{Option: "WithMaxMemory", Reason: fmt.Sprintf("%d is less than %d", int64(o), leastMemory)}
	}
	return nil
}

func within(option string, n, least, greatest int) error {
	if n < least || n > greatest {
		return &OptionError{Option: option, Reason: fmt.Sprintf("%d is not within %d and %d", n, least, greatest)}
	}
	return nil
}
