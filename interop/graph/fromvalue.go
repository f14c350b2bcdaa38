package graph

import (
	"encoding/base64"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
)

// Builder makes graphs of values, as the newest CPython would pickle them.
type Builder struct {
	// Protocol is the pickle protocol that the graph is meant for: below 2, some classes are
	// pickled in another way.
	Protocol int
	// NumPy is the generation of numpy that arrays are meant for, the newest by default.
	NumPy py.NumPy
}

// Graph returns the graph of a value.
func (b Builder) Graph(v value.Value) (any, error) {
	switch v.Tag {
	case value.None:
		return nil, nil
	case value.Bool:
		return v.Text == "true", nil
	case value.Int:
		return integer(v.Text)
	case value.Float:
		return float(v.Text)
	case value.Complex:
		re, im, _ := strings.Cut(v.Text, " ")
		x, err := float(re)
		if err != nil {
			return nil, err
		}
		y, err := float(im)
		return complex(x, y), err
	case value.Str:
		return strings.Clone(v.Text), nil
	case value.Bytes:
		return base64.StdEncoding.DecodeString(v.Text)
	case value.ByteArray:
		content, err := base64.StdEncoding.DecodeString(v.Text)
		return &py.ByteArray{Bytes: content}, err
	case value.Class:
		return class(v.Text), nil
	}
	return b.container(v)
}

func integer(digits string) (any, error) {
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return nil, fmt.Errorf("pizco/interop/graph: int %q", digits)
	}
	if n.IsInt64() {
		return n.Int64(), nil
	}
	return n, nil
}

func float(text string) (float64, error) {
	if text == "nan" {
		return math.Float64frombits(0x7ff8 << 48), nil // Python's, of which Go's differs in a bit
	}
	return strconv.ParseFloat(text, 64)
}

// class returns the class of a dotted name, whose module is everything before the first capital
// letter or the last dot.
func class(dotted string) py.Class {
	parts := strings.Split(dotted, ".")
	for i, part := range parts {
		if i > 0 && part != "" && part[0] >= 'A' && part[0] <= 'Z' {
			return py.Class{Module: strings.Join(parts[:i], "."), Name: strings.Join(parts[i:], ".")}
		}
	}
	last := len(parts) - 1
	return py.Class{Module: strings.Join(parts[:last], "."), Name: parts[last]}
}

func (b Builder) container(v value.Value) (any, error) {
	if v.Tag == "ndarray" || v.Tag == "npscalar" {
		return b.array(v)
	}
	items, err := b.each(v.Items)
	if err != nil {
		return nil, err
	}
	switch v.Tag {
	case value.List:
		return py.NewList(items...), nil
	case value.Tuple:
		return py.Tuple(items), nil
	case value.Set:
		return py.NewSet(items...)
	case value.FrozenSet:
		return py.NewFrozenSet(items...)
	case value.Dict:
		pairs, err := b.pairs(v.Pairs)
		if err != nil {
			return nil, err
		}
		return py.NewDict(pairs...)
	}
	return b.object(v, items)
}

func (b Builder) each(values []value.Value) ([]any, error) {
	items := make([]any, len(values))
	for i, v := range values {
		var err error
		if items[i], err = b.Graph(v); err != nil {
			return nil, err
		}
	}
	return items, nil
}

func (b Builder) pairs(values [][2]value.Value) ([]py.Pair, error) {
	pairs := make([]py.Pair, len(values))
	for i, v := range values {
		key, err := b.Graph(v[0])
		if err != nil {
			return nil, err
		}
		val, err := b.Graph(v[1])
		if err != nil {
			return nil, err
		}
		pairs[i] = py.Pair{Key: key, Value: val}
	}
	return pairs, nil
}

// Args returns the graph of a list of values as arguments.
func (b Builder) Args(values []value.Value) (py.Tuple, error) { return b.each(values) }
