//go:build !race

package cli_test

// raceFlags build the tool as the tests are built: without the race detector.
var raceFlags []string
