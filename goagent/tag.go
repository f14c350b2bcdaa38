package goagent

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pizco-go/pizco/internal/gotype"
)

// tag is what the tag `pizco:"name,option..."` of a field of a served struct says.
type tag struct {
	name      string
	skip      bool
	readOnly  bool // peers cannot set it, nor what is in it
	writeOnly bool // peers cannot get it
	asObject  bool // sent as it is, never used remotely
	required  bool // in a Keywords struct
	methods   bool // of an embedded field: all methods that it brings along are served
}

func parseTag(field reflect.StructField) (tag, error) {
	text, ok := field.Tag.Lookup("pizco")
	if text == "-" {
		return tag{skip: true}, nil
	}
	t := tag{name: gotype.Snake(field.Name)}
	if !ok {
		return t, nil
	}
	name, options, _ := strings.Cut(text, ",")
	if name != "" {
		t.name = name
		if !validName(name) || private(name) {
			return t, fmt.Errorf("field %s: %q is no name that can be served", field.Name, name)
		}
	}
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "":
		case "readonly":
			t.readOnly = true
		case "writeonly":
			t.writeOnly = true
		case "object":
			t.asObject = true
		case "required":
			t.required = true
		case "methods":
			t.methods = true
		default:
			return t, fmt.Errorf("field %s: unknown option %q of the tag pizco", field.Name, option)
		}
	}
	if t.readOnly && t.writeOnly {
		return t, fmt.Errorf("field %s is both readonly and writeonly", field.Name)
	}
	if t.methods && !field.Anonymous {
		return t, fmt.Errorf("field %s: the option methods is for embedded fields", field.Name)
	}
	return t, nil
}
