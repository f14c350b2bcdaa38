package naming

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/internal/gotype"
)

// Tag is what the tag `pizco:"name,option..."` of a field of a struct says.
type Tag struct {
	// Name is the field's name for peers: that of the tag, or the field's own in snake_case.
	Name string
	// Skip is set for a field that is left out.
	Skip bool
	// ReadOnly is set when peers cannot set it, nor what is in it.
	ReadOnly bool
	// WriteOnly is set when peers cannot get it.
	WriteOnly bool
	// AsObject is set when it is sent as it is, never used remotely.
	AsObject bool
	// Required is set for a keyword of a Keywords struct that must be given.
	Required bool
	// Methods is set for an embedded field all of whose methods are served.
	Methods bool
}

// ParseTag reads the tag of a field. It fails for options that there are not, and for names that
// cannot be served.
func ParseTag(field reflect.StructField) (Tag, error) {
	text, ok := field.Tag.Lookup("pizco")
	if text == "-" {
		return Tag{Skip: true}, nil
	}
	t := Tag{Name: gotype.Snake(field.Name)}
	if !ok {
		return t, nil
	}
	name, options, _ := strings.Cut(text, ",")
	if name != "" {
		t.Name = name
		if !Valid(name) || Private(name) {
			return t, fmt.Errorf("field %s: %q is not a name that can be served", field.Name, name)
		}
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "readonly":
			t.ReadOnly = true
		case "writeonly":
			t.WriteOnly = true
		case "object":
			t.AsObject = true
		case "required":
			t.Required = true
		case "methods":
			t.Methods = true
		default:
			return t, fmt.Errorf("field %s: unknown option %q of the tag pizco", field.Name, option)
		}
	}
	if t.ReadOnly && t.WriteOnly {
		return t, fmt.Errorf("field %s is both readonly and writeonly", field.Name)
	}
	if t.Methods && !field.Anonymous {
		return t, fmt.Errorf("field %s: the option methods is for embedded fields", field.Name)
	}
	return t, nil
}

// Flattens reports whether the fields of an embedded field of that type are the struct's own.
func Flattens(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct || t.Kind() == reflect.Interface
}
