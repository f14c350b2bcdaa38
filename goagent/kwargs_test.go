package goagent_test

import (
	"slices"
	"testing"

	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// TestOrderedKwargs calls methods that take any keyword arguments: the order of the call is kept
// where it is asked for.
func TestOrderedKwargs(t *testing.T) {
	names := func(kwargs object.OrderedKwargs) []string {
		var names []string
		for name := range kwargs.Dict().All() {
			if name, ok := name.(string); ok {
				names = append(names, name)
			}
		}
		return names
	}
	s := serve(t, object.New("Ordered").
		Method("names", names).
		Method("after", func(first string, kwargs object.OrderedKwargs, _ ...any) []string {
			return append([]string{first}, names(kwargs)...)
		}, "first").
		Method("sum", func(kwargs object.Kwargs) int { return len(kwargs) }))
	p := dial(t, s.Endpoint())
	given := object.KwargsOf(py.StrDict(
		py.Item{Key: "zulu", Value: int64(1)}, py.Item{Key: "alpha", Value: int64(2)}, py.Item{Key: "mike", Value: int64(3)}))
	var got []string
	if err := p.Call(limit(t), &got, "names", given); err != nil || !slices.Equal(got, []string{"zulu", "alpha", "mike"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if err := p.Call(limit(t), &got, "names"); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v without any", got, err)
	}
	if err := p.Call(limit(t), &got, "after", "me", 5, given); err != nil || !slices.Equal(got, []string{"me", "zulu", "alpha", "mike"}) {
		t.Errorf("got %v, %v", got, err)
	}
	var n int
	if err := p.Call(limit(t), &n, "sum", given); err != nil || n != 3 {
		t.Errorf("got %d, %v", n, err)
	}
}
