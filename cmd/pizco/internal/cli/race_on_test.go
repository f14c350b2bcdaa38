//go:build race

package cli_test

// raceFlags build the tool as the tests are built: with the race detector, which needs a C
// compiler.
var raceFlags = []string{"-race"}
