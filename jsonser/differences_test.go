package jsonser_test

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// The differences between this package and Python's json, each with its reason. TestDumpsLikePython
// and TestLoadsLikePython hold everything else to be the same.

// writingDifferences are values that one side writes and the other refuses. The oracle has the
// classes in its __main__.
func writingDifferences() []struct {
	reason string
	value  any
	python string // what Python writes; empty when it is Python that refuses
} {
	class := func(name string) py.Class { return py.Class{Module: "__main__", Name: name} }
	newObj := func(name string, args ...any) *py.Object {
		return &py.Object{How: py.NewObj, Callable: class(name), Args: args}
	}
	table := newObj("Table")
	table.DictItems = []py.Pair{{Key: "a", Value: int64(1)}}
	const unknowable = "nothing in a pickled object tells that its class derives from a type that JSON has"
	return []struct {
		reason string
		value  any
		python string
	}{
		{unknowable, py.NewObject(class("Level"), int64(3)), "3"},
		{unknowable, newObj("Text", "x"), `"x"`},
		{unknowable, newObj("Point", int64(1), int64(2)), "[1, 2]"},
		{unknowable, table, `{"a": 1}`},
		{"Python 3.11 and later refuse to write ints of more than 4,300 digits, earlier ones write them, and so does Go: its conversion is quick",
			new(big.Int).Exp(big.NewInt(10), big.NewInt(5000), nil), ""},
		{"Python's recursion limit is 1,000 to 10,000 levels by version; Go's is 10,000 by default and does not depend on the caller's stack",
			nested(9_999), ""},
	}
}

func nested(levels int) *py.List {
	v := py.NewList()
	for range levels - 1 {
		v = py.NewList(v)
	}
	return v
}

func TestWritingDifferences(t *testing.T) {
	rows := writingDifferences()
	pickles := make([][]byte, len(rows))
	for i, row := range rows {
		var err error
		if pickles[i], err = pickle.Marshal(row.value); err != nil {
			t.Fatal(err)
		}
	}
	for i, a := range ask(t, pyenv.Newest(t), 'D', pickles) {
		_, err := jsonser.Marshal(rows[i].value)
		var refused *jsonser.MarshalError
		if python := rows[i].python; python != "" && (string(a.value) != python || !errors.As(err, &refused)) {
			t.Errorf("%s: Python writes %s, Go ends with %v", rows[i].reason, a.value, err)
		} else if python == "" && err != nil {
			t.Errorf("%s: %v", rows[i].reason, err)
		}
	}
}

func TestReadingDifferences(t *testing.T) {
	rows := []struct {
		reason string
		doc    string
		reads  bool
	}{
		{"Python 3.11 and later refuse ints of more than 4,300 digits; Go reads what earlier ones send, up to a limit of its own", strings.Repeat("9", 5000), true},
		{"up to Python 3.10 there is no limit; Go's keeps a peer from taking its time", strings.Repeat("9", jsonser.DefaultMaxIntDigits+1), false},
		{"Python's recursion limit is 1,000 to 10,000 levels by version; Go's is 10,000 by default", strings.Repeat("[", 9_999) + strings.Repeat("]", 9_999), true},
		{"Python's recursion limit is 1,000 to 10,000 levels by version; Go's is 10,000 by default", strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001), false},
	}
	for _, row := range rows {
		var v any
		if err := jsonser.Unmarshal([]byte(row.doc), &v); (err == nil) != row.reads {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}

// TestTrailingComma shows that the words for a trailing comma are Python 3.13's, whichever Python
// the peer has; up to 3.12 they name the character after it.
func TestTrailingComma(t *testing.T) {
	docs := [][]byte{[]byte("[1, ]"), []byte(`{"a": 1,}`)}
	kinds := []jsonser.Kind{jsonser.TrailingCommaArray, jsonser.TrailingCommaObject}
	for _, python := range pyenv.Interpreters(t) {
		for i, a := range ask(t, python, 'L', docs) {
			var v any
			var syntax *jsonser.SyntaxError
			if err := jsonser.Unmarshal(docs[i], &v); !errors.As(err, &syntax) || syntax.Kind != kinds[i] {
				t.Errorf("%s: %v", docs[i], err)
			}
			if a.err == nil || !slices.Contains([]string{syntax.Kind.String(), "Expecting value", "Expecting property name enclosed in double quotes"}, a.err.message) {
				t.Errorf("%s: Python %s has %+v", docs[i], python.Version, a.err)
			}
		}
	}
}
