package py_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/py"
)

func ExampleAssign() {
	reading := py.StrDict(
		py.Item{Key: "channel", Value: int64(3)},
		py.Item{Key: "samples", Value: py.Tuple{0.5, int64(1), 1.5}},
		py.Item{Key: "took", Value: py.NewObject(py.Class{Module: "datetime", Name: "timedelta"}, int64(0), int64(2), int64(0))},
	)
	var r struct {
		Channel uint8
		Samples []float64
		Took    time.Duration
	}
	if err := py.Assign(&r, reading); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%+v\n", r)
	// Output: {Channel:3 Samples:[0.5 1 1.5] Took:2s}
}

func ExampleConversionError() {
	var channels map[string][]uint8
	err := py.Assign(&channels, py.StrDict(py.Item{Key: "left", Value: py.NewList(int64(1), int64(300))}))
	var conversion *py.ConversionError
	if errors.As(err, &conversion) {
		fmt.Println(conversion.Path, "is", conversion.From)
	}
	fmt.Println(err)
	// Output:
	// $["left"][1] is int
	// pizco/py: $["left"][1]: cannot assign int to uint8: 300 is out of range
}

func ExampleFromGo() {
	v, err := py.FromGo(struct {
		FactorX int
		Tags    map[string]struct{}
		Note    string `pickle:",omitempty"`
	}{2, map[string]struct{}{"b": {}, "a": {}}, ""})
	if err != nil {
		fmt.Println(err)
	}
	for key, value := range v.(*py.Dict).All() {
		fmt.Println(key, py.TypeName(value))
	}
	// Output:
	// factor_x int
	// tags set
}
