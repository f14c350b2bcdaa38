package goagent

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/py"
)

// ErrClassName is what [WithClasses] fails with for a name that cannot be given to it.
var ErrClassName = errors.New("pizco/goagent: WithClasses: no class that can be let in")

// WithClasses lets in objects of these classes, each named as "module.Class", such as "lab.Point".
// A server takes them in arguments and attributes that can keep them as they came, such as those of
// type any; a forwarder passes them on. A Python that reads such an object imports the module and
// calls the class, so name classes that only hold values. A class of the module builtins, a
// function of a module that runs programs, and a class within a class cannot be named. Default:
// none; what else is let in is in [py.CheckPlain].
func WithClasses(names ...string) Option {
	return commonOption{func(c *config) error {
		classes := maps.Clone(c.object.values.classes)
		if classes == nil {
			classes = map[py.Class]bool{}
		}
		for _, name := range names {
			if err := checkClassName(name); err != nil {
				return err
			}
			module, class, _ := cutClass(name)
			classes[py.Class{Module: module, Name: class}] = true
		}
		c.object.values.classes = classes
		return nil
	}}
}

// unnameable are modules that hold what runs programs or code, or gets at other things by their
// names.
var unnameable = []string{
	"__builtin__", "_codecs", "_pickle", "_posixsubprocess", "asyncio", "bdb", "builtins", "cProfile", "code", "codeop", "codecs", "commands",
	"copy_reg", "copyreg", "ctypes", "distutils", "functools", "imp", "importlib", "inspect", "io", "marshal", "multiprocessing", "nt",
	"operator", "os", "pdb", "pickle", "pip", "pkgutil", "platform", "popen2", "posix", "posixpath", "pty", "pydoc", "runpy", "shelve",
	"shutil", "signal", "site", "socket", "subprocess", "sys", "test", "threading", "timeit", "trace", "types", "webbrowser", "zipimport",
}

// checkClassName returns why a name cannot be given to WithClasses, or nil.
func checkClassName(name string) error {
	module, class, ok := cutClass(name)
	if !ok || !validName(class) || slices.ContainsFunc(strings.Split(module, "."), func(part string) bool { return !validName(part) }) {
		return fmt.Errorf("%w: %q: want its module and its name, as in \"lab.Point\"", ErrClassName, name)
	}
	if first, _, _ := strings.Cut(module, "."); slices.Contains(unnameable, first) {
		return fmt.Errorf("%w: %q: its module holds what runs programs", ErrClassName, name)
	}
	return nil
}

// WithUncheckedValues lets peers leave anything with the served object, classes, functions and
// calls of them included, as the original does. A Python that reads it back runs it. It is for
// servers all of whose callers may run code in all programs that read from them. Default: plain
// values only, and objects of [WithClasses].
func WithUncheckedValues() ServeOption {
	return serveOption{func(c *config) error {
		c.object.values.unchecked = true
		return nil
	}}
}

// WithEmission lets peers emit these signals of the served object, and all signals when none is
// named. The original lets every peer emit every signal. Default: peers emit none; the program
// emits its own.
func WithEmission(signals ...string) ServeOption {
	return serveOption{func(c *config) error {
		names := slices.Clone(signals)
		c.object.emission = func(name string) bool { return len(names) == 0 || slices.Contains(names, name) }
		return nil
	}}
}
