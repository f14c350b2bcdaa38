package gotype_test

import (
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/internal/gotype"
)

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"":              "",
		"X":             "x",
		"Factor":        "factor",
		"SetFactorX":    "set_factor_x",
		"HTTPServer":    "http_server",
		"ServeHTTP":     "serve_http",
		"ID":            "id",
		"UserID":        "user_id",
		"UserIDs":       "user_ids",
		"IDsOfUsers":    "ids_of_users",
		"FunArg2":       "fun_arg2",
		"X2Y":           "x2_y",
		"AsDict":        "as_dict",
		"GetABus":       "get_a_bus",
		"Already_Snake": "already_snake",
		"camelCase":     "camel_case",
		"ÄnderungsZahl": "änderungs_zahl",
	} {
		if got := gotype.Snake(name); got != want {
			t.Errorf("Snake(%q) = %q, want %q", name, got, want)
		}
	}
}

type base struct {
	Name string
	Deep int
}

type Inner struct {
	Name  string `pickle:"inner_name"`
	Depth int
}

type loop struct {
	*Loop
}

type Loop struct {
	loop
	Value int
}

type leftTagged struct {
	V int `pickle:"v"`
}

type right struct{ V int }

func TestOf(t *testing.T) {
	type plain struct {
		FactorX int
		Renamed string `pickle:"other"`
		Left    int    `pickle:"-"`
		Dash    int    `pickle:"-,"`
		Empty   []int  `pickle:",omitempty"`
		hidden  int
	}
	_ = plain{}.hidden
	rows := []struct {
		name  string
		value any
		want  []string
		tuple bool
	}{
		{"plain", plain{}, []string{"factor_x", "other", "-", "empty"}, false},
		{"embedded", struct {
			base
			*Inner
			Deep string
		}{}, []string{"name", "inner_name", "depth", "deep"}, false},
		{"named embedded", struct {
			Inner `pickle:"inner"`
		}{}, []string{"inner"}, false},
		{"tag beats", struct {
			leftTagged
			right
		}{}, []string{"v"}, false},
		{"ambiguous", struct {
			right
			Inner
			W struct{ right }
			base
		}{}, []string{"v", "inner_name", "depth", "w", "name", "deep"}, false},
		{"recursive", Loop{}, []string{"value"}, false},
		{"embedded leaf", struct {
			time.Time
			big.Int
		}{}, []string{"time", "int"}, false},
		{"tuple", struct {
			_    struct{} `pickle:",tuple"`
			X, Y int
		}{}, []string{"x", "y"}, true},
		{"empty", struct{}{}, nil, false},
	}
	for _, row := range rows {
		s := gotype.Of(reflect.TypeOf(row.value))
		var got []string
		for _, f := range s.Fields {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, row.want) || s.Tuple != row.tuple {
			t.Errorf("%s: fields %q, tuple %v; want %q, %v", row.name, got, s.Tuple, row.want, row.tuple)
		}
		for i, name := range got {
			if s.Lookup(name) != i {
				t.Errorf("%s: Lookup(%q) = %d, want %d", row.name, name, s.Lookup(name), i)
			}
		}
		if s.Lookup("nobody") != -1 {
			t.Errorf("%s: finds a field that is not there", row.name)
		}
	}
}

// TestClashes holds that fields with one name are named.
func TestClashes(t *testing.T) {
	for _, row := range []struct {
		value any
		want  []string
	}{
		{struct{ UserID, UserId int }{}, []string{"UserID and UserId", "user_id"}}, //nolint:revive // The two names are one in Python.
		{struct {
			A int `pickle:"x"`
			B int `pickle:"x"`
			X int
		}{}, []string{"A and B", "x"}},
		{struct {
			base
			right
			Other struct{ V int }
			*Inner
			left2
		}{}, []string{"right.V and left2.V"}},
		{struct {
			_    struct{} `pickle:",tuple"`
			A, B int      `pickle:"ab"`
		}{}, []string{"A and B"}},
	} {
		s := gotype.Of(reflect.TypeOf(row.value))
		for _, want := range row.want {
			if !strings.Contains(s.Clash, want) {
				t.Errorf("%T: %q does not say %s", row.value, s.Clash, want)
			}
		}
	}
	for _, value := range []any{base{}, Inner{}, Loop{}, struct {
		leftTagged
		right
	}{}} {
		if s := gotype.Of(reflect.TypeOf(value)); s.Clash != "" {
			t.Errorf("%T: %s", value, s.Clash)
		}
	}
}

type left2 struct{ V string }

func TestEmbeddedPointers(t *testing.T) {
	type outer struct{ *Inner }
	s := gotype.Of(reflect.TypeFor[outer]())
	depth := &s.Fields[s.Lookup("depth")]
	var o outer
	v := reflect.ValueOf(&o).Elem()
	if _, ok := depth.Get(v); ok {
		t.Fatal("a field of a nil struct can be read")
	}
	depth.Settable(v).SetInt(7)
	got, ok := depth.Get(v)
	if !ok || got.Int() != 7 || o.Depth != 7 {
		t.Fatalf("after setting: %v, %v", got, ok)
	}
}

func TestIsEmpty(t *testing.T) {
	for _, v := range []any{0, "", false, []int{}, map[string]int{}, [0]int{}, time.Time{}, (*int)(nil), 0.0} {
		if !gotype.IsEmpty(reflect.ValueOf(v)) {
			t.Errorf("%#v is not empty", v)
		}
	}
	for _, v := range []any{1, "a", true, []int{0}, [1]int{}, struct{}{}, time.Unix(0, 0), new(int)} {
		if gotype.IsEmpty(reflect.ValueOf(v)) {
			t.Errorf("%#v is empty", v)
		}
	}
}
