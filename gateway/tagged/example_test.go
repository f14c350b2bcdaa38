package tagged_test

import (
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/py"
)

func ExampleEncode() {
	data, err := tagged.Encode(py.Tuple{int64(1), 1.0, []byte("hello"), complex(1, 2)})
	fmt.Println(string(data), err)
	// Output:
	// {"$tuple": [1, 1.0, {"$bytes": "aGVsbG8="}, {"$complex": [1.0, 2.0]}]} <nil>
}

func ExamplePlain() {
	data, err := tagged.Plain(py.Tuple{int64(1), 1.0, []byte("hello"), complex(1, 2)})
	fmt.Println(string(data), err)
	// Output:
	// [1, 1.0, "aGVsbG8=", "1+2j"] <nil>
}

func ExampleDecode() {
	value, err := tagged.Decode([]byte(`{"$tuple": [1, {"$set": [2]}]}`))
	fmt.Println(py.Repr(value), err)
	// Output:
	// (1, {2}) <nil>
}

func ExampleWithClasses() {
	point := []byte(`{"$object": {"class": ["lab", "Point"], "args": [1, 2]}}`)
	_, err := tagged.Decode(point)
	fmt.Println(errors.Is(err, tagged.ErrClass))
	value, err := tagged.Decode(point, tagged.WithClasses(py.Class{Module: "lab", Name: "Point"}))
	fmt.Println(py.Repr(value), err)
	// Output:
	// true
	// <lab.Point object> <nil>
}
