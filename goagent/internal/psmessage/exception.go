package psmessage

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// Exceptions says how errors are written as exceptions.
type Exceptions struct {
	// Dialect is that of the peer.
	Dialect Dialect
	// Python is the version of Python as which exceptions are written; the zero Version is a guess.
	Python pyerr.Version
}

// Of returns the exception for an error in answer to a message: an object in a pickle, and plain
// words in json.
func (e Exceptions) Of(err error, m *wire.Message) any {
	if !m.IsPickle() {
		return pyerr.Describe(err, e.Dialect.hasTraceback())
	}
	exception := pyerr.Reduce(err, e.python(m))
	if !e.Dialect.hasTraceback() {
		return exception
	}
	if _, untraced := errors.AsType[*Untraced](err); untraced && e.Dialect == Develop {
		return py.Tuple{exception, ""}
	}
	lines := &py.List{}
	for _, line := range pyerr.Traceback(err) {
		lines.Append(line)
	}
	return py.Tuple{exception, lines}
}

// Alone returns the same without a traceback.
func (e Exceptions) Alone(err error, m *wire.Message) any {
	e.Dialect = Release01
	return e.Of(err, m)
}

// python guesses the version of a client's Python from the newest pickle protocol that it knows.
func (e Exceptions) python(m *wire.Message) pyerr.Version {
	if e.Python != (pyerr.Version{}) {
		return e.Python
	}
	if protocol, ok := m.PickleProtocol(); ok && protocol < 5 {
		return pyerr.Version{Major: 3, Minor: 7}
	}
	return pyerr.Newest
}
