package py_test

import (
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// BenchmarkFromGo makes the graphs of Go values as interceptors, hooks and json ask for them.
func BenchmarkFromGo(b *testing.B) {
	type measured struct {
		ID    int
		Name  string
		Value float64
		On    bool
	}
	records := make([]measured, 2000)
	ints, texts := make([]int, 1000), map[string]int{}
	for i := range records {
		records[i] = measured{ID: i, Name: fmt.Sprintf("channel %d", i), Value: float64(i) / 7, On: i%2 == 0}
	}
	for i := range ints {
		ints[i] = i * 1000
		texts[fmt.Sprintf("key %d", i)] = i
	}
	for _, row := range []struct {
		name string
		v    any
	}{
		{"2000 records", records},
		{"a record", records[1000]},
		{"1000 ints", ints},
		{"map of 1000", texts},
		{"int", 7},
		{"clean graph", py.Tuple{"a", int64(1), py.NewList("x", "y")}},
		{"graph with Go values", py.Tuple{"a", 1, []string{"x", "y"}}},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := py.FromGo(row.v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
