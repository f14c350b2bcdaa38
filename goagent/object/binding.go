package object

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// binding is the outcome of giving arguments to parameters.
type binding struct {
	values []any // of each parameter
	given  []bool
	rest   py.Tuple     // what *args takes
	kwargs *py.Dict     // what **kwargs takes
	memory *py.Takeover // nil where others may use the arguments afterwards
}

// hasMemory reports whether one of the arguments has memory that can be taken over.
func (b *binding) hasMemory() bool {
	return slices.ContainsFunc(b.values, py.CanTakeOver) || slices.ContainsFunc(b.rest, py.CanTakeOver)
}

// kwargsAs returns the keyword arguments that are left over as one of the types that can have them.
func (b *binding) kwargsAs(typ reflect.Type) any {
	if typ == orderedType {
		return KwargsOf(b.kwargs)
	}
	kwargs := make(Kwargs, b.kwargs.Len())
	for key, value := range b.kwargs.All() {
		if name, ok := key.(string); ok { // as bind has seen to
			kwargs[name] = value
		}
	}
	return kwargs
}

// bind gives the arguments to the parameters as CPython does for a method (Python/ceval.c,
// initialize_locals): the same checks in the same order, with the same words, self counted.
func (f *function) bind(python pyerr.Version, args py.Tuple, kwargs *py.Dict) (binding, error) {
	b := binding{values: make([]any, len(f.params)), given: make([]bool, len(f.params))}
	positional := f.positional()
	taken := min(len(args), positional)
	for i := range taken {
		b.values[i], b.given[i] = args[i], true
	}
	if f.variadic != nil {
		b.rest = args[taken:]
	}
	if f.kwargs {
		b.kwargs = &py.Dict{}
	}
	if kwargs != nil {
		for key, value := range kwargs.All() {
			if err := f.bindKeyword(python, &b, key, value); err != nil {
				return b, err
			}
		}
	}
	if len(args) > positional && f.variadic == nil {
		return b, f.tooMany(python, &b, len(args))
	}
	if err := f.missing(python, &b, false); err != nil {
		return b, err
	}
	return b, f.missing(python, &b, true)
}

// positional returns the number of parameters that can be given by position; they come first, since
// keyword-only parameters that were declared between others are passed over.
func (f *function) positional() int {
	n := 0
	for _, p := range f.params {
		if !p.keywordOnly {
			n++
		}
	}
	return n
}

func (f *function) bindKeyword(python pyerr.Version, b *binding, key, value any) error {
	name, ok := key.(string)
	if !ok {
		return pyerr.TypeError.New("keywords must be strings")
	}
	for i, p := range f.params {
		if p.name != name || p.unnamed {
			continue
		}
		if b.given[i] {
			return pyerr.TypeError.New(fmt.Sprintf("%s() got multiple values for argument '%s'", f.qualifiedName(python), name))
		}
		b.values[i], b.given[i] = value, true
		return nil
	}
	if name == "self" && f.class != "" {
		return pyerr.TypeError.New(fmt.Sprintf("%s() got multiple values for argument '%s'", f.qualifiedName(python), name))
	}
	if f.kwargs {
		return b.kwargs.Set(name, value)
	}
	text := fmt.Sprintf("%s() got an unexpected keyword argument '%s'", f.qualifiedName(python), name)
	if python.AtLeast(13) {
		if near := f.nearKeyword(name); near != "" {
			text += fmt.Sprintf(". Did you mean '%s'?", near)
		}
	}
	return pyerr.TypeError.New(text)
}

func (f *function) nearKeyword(name string) string {
	var names []string
	if f.class != "" {
		names = append(names, "self")
	}
	for _, p := range f.params {
		if !p.unnamed {
			names = append(names, p.name)
		}
	}
	return suggestion(name, names)
}

func (f *function) tooMany(python pyerr.Version, b *binding, given int) error {
	self := 0
	if f.class != "" {
		self = 1
	}
	most, keywords := self, 0
	least := self
	for i, p := range f.params {
		switch {
		case p.keywordOnly:
			if b.given[i] {
				keywords++
			}
		case p.hasDefault:
			most++
		default:
			most++
			least++
		}
	}
	given += self
	takes, plural := fmt.Sprint(most), most != 1
	if least != most {
		takes, plural = fmt.Sprintf("from %d to %d", least, most), true
	}
	with, verb := "", "were"
	if keywords > 0 {
		with = fmt.Sprintf(" positional argument%s (and %d keyword-only argument%s)", ending(given != 1), keywords, ending(keywords != 1))
	} else if given == 1 {
		verb = "was"
	}
	return pyerr.TypeError.New(fmt.Sprintf("%s() takes %s positional argument%s but %d%s %s given",
		f.qualifiedName(python), takes, ending(plural), given, with, verb))
}

// missing reports the parameters of one kind that have neither a value nor a default.
func (f *function) missing(python pyerr.Version, b *binding, keywordOnly bool) error {
	var names []string
	for i, p := range f.params {
		if p.keywordOnly == keywordOnly && !b.given[i] && !p.hasDefault {
			names = append(names, "'"+p.name+"'")
		}
	}
	if len(names) == 0 {
		return nil
	}
	kind := "positional"
	if keywordOnly {
		kind = "keyword-only"
	}
	list := names[0]
	switch n := len(names); {
	case n == 2:
		list = names[0] + " and " + names[1]
	case n > 2:
		list = strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
	return pyerr.TypeError.New(fmt.Sprintf("%s() missing %d required %s argument%s: %s",
		f.qualifiedName(python), len(names), kind, ending(len(names) != 1), list))
}

func ending(plural bool) string {
	if plural {
		return "s"
	}
	return ""
}
