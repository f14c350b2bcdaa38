package goagent

import (
	"reflect"
	"runtime"
)

// A notification that a call publishes waits for its reply, and Shutdown cannot wait for the call
// that it is called by. Neither has to be given the call's context, and a Go program cannot ask
// which goroutine it is in: it can see which functions have called it.

// handledName is the name of the function that is inside of every call of a served object.
var handledName = runtime.FuncForPC(reflect.ValueOf((*Server).handled).Pointer()).Name()

// insideCall reports whether the goroutine carries out a call of a served object.
func insideCall() bool {
	pcs := make([]uintptr, 64)
	for skip := 2; ; skip += len(pcs) { // this function and runtime.Callers
		n := runtime.Callers(skip, pcs)
		if n == 0 {
			return false
		}
		frames := runtime.CallersFrames(pcs[:n])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if frame.Function == handledName {
				return true
			}
		}
	}
}

// goroutineID returns the number that the runtime has for the calling goroutine. A Go program can
// read it from the first line of the goroutine's stack only: "goroutine 18 [running]:".
func goroutineID() uint64 {
	var buf [64]byte
	line := buf[:runtime.Stack(buf[:], false)]
	var id uint64
	for _, c := range line[min(len("goroutine "), len(line)):] {
		if c < '0' || c > '9' {
			break
		}
		id = id*10 + uint64(c-'0')
	}
	return id
}
