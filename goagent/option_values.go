package goagent

import (
	"slices"
)

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
