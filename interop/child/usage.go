package child

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// Usage is what a process holds.
type Usage struct {
	// RSS is the resident memory and Heap the live heap after a collection, in bytes.
	RSS  int64 `json:"rss"`
	Heap int64 `json:"heap"`
	// Goroutines and Files are the numbers of goroutines and of open file descriptors.
	Goroutines int `json:"goroutines"`
	Files      int `json:"files"`
	// Processor is the processor time that the process has taken so far.
	Processor time.Duration `json:"processor"`
}

// Own returns what this process holds, after two collections.
func Own() (Usage, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return Usage{}, err
	}
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return Usage{}, err
	}
	rss, err := RSS(os.Getpid())
	return Usage{RSS: rss, Heap: int64(m.HeapAlloc), Goroutines: runtime.NumGoroutine(), Files: len(files),
		Processor: time.Duration(used.Utime.Nano() + used.Stime.Nano())}, err
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
