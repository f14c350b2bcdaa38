package object

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pizco-go/pizco/goagent/internal/naming"
)

// Described is implemented by types whose values are served by reflection and that say more about
// themselves than reflection finds. The method is called once per type and Server, and is not
// served.
type Described interface {
	DescribePizco(d *Description)
}

// Description says how a type is to be served. Methods and fields are named as in Go; one that the
// type does not have is an error of [goagent.Serve].
type Description struct {
	class      string
	names      map[string]string
	hidden     map[string]bool
	properties map[string]bool
	asObject   map[string]bool
	params     map[string][]any
	served     map[string]bool
}

func newDescription() *Description {
	return &Description{
		names: map[string]string{}, hidden: map[string]bool{}, properties: map[string]bool{}, asObject: map[string]bool{},
		params: map[string][]any{}, served: map[string]bool{},
	}
}

// Class sets the name of the class in errors. The default is the name of the Go type.
func (d *Description) Class(name string) { d.class = name }

// Rename serves a method or field under another name than its own in snake_case.
func (d *Description) Rename(goName, name string) { d.names[goName] = name }

// Hide keeps methods and fields from being served.
func (d *Description) Hide(goNames ...string) {
	for _, name := range goNames {
		d.hidden[name] = true
	}
}

// Serve serves methods of an embedded field that are left out by default, as the package's
// documentation says. Methods that are named in other calls of the Description are served as well.
func (d *Description) Serve(goNames ...string) {
	for _, name := range goNames {
		d.served[name] = true
	}
}

// Property serves methods that only return a value as properties that peers cannot set. A method X
// that comes with a SetX is one anyway.
func (d *Description) Property(goNames ...string) {
	for _, name := range goNames {
		d.properties[name] = true
	}
}

// AsObject has a property always sent as it is, also where peers would otherwise use it remotely,
// such as text and lists. The tag `pizco:",object"` does so for a field. It mirrors
// pizco.Server.force_as_object.
func (d *Description) AsObject(goNames ...string) {
	for _, name := range goNames {
		d.asObject[name] = true
	}
}

// Params names the parameters of a method, as [Object.Method] does.
func (d *Description) Params(goName string, params ...any) {
	d.params[goName] = append(d.params[goName], params...)
}

func (d *Description) hides(goName string) bool { return d.hidden[goName] }

// mentions reports whether a method is to be served wherever it comes from.
func (d *Description) mentions(goName string) bool {
	return d.served[goName] || d.names[goName] != "" || d.properties[goName] || d.asObject[goName] || d.namesParameters(goName)
}

func (d *Description) namesParameters(goName string) bool {
	_, ok := d.params[goName]
	return ok
}

func (d *Description) rename(goName string) string    { return d.names[goName] }
func (d *Description) parameters(goName string) []any { return d.params[goName] }

// unused returns errors for what does not fit the type.
func (d *Description) unused(t reflect.Type) []error {
	var errs []error
	check := func(goName string, ok bool, what string) {
		if !ok {
			errs = append(errs, fmt.Errorf("the description names %s, which is not a %s of %s", goName, what, t))
		}
	}
	for _, goName := range sortedKeys(d.names) {
		check(goName, hasMethod(t, goName) || hasField(t, goName), "method or field")
		if name := d.names[goName]; !naming.Valid(name) || naming.Private(name) {
			errs = append(errs, fmt.Errorf("%s: %q is not a name that can be served", goName, name))
		}
	}
	for _, goName := range sortedKeys(d.hidden) {
		check(goName, hasMethod(t, goName) || hasField(t, goName), "method or field")
	}
	for _, goName := range sortedKeys(d.served) {
		check(goName, hasMethod(t, goName), "method")
	}
	for _, goName := range sortedKeys(d.properties) {
		m, ok := t.MethodByName(goName)
		check(goName, ok && isGetter(m.Type), "method that only returns a value")
	}
	for _, goName := range sortedKeys(d.asObject) {
		m, ok := t.MethodByName(goName)
		check(goName, ok && isGetter(m.Type), "property")
	}
	for _, goName := range sortedKeys(d.params) {
		check(goName, hasMethod(t, goName) || hasField(t, goName), "method or function")
	}
	return errs
}

func hasMethod(t reflect.Type, name string) bool {
	_, ok := t.MethodByName(name)
	return ok
}

func hasField(t reflect.Type, name string) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	_, ok := t.FieldByName(name)
	return ok
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
