package object

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// pyList is a list of package py.
type pyList struct {
	*py.List
	*budget
}

func (l pyList) length() int           { return l.Len() }
func (l pyList) at(i int) (any, error) { return l.Items[i], nil }
func (l pyList) all() ([]any, error)   { return l.Items, nil }

func (l pyList) some(where span) (any, error) { return py.NewList(pick(l.Items, where)...), nil }

func (l pyList) splice(from, to int, added []any) error {
	l.Items = slices.Replace(l.Items, from, to, slices.Clone(added)...) // which may be the list's own
	return nil
}

func (l pyList) put(where span, items []any) error {
	for n, item := range slices.Clone(items) {
		l.Items[where.at(n)] = item
	}
	return nil
}

func (l pyList) drop(where span) error {
	kept, next := l.Items[:0], where.ascending()
	for i, item := range l.Items {
		if next.n > 0 && i == next.start {
			next.start, next.n = next.start+next.step, next.n-1
			continue
		}
		kept = append(kept, item)
	}
	clear(l.Items[len(kept):])
	l.Items = kept
	return nil
}

func (l pyList) reverse() error {
	slices.Reverse(l.Items)
	return nil
}

// goList is a slice or an array of Go.
type goList struct {
	v reflect.Value
	// store keeps a new slice where the old one came from; nil when it cannot be kept.
	store func(reflect.Value) error
	*budget
}

func (l goList) length() int { return l.v.Len() }

func (l goList) at(i int) (any, error) { return pyerr.FromGo(l.v.Index(i).Interface()) }

// all converts the list as a whole: what is in it in many places is looked at once.
func (l goList) all() ([]any, error) {
	graph, err := pyerr.FromGo(l.v.Interface())
	if err != nil {
		return nil, err
	}
	if list, ok := graph.(*py.List); ok {
		return list.Items, nil
	}
	return l.elements(graph)
}

func (l goList) some(where span) (any, error) {
	items := make([]any, where.n)
	for n := range items {
		var err error
		if items[n], err = l.at(where.at(n)); err != nil {
			return nil, err
		}
	}
	return py.NewList(items...), nil
}

func (l goList) put(where span, items []any) error {
	if where.n > 0 && !l.v.Index(where.start).CanSet() {
		return pyerr.TypeError.New("the list cannot be changed")
	}
	changed := reflect.MakeSlice(reflect.SliceOf(l.v.Type().Elem()), len(items), len(items))
	for n, item := range items {
		if err := take(changed.Index(n), item); err != nil {
			return argumentError("__setitem__", "value", err)
		}
	}
	for n := range items {
		l.v.Index(where.at(n)).Set(changed.Index(n))
	}
	return nil
}

// resizable returns a TypeError when the list cannot be replaced by one of another length.
func (l goList) resizable() error {
	if l.store == nil || l.v.Kind() != reflect.Slice {
		return pyerr.TypeError.New("the length of the list cannot be changed")
	}
	return nil
}

func (l goList) splice(from, to int, added []any) error {
	if err := l.resizable(); err != nil {
		return err
	}
	n := l.v.Len()
	changed := reflect.MakeSlice(l.v.Type(), n-(to-from)+len(added), n-(to-from)+len(added))
	for i, item := range added {
		if err := take(changed.Index(from+i), item); err != nil {
			return argumentError("list", fmt.Sprintf("item %d", from+i), err)
		}
	}
	reflect.Copy(changed, l.v.Slice(0, from))
	reflect.Copy(changed.Slice(from+len(added), changed.Len()), l.v.Slice(to, n))
	return l.store(changed)
}

func (l goList) drop(where span) error {
	if err := l.resizable(); err != nil {
		return err
	}
	n, next := l.v.Len(), where.ascending()
	changed := reflect.MakeSlice(l.v.Type(), n-where.n, n-where.n)
	for i, to := 0, 0; i < n; i++ {
		if next.n > 0 && i == next.start {
			next.start, next.n = next.start+next.step, next.n-1
			continue
		}
		changed.Index(to).Set(l.v.Index(i))
		to++
	}
	return l.store(changed)
}

func (l goList) reverse() error {
	if err := l.resizable(); err != nil {
		return err
	}
	n := l.v.Len()
	changed := reflect.MakeSlice(l.v.Type(), n, n)
	for i := range n {
		changed.Index(n - 1 - i).Set(l.v.Index(i))
	}
	return l.store(changed)
}

func pick(items []any, where span) []any {
	picked := make([]any, where.n)
	for n := range picked {
		picked[n] = items[where.at(n)]
	}
	return picked
}
