package goagent

import (
	"context"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// WithClass registers a class for 'instantiate' under its name for Python, such as
// "myproject.Robot". The constructor is a function that returns the object to serve, or the object
// and an error. Its parameters follow the rules of a served method's. Default: no class can be
// instantiated.
func WithClass(name string, constructor any, options ...object.MethodOption) ServeOption {
	return serveOption{func(c *config) error {
		_, class, _ := naming.CutClass(name)
		made, err := object.NewConstructor(class, constructor, options...)
		if err != nil {
			return fmt.Errorf("pizco/goagent: class %s: %w", name, err)
		}
		if c.classes == nil {
			c.classes = make(map[string]*object.Constructor)
		}
		c.classes[name] = made
		return nil
	}}
}

// construct makes an object of a registered class.
func (s *Server) construct(ctx context.Context, call *Call) (*object.Served, error) {
	constructor := s.agent.cfg.classes[call.Name]
	if constructor == nil {
		return nil, s.unknownClass(call.Name)
	}
	return constructor.New(ctx, s.objectSettings(), call.Args, call.Kwargs)
}

// unknownClass is what Python says when a class cannot be imported. A module is one that a
// registered class is in.
func (s *Server) unknownClass(name string) error {
	module, class, ok := naming.CutClass(name)
	if !ok {
		return pyerr.ValueError.New("not enough values to unpack (expected 2, got 1)")
	}
	for known := range s.agent.cfg.classes {
		if strings.HasPrefix(known, module+".") {
			return pyerr.AttributeError.New(fmt.Sprintf("module '%s' has no attribute '%s'", module, class)).With("name", class)
		}
	}
	return pyerr.ModuleNotFoundError.New(fmt.Sprintf("No module named '%s'", module)).With("name", module)
}

// typeNameOf returns the name of the Python type that a value is sent as, or its Go type's when it
// cannot be.
func typeNameOf(v any) string {
	if graph, err := pyerr.FromGo(v); err == nil {
		return py.TypeName(graph)
	}
	return fmt.Sprintf("%T", v)
}

// ClassName returns the name of the served object's class, as errors call it; it is empty while
// nothing is served.
func (s *Server) ClassName() string {
	if o := s.served(); o != nil {
		return o.ClassName()
	}
	return ""
}
