package py

import (
	"bytes"
	"math/big"

	"github.com/pizco-go/pizco/internal/raw"
)

const (
	// maxCompareWork bounds the pairs of values that one comparison looks at.
	maxCompareWork = 1 << 20
	// maxCompareDepth bounds the nesting that a comparison follows.
	maxCompareDepth = 1000
)

// Equal reports whether Python's a == b holds. Numbers compare by value across types, containers by
// their items, a set equals a frozenset. An [Object] equals itself; two objects are equal too when
// both are of the same immutable standard class (dates, Decimal, UUID, ...) and were made of equal
// arguments. It fails with [ErrTooComplex] rather than walk a value without bounds.
func Equal(a, b any) (bool, error) {
	c := comparer{work: maxCompareWork}
	return c.equal(a, b, 0)
}

// EqualWithin is [Equal] for values from a source that is not trusted. Each value that it looks at
// is taken off work; long texts and large numbers count by their size. It fails with
// [ErrTooComplex] when work is used up.
func EqualWithin(a, b any, work *int64) (bool, error) { return equalWithin(a, b, work) }

// equalWithin is [Equal] that takes what it looks at off work, if that is not nil.
func equalWithin(a, b any, work *int64) (bool, error) {
	c := comparer{work: maxCompareWork}
	if work != nil {
		c.work, c.sizes = int(min(int64(c.work), *work)), work
	}
	before := c.work
	same, err := c.equal(a, b, 0)
	if work != nil {
		*work -= int64(before - c.work)
	}
	return same, err
}

type comparer struct {
	work int
	// sizes, if not nil, is what the sizes of long texts and large numbers are taken off.
	sizes *int64
}

// spend takes the work that sizes are off what is left, and reports whether there was enough.
func (c *comparer) spend(work int) bool {
	return c.sizes == nil || charge(c.sizes, work) == nil
}

// bytesPerWork is how many bytes take as long as one value.
const bytesPerWork = 128

// textWork is what it takes to compare two texts beyond one value: nothing where their lengths
// differ or they are the same memory.
func textWork(a, b string) int {
	if len(a) != len(b) || raw.OfString(a) == raw.OfString(b) {
		return 0
	}
	return len(a) / bytesPerWork
}

// numberWork is what it takes to look at a number beyond one value.
func numberWork(v any) int {
	if n, ok := v.(*big.Int); ok {
		return n.BitLen() / (8 * bytesPerWork)
	}
	return 0
}

func (c *comparer) equal(a, b any, depth int) (bool, error) {
	if c.work--; c.work < 0 || depth > maxCompareDepth {
		return false, ErrTooComplex
	}
	if isNumber(a) || isNumber(b) {
		if !c.spend(numberWork(a)) {
			return false, ErrTooComplex
		}
		return isNumber(a) && isNumber(b) && equalNumbers(a, b), nil
	}
	switch a := a.(type) {
	case string:
		s, ok := b.(string)
		if ok && !c.spend(textWork(a, s)) {
			return false, ErrTooComplex
		}
		return ok && a == s, nil
	case []byte:
		if !c.spend(len(a) / bytesPerWork) {
			return false, ErrTooComplex
		}
		return equalBytes(a, b), nil
	case *ByteArray:
		if !c.spend(len(a.Bytes) / bytesPerWork) {
			return false, ErrTooComplex
		}
		return equalBytes(a.Bytes, b), nil
	case Tuple:
		t, ok := b.(Tuple)
		if !ok {
			return false, nil
		}
		return c.items(a, t, depth)
	case *List:
		l, ok := b.(*List)
		if !ok || a == l {
			return ok, nil
		}
		return c.items(a.Items, l.Items, depth)
	case *Dict:
		d, ok := b.(*Dict)
		if !ok || a == d {
			return ok, nil
		}
		return c.dicts(a, d, depth)
	case *Set:
		return c.sets(&a.t, b)
	case *FrozenSet:
		return c.sets(&a.t, b)
	case *Object:
		o, ok := b.(*Object)
		if !ok || a == o {
			return ok, nil
		}
		return c.objects(a, o, depth)
	case PersistentID:
		p, ok := b.(PersistentID)
		if !ok {
			return false, nil
		}
		return c.equal(a.ID, p.ID, depth+1)
	case nil:
		return b == nil, nil
	case Class, ellipsis, notImplemented:
		switch b.(type) {
		case Class, ellipsis, notImplemented:
			return a == b, nil
		}
	}
	return false, nil
}

func equalBytes(a []byte, b any) bool {
	switch b := b.(type) {
	case []byte:
		return bytes.Equal(a, b)
	case *ByteArray:
		return bytes.Equal(a, b.Bytes)
	}
	return false
}

func (c *comparer) items(a, b []any, depth int) (bool, error) {
	if len(a) != len(b) {
		return false, nil
	}
	if len(a) == 0 || &a[0] == &b[0] {
		return true, nil
	}
	for i := range a {
		if same, err := c.equal(a[i], b[i], depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c *comparer) dicts(a, b *Dict, depth int) (bool, error) {
	if a.Len() != b.Len() {
		return false, nil
	}
	for _, p := range a.t.entries {
		at, err := c.find(&b.t, p.Key)
		if err != nil || at < 0 {
			return false, err
		}
		if same, err := c.equal(p.Value, b.t.entries[at].Value, depth+1); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// find looks for a key within the work that is left.
func (c *comparer) find(t *table, key any) (at int, err error) {
	work := int64(c.work)
	at, _, err = t.find(key, &work)
	c.work = int(work)
	return at, err
}

func (c *comparer) sets(a *table, b any) (bool, error) {
	var other *table
	switch b := b.(type) {
	case *Set:
		other = &b.t
	case *FrozenSet:
		other = &b.t
	default:
		return false, nil
	}
	if a == other {
		return true, nil
	}
	if a.len() != other.len() {
		return false, nil
	}
	for _, p := range a.entries {
		if c.work--; c.work < 0 {
			return false, ErrTooComplex
		}
		at, err := c.find(other, p.Key)
		if err != nil || at < 0 {
			return false, err
		}
	}
	return true, nil
}

func (c *comparer) objects(a, b *Object, depth int) (bool, error) {
	class := a.Class()
	if class != b.Class() || !comparesByValue(class) || a.HasState != b.HasState {
		return false, nil
	}
	if same, err := c.items(a.Args, b.Args, depth); !same || err != nil {
		return false, err
	}
	return c.equal(a.State, b.State, depth+1)
}

// comparesByValue tells the immutable classes of the standard library whose instances are equal
// when they were made of equal arguments.
func comparesByValue(c Class) bool {
	switch c.Module {
	case "datetime", "decimal", "fractions", "uuid", "ipaddress", "zoneinfo", "pathlib", "pathlib._local":
		return true
	case "builtins", "__builtin__":
		return c.Name == "range" || c.Name == "xrange" || c.Name == "slice"
	}
	return false
}
