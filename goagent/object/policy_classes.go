package object

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/naming"
	"github.com/pizco-go/pizco/py"
)

// ErrClassName is what [Policy.LetIn] fails with for a name that cannot be given to it.
var ErrClassName = errors.New("pizco/object: no class that can be let in")

// LetIn lets in objects of these classes besides, each named as "module.Class". It fails with
// [ErrClassName] for a class of the module builtins, a function of a module that runs programs, and
// a class within a class. Copies of the policy that were made before stay as they are.
func (p *Policy) LetIn(names ...string) error {
	classes := maps.Clone(p.Classes)
	if classes == nil {
		classes = map[py.Class]bool{}
	}
	for _, name := range names {
		if err := checkClassName(name); err != nil {
			return err
		}
		module, class, _ := naming.CutClass(name)
		classes[py.Class{Module: module, Name: class}] = true
	}
	p.Classes = classes
	return nil
}

// unnameable are modules that hold what runs programs or code, or gets at other things by their
// names.
var unnameable = []string{
	"__builtin__", "_codecs", "_pickle", "_posixsubprocess", "asyncio", "bdb", "builtins", "cProfile", "code", "codeop", "codecs", "commands",
	"copy_reg", "copyreg", "ctypes", "distutils", "functools", "imp", "importlib", "inspect", "io", "marshal", "multiprocessing", "nt",
	"operator", "os", "pdb", "pickle", "pip", "pkgutil", "platform", "popen2", "posix", "posixpath", "pty", "pydoc", "runpy", "shelve",
	"shutil", "signal", "site", "socket", "subprocess", "sys", "test", "threading", "timeit", "trace", "types", "webbrowser", "zipimport",
}

// checkClassName returns why a name cannot be let in by LetIn, or nil.
func checkClassName(name string) error {
	module, class, ok := naming.CutClass(name)
	if !ok || !naming.Valid(class) || slices.ContainsFunc(strings.Split(module, "."), func(part string) bool { return !naming.Valid(part) }) {
		return fmt.Errorf("%w: %q: want its module and its name, as in \"lab.Point\"", ErrClassName, name)
	}
	if first, _, _ := strings.Cut(module, "."); slices.Contains(unnameable, first) {
		return fmt.Errorf("%w: %q: its module holds what runs programs", ErrClassName, name)
	}
	return nil
}
