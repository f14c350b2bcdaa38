package pickle_test

import (
	"bytes"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestSharedBytes checks that bytes share the input's memory just when they are most of it.
func TestSharedBytes(t *testing.T) {
	small, large := bytes.Repeat([]byte("s"), 5_000), bytes.Repeat([]byte("l"), 200_000)
	for _, tt := range []struct {
		name   string
		value  any
		shared bool
	}{
		{"plain bytes", large, true},
		{"bytes in an object", &py.Object{Callable: py.Class{Module: "m", Name: "f"}, Args: py.Tuple{large}}, true},
		{"small bytes beside", py.Tuple{small, large}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			data, err := pickle.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := pickle.Unmarshal(data, &value, pickle.WithSharedBytes()); err != nil {
				t.Fatal(err)
			}
			got := first(value)
			before := got[0]
			for i := range data {
				data[i] ^= 1
			}
			if changed := got[0] != before; changed != tt.shared {
				t.Errorf("shares the input's memory: %v", changed)
			}
		})
	}
}

// first returns the first bytes object of a value.
func first(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case py.Tuple:
		return first(v[0])
	case *py.Object:
		return first(v.Args[0])
	}
	return nil
}
