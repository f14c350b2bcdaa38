package original

import (
	"context"
	"errors"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Value returns the value of an attribute that the server has answered is used remotely. The
// original says so of everything that has __getitem__, be it a str. Any other attribute is
// notPlain.
//
// It would hand out the value when asked with 'getattr', but has no way back from values that it
// cannot pickle, such as methods of most objects. So it is asked for what only harmless values
// have. A str, a bytes or a tuple has the arguments that it is made with, a list or a dict a copy.
// Where it writes json, it has no way back from exceptions either: there it is asked for the repr,
// which everything has.
func (s *Server) Value(ctx context.Context, name string, notPlain error) (any, error) {
	if s.WritesJSON() {
		return s.literal(ctx, name, notPlain)
	}
	return s.copyOf(ctx, name, notPlain)
}

// literal returns the value of an attribute whose repr is a literal, or notPlain for any other.
func (s *Server) literal(ctx context.Context, name string, notPlain error) (any, error) {
	value, err := s.Exec(ctx, name, psmessage.DunderRepr)
	if err != nil {
		return nil, err
	}
	text, ok := value.(string)
	if !ok {
		return nil, notPlain
	}
	if value, err = py.ParseLiteral(text); err != nil {
		return nil, notPlain
	}
	return value, nil
}

// copyOf returns the value of an attribute, or notPlain if it is not one of Python's plain
// containers.
func (s *Server) copyOf(ctx context.Context, name string, notPlain error) (any, error) {
	value, err := s.Exec(ctx, name, "__getnewargs__")
	if err == nil {
		// A namedtuple is made with its fields, all others with one argument.
		if args, ok := psmessage.Items(value); ok && len(args) == 1 {
			return args[0], nil
		}
		return value, nil
	}
	if !errors.Is(err, pyerr.AttributeError) {
		return nil, err
	}
	value, err = s.Exec(ctx, name, "copy")
	if errors.Is(err, pyerr.AttributeError) {
		return nil, notPlain
	}
	return value, err
}

// ReadItem reads an item of an attribute as Read reads the attribute: it takes the item from the
// attribute's repr. It never asks the server for the item itself, such as a part of a list. A repr
// may not show all of an item, and the attribute may change in between. Missing keys raise Python's
// exceptions.
//
// Only an array of numpy is asked for the item, since all its items can be sent when its dtype has
// no objects. It is not read as a whole for a part.
func (s *Server) ReadItem(ctx context.Context, name string, key any) (any, error) {
	container, isArray, err := s.readForItem(ctx, name)
	if err != nil {
		return nil, err
	}
	if isArray {
		return s.Exec(ctx, name, psmessage.DunderGetItem, key)
	}
	if o, ok := container.(*py.Object); ok && hasSafeItems(o) {
		return s.Exec(ctx, name, psmessage.DunderGetItem, key)
	}
	item, err := object.ItemOf(container, key)
	if err == nil {
		return item, nil
	}
	if remote, ok := pyerr.Parse(pyerr.Reduce(err, pyerr.Version{})); ok {
		return nil, remote
	}
	return nil, err
}

// readForItem reads an attribute, except for an array of numpy without objects.
func (s *Server) readForItem(ctx context.Context, name string) (container any, isArray bool, err error) {
	if s.WritesJSON() {
		container, err = s.readJSON(ctx, name)
		return container, false, err
	}
	text, err := s.reprOf(ctx, name)
	if err != nil {
		return nil, false, err
	}
	if looksLikeArray(text) {
		if isArray, err = s.hasPlainElements(ctx, name); isArray || err != nil {
			return nil, isArray, err
		}
	}
	container, err = s.readBehind(ctx, name, text)
	return container, false, err
}

// hasPlainElements reports whether an attribute is an array of numpy without objects.
func (s *Server) hasPlainElements(ctx context.Context, name string) (bool, error) {
	if class, err := s.classOf(ctx, name); err != nil || class != "numpy.ndarray" {
		return false, err
	}
	dtype, err := s.Exec(ctx, name, getAttribute, "dtype")
	o, ok := dtype.(*py.Object)
	return ok && py.IsPlainDType(o), err
}

// hasSafeItems reports whether an object has items that can all be sent: a range, or an array of
// numpy, which has been sent itself.
func hasSafeItems(o *py.Object) bool {
	class := o.Class()
	return class == py.Class{Module: "builtins", Name: "range"} || strings.HasPrefix(class.Module, "numpy")
}
