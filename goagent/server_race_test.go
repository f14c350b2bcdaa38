package goagent_test

import (
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// TestAnswersShareNoMemory reads and changes values that the object holds and hands out themselves:
// answers must be written before the next call may change them. The race detector tells.
func TestAnswersShareNoMemory(t *testing.T) {
	dict := py.StrDict(py.Item{Key: "a", Value: py.NewList(int64(1))})
	buffer := make([]byte, 100)
	server, err := goagent.Serve(object.New("Keeper").
		Dict("dict", dict).
		Method("buffer", func() []byte { return buffer }).
		Method("fill", func(b byte) {
			for i := range buffer {
				buffer[i] = b
			}
		}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint())
	ctx := limit(t)
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			for i := range 50 {
				var b []byte
				if err := p.Call(ctx, &b, "buffer"); err != nil || b[0] != b[99] {
					t.Errorf("buffer() = %v, %v", b, err)
				}
				if err := p.Call(ctx, nil, "fill", i); err != nil {
					t.Error(err)
				}
				var d map[any]any
				if err := p.Get(ctx, &d, "dict"); err != nil {
					t.Error(err)
				}
				if err := p.SetItem(ctx, "dict", n*100+i%7, i); err != nil {
					t.Error(err)
				}
				if err := p.Exec(ctx, nil, "dict", "__delitem__", n*100+i%7); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}
