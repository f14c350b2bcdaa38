package goagent

import (
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/pickle"
)

// WithForceAsObject has attributes for which hook reports true sent as they are where they would be
// used remotely. It gets the value as a value of package py, or nil for methods and signals.
// Default: the attributes that their tags and definitions name. It mirrors Server.force_as_object.
func WithForceAsObject(hook func(name string, value any) bool) ServeOption {
	return serveOption{func(c *config) error {
		c.object.ForceAsObject = hook
		return nil
	}}
}

// WithReturnAsRemote decides which attributes are used remotely. The hook gets the value as one of
// package py, or nil for methods and signals, which have none. Default: what the original does, see
// the package's documentation. It mirrors Server.return_as_remote.
func WithReturnAsRemote(hook func(name string, value any) bool) ServeOption {
	return serveOption{func(c *config) error {
		c.object.ReturnAsRemote = hook
		return nil
	}}
}

// WithExposed serves these names of the object only; the others are missing for peers. Default:
// all.
func WithExposed(names ...string) ServeOption {
	return serveOption{func(c *config) error {
		names := slices.Clone(names)
		c.object.Exposed = func(name string) bool { return slices.Contains(names, name) }
		return nil
	}}
}

// WithPythonVersion sets the version of CPython, 3.6 to 3.13, for the server's errors and pickles.
// Versions differ in their words, and in what they pickle of an exception. Default: the newest.
// Exceptions are as Python 3.7 pickles them for clients whose requests are in a pickle protocol
// below 5.
func WithPythonVersion(major, minor int) ServeOption {
	return serveOption{func(c *config) error {
		if major != 3 || minor < 6 || minor > pyerr.Newest.Minor {
			return fmt.Errorf("pizco/goagent: Python %d.%d is not one of 3.6 to 3.%d", major, minor, pyerr.Newest.Minor)
		}
		c.object.Python = pyerr.Version{Major: major, Minor: minor}
		c.protocol.PickleEncode, c.encodeHooks = pickle.WriteAs(major, minor), false
		if minor < 8 {
			c.protocol.PlainPickle = 4 // the newest that it has
		}
		return nil
	}}
}

// WithNewAttributes lets peers set attributes that the served object does not have, as they can
// with most objects of Python. The server keeps at most limit such attributes beside the object,
// and serves them like others. They go with the server. The limit counts names; a value is as large
// as a message may be. Names begin with a letter and are at most 255 bytes long.
//
// Objects within the served one take no new attributes. With [WithExposed] only its names are
// taken. Default: 0; setting such an attribute is an AttributeError.
func WithNewAttributes(limit int) ServeOption {
	return serveOption{func(c *config) error {
		if limit < 0 {
			return fmt.Errorf("pizco/goagent: WithNewAttributes(%d): want 0 or more", limit)
		}
		c.object.NewAttributes = limit
		return nil
	}}
}

// WithMaxWork bounds the work of one call of a method of a served dict, list, set, tuple, text or
// bytes. It is the number of values that the call compares, hashes and copies, beyond four for each
// item of the container: from 1,024 to 4,294,967,296. 128 bytes of text that is compared count as
// one value, and so do 32 bytes of text that a method of text or bytes makes. A call that takes
// more is answered with a RuntimeError. A million take some tens of milliseconds. Default:
// 4,194,304.
func WithMaxWork(values int64) ServeOption {
	return serveOption{func(c *config) error {
		if values < object.LeastWork || values > object.MostWork {
			return fmt.Errorf("pizco/goagent: WithMaxWork: %d is not within %d and %d", values, object.LeastWork, int64(object.MostWork))
		}
		c.object.MaxWork = values
		return nil
	}}
}
