package object

import (
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// setOperation finds a method of Python's set, for a map[K]struct{} of Go or a set of package py.
func setOperation(name string) (operation[set], bool) {
	switch name {
	case "__contains__":
		return one(func(s set, v any) (any, error) {
			if err := s.hashable(v); err != nil {
				return nil, err
			}
			return s.has(v)
		})
	case "__len__":
		return wrapper(0, func(s set, _ py.Tuple) (any, error) { return int64(s.length()), nil })
	case "add":
		return one(func(s set, v any) (any, error) {
			if err := s.hashable(v); err != nil {
				return nil, err
			}
			return nil, s.add(v)
		})
	case "discard":
		return one(func(s set, v any) (any, error) {
			_, err := setRemove(s, v)
			return nil, err
		})
	case "remove":
		return one(func(s set, v any) (any, error) {
			found, err := setRemove(s, v)
			if err == nil && !found {
				err = pyerr.KeyError.New(v)
			}
			return nil, err
		})
	}
	return setMethod(name)
}

func setRemove(s set, v any) (bool, error) {
	if err := s.hashable(v); err != nil {
		return false, err
	}
	return s.remove(v)
}

type set interface {
	hashable(v any) error
	work() *budget
	// items returns the elements.
	items() ([]any, error)
	length() int
	has(v any) (bool, error)
	add(v any) error
	remove(v any) (bool, error)
}

type pySet struct {
	*py.Set
	*budget
}

func (s pySet) length() int           { return s.Len() }
func (s pySet) items() ([]any, error) { return collect(s.All()), s.spend(s.Len()) }

func (s pySet) add(v any) error { return s.checked(s.AddWithin(v, &s.left)) }

func (s pySet) has(v any) (bool, error) {
	found, err := s.HasWithin(v, &s.left)
	return found, s.checked(err)
}

func (s pySet) remove(v any) (bool, error) {
	found, err := s.DeleteWithin(v, &s.left)
	return found, s.checked(err)
}

// goSet is a map[K]struct{} of Go.
type goSet struct{ goMapping }

func (s goSet) items() ([]any, error) {
	graph, err := pyerr.FromGo(s.v.Interface())
	if err != nil {
		return nil, err
	}
	return s.elements(graph)
}

func (s goSet) has(v any) (bool, error) {
	_, found, err := s.key(v)
	return found, err
}

func (s goSet) add(v any) error {
	if found, err := s.has(v); found || err != nil {
		return err
	}
	k := reflect.New(s.v.Type().Key()).Elem()
	if err := s.newKey(k, v); err != nil {
		return argumentError("add", "1", err)
	}
	if err := s.makeMap(); err != nil {
		return err
	}
	s.v.SetMapIndex(k, reflect.Zero(s.v.Type().Elem()))
	return s.changed(v, k, true)
}
