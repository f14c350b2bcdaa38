//go:build race

package pickle_test

// raceDetector tells that the race detector is on, with which slices.Grow takes its memory twice.
const raceDetector = true

// shrunk is by how much less the costliest tests have to do: the detector slows them tenfold, and
// has nothing to find in one goroutine. `make test` runs them without it as well, in full.
const shrunk = 10
