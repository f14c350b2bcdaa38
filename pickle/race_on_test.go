//go:build race

package pickle_test

// raceDetector tells that the race detector is on, with which slices.Grow takes its memory twice.
const raceDetector = true
