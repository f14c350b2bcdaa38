package cases_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/pizco-go/pizco/interop/cases"
)

// notCases are the files that do not contain cases.
var notCases = []string{"axes.yaml", "known-failures.yaml"}

func readSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := fs.ReadFile(cases.Files, "schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const url = "cases:///schema.json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(url, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(schema *jsonschema.Schema, text []byte) error {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return err
	}
	plain, err := plainOf(node.Content[0])
	if err != nil {
		return err
	}
	return schema.Validate(plain)
}

// TestCasesFitTheSchema validates each file of cases.
func TestCasesFitTheSchema(t *testing.T) {
	schema := readSchema(t)
	names, err := fs.Glob(cases.Files, "*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	for _, name := range names {
		if slices.Contains(notCases, name) {
			continue
		}
		text, err := fs.ReadFile(cases.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSchemaRefuses has a small file of cases in one piece, and breaks it in each way that the
// schema is there for.
func TestSchemaRefuses(t *testing.T) {
	schema := readSchema(t)
	const good = "area: calls\nabout: x\ncases:\n- name: a\n  about: x\n  steps:\n  - call: same\n    args: [1]\n    returns: 1\n"
	if err := validate(schema, []byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"no verb":          strings.Replace(good, "call: same", "conn: main", 1),
		"two verbs":        strings.Replace(good, "call: same", "call: same\n    get: age", 1),
		"unknown member":   strings.Replace(good, "returns: 1", "returned: 1", 1),
		"unknown verb":     strings.Replace(good, "call: same", "calls: same", 1),
		"only without why": strings.Replace(good, "  steps:", "  only: {client: go}\n  steps:", 1),
		"no steps":         "area: calls\nabout: x\ncases:\n- name: a\n  about: x\n  steps: []\n",
		"key twice":        strings.Replace(good, "about: x\n", "about: x\nabout: y\n", 1),
	} {
		if err := validate(schema, []byte(text)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
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
