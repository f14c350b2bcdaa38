package py

import (
	"math/big"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// boxes holds memory for the values of a graph, so that many of them take one allocation.
type boxes struct {
	ints   slab[int64]
	floats slab[float64]
	texts  slab[string]
	lists  slab[List]
	dicts  slab[Dict]
	pairs  slab[Pair]
}

// maxSlab is how many values are allocated at once. A value that is kept keeps the others of its
// slab.
const maxSlab = 128

// slab hands out places for values, more of them with each allocation.
type slab[T any] struct {
	free []T
	size int
}

func (s *slab[T]) take() *T { return &s.room(1)[0] }

// room returns n places side by side.
func (s *slab[T]) room(n int) []T {
	if len(s.free) < n {
		s.size = min(max(2*s.size, n), max(n, maxSlab))
		s.free = make([]T, s.size)
	}
	places := s.free[:n:n]
	s.free = s.free[n:]
	return places
}

func (b *boxes) int(n int64) any {
	if n == int64(uint8(n)) {
		return n // Go has these at hand
	}
	return boxed(&b.ints, n)
}

// boxed returns an interface that holds the value.
func boxed[T any](s *slab[T], v T) any {
	p := s.take()
	*p = v
	return raw.Box(p)
}

// scalar converts the scalar at a place.
func (b *boxes) scalar(s gotype.Scalar, at raw.Place) any {
	switch s {
	case gotype.String:
		return boxed(&b.texts, *raw.In[string](at))
	case gotype.Int64:
		return b.int(*raw.In[int64](at))
	case gotype.Float64:
		return boxed(&b.floats, *raw.In[float64](at))
	case gotype.Bool:
		return *raw.In[bool](at)
	case gotype.Float32:
		return float64(*raw.In[float32](at))
	case gotype.Complex64:
		return complex128(*raw.In[complex64](at))
	case gotype.Complex128:
		return *raw.In[complex128](at)
	case gotype.Uint64:
		u := *raw.In[uint64](at)
		if u>>63 != 0 {
			return new(big.Int).SetUint64(u)
		}
		return b.int(int64(u))
	}
	return b.int(s.Small(at))
}

// unique returns the table of pairs whose keys are known to be different. It takes them over.
func unique(pairs []Pair) (t table, err error) {
	if len(pairs) > 0 {
		t.entries = pairs
	}
	if len(pairs) >= indexFrom {
		err = t.reindex()
	}
	return t, err
}
