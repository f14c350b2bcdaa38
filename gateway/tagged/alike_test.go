package tagged_test

import (
	"bytes"
	"fmt"
	"math"
	"math/big"

	"github.com/pizco-go/pizco/py"
)

// alike compares two graphs value by value: types, order and all, and which containers are the same
// object. Objects that a release of CPython writes alike at some protocol are alike.
func alike(a, b any) error {
	c := comparison{pairs: map[any]any{}}
	return c.compare(a, b, "$")
}

type comparison struct{ pairs map[any]any }

func id(v any) any {
	switch v := v.(type) {
	case *py.List, *py.Dict, *py.Set, *py.FrozenSet, *py.ByteArray, *py.Object:
		return v
	case py.Tuple:
		if len(v) > 0 {
			return &v[0]
		}
	}
	return nil
}

func (c comparison) compare(a, b any, path string) error {
	if ida := id(a); ida != nil {
		if known, ok := c.pairs[ida]; ok {
			if known != id(b) && !immutable(a) {
				return fmt.Errorf("%s: another object", path)
			}
			return nil
		}
		c.pairs[ida] = id(b)
	}
	differ := fmt.Errorf("%s: %T %.80s is no %T %.80s", path, a, py.Repr(a), b, py.Repr(b))
	switch a := a.(type) {
	case []byte:
		if b, ok := b.([]byte); !ok || !bytes.Equal(a, b) {
			return differ
		}
		return nil
	case *py.ByteArray:
		if b, ok := b.(*py.ByteArray); !ok || !bytes.Equal(a.Bytes, b.Bytes) {
			return differ
		}
		return nil
	case *big.Int:
		if b, ok := b.(*big.Int); !ok || a.Cmp(b) != 0 {
			return differ
		}
		return nil
	case float64:
		if b, ok := b.(float64); !ok || math.Float64bits(a) != math.Float64bits(b) {
			return differ
		}
		return nil
	case complex128:
		b, ok := b.(complex128)
		if !ok || math.Float64bits(real(a)) != math.Float64bits(real(b)) || math.Float64bits(imag(a)) != math.Float64bits(imag(b)) {
			return differ
		}
		return nil
	case py.Tuple:
		if b, ok := b.(py.Tuple); ok {
			return c.items(a, b, path)
		}
		return differ
	case *py.List:
		if b, ok := b.(*py.List); ok {
			return c.items(a.Items, b.Items, path)
		}
		return differ
	case *py.Dict:
		if b, ok := b.(*py.Dict); ok {
			return c.itemPairs(a.Pairs(), b.Pairs(), path)
		}
		return differ
	case *py.Set:
		if b, ok := b.(*py.Set); ok {
			return c.itemPairs(a.Elements(), b.Elements(), path)
		}
		return differ
	case *py.FrozenSet:
		if b, ok := b.(*py.FrozenSet); ok {
			return c.itemPairs(a.Elements(), b.Elements(), path)
		}
		return differ
	case *py.Object:
		if b, ok := b.(*py.Object); ok {
			return c.objects(a, b, path)
		}
		return differ
	}
	if _, bad := b.(py.Tuple); bad {
		return differ
	}
	if _, bad := b.([]byte); bad || a != b {
		return differ
	}
	return nil
}

// immutable reports whether it does not matter to Python which of two equal objects it has.
func immutable(v any) bool {
	if _, ok := v.(py.Tuple); ok {
		return true
	}
	o, ok := v.(*py.Object)
	return ok && (o.Class().Module == "datetime" || o.Class().Module == "decimal")
}

func (c comparison) items(a, b []any, path string) error {
	if len(a) != len(b) {
		return fmt.Errorf("%s: %d items, and %d", path, len(a), len(b))
	}
	for i := range a {
		if err := c.compare(a[i], b[i], fmt.Sprintf("%s[%d]", path, i)); err != nil {
			return err
		}
	}
	return nil
}

func (c comparison) itemPairs(a, b []py.Pair, path string) error {
	if len(a) != len(b) {
		return fmt.Errorf("%s: %d pairs, and %d", path, len(a), len(b))
	}
	for i := range a {
		if err := c.compare(a[i].Key, b[i].Key, fmt.Sprintf("%s key %d", path, i)); err != nil {
			return err
		}
		if err := c.compare(a[i].Value, b[i].Value, fmt.Sprintf("%s value %d", path, i)); err != nil {
			return err
		}
	}
	return nil
}

// objects compares the reductions, and if they differ the reductions of other protocols and
// releases of b.
func (c comparison) objects(a, b *py.Object, path string) error {
	err := c.reductions(a, b, path)
	if err == nil || b.Reducer == nil {
		return err
	}
	for protocol := range 6 {
		for minor := 6; minor <= 13; minor++ {
			if reduced := b.Reducer.Reduce(protocol, minor); reduced != nil && c.reductions(a, reduced, path) == nil {
				return nil
			}
		}
	}
	return err
}

func (c comparison) reductions(a, b *py.Object, path string) error {
	if a.How != b.How || a.HasState != b.HasState || (a.Kwargs == nil) != (b.Kwargs == nil) {
		return fmt.Errorf("%s: made or filled in another way", path)
	}
	if a.Kwargs != nil {
		if err := c.compare(a.Kwargs, b.Kwargs, path+".kwargs"); err != nil {
			return err
		}
	}
	if err := c.compare(a.Callable, b.Callable, path+".callable"); err != nil {
		return err
	}
	if err := c.items(a.Args, b.Args, path+".args"); err != nil {
		return err
	}
	if err := c.compare(a.State, b.State, path+".state"); err != nil {
		return err
	}
	if err := c.compare(a.StateSetter, b.StateSetter, path+".setter"); err != nil {
		return err
	}
	if err := c.items(a.ListItems, b.ListItems, path+".items"); err != nil {
		return err
	}
	return c.itemPairs(a.DictItems, b.DictItems, path+".entries")
}
