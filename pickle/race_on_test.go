//go:build race

package pickle_test

// raceDetector is set when the race detector is on. Then slices.Grow allocates twice.
const raceDetector = true

// shrunk is by how much less the costliest tests have to do: the detector slows them tenfold, and
// has nothing to find in one goroutine. `make test` runs them without it as well, in full.
const shrunk = 10
