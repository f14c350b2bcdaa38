package goagent

import (
	"reflect"
	"runtime"
)

// Close and Shutdown wait for goroutines that may be what calls them, by way of code of the user: a
// Go program cannot ask which goroutine it is in, but it can see which functions have called it.

// packagePath begins the names of this package's functions as the runtime has them.
var packagePath = reflect.TypeFor[Agent]().PkgPath() + "."

// callOf is inside of every call of a served object.
var callOf = packagePath + "(*Server).handled"

// waitedFor are the functions of the goroutines that an agent's Close waits for, and those that
// hold a lock which it takes.
var waitedFor = map[string]bool{
	packagePath + "(*receiver).run":               true,
	packagePath + "(*config).logCutOff":           true,
	packagePath + "(*Agent).receiveSubscriptions": true,
	packagePath + "(*remote).run":                 true,
	packagePath + "(*link).watch":                 true,
	packagePath + "(*notifications).receive":      true,
	packagePath + "(*servedSignals).connect":      true,
	packagePath + "(*servedSignals).disconnect":   true,
}

// insideCall reports whether the goroutine carries out a call of a served object.
func insideCall() bool {
	return innermost(func(function string) bool { return function == callOf }) != ""
}

// insideLoop reports whether the goroutine is one that Close would wait for. One that carries out a
// call is not: another one receives in its place when that takes long.
func insideLoop() bool {
	return waitedFor[innermost(func(function string) bool { return function == callOf || waitedFor[function] })]
}

// innermost returns the function that was called last of those that the goroutine is in and that
// are of interest, or "" when there is none.
func innermost(interesting func(function string) bool) string {
	pcs := make([]uintptr, 64)
	for skip := 2; ; skip += len(pcs) { // this function and its caller
		n := runtime.Callers(skip, pcs)
		if n == 0 {
			return ""
		}
		frames := runtime.CallersFrames(pcs[:n])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = frames.Next()
			if interesting(frame.Function) {
				return frame.Function
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
