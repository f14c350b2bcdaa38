// Package pyerr makes errors of Go from exceptions of Python, and exceptions of Python from errors
// of Go.
//
// An exception that a peer raised is a *[RemoteError]. [errors.Is] with a [Class] follows Python's
// tree of classes, as except does:
//
//	if errors.Is(err, pyerr.LookupError) { ... } // also a KeyError and an IndexError
//
// A served object raises an exception by returning an error that names its class: one of
// [Class.New] or [Class.Errorf], which is an *[Error], or a Class itself, wrapped or not. [From]
// says what any other error of Go becomes. A *RemoteError of another peer is passed on as it came.
//
// Every built-in class has a constant here, including the warnings. Classes of other modules are
// named by text: pyerr.Class("robots.errors.BadAge").
package pyerr
