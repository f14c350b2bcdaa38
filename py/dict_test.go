package py_test

import (
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// TestDictClear uses a dict again that has been small, and one that has had an index.
func TestDictClear(t *testing.T) {
	for _, size := range []int{0, 3, 1000} {
		d := &py.Dict{}
		for round := range 3 {
			for n := range size {
				if err := d.Set(fmt.Sprint(n), round); err != nil {
					t.Fatal(err)
				}
			}
			if v, ok := d.Get("2"); d.Len() != size || ok != (size > 2) || ok && v != round {
				t.Errorf("%d pairs in round %d: %d, %v", size, round, d.Len(), v)
			}
			d.Clear()
			if _, ok := d.Get("2"); ok || d.Len() != 0 || len(d.Pairs()) != 0 {
				t.Errorf("%d pairs are left", d.Len())
			}
		}
	}
}
