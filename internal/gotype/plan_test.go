package gotype_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/internal/raw"
)

// Types with methods, some of them on the pointer only.
type (
	marshals   struct{ x int }
	byPointer  struct{ x int }
	texts      struct{ x int }
	textBehind struct{ x int }
	fails      struct{ x int }
	failsText  struct{ x int }
	everything struct{ x int }
	mixed      struct{ x int }
	count      int
	letters    []byte
	moment     time.Time
	wait       time.Duration
	pointerTo  *marshals
	spoken     interface{ Speak() }
	embeds     struct{ marshals }
)

func (marshals) MarshalPython() (any, error)   { return "marshals", nil }
func (*byPointer) MarshalPython() (any, error) { return "by pointer", nil }
func (texts) MarshalText() ([]byte, error)     { return []byte("text"), nil }
func (*textBehind) MarshalText() ([]byte, error) {
	return []byte("text behind"), nil
}
func (fails) Error() string                     { return "fails" }
func (failsText) Error() string                 { return "fails" }
func (failsText) MarshalText() ([]byte, error)  { return nil, errors.New("never asked") }
func (everything) Error() string                { return "everything" }
func (everything) MarshalPython() (any, error)  { return nil, errors.New("not called") }
func (everything) MarshalText() ([]byte, error) { return nil, errors.New("not called") }
func (*mixed) MarshalPython() (any, error)      { return nil, errors.New("not called") }
func (mixed) MarshalText() ([]byte, error)      { return nil, errors.New("not called") }

// TestPlanForms holds which form a type has, by which of several methods, and whether the method is
// looked for on the pointer.
func TestPlanForms(t *testing.T) {
	for _, row := range []struct {
		of        any // a pointer to the type
		form      gotype.Form
		byPointer bool
	}{
		{new(int), gotype.Plain, false},
		{new(count), gotype.Plain, false},
		{new(string), gotype.Plain, false},
		{new(complex64), gotype.Plain, false},
		{new(chan int), gotype.Unsupported, false},
		{new(func()), gotype.Unsupported, false},
		{new(any), gotype.Interface, false},
		{new(error), gotype.Interface, false},
		{new(spoken), gotype.Interface, false},
		{new(json.Marshaler), gotype.Interface, false},
		{new([]byte), gotype.Bytes, false},
		{new([4]byte), gotype.Bytes, false},
		{new(letters), gotype.Bytes, false},
		{new([]int8), gotype.List, false},
		{new([3]string), gotype.List, false},
		{new(map[string]int), gotype.Map, false},
		{new(map[string]struct{}), gotype.Set, false},
		{new(map[string]struct{ X int }), gotype.Map, false},
		{new(map[string][0]int), gotype.Map, false},
		{new(struct{ X int }), gotype.Record, false},
		{new(*int), gotype.Pointer, false},
		{new(**int), gotype.Pointer, false},

		{new(marshals), gotype.Marshals, false},
		{new(*marshals), gotype.Marshals, false},
		{new(**marshals), gotype.Pointer, false},
		{new(pointerTo), gotype.Pointer, false}, // a named pointer has no methods
		{new(embeds), gotype.Marshals, false},
		{new(byPointer), gotype.Marshals, true},
		{new(*byPointer), gotype.Marshals, false},
		{new(texts), gotype.Text, false},
		{new(*texts), gotype.Text, false},
		{new(textBehind), gotype.Text, true},
		{new(*textBehind), gotype.Text, false},
		{new(url.URL), gotype.Record, false}, // it has MarshalBinary, which is not a text

		{new(fails), gotype.Error, false},
		{new(*fails), gotype.Error, false},
		{new(failsText), gotype.Error, false},
		{new(everything), gotype.Marshals, false},
		{new(mixed), gotype.Marshals, true},

		{new(time.Time), gotype.Standard, false}, // before its MarshalText
		{new(*time.Time), gotype.Standard, false},
		{new(**time.Time), gotype.Pointer, false},
		{new(moment), gotype.Record, false}, // without the methods of time.Time
		{new(time.Duration), gotype.Standard, false},
		{new(*time.Duration), gotype.Standard, false},
		{new(wait), gotype.Plain, false},
		{new(uuid.UUID), gotype.Standard, false}, // before an array of bytes
		{new(big.Int), gotype.Standard, false},
		{new(*big.Int), gotype.Whole, false},
		{new(big.Rat), gotype.Standard, false},
		{new(*big.Rat), gotype.Standard, false},
		{new(big.Float), gotype.Text, true},
		{new(netip.Addr), gotype.Standard, false},
		{new(netip.Prefix), gotype.Standard, false},
		{new(netip.AddrPort), gotype.Text, false},
	} {
		p := gotype.PlanOf(reflect.TypeOf(row.of).Elem())
		if p.Form != row.form || p.ByPointer != row.byPointer {
			t.Errorf("%s: form %d, by pointer %v; want %d, %v", p.Type, p.Form, p.ByPointer, row.form, row.byPointer)
		}
		if (p.Scalar != gotype.NoScalar) != (row.form == gotype.Plain) {
			t.Errorf("%s: scalar %d", p.Type, p.Scalar)
		}
		if again := gotype.PlanOf(p.Type); again != p {
			t.Errorf("%s: it has two plans", p.Type)
		}
	}
}

// TestPlanOfParts holds that a plan has the plans of its parts, of a type that holds itself, too.
func TestPlanOfParts(t *testing.T) {
	type node struct {
		Next *node
		Many map[string][]node
		Raw  byPointer
	}
	p := gotype.PlanOf(reflect.TypeFor[node]())
	if len(p.Fields) != 3 || p.Reason != "" {
		t.Fatalf("%+v", p)
	}
	next, many := p.Fields[0], p.Fields[1]
	if next.Form != gotype.Pointer || next.Elem != p {
		t.Errorf("Next: %+v", next)
	}
	if many.Key.Scalar != gotype.String || many.Elem.Form != gotype.List || many.Elem.Elem != p {
		t.Errorf("Many: %+v", many)
	}
	if list := gotype.PlanOf(reflect.TypeFor[[2]*int]()); list.Elem.Elem.Scalar != gotype.Int64 {
		t.Errorf("list of pointers: %+v", list.Elem)
	}
}

// TestPlanReasons holds which records cannot be converted.
func TestPlanReasons(t *testing.T) {
	for _, row := range []struct {
		of     any
		reason bool
	}{
		{struct{}{}, false},
		{struct{ X int }{}, false},
		{struct{ x int }{}, true},
		{struct {
			x int
			Y int
		}{}, false},
		{struct{ UserID, UserId int }{}, true}, //nolint:revive // The two names are one in Python.
		{struct{ _ int }{}, false},
	} {
		if p := gotype.PlanOf(reflect.TypeOf(row.of)); p.Form != gotype.Record || (p.Reason != "") != row.reason || row.reason && p.Fields != nil {
			t.Errorf("%T: form %d, %q, %d fields", row.of, p.Form, p.Reason, len(p.Fields))
		}
	}
}

// TestPlanOrder holds which keys have an order in Go, and what it is.
func TestPlanOrder(t *testing.T) {
	for _, row := range []struct {
		of   any
		want []any // the keys in their order; nil where Go has none
	}{
		{map[string]bool{"b": true, "a": true, "": true}, []any{"", "a", "b"}},
		{map[int]bool{3: true, -1: true, 2: true}, []any{-1, 2, 3}},
		{map[int8]bool{3: true, -128: true, 127: true}, []any{int8(-128), int8(3), int8(127)}},
		{map[int16]bool{256: true, -1: true, 255: true}, []any{int16(-1), int16(255), int16(256)}},
		{map[int32]bool{65_536: true, -1: true, 65_535: true}, []any{int32(-1), int32(65_535), int32(65_536)}},
		{map[uint8]bool{255: true, 0: true, 128: true}, []any{uint8(0), uint8(128), uint8(255)}},
		{map[uint16]bool{65_535: true, 0: true, 256: true}, []any{uint16(0), uint16(256), uint16(65_535)}},
		{map[uint32]bool{1 << 31: true, 0: true, 1<<32 - 1: true}, []any{uint32(0), uint32(1 << 31), uint32(1<<32 - 1)}},
		{map[uint64]bool{1 << 63: true, 0: true, 1<<63 - 1: true}, []any{uint64(0), uint64(1<<63 - 1), uint64(1 << 63)}},
		{map[count]struct{}{2: {}, 1: {}}, []any{count(1), count(2)}},
		{map[float64]bool{1: true}, nil},
		{map[bool]bool{true: true}, nil},
		{map[any]bool{1: true}, nil},
		{map[wait]bool{2: true, 1: true}, []any{wait(1), wait(2)}},
		{map[time.Duration]bool{1: true}, nil},
		{map[texts]bool{{}: true}, nil},
	} {
		p := gotype.PlanOf(reflect.TypeOf(row.of))
		if p.HasOrder() != (row.want != nil) {
			t.Errorf("%T: order %v", row.of, p.HasOrder())
			continue
		}
		entries := p.Entries(reflect.ValueOf(row.of))
		if len(entries) != reflect.ValueOf(row.of).Len() {
			t.Errorf("%T: %d entries", row.of, len(entries))
		}
		for i, want := range row.want {
			if got := p.Key.Interface(entries[i].Key); got != want {
				t.Errorf("%T: key %d is %v, want %v", row.of, i, got, want)
			}
		}
	}
}

// TestPlanPlaces holds that a value is found where an interface holds it, and that it is copied
// where a method of the pointer could change it, or where the interface is the value itself.
func TestPlanPlaces(t *testing.T) {
	number := 7
	for _, row := range []struct {
		value  any
		copied bool
	}{
		{7, false}, {"seven", false}, {[]int{7}, false}, {struct{ A, B, C int }{1, 2, 3}, false}, {[3]int{1, 2, 3}, false}, {[2]byte{1, 2}, false},
		{&number, true}, {map[string]int{"a": 1}, true}, {struct{ P *int }{&number}, true}, {[1]*int{&number}, true},
		{byPointer{7}, true}, {textBehind{7}, true}, {[2]byPointer{{1}, {2}}, true}, {[2]marshals{{1}, {2}}, false},
		{struct {
			A, B int
			C    byPointer
		}{C: byPointer{7}}, true},
		{struct {
			A, B int
			C    *byPointer
		}{}, false},
		{[]byPointer{{7}}, false},
	} {
		p := gotype.PlanOf(reflect.TypeOf(row.value))
		at, copied := p.Place(row.value)
		if copied != row.copied {
			t.Errorf("%T: copied %v", row.value, copied)
		}
		if got := at.Pointer(p.Type).Elem().Interface(); !reflect.DeepEqual(got, row.value) {
			t.Errorf("%T: %v stands there, want %v", row.value, got, row.value)
		}
	}
	if got := gotype.PlanOf(reflect.TypeFor[byPointer]()).Interface(placeOf(byPointer{7})); !reflect.DeepEqual(got, &byPointer{7}) {
		t.Errorf("the method of a pointer is called on a %T", got)
	}
}

func placeOf(v any) raw.Place {
	p := gotype.PlanOf(reflect.TypeOf(v))
	at, _ := p.Place(v)
	return at
}

// TestPlanItems holds how many items there are, and where.
func TestPlanItems(t *testing.T) {
	for _, row := range []struct {
		value any
		n     int
		size  uintptr
	}{{[]int16{5, 6, 7}, 3, 2}, {[3]int16{5, 6, 7}, 3, 2}, {[]int16{}, 0, 2}, {[]int16(nil), 0, 2}, {[0]int16{}, 0, 2}, {[]struct{}{{}, {}}, 2, 0}} {
		first, n, size := gotype.PlanOf(reflect.TypeOf(row.value)).Items(placeOf(row.value))
		if n != row.n || size != row.size {
			t.Errorf("%T: %d items of %d bytes", row.value, n, size)
		}
		for i := range n {
			if size > 0 {
				if got := *raw.In[int16](first.Add(uintptr(i) * size)); got != int16(5+i) {
					t.Errorf("%T: item %d is %d", row.value, i, got)
				}
			}
		}
	}
}

// TestSmall holds what is read of the ints of at most 32 bits, at their ends.
func TestSmall(t *testing.T) {
	for _, row := range []struct {
		value any
		want  int64
	}{
		{int8(-128), -128}, {int8(127), 127}, {uint8(255), 255}, {int16(-32_768), -32_768}, {uint16(65_535), 65_535},
		{int32(-1 << 31), -1 << 31}, {uint32(1<<32 - 1), 1<<32 - 1}, {int64(1), 0}, {"text", 0},
	} {
		p := gotype.PlanOf(reflect.TypeOf(row.value))
		if got := p.Scalar.Small(placeOf(row.value)); got != row.want {
			t.Errorf("%T: %d, want %d", row.value, got, row.want)
		}
	}
}
