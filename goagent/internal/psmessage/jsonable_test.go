package psmessage

import (
	"testing"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

func nameSet(names ...any) *py.Set {
	set := &py.Set{}
	for _, name := range names {
		_ = set.Add(name) // a string always has a hash
	}
	return set
}

// TestJSONableKeepsSharing copies graphs that stand for trees of 2^100 leaves and for endless ones.
func TestJSONableKeepsSharing(t *testing.T) {
	var shared any = nameSet("leaf")
	for range 100 {
		shared = py.Tuple{shared, py.NewList(shared)}
	}
	top, ok := Jsonable(shared).(*py.List)
	if !ok || top.Len() != 2 {
		t.Fatalf("jsonable = %s", py.Repr(top))
	}
	if inner, ok := top.Items[1].(*py.List); !ok || inner.Items[0] != top.Items[0] {
		t.Error("what was shared no longer is")
	}

	endless := &py.List{}
	endless.Append(endless, endless, &py.Set{})
	if _, err := jsonser.Marshal(Jsonable(endless)); err == nil {
		t.Error("an endless list was written")
	}
}

func TestJSONable(t *testing.T) {
	pair := py.Tuple{"a", "b"}
	value := py.Tuple{pair[:1], pair, py.StrDict(py.Item{Key: "set", Value: nameSet("c")}), py.Tuple{}, nil}
	got, err := jsonser.Marshal(Jsonable(value))
	if want := `[["a"], ["a", "b"], {"set": ["c"]}, [], null]`; err != nil || string(got) != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}
