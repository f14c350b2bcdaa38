package py

import (
	"hash/maphash"
	"math/big"
)

// hashBudget is the number of nodes that a hash looks at. What lies beyond does not enter the hash,
// so that any graph hashes in bounded time; equal values still have equal hashes.
const hashBudget = 1 << 12

// seed makes hashes differ from process to process, as Python's do for str.
var seed = maphash.MakeSeed()

// Hash returns a hash that is equal for values that [Equal] calls equal. It differs from Python's
// hash() and from process to process. It fails with an *[UnhashableError] for lists, dicts, sets
// and bytearrays, and for tuples that hold one within the part that is looked at.
func Hash(v any) (uint64, error) {
	if s, ok := v.(string); ok {
		return maphash.String(seed, s), nil
	}
	return new(hasher).value(v, hashBudget, 0)
}

// HashableWithin returns an *[UnhashableError] when v has no hash, and nil when it has one. It
// takes the number of values that it looks at off work, and fails with [ErrTooComplex] when that is
// used up.
func HashableWithin(v any, work *int64) error {
	_, err := hashWithin(v, work)
	return err
}

// hasher counts the values that it looks at.
type hasher struct {
	looked int
}

// hashable tells why v cannot be hashed, or nil.
func hashable(v any) error {
	switch v.(type) {
	case nil, bool, int64, float64, string, []byte:
		return nil
	}
	_, err := Hash(v)
	return err
}

// hashWithin is [Hash] that takes what it looks at off work, if that is not nil.
func hashWithin(v any, work *int64) (uint64, error) {
	if s, ok := v.(string); ok {
		if err := charge(work, 1+len(s)/bytesPerWork); err != nil {
			return 0, err
		}
		return maphash.String(seed, s), nil
	}
	h := hasher{}
	sum, err := h.value(v, hashBudget, 0)
	if err != nil {
		return 0, err
	}
	return sum, charge(work, h.looked)
}

// charge takes n off work and fails when that is used up.
func charge(work *int64, n int) error {
	if work == nil {
		return nil
	}
	if *work -= int64(n); *work < 0 {
		return ErrTooComplex
	}
	return nil
}

func (h *hasher) value(v any, budget, depth int) (uint64, error) {
	h.looked += 1 + numberWork(v)
	if small, large, ok := asInt(v); ok {
		return hashInt(small, large), nil
	}
	switch v := v.(type) {
	case float64:
		return maphash.Comparable(seed, complex(v, 0)), nil
	case complex128:
		return maphash.Comparable(seed, v), nil
	case string:
		h.looked += len(v) / bytesPerWork
		return maphash.String(seed, v), nil
	case []byte:
		h.looked += len(v) / bytesPerWork
		return maphash.Bytes(seed, v), nil
	case Tuple:
		return h.tuple(v, budget, depth)
	case *FrozenSet:
		return h.frozenSet(v, budget, depth)
	case *Object:
		if comparesByValue(v.Class()) {
			return h.madeOf(v, budget, depth), nil
		}
		return maphash.Comparable(seed, v), nil
	case PersistentID:
		return h.value(v.ID, budget, depth+1)
	case nil:
		return maphash.Comparable(seed, any(nil)), nil
	case Class, ellipsis, notImplemented:
		return maphash.Comparable(seed, v), nil
	}
	return 0, &UnhashableError{Type: TypeName(v)}
}

// madeOf hashes an object by its class and its arguments.
func (h *hasher) madeOf(o *Object, budget, depth int) uint64 {
	sum := maphash.Comparable(seed, o.Class())
	if args, err := h.tuple(o.Args, budget, depth+1); err == nil {
		sum = mix(sum, args)
	}
	return sum
}

func hashInt(small int64, large *big.Int) uint64 {
	if large == nil {
		return maphash.Comparable(seed, small)
	}
	return maphash.Bytes(seed, large.Bytes())
}

// mix folds one item's hash into a running one; order matters.
func mix(h, item uint64) uint64 {
	h ^= item
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>29
}

func (h *hasher) tuple(t Tuple, budget, depth int) (uint64, error) {
	sum := mix(0x7475706c65, uint64(len(t)))
	if depth > maxCompareDepth || len(t) == 0 {
		return sum, nil
	}
	share := budget / len(t)
	for _, item := range t {
		if budget--; budget < 0 {
			break
		}
		item, err := h.value(item, share, depth+1)
		if err != nil {
			return 0, err
		}
		sum = mix(sum, item)
	}
	return sum, nil
}

func (h *hasher) frozenSet(s *FrozenSet, budget, depth int) (uint64, error) {
	sum := mix(0x736574, uint64(s.Len()))
	if s.Len() > budget || depth > maxCompareDepth {
		return sum, nil
	}
	var all uint64
	for e := range s.All() {
		item, err := h.value(e, budget/s.Len()-1, depth+1)
		if err != nil {
			return 0, err
		}
		all ^= mix(0x656c656d, item)
	}
	return mix(sum, all), nil
}
