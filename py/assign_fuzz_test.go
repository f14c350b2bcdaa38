package py_test

import (
	"errors"
	"math/big"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// FuzzAssign stores what any pickle holds in targets of many types, and takes what they hold back
// to Python's side.
func FuzzAssign(f *testing.F) {
	for _, v := range []any{
		nil, true, 7, 0.5, 2i, "text", []byte("b"), []int{1}, map[string]any{"a": []any{1, "x"}}, map[int]struct{}{1: {}}, point{X: 1}, options{Inner: &options{}},
		time.Unix(0, 0), time.Hour, uuid.UUID{}, rat("1/3"), netip.MustParseAddr("::1"), big.NewInt(7),
	} {
		graph, err := py.FromGo(v)
		if err != nil {
			f.Fatal(err)
		}
		for protocol := range 5 {
			data, err := pickle.Marshal(graph, pickle.Protocol(protocol))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	for _, text := range []string{
		"cdatetime\ndatetime\n(C\x0a\x07\xe4\x01\x02\x03\x04\x05\x00\x00\x06tR.", "cdecimal\nDecimal\n(V1e400\ntR.", "cuuid\nUUID\n)\x81}X\x03\x00\x00\x00intK\x05sb.",
		"cbuiltins\nrange\n(K\x01K\x05K\x02tR.", "ccollections\nOrderedDict\n)R(K\x01K\x02u.", "cpathlib\nPurePosixPath\n(V/\nVa\ntR.", "cm\nColor\n(K\x01tR.", "]q\x00h\x00a.",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var graph any
		if pickle.Unmarshal(data, &graph, pickle.WithMaxElements(1<<12)) != nil {
			return
		}
		for _, target := range fuzzTargets() {
			dst := reflect.New(reflect.TypeOf(target))
			if err := py.Assign(dst.Interface(), graph); err != nil {
				var conversion *py.ConversionError
				if !errors.As(err, &conversion) || conversion.Path == "" || conversion.Error() == "" {
					t.Fatalf("to %T: %#v", target, err)
				}
				continue
			}
			if _, err := py.FromGo(dst.Interface()); err != nil {
				var conversion *py.ConversionError
				if !errors.As(err, &conversion) {
					t.Fatalf("from %T: %#v", target, err)
				}
			}
		}
	})
}

func fuzzTargets() []any {
	type everything struct {
		Name  string
		Args  []any
		Inner *options
		When  time.Time
		Took  time.Duration
		Table map[string][]float32
		Set   map[any]struct{}
	}
	return []any{
		false, 0, uint8(0), 0.0, float32(0), 0i, "", []byte(nil), [2]byte{}, []any(nil), []int(nil), [][]string(nil), [3]any{}, map[any]any(nil), map[string]int(nil), map[float64]any(nil),
		map[any]struct{}(nil), point{}, options{}, everything{}, big.Int{}, big.Rat{}, time.Time{}, time.Duration(0), time.Location{}, uuid.UUID{}, netip.Addr{}, netip.Prefix{}, py.Dict{}, py.List{},
		py.Tuple(nil), py.Object{}, shout(""),
	}
}
