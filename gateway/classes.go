package gateway

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// className is module.Class: the module may have dots, the class is one of the module itself. What
// begins with an underscore is private to Python.
var className = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*\.[A-Za-z][A-Za-z0-9_]*$`)

// harmless are classes of those libraries that hold values only, whatever they are made with.
var harmless = []string{
	"collections.Counter", "collections.deque", "types.SimpleNamespace", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "zoneinfo.ZoneInfo",
	"ipaddress.IPv4Address", "ipaddress.IPv6Address",
}

// parseClass returns the class that a setting names.
func parseClass(text string) (py.Class, error) {
	if !className.MatchString(text) {
		return py.Class{}, fmt.Errorf("%q is not a class such as lab.Point", text)
	}
	dot := strings.LastIndexByte(text, '.')
	c := py.Class{Module: text[:dot], Name: text[dot+1:]}
	if first, _, _ := strings.Cut(c.Module, "."); slices.Contains(libraries, first) && !slices.Contains(harmless, text) {
		return py.Class{}, fmt.Errorf("%s belongs to Python's own libraries, which can run any code: name a class of your own, or one of %s",
			text, strings.Join(harmless, ", "))
	}
	return c, nil
}

func (t *Target) classProblems() (errs []error) {
	for _, text := range t.Classes {
		if _, err := parseClass(text); err != nil {
			errs = append(errs, fmt.Errorf("classes: %w", err))
		}
	}
	if t.ReadOnly && len(t.Classes) > 0 {
		errs = append(errs, errors.New("classes: a target that is read_only takes none, since making an object can change anything"))
	}
	return errs
}

// classes returns the classes that values for a target may name, which Validate has looked at.
func (t *Target) classes() []py.Class {
	var all []py.Class
	for _, text := range t.Classes {
		if c, err := parseClass(text); err == nil && !t.ReadOnly {
			all = append(all, c)
		}
	}
	return all
}

// refusedClass tells a client which class its value may not name, and how that is changed.
func refusedClass(err *tagged.Error) *problem {
	detail := errtext.Bare(err.Error()) + "; values hold no objects and name nothing that is called"
	if err.Class != (py.Class{}) {
		detail += ", unless the gateway's settings list the class under the target's classes; item keys and read-only targets take none"
	}
	return &problem{Type: problemClass, Status: 403, Detail: detail}
}
