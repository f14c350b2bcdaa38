package jsonser_test

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

func ExampleMarshal() {
	readings, err := py.NewDict(
		py.Pair{Key: "unit", Value: "µm"},
		py.Pair{Key: int64(1), Value: py.Tuple{1e16, 0.5, nil}},
	)
	if err != nil {
		fmt.Println(err)
	}
	text, err := jsonser.Marshal(readings)
	fmt.Println(string(text), err)
	// Output: {"unit": "\u00b5m", "1": [1e+16, 0.5, null]} <nil>
}

func ExampleUnmarshal() {
	var robot struct {
		Name string
		Legs int
	}
	err := jsonser.Unmarshal([]byte(`{"name": "Marvin", "legs": 2, "mood": "bad"}`), &robot)
	fmt.Println(robot, err)

	var graph any
	err = jsonser.Unmarshal([]byte(`[1, 1.0]`), &graph)
	for _, item := range graph.(*py.List).Items {
		fmt.Println(py.TypeName(item), err)
	}
	// Output:
	// {Marvin 2} <nil>
	// int <nil>
	// float <nil>
}

func ExampleSyntaxError() {
	var v any
	err := jsonser.Unmarshal([]byte("[1,\n 2,\n]"), &v)
	var syntax *jsonser.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Kind == jsonser.TrailingCommaArray, syntax.Offset)
	}
	fmt.Println(err)
	// Output:
	// true 6
	// pizco/jsonser: Illegal trailing comma before end of array: line 2 column 3 (char 6)
}
