package gotype

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

type tag struct {
	name      string
	skip      bool
	omitEmpty bool
	tuple     bool
}

// parseTag reads the tag. Options that it does not know are ignored, as encoding/json ignores them.
func parseTag(st reflect.StructTag) tag {
	text := st.Get("pickle")
	if text == "-" {
		return tag{skip: true}
	}
	name, options, _ := strings.Cut(text, ",")
	t := tag{name: name}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "omitempty":
			t.omitEmpty = true
		case "tuple":
			t.tuple = true
		}
	}
	return t
}

// collect returns all candidate fields of t and of the structs that it embeds, depth first in order
// of declaration.
func collect(t reflect.Type) []Field {
	c := collector{visiting: map[reflect.Type]bool{}}
	c.walk(t, nil)
	return c.fields
}

type collector struct {
	fields   []Field
	visiting map[reflect.Type]bool
}

func (c *collector) walk(t reflect.Type, path []int) {
	if c.visiting[t] {
		return // a struct that embeds a pointer to itself: the outer fields hide the inner ones
	}
	c.visiting[t] = true
	defer delete(c.visiting, t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag := parseTag(f.Tag)
		if tag.skip || f.Name == "_" {
			continue
		}
		index := append(slices.Clone(path), i)
		if inner, ok := flattened(f, tag); ok {
			c.walk(inner, index)
			continue
		}
		if f.IsExported() {
			c.fields = append(c.fields, newField(f, tag, index))
		}
	}
}

// flattened returns the struct type whose fields take the place of the embedded field f. It returns
// false for an embedded pointer to an unexported struct, because reflection may not set it.
func flattened(f reflect.StructField, tag tag) (reflect.Type, bool) {
	if !f.Anonymous || tag.name != "" {
		return nil, false
	}
	t := f.Type
	if t.Kind() == reflect.Pointer && f.IsExported() {
		t = t.Elem()
	}
	return t, t.Kind() == reflect.Struct && !IsLeaf(t)
}

// IsLeaf reports whether a struct type is a value of its own, such as time.Time or big.Int, and no
// record of fields.
func IsLeaf(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() || f.Anonymous || f.Name == "_" {
			return false
		}
	}
	return t.NumField() > 0
}

func newField(f reflect.StructField, tag tag, index []int) Field {
	name := tag.name
	if name == "" {
		name = Snake(f.Name)
	}
	return Field{Name: name, Index: index, Type: f.Type, OmitEmpty: tag.omitEmpty, tagged: tag.name != ""}
}

// dominant keeps of the fields with the same name the one that Go's own rules for embedding would
// find, as encoding/json does: the shallowest; among equally shallow ones the one that is named in
// a tag. Where that leaves several, it returns the first of such rivals.
func dominant(fields []Field) (kept, rivals []Field) {
	best := map[string][]int{}
	for i := range fields {
		name := fields[i].Name
		rivals := best[name]
		switch {
		case len(rivals) == 0 || beats(&fields[i], &fields[rivals[0]]):
			best[name] = []int{i}
		case !beats(&fields[rivals[0]], &fields[i]):
			best[name] = append(rivals, i)
		}
	}
	for i := range fields {
		switch same := best[fields[i].Name]; {
		case same[0] != i:
		case len(same) == 1:
			kept = append(kept, fields[i])
		case rivals == nil:
			for _, at := range same {
				rivals = append(rivals, fields[at])
			}
		}
	}
	return kept, rivals
}

// clash says which fields of t have the same name.
func clash(t reflect.Type, rivals []Field) string {
	names := make([]string, len(rivals))
	for i := range rivals {
		names[i] = goName(t, rivals[i].Index)
	}
	return fmt.Sprintf("its fields %s have the same name in Python, %s: give them names of their own by tags such as `pickle:\"name\"`",
		strings.Join(names, " and "), rivals[0].Name)
}

// goName returns the name of a field, preceded by the names of the embedded structs that lead to
// it.
func goName(t reflect.Type, index []int) string {
	names := make([]string, len(index))
	for i, at := range index {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		names[i] = t.Field(at).Name
		t = t.Field(at).Type
	}
	return strings.Join(names, ".")
}

func beats(a, b *Field) bool {
	if len(a.Index) != len(b.Index) {
		return len(a.Index) < len(b.Index)
	}
	return a.tagged && !b.tagged
}
