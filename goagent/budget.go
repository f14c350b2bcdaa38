package goagent

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

const (
	// DefaultMaxWork is the default of WithMaxWork.
	DefaultMaxWork = 1 << 22
	// leastWork and mostWork are the bounds of what WithMaxWork takes.
	leastWork = 1 << 10
	mostWork  = 1 << 32
	// workPerItem is how much work each item of a container adds to what a call of its methods may
	// take: a method may look at all of them.
	workPerItem = 4
)

// WithMaxWork bounds the work that one call of a method of a served dict, list, set, tuple, text or
// bytes may take: the number of values that it compares, hashes and copies, beyond four for each
// item of the container, from 1,024 to 4,294,967,296. 128 bytes of text that is compared count as
// one value, and so do 32 bytes of text that a method of text or bytes makes. A call that takes
// more is answered with a RuntimeError. A million take some tens of milliseconds. Default:
// [DefaultMaxWork].
func WithMaxWork(values int64) ServeOption {
	return serveOption{func(c *config) error {
		if values < leastWork || values > mostWork {
			return fmt.Errorf("pizco/goagent: WithMaxWork: %d is not within %d and %d", values, leastWork, int64(mostWork))
		}
		c.object.maxWork = values
		return nil
	}}
}

// budget is the work that a call of a container's method may still take.
type budget struct{ left int64 }

// newBudget returns the budget for a container of some items.
func (s *objectSettings) newBudget(items int) *budget {
	most := s.maxWork
	if most == 0 {
		most = DefaultMaxWork
	}
	return &budget{most + workPerItem*int64(items)}
}

// work returns the budget of what embeds it.
func (b *budget) work() *budget { return b }

// spend takes off the work of n values.
func (b *budget) spend(n int) error {
	if b.left -= int64(n); b.left < 0 {
		return tooMuchWork()
	}
	return nil
}

// same is Python's ==.
func (b *budget) same(v, w any) (bool, error) {
	equal, err := py.EqualWithin(v, w, &b.left)
	return equal, b.checked(err)
}

// hashable returns Python's TypeError for a key without a hash.
func (b *budget) hashable(key any) error {
	return b.checked(py.HashableWithin(key, &b.left))
}

// checked returns an error of package py as the exception that it is.
func (b *budget) checked(err error) error {
	var unhashable *py.UnhashableError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, py.ErrTooComplex):
		return tooMuchWork()
	case errors.As(err, &unhashable):
		return pyerr.TypeError.Errorf("%w", shortError{err})
	}
	return err
}

func tooMuchWork() error {
	return pyerr.RuntimeError.New("the call compares, hashes or copies too many values, or one that is nested too deeply: goagent.WithMaxWork bounds them")
}

// putWithin copies a pair into a dict.
func (b *budget) putWithin(d *py.Dict, p py.Pair) error {
	return b.checked(d.SetWithin(p.Key, p.Value, &b.left))
}
