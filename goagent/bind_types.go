package goagent

import (
	"context"
	"errors"
	"iter"
)

// ErrUnbound is what the methods of an [Attr], [Map] or [RemoteSignal] return that [Proxy.Bind] has
// not filled.
var ErrUnbound = errors.New("pizco/goagent: the field is not bound to a proxy")

// boundName is what the fields that Bind fills have in common.
type boundName struct {
	proxy *Proxy
	name  string
}

func (b *boundName) bind(p *Proxy, name string) { b.proxy, b.name = p, name }

func (b *boundName) check() error {
	if b.proxy == nil {
		return ErrUnbound
	}
	return nil
}

// Attr is an attribute or property of a remote object, for [Proxy.Bind].
type Attr[T any] struct{ boundName }

func (*Attr[T]) isRemote() bool { return false }

// Get reads the attribute as [Proxy.Get] does.
func (a *Attr[T]) Get(ctx context.Context, options ...GetOption) (T, error) {
	var value T
	if err := a.check(); err != nil {
		return value, err
	}
	err := a.proxy.Get(ctx, &value, a.name, options...)
	return value, err
}

// Set assigns to the attribute as [Proxy.Set] does.
func (a *Attr[T]) Set(ctx context.Context, value T) error {
	if err := a.check(); err != nil {
		return err
	}
	return a.proxy.Set(ctx, a.name, value)
}

// Map is a dict attribute of a remote object, for [Proxy.Bind].
type Map[K comparable, V any] struct{ boundName }

func (*Map[K, V]) isRemote() bool { return false }

// Item reads the item under a key as [Proxy.Item] does. A key that is not there is a
// [pyerr.KeyError].
func (m *Map[K, V]) Item(ctx context.Context, key K, options ...GetOption) (V, error) {
	var value V
	if err := m.check(); err != nil {
		return value, err
	}
	err := m.proxy.Item(ctx, &value, m.name, key, options...)
	return value, err
}

// SetItem stores a value under a key.
func (m *Map[K, V]) SetItem(ctx context.Context, key K, value V) error {
	if err := m.check(); err != nil {
		return err
	}
	return m.proxy.SetItem(ctx, m.name, key, value)
}

// Delete removes the item under a key. A key that is not there is a [pyerr.KeyError].
func (m *Map[K, V]) Delete(ctx context.Context, key K) error {
	if err := m.check(); err != nil {
		return err
	}
	return m.proxy.Exec(ctx, nil, m.name, "__delitem__", key)
}

// Has reports whether there is an item under a key.
func (m *Map[K, V]) Has(ctx context.Context, key K) (bool, error) {
	var has bool
	if err := m.check(); err != nil {
		return false, err
	}
	err := m.proxy.Exec(ctx, &has, m.name, "__contains__", key)
	return has, err
}

// Len returns the number of items.
func (m *Map[K, V]) Len(ctx context.Context) (int, error) {
	var n int
	if err := m.check(); err != nil {
		return 0, err
	}
	err := m.proxy.Exec(ctx, &n, m.name, "__len__")
	return n, err
}

// All returns a copy of the dict. A server of the original is asked for it as by [Proxy.Get].
func (m *Map[K, V]) All(ctx context.Context, options ...GetOption) (map[K]V, error) {
	var all map[K]V
	if err := m.check(); err != nil {
		return nil, err
	}
	ask, err := m.proxy.mayAsk(ctx, options)
	switch {
	case err != nil:
		return nil, err
	case ask:
		err = m.proxy.Exec(ctx, &all, m.name, "copy")
	default:
		err = m.proxy.Get(ctx, &all, m.name)
	}
	return all, err
}

// Change is an emission of a signal whose values are of type T.
type Change[T any] struct {
	// Value is the new value and Old the one before, which is T's zero value when the signal came
	// without.
	Value, Old T
	// Other is the third value, one of package py; nil when the signal came without.
	Other any
}

// RemoteSignal is a signal of a remote object, for [Proxy.Bind].
type RemoteSignal[T any] struct{ boundName }

func (*RemoteSignal[T]) isRemote() bool { return true }

// Connect has slot called with each emission, as [Proxy.Connect] does. An emission whose values are
// no T is logged and left out.
func (s *RemoteSignal[T]) Connect(ctx context.Context, slot func(Change[T])) (*Slot, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	return s.proxy.Connect(ctx, s.name, func(value, old, other any) error {
		change, err := changeOf[T](value, old, other)
		if err == nil {
			slot(change)
		}
		return err
	})
}

// Watch yields the emissions as [Proxy.Watch] does. One whose values are no T comes with an error,
// after which the loop may go on.
func (s *RemoteSignal[T]) Watch(ctx context.Context) iter.Seq2[Change[T], error] {
	return func(yield func(Change[T], error) bool) {
		if err := s.check(); err != nil {
			yield(Change[T]{}, err)
			return
		}
		for event, err := range s.proxy.Watch(ctx, s.name) {
			var change Change[T]
			if err == nil {
				var values [maxSlotValues]any
				copy(values[:], event.Values)
				change, err = changeOf[T](values[0], values[1], values[2])
			}
			if !yield(change, err) {
				return
			}
		}
	}
}

func changeOf[T any](value, old, other any) (Change[T], error) {
	change := Change[T]{Other: other}
	if err := assign(&change.Value, value); err != nil {
		return change, err
	}
	if old == nil {
		return change, nil
	}
	return change, assign(&change.Old, old)
}
