package object

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// mapping is what served maps of Go and dicts have in common. Keys and values are values of package
// py.
type mapping interface {
	hashable(key any) error
	elements(v any) ([]any, error)
	putWithin(d *py.Dict, p py.Pair) error
	work() *budget
	length() int
	lookup(key any) (value any, found bool, err error)
	store(key, value any) error
	remove(key any) (found bool, err error)
	pairs() ([]py.Pair, error)
	clear() error
}

// dictOperation finds a method of Python's dict. Where Python returns a view of the dict, which
// cannot be pickled, this returns a list.
func dictOperation(name string) (operation[mapping], bool) {
	switch name {
	case "__getitem__":
		return one(dictGetItem)
	case "__contains__":
		return one(func(m mapping, key any) (any, error) {
			_, found, err := dictLookup(m, key)
			return found, err
		})
	case "__setitem__":
		return wrapper(2, func(m mapping, args py.Tuple) (any, error) { return nil, dictStore(m, args[0], args[1]) })
	case "__delitem__":
		return wrapper(1, func(m mapping, args py.Tuple) (any, error) { return nil, dictDelete(m, args[0]) })
	case "__len__":
		return wrapper(0, func(m mapping, _ py.Tuple) (any, error) { return int64(m.length()), nil })
	case "get":
		return between(1, 2, func(m mapping, args py.Tuple) (any, error) {
			value, found, err := dictLookup(m, args[0])
			if !found && err == nil && len(args) == 2 {
				return args[1], nil
			}
			return value, err
		})
	case "keys":
		return none(func(m mapping) (any, error) { return dictList(m, func(p py.Pair) any { return p.Key }) })
	case "values":
		return none(func(m mapping) (any, error) { return dictList(m, func(p py.Pair) any { return p.Value }) })
	case "items":
		return none(func(m mapping) (any, error) {
			return dictList(m, func(p py.Pair) any { return py.Tuple{p.Key, p.Value} })
		})
	case "copy":
		return none(dictCopy)
	case "clear":
		return none(func(m mapping) (any, error) { return nil, m.clear() })
	case "pop":
		return between(1, 2, dictPop)
	case "setdefault":
		return between(1, 2, dictSetDefault)
	case "update":
		op, ok := between(0, 1, dictUpdate)
		op.named = dictUpdateWith
		return op, ok
	case "popitem":
		return none(dictPopItem)
	case "fromkeys":
		return between(1, 2, dictFromKeys)
	}
	return operation[mapping]{}, false
}

func dictLookup(m mapping, key any) (any, bool, error) {
	if err := m.hashable(key); err != nil {
		return nil, false, err
	}
	return m.lookup(key)
}

func dictGetItem(m mapping, key any) (any, error) {
	value, found, err := dictLookup(m, key)
	if err == nil && !found {
		err = pyerr.KeyError.New(key)
	}
	return value, err
}

func dictStore(m mapping, key, value any) error {
	if err := m.hashable(key); err != nil {
		return err
	}
	return m.store(key, value)
}

func dictDelete(m mapping, key any) error {
	if err := m.hashable(key); err != nil {
		return err
	}
	found, err := m.remove(key)
	if err == nil && !found {
		err = pyerr.KeyError.New(key)
	}
	return err
}

func dictPop(m mapping, args py.Tuple) (any, error) {
	value, found, err := dictLookup(m, args[0])
	switch {
	case err != nil:
		return nil, err
	case found:
		_, err = m.remove(args[0])
		return value, err
	case len(args) == 2:
		return args[1], nil
	}
	return nil, pyerr.KeyError.New(args[0])
}

func dictSetDefault(m mapping, args py.Tuple) (any, error) {
	value, found, err := dictLookup(m, args[0])
	if found || err != nil {
		return value, err
	}
	var standard any
	if len(args) == 2 {
		standard = args[1]
	}
	return standard, m.store(args[0], standard)
}

func dictUpdate(m mapping, args py.Tuple) (any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if d, ok := args[0].(*py.Dict); ok {
		for key, value := range d.All() {
			if err := m.store(key, value); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	rows, err := m.elements(args[0])
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		pair, err := m.elements(row)
		if errors.Is(err, pyerr.RuntimeError) {
			return nil, err
		}
		if err != nil {
			return nil, pyerr.TypeError.New(fmt.Sprintf("cannot convert dictionary update sequence element #%d to a sequence", i))
		}
		if len(pair) != 2 {
			return nil, pyerr.ValueError.New(fmt.Sprintf("dictionary update sequence element #%d has length %d; 2 is required", i, len(pair)))
		}
		if err := dictStore(m, pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func dictList(m mapping, item func(py.Pair) any) (any, error) {
	pairs, err := m.pairs()
	if err != nil {
		return nil, err
	}
	list := &py.List{Items: make([]any, len(pairs))}
	for i, p := range pairs {
		list.Items[i] = item(p)
	}
	return list, nil
}

func dictCopy(m mapping) (any, error) {
	pairs, err := m.pairs()
	if err != nil {
		return nil, err
	}
	copied := &py.Dict{}
	copied.Grow(len(pairs))
	for _, p := range pairs {
		if err := m.putWithin(copied, p); err != nil {
			return nil, err
		}
	}
	return copied, nil
}

// pyMapping is a dict of package py.
type pyMapping struct {
	*py.Dict
	*budget
}

func (m pyMapping) length() int { return m.Len() }

func (m pyMapping) lookup(key any) (any, bool, error) {
	value, found, err := m.GetWithin(key, &m.left)
	return value, found, m.checked(err)
}

func (m pyMapping) store(key, value any) error { return m.checked(m.SetWithin(key, value, &m.left)) }

func (m pyMapping) remove(key any) (bool, error) {
	found, err := m.DeleteWithin(key, &m.left)
	return found, m.checked(err)
}

func (m pyMapping) pairs() ([]py.Pair, error) { return m.Pairs(), nil }
func (m pyMapping) clear() error              { *m.Dict = py.Dict{}; return nil }

// goMapping is a map of Go. Keys are found as Python would find them: 1, 1.0 and True are one key.
type goMapping struct {
	v reflect.Value
	*budget
	keys *goKeys
}

// goKeys maps the Python form of each key of a Go map to the Go key. It is nil until it is needed.
type goKeys struct{ dict *py.Dict }

func (m goMapping) length() int { return m.v.Len() }

func newGoMapping(o *Served, v reflect.Value) goMapping {
	return goMapping{v, o.settings.newBudget(v.Len()), &goKeys{}}
}

// key returns the key of the map that equals a Python key, and whether the map has it.
func (m goMapping) key(key any) (reflect.Value, bool, error) {
	k := reflect.New(m.v.Type().Key()).Elem()
	for _, spelling := range []any{key, plainNumber(key)} {
		if take(k, spelling) == nil && k.Comparable() && m.v.MapIndex(k).IsValid() {
			return k, true, nil
		}
	}
	if k.Kind() != reflect.Interface {
		return k, false, nil
	}
	if err := m.learnKeys(); err != nil { // an interface can hold an equal key of another type
		return k, false, err
	}
	found, ok, err := m.keys.dict.GetWithin(key, &m.left)
	if !ok || err != nil {
		return k, false, m.checked(err)
	}
	k.Set(reflect.ValueOf(found))
	return k, true, nil
}

// learnKeys reads the keys of the map, once for a call.
func (m goMapping) learnKeys() error {
	if m.keys.dict != nil {
		return nil
	}
	dict := &py.Dict{}
	dict.Grow(m.v.Len())
	for _, k := range m.v.MapKeys() {
		graph, err := pyerr.FromGo(k.Interface())
		if err != nil {
			return err
		}
		err = dict.SetWithin(graph, k.Interface(), &m.left)
		var unhashable *py.UnhashableError
		if errors.As(err, &unhashable) {
			continue // no key of Python equals it
		}
		if err != nil {
			return m.checked(err)
		}
	}
	m.keys.dict = dict
	return nil
}

// changed notes that a key has come or gone.
func (m goMapping) changed(key any, goKey reflect.Value, there bool) error {
	if m.keys.dict == nil {
		return nil
	}
	if there {
		return m.checked(m.keys.dict.SetWithin(key, goKey.Interface(), &m.left))
	}
	_, err := m.keys.dict.DeleteWithin(key, &m.left)
	return m.checked(err)
}

func (m goMapping) lookup(key any) (any, bool, error) {
	k, found, err := m.key(key)
	if err != nil || !found {
		return nil, false, err
	}
	value, err := pyerr.FromGo(m.v.MapIndex(k).Interface())
	return value, err == nil, err
}

func (m goMapping) store(key, value any) error {
	k, found, err := m.key(key)
	if err != nil {
		return err
	}
	if !found {
		k = reflect.New(m.v.Type().Key()).Elem()
		if err := m.newKey(k, key); err != nil {
			return argumentError("__setitem__", "key", err)
		}
	}
	v := reflect.New(m.v.Type().Elem()).Elem()
	if err := take(v, value); err != nil {
		return argumentError("__setitem__", "value", err)
	}
	if err := m.makeMap(); err != nil {
		return err
	}
	m.v.SetMapIndex(k, v)
	if found {
		return nil
	}
	return m.changed(key, k, true)
}

// newKey stores a key that the map does not have yet.
func (m goMapping) newKey(dst reflect.Value, key any) error {
	err := take(dst, key)
	if err != nil && take(dst, plainNumber(key)) == nil {
		return nil
	}
	return err
}

// makeMap makes the map if it is nil.
func (m goMapping) makeMap() error {
	if !m.v.IsNil() {
		return nil
	}
	if !m.v.CanSet() {
		return pyerr.TypeError.New("the " + goTypeName(m.v.Type()) + " cannot be changed")
	}
	m.v.Set(reflect.MakeMap(m.v.Type()))
	return nil
}

func (m goMapping) remove(key any) (bool, error) {
	k, found, err := m.key(key)
	if found && err == nil {
		m.v.SetMapIndex(k, reflect.Value{})
		err = m.changed(key, k, false)
	}
	return found, err
}

func (m goMapping) pairs() ([]py.Pair, error) { return pairsOf(m.v) }

// pairsOf returns the items of the dict that a map or a struct is for Python.
func pairsOf(v reflect.Value) ([]py.Pair, error) {
	graph, err := pyerr.FromGo(v.Interface())
	if err != nil {
		return nil, err
	}
	d, ok := graph.(*py.Dict)
	if !ok {
		return nil, pyerr.TypeError.New(fmt.Sprintf("'%s' object is not a mapping", py.TypeName(graph)))
	}
	return d.Pairs(), nil
}

func (m goMapping) clear() error {
	m.v.Clear()
	return nil
}

// plainNumber returns the int that a number with an integral value equals, so that True and 1.0
// find the key 1.
func plainNumber(key any) any {
	switch k := key.(type) {
	case bool:
		if k {
			return int64(1)
		}
		return int64(0)
	case float64:
		if i, accuracy := big.NewFloat(0).SetFloat64(k).Int64(); accuracy == big.Exact {
			return i
		}
	}
	return key
}
