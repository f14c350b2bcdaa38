package pickle_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type (
	robot struct {
		Name  string
		Age   int
		Parts []string
		Peer  *robot `pickle:",omitempty"`
	}
	slotted struct{ A, B int }
	money   struct {
		Amount   int
		Currency string
	}
	vector struct{ X, Y float64 }
)

func (r *robot) String() string { return r.Name }

func registry(t *testing.T) *pickle.Registry {
	t.Helper()
	r := pickle.NewRegistry()
	for _, err := range []error{
		r.Register("robots", "Robot", robot{}, pickle.StateDict), r.Register("robots", "Slotted", slotted{}, pickle.Slots),
		r.Register("robots", "Money", money{}, pickle.Args), r.Register("robots", "Vector", vector{}, pickle.NewArgs),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func TestRegisteredClasses(t *testing.T) {
	registered := pickle.WithRegistry(registry(t))
	values := []any{
		&robot{Name: "Marvin", Age: 42, Parts: []string{"head", "arm"}},
		&robot{Name: "Bender", Parts: []string{}, Peer: &robot{Name: "Calculon", Parts: []string{}}},
		&slotted{A: 1, B: 2}, &money{Amount: 5, Currency: "EUR"}, &vector{X: 1.5, Y: -2},
	}
	for _, want := range values {
		for protocol := range 6 {
			name := fmt.Sprintf("%T at protocol %d", want, protocol)
			data, err := pickle.Marshal(want, pickle.Protocol(protocol), registered)
			if _, isSlotted := want.(*slotted); isSlotted && protocol < 2 {
				continue // which CPython refuses to write
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var graph any
			if err := pickle.Unmarshal(data, &graph, registered); err != nil || !reflect.DeepEqual(graph, want) {
				t.Errorf("%s: %#v, %v", name, graph, err)
			}
			direct := reflect.New(reflect.TypeOf(want).Elem())
			if err := pickle.Unmarshal(data, direct.Interface(), registered); err != nil || !reflect.DeepEqual(direct.Interface(), want) {
				t.Errorf("%s: %#v, %v", name, direct, err)
			}
			assigned := reflect.New(reflect.TypeOf(want))
			if err := py.Assign(assigned.Interface(), graph); err != nil || !reflect.DeepEqual(assigned.Elem().Interface(), want) {
				t.Errorf("%s: %#v, %v", name, assigned, err)
			}
			var inert any
			if err := pickle.Unmarshal(data, &inert); err != nil {
				t.Fatal(err)
			}
			again, err := pickle.Marshal(inert, pickle.Protocol(protocol))
			if err != nil || !bytes.Equal(again, data) {
				t.Errorf("%s: %v\n%q\n%q", name, err, data, again)
			}
		}
	}
}

func TestRegisteredClassInAnInterface(t *testing.T) {
	registered := pickle.WithRegistry(registry(t))
	data, err := pickle.Marshal([]*robot{{Name: "R2D2"}}, registered)
	if err != nil {
		t.Fatal(err)
	}
	var all []fmt.Stringer
	if err := pickle.Unmarshal(data, &all, registered); err != nil || len(all) != 1 || all[0].String() != "R2D2" {
		t.Fatal(all, err)
	}
}

func TestRegisteredClassThatHoldsItself(t *testing.T) {
	registered := pickle.WithRegistry(registry(t))
	data := "\x80\x02crobots\nRobot\n)\x81q\x00}(U\x04nameU\x04RosaU\x04peerh\x00ub."
	var v any
	if err := pickle.Unmarshal([]byte(data), &v, registered); err != nil {
		t.Fatal(err)
	}
	if r, ok := v.(*robot); !ok || r.Peer != r || r.Name != "Rosa" {
		t.Fatalf("%#v", v)
	}
}

func TestRegisteredClassRefusesWhatDoesNotFit(t *testing.T) {
	registered := pickle.WithRegistry(registry(t))
	var v any
	var refused *pickle.UnmarshalError
	err := pickle.Unmarshal([]byte("crobots\nRobot\n)\x81}Vparts\n](K\x01esb."), &v, registered)
	if !errors.As(err, &refused) || refused.Path != "Robot.parts[0]" || refused.To != "string" {
		t.Fatal(err)
	}
	// An instance with another layout stays what it is.
	if err := pickle.Unmarshal([]byte("crobots\nMoney\n)R."), &v, registered); err != nil {
		t.Fatal(err)
	}
	if o, ok := v.(*py.Object); !ok || o.Class().Name != "Money" {
		t.Fatalf("%#v", v)
	}
}
