package graph_test

import (
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/interop/cases"
	"github.com/pizco-go/pizco/interop/graph"
	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/pickle"
)

// TestValues makes the graph of every value of the suite, pickles and unpickles it at every
// protocol, and wants it back.
func TestValues(t *testing.T) {
	s, err := suite.Load(cases.Files)
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for i := range s.Cases {
		c := &s.Cases[i]
		if (c.Area != "values" && c.Area != "numpy") || c.Steps[0].Op != "call" {
			continue
		}
		for protocol := range 6 {
			if c.Excluded(cellOf(protocol)) != "" {
				continue
			}
			tested++
			t.Run(fmt.Sprintf("%s/%d", c.ID(), protocol), func(t *testing.T) { thereAndBack(t, c.Steps[0].Args[0], protocol) })
		}
	}
	if tested < 600 {
		t.Errorf("%d values only", tested)
	}
}

// cellOf returns the cell in which two Go peers speak a protocol.
func cellOf(protocol int) suite.Cell {
	return suite.Cell{Client: "go", Server: "go", Serializer: fmt.Sprintf("pickle%d", protocol), Signed: "no", Transport: "tcp", Dialect: "0.1"}
}

func thereAndBack(t *testing.T, v value.Value, protocol int) {
	built, err := graph.Builder{Protocol: protocol}.Graph(v)
	if err != nil {
		t.Fatal(err)
	}
	if direct := graph.ToValue(built); !value.Equal(direct, v) {
		t.Errorf("the graph of %s is %s", v, direct)
	}
	content, err := pickle.Marshal(built, pickle.Protocol(protocol))
	if err != nil {
		t.Fatal(err)
	}
	var back any
	if err := pickle.Unmarshal(content, &back); err != nil {
		t.Fatal(err)
	}
	if got := graph.ToValue(back); !value.Equal(got, v) {
		t.Errorf("%s came back as %s", v, got)
	}
}

func TestGraphRefuses(t *testing.T) {
	for _, form := range []string{
		`{"$ndarray":["<f8",{"$tuple":[3]},"C",[]]}`, `{"$ndarray":["f8",{"$tuple":[0]},"C",[]]}`, `{"$npscalar":["<f8"]}`, `{"$npscalar":["<f8","x",1]}`, `{"$ndarray":["<i4",{"$tuple":[1]},"C",[null]]}`,
		`{"$ndarray":["|S1",{"$tuple":[1]},"C",[{"$bytes":"YWI="}]]}`, `{"$npscalar":["<U1","ab"]}`, `{"$datetime":"yesterday"}`, `{"$uuid":"x"}`, `{"$fraction":"a/b"}`, `{"$bytes":"?"}`, `{"$unknown":"what"}`, `{"$float":"much"}`,
	} {
		var v value.Value
		if err := v.UnmarshalJSON([]byte(form)); err != nil {
			t.Fatal(err)
		}
		if g, err := (graph.Builder{Protocol: 4}).Graph(v); err == nil {
			t.Errorf("%s became %v", form, g)
		}
	}
}
