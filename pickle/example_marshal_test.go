package pickle_test

import (
	"fmt"
	"time"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func ExampleMarshal() {
	data, err := pickle.Marshal(py.Tuple{"PSMessage", int64(1)}, pickle.Protocol(2))
	fmt.Printf("%q %v\n", data, err)
	// Output: "\x80\x02X\t\x00\x00\x00PSMessageq\x00K\x01\x86q\x01." <nil>
}

func ExampleMarshal_structs() {
	type reading struct {
		SensorID int     // sensor_id in Python
		Value    float64 `pickle:"v"`
	}
	data, err := pickle.Marshal([]reading{{7, 0.5}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var v any
	if err := pickle.Unmarshal(data, &v); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(py.Repr(v))
	// Output: [{'sensor_id': 7, 'v': 0.5}]
}

func ExampleWriteAs() {
	for _, minor := range []int{6, 13} {
		data, err := pickle.Marshal(int64(7), pickle.Protocol(0), pickle.WriteAs(3, minor))
		fmt.Printf("3.%d: %q %v\n", minor, data, err)
	}
	// Output:
	// 3.6: "L7L\n." <nil>
	// 3.13: "I7\n." <nil>
}

func ExampleWithRegistry() {
	type point struct{ X, Y int }
	registry := pickle.NewRegistry()
	if err := registry.Register("geometry", "Point", point{}, pickle.StateDict); err != nil {
		fmt.Println(err)
		return
	}
	data, err := pickle.Marshal(&point{1, 2}, pickle.WithRegistry(registry))
	if err != nil {
		fmt.Println(err)
		return
	}
	var object any
	if err := pickle.Unmarshal(data, &object); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(py.Repr(object))
	var p point
	fmt.Println(pickle.Unmarshal(data, &p, pickle.WithRegistry(registry)), p)
	// Output:
	// <geometry.Point object>
	// <nil> {1 2}
}

func ExampleMarshal_standardLibrary() {
	when, err := py.NewDateTime(2026, time.November, 23, py.Clock{Hour: 12}, py.NewTimeZone(0, ""))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(py.Repr(when))
	data, err := pickle.Marshal(when)
	fmt.Println(len(data), err)
	// Output:
	// datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.timezone.utc)
	// 98 <nil>
}
