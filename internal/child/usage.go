package child

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Usage is what a process holds.
type Usage struct {
	// RSS is the resident memory and Heap the live heap after a collection, in bytes.
	RSS  int64 `json:"rss"`
	Heap int64 `json:"heap"`
	// Goroutines and Files are the numbers of goroutines and of open file descriptors.
	Goroutines int `json:"goroutines"`
	Files      int `json:"files"`
}

// Own returns what this process holds, after two collections.
func Own() (Usage, error) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return Usage{}, err
	}
	rss, err := RSS(os.Getpid())
	return Usage{RSS: rss, Heap: int64(m.HeapAlloc), Goroutines: runtime.NumGoroutine(), Files: len(files)}, err
}

// RSS returns the resident memory of a process in bytes.
func RSS(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kib int64
	if _, err := fmt.Sscan(after, &kib); err != nil {
		return 0, fmt.Errorf("no resident memory of process %d: %w", pid, err)
	}
	return kib << 10, nil
}
