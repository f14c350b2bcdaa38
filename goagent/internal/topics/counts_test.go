package topics

import (
	"fmt"
	"runtime"
	"testing"
)

// TestCounts counts subscribers, and keeps nothing of many topics that have gone.
func TestCounts(t *testing.T) {
	var c Counts
	if _, ok := c.Add("a", false); ok {
		t.Error("none was taken away")
	}
	for want := 1; want <= 2; want++ {
		if n, ok := c.Add("a", true); n != want || !ok || c.Of("a").Count != want {
			t.Errorf("%d, %v, %d", n, ok, c.Of("a").Count)
		}
	}
	if n, ok := c.Add("a", false); n != 1 || !ok {
		t.Errorf("%d, %v", n, ok)
	}
	const many = 100_000
	names := make([]string, many)
	for i := range names {
		names[i] = fmt.Sprint("topic-", i)
	}
	before := liveHeap()
	for _, name := range names {
		c.Add(name, true)
	}
	for _, name := range names {
		c.Add(name, false)
	}
	if kept := liveHeap() - before; kept > 500_000 {
		t.Errorf("%d bytes are kept", kept)
	}
	if c.Of("a").Count != 1 || c.Of(names[0]).Since != 0 || len(c.counts) != 1 {
		t.Errorf("%v", c.counts)
	}
	runtime.KeepAlive(names)
}

func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
