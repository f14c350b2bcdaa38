package tagged

import (
	"errors"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// prefix begins the text of every error of this package.
const prefix = "pizco/tagged: "

// The kinds of failure, to be found with errors.Is.
var (
	// ErrTooDeep: values are nested deeper than the limit.
	ErrTooDeep = errors.New(prefix + "nested too deep")
	// ErrTooLarge: the value makes more JSON, or takes more memory or work, than the limit allows.
	ErrTooLarge = errors.New(prefix + "too large")
	// ErrUnsupported: a value that this form cannot carry.
	ErrUnsupported = errors.New(prefix + "cannot be written as JSON")
	// ErrSyntax: a document that is no JSON.
	ErrSyntax = errors.New(prefix + "not valid JSON")
	// ErrTag: a tag that is unknown, or whose content is not what it takes.
	ErrTag = errors.New(prefix + "invalid tag")
	// ErrClass: a document names a class, or another callable, that it may not name.
	ErrClass = errors.New(prefix + "class not allowed")
)

// Error is every failure of this package.
type Error struct {
	// Kind is one of the package's Err values; errors.Is finds it.
	Kind error
	// Path leads from the whole value, $, to the one at fault: $.args[0]["$set"]. Long keys are cut
	// off in it.
	Path string
	// Detail says what is wrong; it may be empty.
	Detail string
	// Class is what must not be named, of ErrClass; it is the zero Class where that is no class at
	// all.
	Class py.Class
	// Err is the error underneath, or nil.
	Err error
}

// Error returns path, kind and detail in one line.
func (e *Error) Error() string {
	text := prefix
	if e.Path != "" {
		text += e.Path + ": "
	}
	text += strings.TrimPrefix(e.Kind.Error(), prefix)
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the kind and the error underneath.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// under puts a step before the path of an error. Paths are put together on the way back from an
// error: without one they cost nothing.
func under(step string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Path = step + e.Path
	}
	return err
}

func indexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// longestStep bounds how much of a key an error shows, in bytes.
const longestStep = 60

func keyStep(key any) string { return "[" + py.Repr(key, py.WithReprLength(longestStep)) + "]" }
