package goagent_test

import (
	"bytes"
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

const (
	// largeValue is the size of the values of which nothing may be kept, and largeValues how many
	// there are.
	largeValue  = 4 << 20
	largeValues = 12
	// mostKept is how much memory may be kept in all.
	mostKept = largeValues * largeValue / 4
)

// TestNothingIsKeptOfLargeMessages has a server carry out so many quick calls that it has memory
// for many requests at once, and then calls with large answers and arguments, of which nothing must
// be left.
func TestNothingIsKeptOfLargeMessages(t *testing.T) {
	object := object.New("Store").
		Method("same", func(n int) int { return n }).
		Method("size", func(b []byte) int { return len(b) }).
		Method("large", func() []byte { return make([]byte, largeValue) })
	p := retainer(t, object)
	together(t, p)
	before := heapInUse()
	for range largeValues {
		var got []byte
		if err := p.Call(t.Context(), &got, "large"); err != nil || len(got) != largeValue {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
	}
	released(t, before, "answers")
	for range largeValues {
		if err := p.Call(t.Context(), nil, "size", make([]byte, largeValue)); err != nil {
			t.Fatal(err)
		}
	}
	released(t, before, "requests")
}

// TestInterceptorKeepsCalls keeps the calls of a server, which must not keep their answers as well.
func TestInterceptorKeepsCalls(t *testing.T) {
	object := object.New("Store").
		Method("same", func(n int) int { return n }).
		Method("large", func(n int) []byte { return bytes.Repeat([]byte{byte(n)}, largeValue) })
	var mu sync.Mutex
	var kept []*goagent.Call
	p := retainer(t, object, goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		mu.Lock()
		kept = append(kept, call)
		mu.Unlock()
		return next(ctx, call)
	}))
	before := heapInUse()
	for n := range largeValues {
		if err := p.Call(t.Context(), nil, "large", n); err != nil {
			t.Fatal(err)
		}
	}
	together(t, p)
	released(t, before, "answers")
	for n, call := range kept[len(kept)-togetherCalls-largeValues:][:largeValues] {
		if call.Name != "large" || call.Args[0] != int64(n) {
			t.Errorf("call %d became %s%v", n, call.Name, call.Args)
		}
	}
}

// retainer serves an object and returns a proxy of it.
func retainer(t *testing.T, object *object.Object, opts ...goagent.ServeOption) *goagent.Proxy {
	t.Helper()
	s, err := goagent.Serve(object, append(opts, goagent.WithEndpoint("tcp://127.0.0.1:0"))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	p, err := goagent.Dial(t.Context(), s.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

const (
	// atATime is how many calls together makes at a time, and togetherCalls how many in all.
	atATime       = 200
	togetherCalls = 20 * atATime
)

// together makes many quick calls at a time.
func together(t *testing.T, p *goagent.Proxy) {
	t.Helper()
	for range togetherCalls / atATime {
		var calls sync.WaitGroup
		for n := range atATime {
			calls.Go(func() {
				var got int
				if err := p.Call(t.Context(), &got, "same", n); err != nil || got != n {
					t.Errorf("same(%d) = %d, %v", n, got, err)
				}
			})
		}
		calls.Wait()
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// released waits until little more memory is in use than before.
func released(t *testing.T, before uint64, what string) {
	t.Helper()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-again.C {
		now := heapInUse()
		if now < before+mostKept {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d kB are kept of %d %s of %d kB", (now-before)>>10, largeValues, what, largeValue>>10)
		}
	}
}
