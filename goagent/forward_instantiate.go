package goagent

import (
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/py"
)

// checkMade returns why a request to make an object is not passed on, or nil. It names what is
// called, as text: a peer of the original that has no object yet would import os.system as well. So
// it has to be a class that the program lets in.
//
// A peer of the original compares with ==, which objects such as a str of numpy can answer as they
// like. So what may be such a request has to be written in str and dict alone.
func (f *Forwarder) checkMade(content any) error {
	items, ok := psmessage.Items(content)
	if f.values.Unchecked || !ok || len(items) != 3 || !mayEqual(items[0], psmessage.Tag) || !mayEqual(items[1], psmessage.ActionInstantiate) {
		return nil
	}
	for _, item := range items[:2] {
		if _, isText := item.(string); !isText {
			return &py.NotPlainError{Holds: "an action that is a " + py.TypeName(item)}
		}
	}
	options, ok := items[2].(*py.Dict)
	if !ok {
		return &py.NotPlainError{Holds: "options that are a " + py.TypeName(items[2])}
	}
	value, _ := options.Get(psmessage.OptionClass)
	name, ok := value.(string)
	if !ok {
		return &py.NotPlainError{Holds: "a name of a class that is a " + py.TypeName(value)}
	}
	c := py.Class{Name: name}
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		c = py.Class{Module: name[:dot], Name: name[dot+1:]}
	}
	if !f.values.Allows(c) {
		return &py.NotPlainError{Holds: "the class or function " + name, Class: c}
	}
	return nil
}

// mayEqual reports whether a value may equal a text in Python.
func mayEqual(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case []byte, *py.ByteArray, *py.Object:
		return true
	}
	return false
}
