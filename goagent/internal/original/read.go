package original

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Why a server of the original is not asked for a value.
const (
	reasonUnknown  = "its type is not known to be plain, and a server of the original that cannot send a value never answers again"
	reasonUnlisted = "the object does not list it, and a server of the original that writes json never answers again after an exception"
	reasonOwnDir   = "its class has one of its own, which may return what a server of the original that writes json cannot send"
	reasonPython2  = "a str of Python 2 does not say in which encoding it is"
	reasonComputed = "it is computed, and a server of the original that writes json never answers again after an exception"
)

// Read reads an attribute without asking for its value. Methods that return a str can always be
// answered: the value is what its repr says, when its class is one whose repr says all. Since the
// value itself is never on its way, it does not matter that an attribute can be another one each
// time that it is asked for.
//
// It fails with [Errors.Remotely] for methods, classes and signals, and with [Errors.Unsafe] for
// other values whose repr does not say all.
func (s *Server) Read(ctx context.Context, name string) (any, error) {
	if s.WritesJSON() {
		return s.readJSON(ctx, name)
	}
	text, err := s.reprOf(ctx, name)
	if err != nil {
		return nil, err
	}
	return s.readBehind(ctx, name, text)
}

// readBehind is Read when the repr is known.
func (s *Server) readBehind(ctx context.Context, name, text string) (any, error) {
	value, parseErr := py.ParseRepr(text)
	if parseErr != nil && !looksLikeArray(text) {
		return nil, s.unread(ctx, name, text)
	}
	class, err := s.classOf(ctx, name)
	switch {
	case err != nil:
		return nil, err
	case strings.HasPrefix(class, "numpy"):
		return s.dumped(ctx, name, text)
	case parseErr != nil || !isOfClass(value, class):
		return nil, s.unread(ctx, name, text)
	case mayHoldBytes(text):
		return value, s.checkPython3(ctx, name, text)
	}
	return value, nil
}

// highEscape matches what a str of Python 2 has in its repr for a byte that is not ASCII. In Python
// 3 it stands for a character that is not printed.
var highEscape = regexp.MustCompile(`\\x[89a-f]`)

// mayHoldBytes reports whether a repr may be one of Python 2 in which a str holds other bytes than
// ASCII. Python 3 writes characters as they are.
func mayHoldBytes(text string) bool {
	return highEscape.MatchString(text) && !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// checkPython3 fails when a value is one of Python 2, whose objects have no __dir__.
func (s *Server) checkPython3(ctx context.Context, name, text string) error {
	has, err := s.has(ctx, name, psmessage.DunderDir)
	if err == nil && !has {
		err = s.Errors.Unsafe(name, text, reasonPython2)
	}
	return err
}

// reprOf asks for the repr of an attribute. A class has none that can be called without an object.
func (s *Server) reprOf(ctx context.Context, name string) (string, error) {
	value, err := s.Exec(ctx, name, psmessage.DunderRepr)
	if isUnbound(err, psmessage.DunderRepr) {
		return "", s.Errors.Remotely(name)
	}
	if err != nil {
		return "", err
	}
	text, ok := value.(string)
	if !ok {
		return "", s.Errors.Invalid("a repr that is a " + py.TypeName(value))
	}
	return text, nil
}

// isUnbound reports whether an exception says that a method was called of a class instead of an
// object.
func isUnbound(err error, method string) bool {
	remote, ok := asRaised(err)
	return ok && errors.Is(err, pyerr.TypeError) && len(remote.Args) == 1 && strings.Contains(remote.Message, method)
}

// classless matches what an object whose class is written in C says of the name of its module.
var classless = regexp.MustCompile(`^'([^']+)' object has no attribute '__module__'$`)

// classOf returns the class of an attribute's value as "module.name" when that is written in C, and
// the module alone of any other: a class of Python is never without.
func (s *Server) classOf(ctx context.Context, name string) (string, error) {
	value, err := s.Exec(ctx, name, getAttribute, "__module__")
	if remote, ok := asRaised(err); ok && errors.Is(err, pyerr.AttributeError) {
		if m := classless.FindStringSubmatch(remote.Message); m != nil {
			return modernName(m[1]), nil
		}
	}
	if err != nil {
		return "", err
	}
	module, _ := value.(string)
	return module, nil
}

// modernName returns the name that a class of Python 2 has in Python 3.
func modernName(class string) string {
	switch class {
	case "unicode":
		return "str"
	case "long":
		return "int"
	}
	return class
}

// isOfClass reports whether a value that a repr says has the class that its object says, as classOf
// returns it.
func isOfClass(value any, class string) bool {
	o, ok := value.(*py.Object)
	if !ok {
		return class == py.TypeName(value)
	}
	of := o.Class()
	if of.Module == "builtins" {
		return class == of.Name
	}
	return of.Module != "" && (class == of.Module || class == of.Module+"."+of.Name)
}

// looksLikeArray reports whether a repr may be that of something of numpy, whose repr does not say
// all.
func looksLikeArray(text string) bool {
	for _, prefix := range []string{"array(", "matrix(", "masked_array(", "rec.array(", "np.", "numpy."} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// dumped returns an array or a scalar of numpy, which pickles itself: what cannot be pickled is an
// exception then.
func (s *Server) dumped(ctx context.Context, name, text string) (any, error) {
	value, err := s.Exec(ctx, name, "dumps")
	content, ok := value.([]byte)
	if raised(err) || err == nil && !ok {
		return nil, s.unread(ctx, name, text)
	}
	if err != nil {
		return nil, err
	}
	array, err := s.Unpickle(content)
	if err != nil {
		return nil, s.Errors.Invalid("an array that cannot be read: " + err.Error())
	}
	return array, nil
}

// unread returns the error for a value of which the repr does not say all.
func (s *Server) unread(ctx context.Context, name, text string) error {
	has, err := s.abilities(ctx, name)
	if err != nil {
		return err
	}
	if has.remotely() {
		return s.Errors.Remotely(name)
	}
	return s.Errors.Unsafe(name, text, reasonUnknown)
}

// readJSON is Read for a server that writes json, which has no way back from an exception. So only
// what the object holds itself is asked for, which no property computes.
func (s *Server) readJSON(ctx context.Context, name string) (any, error) {
	if err := s.checkHeld(ctx, name); err != nil {
		return nil, err
	}
	text, err := s.reprOf(ctx, name)
	if err != nil {
		return nil, err
	}
	value, parseErr := py.ParseRepr(text)
	names, err := s.dir(ctx, name, psmessage.DunderDir)
	if err != nil {
		return nil, err
	}
	switch has := abilitiesIn(names); {
	case has.remotely():
		return nil, s.Errors.Remotely(name)
	case parseErr != nil || has.module:
		return nil, s.Errors.Unsafe(name, text, reasonUnknown)
	}
	return value, nil
}

// checkHeld fails with [Errors.Unsafe] unless the served object itself holds an attribute,
// which no property computes.
func (s *Server) checkHeld(ctx context.Context, name string) error {
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(names, name) {
		return s.Errors.Unsafe(name, "", reasonUnlisted)
	}
	held := any(false)
	if slices.Contains(names, psmessage.DunderDict) {
		held, err = s.Exec(ctx, psmessage.DunderDict, "__contains__", name)
	}
	if err == nil && held != true {
		err = s.Errors.Unsafe(name, "", reasonComputed)
	}
	return err
}
