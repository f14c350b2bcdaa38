package object

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// newAttributes are the attributes that peers have added to an object, which a Python object keeps
// in its __dict__.
type newAttributes struct {
	limit int

	mu     sync.Mutex
	values map[string]any // values of package py
	order  []string
}

// member returns an attribute that a peer has added.
func (a *newAttributes) member(name string) (member, bool) {
	if a == nil {
		return nil, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.values[name]; !ok {
		return nil, false
	}
	return a.attribute(name), true
}

// attribute is the member that a name is, whether or not it has a value already.
func (a *newAttributes) attribute(name string) *valueMember {
	return &valueMember{
		name: name,
		get: func(context.Context, *Served) (reflect.Value, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			v, ok := a.values[name]
			if !ok {
				return reflect.Value{}, pyerr.AttributeError.New(name)
			}
			return reflect.ValueOf(v), nil
		},
		put: func(_ context.Context, o *Served, v any) error { return a.put(o, name, v) },
	}
}

// put keeps a value, under a new name unless there are too many.
func (a *newAttributes) put(o *Served, name string, v any) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.values[name]; !known {
		if len(a.order) >= a.limit {
			return pyerr.AttributeError.New(fmt.Sprintf("'%s' object takes no attribute '%s': peers have added %d, which is its limit (goagent.WithNewAttributes)",
				o.class, clipName(name), a.limit))
		}
		a.order = append(a.order, name)
	}
	if a.values == nil {
		a.values = map[string]any{}
	}
	a.values[name] = v
	return nil
}

// names returns the names in the order in which they were added.
func (a *newAttributes) names() []string {
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.order)
}

// maxNewName is the length in bytes of the longest name that a peer can add.
const maxNewName = 255

// clipName keeps an error short that quotes a name.
func clipName(name string) string {
	if len(name) > maxNewName {
		return name[:maxNewName] + "…"
	}
	return name
}
