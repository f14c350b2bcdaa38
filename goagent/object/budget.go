package object

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// The bounds of [Settings.MaxWork].
const (
	// DefaultMaxWork is what a call may take unless MaxWork is set.
	DefaultMaxWork = 1 << 22
	// LeastWork and MostWork are the bounds of what can be set.
	LeastWork = 1 << 10
	MostWork  = 1 << 32
)

// workPerItem is how much work each item of a container adds to what a call of its methods may
// take: a method may look at all of them.
const workPerItem = 4

// budget is the work that a call of a container's method may still take.
type budget struct{ left int64 }

// newBudget returns the budget for a container of some items.
func (s *Settings) newBudget(items int) *budget {
	most := s.MaxWork
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
