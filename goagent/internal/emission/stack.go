package emission

import "runtime"

// This file has the two questions that a Go program cannot answer by construction. Both are about a
// method of the user's that may have no context, such as "func() error", and that calls a function
// without one: Emit of a signal, Publish, or Shutdown.
//
//   - Is a notification part of the call? It leaves behind the call's reply then, and waits for at
//     most WithSignalHold. One of another goroutine waits for 20 ms only, since it may have nothing
//     to do with the call. Where calls run side by side, the question is also of which call it is
//     part. Emit has no context, as emit of the original has no parameter for one. With a rule that
//     holds up all of them, or none, either strangers wait or slots overtake replies.
//   - Would Shutdown wait for its own call? With the call's context the turn in it answers that. A
//     method without a context can only pass another one. Shutdown would wait until that ends,
//     often for ever, so that it fails instead. That it waits for all calls but one
//     is no way out: the one may be another client's call.
//
// What carries out a call has the user's goroutine below it on the stack, or its number. So both
// are looked up there, and only while a call is under way. Nothing else depends on it: a goroutine
// that a method starts counts as a stranger.

// OnStack reports whether the calling goroutine is inside of a function of that name.
func OnStack(function string) bool {
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
			if frame.Function == function {
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
