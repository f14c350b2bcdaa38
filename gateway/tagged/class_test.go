package tagged_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/py"
)

// commands are documents that would have a peer of the original call something that is not allowed,
// also where lab.Point is.
var commands = []string{
	`{"$class": ["os", "system"]}`,
	`{"$class": ["lab", "Point.make"]}`,
	`{"$class": ["lab.Point", "make"]}`,
	`{"$class": ["", "lab.Point"]}`,
	`{"$class": ["builtins", "eval"]}`,
	`{"$object": {"class": ["os", "system"], "args": ["true"]}}`,
	`{"$object": {"class": ["os", "system"], "how": "reduce", "args": ["true"]}}`,
	`{"$object": {"class": ["os", "system"], "how": "inst", "args": ["true"]}}`,
	`{"$object": {"class": ["os", "system"], "how": "obj", "args": ["true"]}}`,
	`{"$object": {"class": ["subprocess", "Popen"], "how": "newex", "args": [], "kwargs": {"args": "true"}}}`,
	`{"$object": {"args": ["true"], "class": ["os", "system"]}}`,
	`{"$object": {"callable": {"$class": ["os", "system"]}, "args": ["true"]}}`,
	`{"$object": {"callable": {"$class": ["lab", "Point"]}, "args": []}}`,
	`{"$object": {"callable": {"$object": {"class": ["lab", "Point"]}}, "args": []}}`,
	`{"$object": {"callable": {"$ref": 1}}}`,
	`{"$object": {"class": ["builtins", "getattr"], "args": [{"$class": ["os", "path"]}, "join"]}}`,
	`{"$object": {"class": ["functools", "partial"], "args": [{"$class": ["os", "system"]}, "true"]}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [{"$class": ["os", "system"]}]}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "state": {"run": {"$class": ["os", "system"]}}}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "state": {"$tuple": [null, {"__class__": {"$class": ["lab", "Trap"]}}]}}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "state": "true", "setter": {"$class": ["os", "system"]}}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "state": "true", "setter": {"$class": ["lab", "Point"]}}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "items": [{"$class": ["os", "system"]}]}}`,
	`{"$object": {"class": ["lab", "Point"], "args": [], "entries": [[{"$class": ["os", "system"]}, 1]]}}`,
	`{"$object": {"class": ["lab", "Point"], "how": "newex", "args": [], "kwargs": {"f": {"$class": ["os", "system"]}}}}`,
	`{"$object": {"class": ["copyreg", "_reconstructor"], "args": [{"$class": ["lab", "Point"]}]}}`,
	`{"$object": {"class": ["collections", "defaultdict"], "args": [{"$class": ["os", "system"]}]}}`,
	`{"$datetime": {"at": "2026-01-02T00:00:00", "zone": {"$object": {"class": ["os", "system"], "args": ["true"]}}}}`,
	`{"$time": {"at": "00:00:00", "zone": {"$object": {"class": ["os", "system"], "args": ["true"]}}}}`,
}

// places are where a value can stand in a document.
var places = []string{
	`%s`, `[%s]`, `{"a": %s}`, `{"$tuple": [%s]}`, `{"$set": [%s]}`, `{"$frozenset": [%s]}`, `{"$dict": [[%s, 1]]}`, `{"$dict": [[1, %s]]}`,
	`{"$ordereddict": [[%s, 1]]}`, `{"$ordereddict": [[1, %s]]}`, `{"$slice": [null, %s, null]}`, `{"$def": 1, "value": %s}`,
	`{"$def": 1, "value": [%s, {"$ref": 1}]}`, `{"$dict": [[{"$tuple": [[%s]]}, 1]]}`,
}

// TestValuesOnly reads nothing that names what is called, wherever it stands, and neither when a
// class is allowed.
func TestValuesOnly(t *testing.T) {
	point := tagged.WithClasses(py.Class{Module: "lab", Name: "Point"})
	for _, place := range places {
		for _, command := range commands {
			document := fmt.Sprintf(place, command)
			if v, err := tagged.Decode([]byte(document)); !errors.Is(err, tagged.ErrClass) {
				t.Errorf("%s: %v, %v", document, v, err)
			}
			if v, err := tagged.Decode([]byte(document), point); !errors.Is(err, tagged.ErrClass) {
				t.Errorf("with a class: %s: %v, %v", document, v, err)
			}
			tree, err := tagged.Parse([]byte(document))
			if err != nil {
				t.Fatal(err)
			}
			if v, err := tagged.FromTree(tree); !errors.Is(err, tagged.ErrClass) {
				t.Errorf("a tree: %s: %v, %v", document, v, err)
			}
		}
	}
}

// TestAllowedClass reads the objects of a class that is named, and that class itself, and says
// which one may not be.
func TestAllowedClass(t *testing.T) {
	point := tagged.WithClasses(py.Class{Module: "lab", Name: "Point"})
	for _, document := range []string{
		`{"$class": ["lab", "Point"]}`,
		`{"$object": {"class": ["lab", "Point"], "args": [1, {"$object": {"class": ["lab", "Point"], "how": "new", "args": []}}], "state": {"x": 1}}}`,
		`{"$datetime": {"at": "2026-01-02T00:00:00", "zone": {"$object": {"class": ["lab", "Point"], "args": []}}}}`,
	} {
		if _, err := tagged.Decode([]byte(document), point); err != nil {
			t.Errorf("%s: %v", document, err)
		}
	}
	_, err := tagged.Decode([]byte(`{"a": [{"$object": {"class": ["lab", "Trap"], "args": []}}]}`), point)
	var refused *tagged.Error
	if !errors.As(err, &refused) || refused.Class != (py.Class{Module: "lab", Name: "Trap"}) || !strings.Contains(err.Error(), "$['a'][0]['$object']['class']") {
		t.Errorf("%v", err)
	}
}

// TestObjectArrays refuses arrays of objects, which are pickles in themselves.
func TestObjectArrays(t *testing.T) {
	for _, dtype := range []string{"|O", "|O8", "O", "object", "<O8", "<f8,O", "[('a', 'O')]"} {
		document := fmt.Sprintf(`{"$array": {"dtype": %q, "shape": [1], "data": "AAAAAAAAAAA="}}`, dtype)
		if v, err := tagged.Decode([]byte(document)); !errors.Is(err, tagged.ErrTag) {
			t.Errorf("%s: %v, %v", document, v, err)
		}
	}
}
