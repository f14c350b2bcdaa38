package pickle_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// agreed decodes into a target at once and by way of the graph, which have to agree in value and in
// the reason of an error.
func agreed[T comparable](t *testing.T, data string, options ...pickle.DecodeOption) (T, error) {
	t.Helper()
	var direct, assigned T
	err := pickle.Unmarshal([]byte(data), &direct, options...)
	var graph any
	if err := pickle.Unmarshal([]byte(data), &graph, options...); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	err2 := py.Assign(&assigned, graph)
	if (err == nil) != (err2 == nil) || err == nil && direct != assigned {
		t.Errorf("%q: %v, %v; by its graph %v, %v", data, direct, err, assigned, err2)
	}
	return direct, err
}

type named struct {
	Number int
	Label  string `pickle:",omitempty"`
}

// TestBytesKeys holds that names which Python 2 wrote find their fields when they are read as
// bytes.
func TestBytesKeys(t *testing.T) {
	bytes := pickle.WithStringEncoding(pickle.Bytes)
	for name, data := range map[string]string{
		"a dict":                     "(dp1\nS'number'\np2\nI7\ns.",
		"a dict of protocol 2":       "\x80\x02}q\x01U\x06numberq\x02K\x07s.",
		"an old-style instance":      "(ilab\nThing\np0\n(dp1\nS'number'\np2\nI7\nsb.",
		"a new-style instance":       "\x80\x02clab\nThing\nq\x00)\x81q\x01}q\x02U\x06numberq\x03K\x07sb.",
		"a dict with other keys too": "\x80\x02}q\x01(U\x05otherq\x02K\x01U\x06numberq\x03K\x07K\x01K\x02u.",
		"a dict of Python 3":         "\x80\x04}(C\x06number\x94K\x07u.",
	} {
		if got, err := agreed[named](t, data, bytes); err != nil || got.Number != 7 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := agreed[named](t, "\x80\x04}(C\x06number\x94K\x07\x8c\x06number\x94K\x08u.", bytes); err == nil || !strings.Contains(err.Error(), "name the same field") {
		t.Errorf("a str and bytes of one name: %v", err)
	}
}

// TestRegisteredBytesKeys is the same for a registered class in an interface.
func TestRegisteredBytesKeys(t *testing.T) {
	registry := pickle.NewRegistry()
	if err := registry.Register("lab", "Thing", named{}, pickle.StateDict); err != nil {
		t.Fatal(err)
	}
	for data, want := range map[string]any{
		"(ilab\nThing\np0\n(dp1\nS'number'\np2\nI7\nsb.":  named{Number: 7},
		"(ilab\nThing\np0\n(dp1\nS'strange'\np2\nI7\nsb.": nil, // not the class's attributes: it stays an object
	} {
		var got any
		err := pickle.Unmarshal([]byte(data), &got, pickle.WithStringEncoding(pickle.Bytes), pickle.WithRegistry(registry))
		if err != nil {
			t.Fatal(err)
		}
		made, ok := got.(*named)
		if ok != (want != nil) || ok && *made != want {
			t.Errorf("%q: %#v, want %v", data, got, want)
		}
	}
}

// TestStates holds that a state which is not the attributes is an error that says so.
func TestStates(t *testing.T) {
	for data, want := range map[string]string{
		"clab\nThing\n)R}(Vversion\nI2\nub.":                  "none of its state's keys has a field: 'version'",
		"clab\nThing\n)R(lI7\naVseven\nab.":                   `its state is 2 values without names: a struct tagged pickle:",tuple" takes them in their order`,
		"clab\nThing\n)R(I7\nVseven\nI1\ntb.":                 `its state is 3 values without names: a struct tagged pickle:",tuple" takes them in their order`,
		"clab\nThing\n)RI7\nb.":                               "its state is a int, not its attributes",
		"clab\nThing\n)RVtext\nb.":                            "its state is a str, not its attributes",
		"\x80\x02clab\nThing\n(I7\nVseven\nt\x81.":            "Thing",
		"\x80\x02clab\nThing\n)\x81}\x8c\x01x}sb.":            "none of its state's keys has a field: 'x'",
		"\x80\x02clab\nThing\n)\x81N}\x8c\x01xNs\x86b.":       "none of its state's keys has a field: 'x'",
		"\x80\x02clab\nThing\n)\x81(}\x8c\x01xNsK\x01tb.":     `its state is 2 values without names: a struct tagged pickle:",tuple" takes them in their order`,
		"\x80\x04clab\nThing\n)\x81}\x8c\x08__dict__K\x01sb.": "none of its state's keys has a field: '__dict__'",
	} {
		if got, err := agreed[named](t, data); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v; want %s", data, got, err, want)
		}
	}
	for _, data := range []string{
		"clab\nThing\n)R}(Vnumber\nI7\nub.",
		"clab\nThing\n)R}(Vnumber\nI7\nVmore\nI1\nub.",
		"\x80\x02clab\nThing\n)\x81N}\x8c\x06numberK\x07s\x86b.",
		"\x80\x02clab\nThing\n)\x81}(\x8c\x08__dict__}\x8c\x06numberK\x07s\x8c\x17__pydantic_fields_set__Nub.",
		"\x80\x02clab\nThing\n)\x81}(\x8c\x08__dict__}\x8c\x12__pydantic_extra__}\x8c\x06numberK\x07sub.",
	} {
		if got, err := agreed[named](t, data); err != nil || got.Number != 7 {
			t.Errorf("%q: %+v, %v", data, got, err)
		}
	}
	for _, data := range []string{"clab\nThing\n)R.", "clab\nThing\n)R}b.", "\x80\x02clab\nThing\n)\x81."} {
		if got, err := agreed[named](t, data); err != nil || got != (named{}) {
			t.Errorf("%q: %+v, %v", data, got, err)
		}
	}
}
