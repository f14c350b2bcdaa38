// Package cli is the command-line tool pizco: one file for each command, and what they share.
//
// [Main] builds the tree of commands (root.go), and reads the settings from flags, the environment
// and a file (settings.go). It runs the command and prints values in the chosen form (output.go).
// An error becomes a message and an exit code (exit.go).
//
// The examples in each command's help are console sessions; the tests run every one of them as it
// stands.
package cli
