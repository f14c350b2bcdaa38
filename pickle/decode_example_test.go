package pickle_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func ExampleUnmarshal() {
	// pickle.dumps({'name': 'Marvin', 'limits': (1, 2.5), 'tags': ['robot']}, 4)
	data := "\x80\x04}(\x8c\x04name\x8c\x06Marvin\x8c\x06limitsK\x01G@\x04\x00\x00\x00\x00\x00\x00\x86\x8c\x04tags](\x8c\x05roboteu."

	var graph any
	if err := pickle.Unmarshal([]byte(data), &graph); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(py.Repr(graph))

	var robot struct {
		Name   string
		Limits [2]float64
		Tags   []string
	}
	if err := pickle.Unmarshal([]byte(data), &robot); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(robot.Name, robot.Limits, robot.Tags)

	var wrong struct{ Tags []int }
	var misfit *pickle.UnmarshalError
	if err := pickle.Unmarshal([]byte(data), &wrong); errors.As(err, &misfit) {
		fmt.Println(misfit.Path, misfit.From, misfit.To)
	}
	// Output:
	// {'name': 'Marvin', 'limits': (1, 2.5), 'tags': ['robot']}
	// Marvin [1 2.5] [robot]
	// $.tags[0] str int
}

func ExampleDecoder() {
	stream := strings.NewReader("I1\n.\x80\x04\x8c\x03two.(I3\nI4\nt.")
	d := pickle.NewDecoder(stream)
	for {
		var v any
		err := d.Decode(&v)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(py.Repr(v))
	}
	// Output:
	// 1
	// 'two'
	// (3, 4)
}

func ExampleWellformed() {
	size, err := pickle.Wellformed([]byte("K\x01.rest"))
	fmt.Println(size, err)
	_, err = pickle.Wellformed([]byte("X\xff\xff\xff\xff."))
	fmt.Println(err)
	// Output:
	// 3 <nil>
	// pizco/pickle: at offset 0 (BINUNICODE): the input ends within the pickle: unexpected EOF
}
