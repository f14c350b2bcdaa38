package suite

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
)

// The names of files that do not contain cases.
const (
	axesName  = "axes.yaml"
	knownName = "known-failures.yaml"
)

// Suite is all that is tested.
type Suite struct {
	Axes  *Axes
	Cases []Case
	Known []KnownFailure
}

// Load reads a folder with axes.yaml, known-failures.yaml and files of cases. A member that a case
// does not have is an error. The tests of test/cases hold the built-in files against the rest of
// interop/cases/schema.json.
func Load(folder fs.FS) (*Suite, error) {
	names, err := fs.Glob(folder, "*.yaml")
	if err != nil {
		return nil, err
	}
	s := &Suite{}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		switch name {
		case axesName:
			s.Axes, err = ReadAxes(text)
		case knownName:
			s.Known, err = ReadKnown(text)
		default:
			err = s.addFile(name, text)
		}
		if err != nil {
			return nil, err
		}
	}
	if s.Axes == nil {
		return nil, fmt.Errorf("pizco/interop: no %s", axesName)
	}
	return s, s.unique()
}

func (s *Suite) addFile(name string, text []byte) error {
	var f File
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return fmt.Errorf("pizco/interop: %s: %w", name, err)
	}
	if f.Area+".yaml" != path.Base(name) {
		return fmt.Errorf("pizco/interop: %s: its area is %q", name, f.Area)
	}
	for i := range f.Cases {
		if err := f.Cases[i].check(); err != nil {
			return fmt.Errorf("pizco/interop: %s: %s: %w", name, f.Cases[i].Name, err)
		}
	}
	f.expandValues()
	f.expandMixes()
	for i := range f.Cases {
		f.Cases[i].Area, f.Cases[i].framesFree = f.Area, f.FramesFree
	}
	s.Cases = append(s.Cases, f.Cases...)
	return nil
}

// check returns what a case that decodes may still lack.
func (c *Case) check() error {
	switch {
	case c.Name == "":
		return errors.New("a case without a name")
	case len(c.Steps) == 0:
		return errors.New("a case without steps")
	case len(c.Only) > 0 && c.Why == "":
		return errors.New(`"only" needs a "why"`)
	case c.Frames != "" && c.FramesWhy == "":
		return errors.New(`"frames" needs a "frames_why"`)
	}
	return nil
}

func (s *Suite) unique() error {
	seen := map[string]bool{}
	for i := range s.Cases {
		id := s.Cases[i].ID()
		if seen[id] {
			return fmt.Errorf("pizco/interop: two cases are called %s", id)
		}
		seen[id] = true
	}
	return nil
}

// Areas returns the areas in their order.
func (s *Suite) Areas() []string {
	var areas []string
	for i := range s.Cases {
		if !slices.Contains(areas, s.Cases[i].Area) {
			areas = append(areas, s.Cases[i].Area)
		}
	}
	return areas
}
