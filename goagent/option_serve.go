package goagent

import (
	"fmt"
	"slices"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/naming"
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
// Versions differ in their words, and in what they pickle of an exception. A server that takes the
// place of one of the original sets that one's version, so that clients see no difference. Default:
// the newest. Exceptions are as Python 3.7 pickles them for clients whose requests are in a pickle
// protocol below 5.
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
// and serves them like others. Clients of the original that keep notes on an object need it. The
// attributes go with the server. The limit counts names; a value is as large
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

// WithConcurrency sets how many calls of the served object run at a time; 0 means any number, for
// an object that is safe for concurrent use. Calls that wait are run one client after the other.
// Default: 1, as in the original.
func WithConcurrency(calls int) ServeOption {
	return serveOption{func(c *config) error {
		c.concurrency = max(calls, 0)
		return nil
	}}
}

// WithFutureGrace sets how long after the reply that announces a future its outcome is published at
// the soonest. Proxies of the original wait for ever for an outcome that overtakes the reply;
// proxies of this library need no grace. So 0 is for a server without clients of the original, and
// more than the default is for clients of the original on a slow network. Default: 20 ms.
func WithFutureGrace(d time.Duration) ServeOption {
	return serveOption{func(c *config) error {
		c.futureGrace = max(d, 0)
		return nil
	}}
}

// WithSignalHold bounds how long a notification that is published inside a call waits for the
// call's reply. The original publishes after the reply, and its clients rely on it: their slots
// cannot use a proxy that waits for a reply. Notifications of a call that takes longer leave before
// its reply, after this time; so the progress of a long call arrives that late.
//
// What other goroutines publish during a call waits for 20 ms at most. When more than 1000
// notifications or 16 MiB wait, the first leave. The order of notifications is kept.
//
// Where the caller is an agent of this library, a notification leaves right after the reply. Where
// it is a client of the original, it leaves 20 ms later, when the client's main thread has taken
// the reply from its request socket. If the same client calls again in this time, it waits for that
// reply too, at most 50 ms in all. A subscriber that subscribes while it waits, after the last
// other subscriber has gone, does not get it. 0 publishes at once. Default: 1 s.
func WithSignalHold(d time.Duration) ServeOption {
	return serveOption{func(c *config) error {
		c.signalHold = max(d, 0)
		return nil
	}}
}

// WithClasses lets in objects of these classes, each named as "module.Class", such as "lab.Point".
// A server takes them in arguments and attributes that can keep them as they came, for example of
// type any. A forwarder passes them on. A Python that reads such an object imports the module and
// calls the class, so name classes that only hold values. A class of the module builtins, a
// function of a module that runs programs, and a class within a class cannot be named. Default: no
// classes. [py.CheckPlain] says what else is let in.
func WithClasses(names ...string) Option {
	return commonOption{func(c *config) error { return c.object.Values.LetIn(names...) }}
}

// WithUncheckedValues lets peers leave anything with the served object, classes, functions and
// calls of them included, as the original does. A Python that reads it back runs it. It is for
// servers all of whose callers may run code in all programs that read from them. Default: plain
// values only, and objects of [WithClasses].
func WithUncheckedValues() ServeOption {
	return serveOption{func(c *config) error {
		c.object.Values.Unchecked = true
		return nil
	}}
}

// WithEmission lets peers emit these signals of the served object, and all signals when none is
// named. The original lets every peer emit every signal. Default: peers emit none; the program
// emits its own.
func WithEmission(signals ...string) ServeOption {
	return serveOption{func(c *config) error {
		names := slices.Clone(signals)
		c.object.Emission = func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }
		return nil
	}}
}

// WithClass registers a class for 'instantiate' under its name for Python, such as
// "myproject.Robot". The constructor is a function that returns the object to serve, or the object
// and an error. Its parameters follow the rules of a served method's. Default: no class can be
// instantiated.
func WithClass(name string, constructor any, params ...any) ServeOption {
	return serveOption{func(c *config) error {
		_, class, _ := naming.CutClass(name)
		made, err := object.NewConstructor(class, constructor, params...)
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
