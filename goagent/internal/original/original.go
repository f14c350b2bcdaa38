// Package original asks a server of the original only what it can answer.
//
// Such a server never answers anybody again once it has been asked for a value that it cannot
// pickle, such as a lock, an open file or a generator. One that writes json has no way back from an
// exception either. So it is asked for texts and lists of names, which can always be sent. What
// they show is made into values and descriptions here.
package original

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// Server is a server of the original, as what asks it needs it. What only takes names of methods
// needs Exec, Probe and Errors alone.
type Server struct {
	// Exec calls a method of an attribute. It fails with a *[pyerr.RemoteError] for an exception.
	Exec func(ctx context.Context, name, method string, args ...any) (any, error)
	// Probe is Exec with arguments that Python cannot take apart: nothing runs, and the exception
	// shows whether there is such a method.
	Probe func(ctx context.Context, name, method string) error
	// Remotes returns the names of the attributes that are used remotely, as 'inspect' does.
	Remotes func(ctx context.Context) ([]string, error)
	// WritesJSON reports whether the server answers in json.
	WritesJSON func() bool
	// Unpickle reads what an array's dumps has returned.
	Unpickle func(pickle []byte) (any, error)
	// Errors makes the errors.
	Errors Errors
}

// Errors makes the errors that a caller sees.
type Errors interface {
	// Remotely is the error for an attribute without a value, because it is used remotely.
	Remotely(name string) error
	// Unsafe is the error for a value that is not asked for. The repr is empty if it is not known.
	Unsafe(name, repr, reason string) error
	// Invalid is the error for an answer that no server gives.
	Invalid(reason string) error
}

// getAttribute is Python's own method that gets an attribute.
const getAttribute = "__getattribute__"

// dir calls a method that returns a list of names.
func (s *Server) dir(ctx context.Context, name, method string) ([]string, error) {
	value, err := s.Exec(ctx, name, method)
	if err != nil {
		return nil, err
	}
	return s.listed(value)
}

// listed returns the names of an answer that is a list of them.
func (s *Server) listed(value any) ([]string, error) {
	var names []string
	if err := py.Assign(&names, value); err != nil {
		return nil, s.Errors.Invalid("names that are a " + py.TypeName(value))
	}
	return names, nil
}

// raised reports whether an error is an exception of the server.
func raised(err error) bool {
	_, ok := asRaised(err)
	return ok
}

func asRaised(err error) (*pyerr.RemoteError, bool) { return errors.AsType[*pyerr.RemoteError](err) }
