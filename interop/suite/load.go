package suite

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// The names of the files beside those of cases.
const (
	schemaName = "schema.json"
	axesName   = "axes.yaml"
	knownName  = "known-failures.yaml"

	// schemaURL names the schema in messages.
	schemaURL = "cases:///schema.json"
)

// Suite is all that is tested.
type Suite struct {
	Axes  *Axes
	Cases []Case
	Known []KnownFailure
}

// Load reads a folder with axes.yaml, known-failures.yaml, schema.json and files of cases, which
// must fit the schema.
func Load(folder fs.FS) (*Suite, error) {
	schema, err := readSchema(folder)
	if err != nil {
		return nil, err
	}
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
			err = s.addFile(name, text, schema)
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

func (s *Suite) addFile(name string, text []byte, schema *jsonschema.Schema) error {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return fmt.Errorf("pizco/interop: %s: %w", name, err)
	}
	plain, err := plainOf(node.Content[0])
	if err != nil {
		return fmt.Errorf("pizco/interop: %s: %w", name, err)
	}
	if err := schema.Validate(plain); err != nil {
		return fmt.Errorf("pizco/interop: %s: %w", name, err)
	}
	var f File
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return fmt.Errorf("pizco/interop: %s: %w", name, err)
	}
	if f.Area+".yaml" != path.Base(name) {
		return fmt.Errorf("pizco/interop: %s: its area is %q", name, f.Area)
	}
	f.expandValues()
	f.expandMixes()
	for i := range f.Cases {
		f.Cases[i].Area, f.Cases[i].framesFree = f.Area, f.FramesFree
	}
	s.Cases = append(s.Cases, f.Cases...)
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

func readSchema(folder fs.FS) (*jsonschema.Schema, error) {
	text, err := fs.ReadFile(folder, schemaName)
	if err != nil {
		return nil, fmt.Errorf("pizco/interop: %w", err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("pizco/interop: %s: %w", schemaName, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaURL, doc); err != nil {
		return nil, fmt.Errorf("pizco/interop: %w", err)
	}
	return compiler.Compile(schemaURL)
}

// plainOf returns a YAML node as encoding/json would have it, with keys as text.
func plainOf(node *yaml.Node) (any, error) {
	switch node.Kind {
	case yaml.AliasNode:
		return plainOf(node.Alias)
	case yaml.SequenceNode:
		items := make([]any, len(node.Content))
		for i, child := range node.Content {
			var err error
			if items[i], err = plainOf(child); err != nil {
				return nil, err
			}
		}
		return items, nil
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i].Value
			if _, twice := object[key]; twice {
				return nil, fmt.Errorf("line %d: %q comes twice", node.Content[i].Line, key)
			}
			var err error
			if object[key], err = plainOf(node.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	switch node.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(node.Value)
	case "!!int", "!!float":
		return json.Number(node.Value), nil
	}
	return node.Value, nil
}
