// Package cli is the command-line tool pizco: one file for each command, and what they share.
//
// [Main] builds the tree of commands (root.go), reads the settings from flags, the environment and
// a file (settings.go), runs the command, prints values in the chosen form (output.go) and turns
// the error that it ends with into a message and an exit code (exit.go).
//
// The examples that each command's help shows are console sessions; the tests run every one of them
// as it stands.
package cli
