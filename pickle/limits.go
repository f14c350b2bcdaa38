package pickle

import "fmt"

// Limits of decoding, each with its default, the least and the greatest value that its option
// takes. They are checked before the memory is taken.
const (
	// DefaultMaxInput is the number of bytes that one pickle may have (1 GiB).
	DefaultMaxInput = 1 << 30
	// DefaultMaxElements is the number of values that one pickle may make.
	DefaultMaxElements = 1 << 26
	// DefaultMaxMemory and DefaultMemoryFactor bound the memory that the values of one pickle take
	// while they are made. It is 64 MiB, and 24 bytes more for each byte of the pickle.
	DefaultMaxMemory    = 64 << 20
	DefaultMemoryFactor = 24
	// DefaultMaxMemo is the number of memo entries that one pickle may make.
	DefaultMaxMemo = 1 << 24
	// DefaultMaxDepth is how deep values may be nested in each other.
	DefaultMaxDepth = 10_000
	// DefaultMaxIntDigits is the number of decimal digits that an int may have.
	DefaultMaxIntDigits = 100_000
	// DefaultMaxKeyWork is the number of values that hashing and comparing keys may look at beyond
	// 16 for each value of the pickle.
	DefaultMaxKeyWork = 1 << 24
)

// limit is the range that one option takes.
type limit struct {
	option   string
	min, max int64
}

var (
	limitInput     = limit{"WithMaxInput", 1, 1<<32 - 1}
	limitElements  = limit{"WithMaxElements", 1, 1<<32 - 1}
	limitMemory    = limit{"WithMaxMemory", 1 << 16, 1 << 40}
	limitMemo      = limit{"WithMaxMemo", 0, 1<<32 - 1}
	limitDepth     = limit{"WithMaxDepth", 1, 50_000}
	limitIntDigits = limit{"WithMaxIntDigits", 640, 10_000_000}
	limitKeyWork   = limit{"WithMaxKeyWork", 1 << 10, 1 << 40}
)

func (l limit) check(n int64) error {
	if n < l.min || n > l.max {
		return &OptionError{Option: l.option, Reason: fmt.Sprintf("%d is not within %d and %d", n, l.min, l.max)}
	}
	return nil
}
