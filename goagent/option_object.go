package goagent

import (
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/pickle"
)

// WithForceAsObject has attributes for which hook reports true sent as they are where they would be
// used remotely. It gets the value as one of package py, or nil for methods and signals, which have
// none. Default: those that their tags and definitions name. It mirrors Server.force_as_object.
func WithForceAsObject(hook func(name string, value any) bool) ServeOption {
	return serveOption{func(c *config) error {
		c.object.forceAsObject = hook
		return nil
	}}
}

// WithReturnAsRemote decides which attributes are used remotely. The hook gets the value as one of
// package py, or nil for methods and signals, which have none. Default: what the original does, see
// the package's documentation. It mirrors Server.return_as_remote.
func WithReturnAsRemote(hook func(name string, value any) bool) ServeOption {
	return serveOption{func(c *config) error {
		c.object.returnAsRemote = hook
		return nil
	}}
}

// WithExposed serves these names of the object only; the others are missing for peers. Default:
// all.
func WithExposed(names ...string) ServeOption {
	return serveOption{func(c *config) error {
		names := slices.Clone(names)
		c.object.exposed = func(name string) bool { return slices.Contains(names, name) }
		return nil
	}}
}

// WithPythonVersion sets the version of CPython, 3.6 to 3.13, that the server's errors and pickles
// are those of: versions differ in their words and in what they pickle of an exception. Default:
// the newest, and exceptions as Python 3.7 pickles them for clients whose requests are in a pickle
// protocol below 5.
func WithPythonVersion(major, minor int) ServeOption {
	return serveOption{func(c *config) error {
		if major != 3 || minor < 6 || minor > pyerr.Newest.Minor {
			return fmt.Errorf("pizco/goagent: Python %d.%d is not one of 3.6 to 3.%d", major, minor, pyerr.Newest.Minor)
		}
		c.object.python = pyerr.Version{Major: major, Minor: minor}
		c.protocol.PickleEncode = pickle.WriteAs(major, minor)
		if minor < 8 {
			c.protocol.PlainPickle = 4 // the newest that it has
		}
		return nil
	}}
}
