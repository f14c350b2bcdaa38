package main

import (
	"fmt"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// row is one line of the table: the same work on the same pickle, by CPython and by Go.
type row struct {
	work string
	// setup is the Python code that makes the value.
	setup string
	// statement is what Python does with it.
	statement string
	// number is how often the work is done in one round.
	number int
	// wanted is how many times as fast Go has to be; zero where it is not CPython that Go is held
	// against.
	wanted float64
	// copies is how many times the time of copying the pickle the work may take; zero where that
	// says nothing.
	copies float64
	// prepare returns the work, given the pickle that CPython wrote.
	prepare func(data []byte) (func() error, error)
}

// message is what a proxy sends for device.calculate(8, precision=3).
const message = `
value = ('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,), 'kwargs': {'precision': 3}})
`

const records = `
value = [{'id': i * 40, 'name': 'temperature sensor number %d' % i, 'value': i * 0.5, 'count': i % 300, 'unit': 'unit %d' % (i % 7),
          'position': (i * 1.5, i * -0.25), 'range': (i * -1.5, i * 2.5)} for i in range(2000)]
`

type pair struct {
	_           struct{} `pickle:",tuple"`
	First, Last float64
}

type record struct {
	ID       int
	Name     string
	Value    float64
	Count    int
	Unit     string
	Position pair
	Range    pair
}

// psMessage is the message as a struct.
type psMessage struct {
	_       struct{} `pickle:",tuple"`
	Word    string
	Action  string
	Options struct {
		Name   string
		Method string
		Args   py.Tuple
		Kwargs *py.Dict
	}
}

const (
	loads = "loads(data)"
	dumps = "dumps(v, 4)"
)

var rows = []row{
	{work: "decode the PSMessage of a call into `any`", setup: message, statement: loads, number: 2000, wanted: 2, prepare: decode[any]},
	{work: "decode it into a struct", setup: message, statement: loads, number: 2000, wanted: 3, prepare: decode[psMessage]},
	{work: "encode it", setup: message, statement: dumps, number: 2000, wanted: 2, prepare: encode[any]},
	{work: "decode 2000 dicts into `any`", setup: records, statement: loads, number: 2, wanted: 1.3, prepare: decode[any]},
	{work: "decode them into a slice of structs", setup: records, statement: loads, number: 2, wanted: 4, prepare: decode[[]record]},
	{work: "encode them from a slice of structs", setup: records, statement: dumps, number: 2, wanted: 3, prepare: encode[[]record]},
	{work: "decode 100 MB of bytes", setup: "value = b'x' * 100000000", statement: loads, number: 1, copies: 1.5, prepare: decode[[]byte]},
	{work: "encode them", setup: "value = b'x' * 100000000", statement: dumps, number: 1, copies: 1.5, prepare: encode[[]byte]},
	{
		work: "decode an array of 12,500,000 float64", setup: "import array\nvalue = array.array('d', bytes(100000000))", statement: loads,
		number: 1, copies: 1.5, prepare: decode[[]float64],
	},
}

// decode is the work of decoding into a T that is empty.
func decode[T any](data []byte) (func() error, error) {
	var v, empty T
	return func() error {
		v = empty
		return pickle.Unmarshal(data, &v)
	}, nil
}

// encode is the work of encoding the T that the pickle holds. It fails unless Go writes the bytes
// that CPython wrote.
func encode[T any](data []byte) (func() error, error) {
	var v T
	if err := pickle.Unmarshal(data, &v); err != nil {
		return nil, err
	}
	written, err := pickle.Marshal(v)
	if err != nil {
		return nil, err
	}
	if string(written) != string(data) {
		return nil, fmt.Errorf("writes %d bytes that are not the %d of CPython", len(written), len(data))
	}
	return func() error {
		_, err := pickle.Marshal(v)
		return err
	}, nil
}
