package goagent_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

// arrayKeeper keeps the arrays that it is given.
type arrayKeeper struct{ kept []*py.Array[float64] }

func (k *arrayKeeper) Keep(a *py.Array[float64]) int {
	k.kept = append(k.kept, a)
	return len(k.kept)
}

func (k *arrayKeeper) KeepBoth(a, b *py.Array[float64]) { k.kept = append(k.kept, a, b) }

func (k *arrayKeeper) Back(i int) *py.Array[float64] { return k.kept[i] }

func (k *arrayKeeper) Drop() { k.kept = nil }

func numbered(t *testing.T, n int, first float64) *py.Array[float64] {
	t.Helper()
	data := make([]float64, n)
	for i := range data {
		data[i] = first + float64(i)
	}
	a, err := py.NewArray(data)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestArraysAreTheirOwn holds that arrays share memory with nothing, whatever comes later and
// whoever changes them.
func TestArraysAreTheirOwn(t *testing.T) {
	served := &arrayKeeper{}
	server, err := goagent.Serve(served, goagent.WithEndpoint("tcp://127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := dial(t, server.Endpoint())
	const n = 50_000
	for i := range 6 {
		sent := numbered(t, n, float64(i*n))
		if err := p.Call(limit(t), nil, "keep", sent); err != nil {
			t.Fatal(err)
		}
		sent.Data[0] = -1
	}
	both := numbered(t, n, 1)
	if err := p.Call(limit(t), nil, "keep_both", both, both); err != nil {
		t.Fatal(err)
	}
	served.kept[6].Data[1] = -1
	if !slices.Equal(served.kept[7].Data, both.Data) {
		t.Error("two arguments share memory")
	}
	for i := range 6 {
		var first, second py.Array[float64]
		for _, a := range []*py.Array[float64]{&first, &second} {
			if err := p.Call(limit(t), a, "back", i); err != nil {
				t.Fatal(err)
			}
			if want := numbered(t, n, float64(i*n)); !slices.Equal(a.Data, want.Data) {
				t.Fatalf("array %d has other elements", i)
			}
			first.Data[2] = -1
		}
		first.Data[2] = second.Data[2]
	}
}

// TestArrayMemory counts the memory for an array that is sent and one that is received: what is
// written of it, and the frame that has come, which becomes the array. The reference transport has
// the memory of libzmq's message to copy the frame from, and so the array is a copy of its own.
func TestArrayMemory(t *testing.T) {
	want := 2.0
	if goagent.Transport == "libzmq" {
		want = 3
	}
	served := &arrayKeeper{}
	server, err := goagent.Serve(served, goagent.WithEndpoint("tcp://127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	p := dial(t, server.Endpoint())
	const n, calls = 1 << 20, 4
	sent := numbered(t, n, 0)
	measure := func(what string, call func() error) {
		if err := call(); err != nil { // in the first call each side shows what it can read
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range calls {
			if err := call(); err != nil {
				t.Fatal(err)
			}
		}
		runtime.ReadMemStats(&after)
		if taken := float64(after.TotalAlloc-before.TotalAlloc) / calls / (8 * n); taken > want+0.3 {
			t.Errorf("%s takes the memory of %.2f arrays, want %.0f", what, taken, want)
		}
	}
	measure("an argument", func() error { return p.Call(limit(t), nil, "keep", sent) })
	measure("a result", func() error {
		var got py.Array[float64]
		return p.Call(limit(t), &got, "back", 0)
	})
}
