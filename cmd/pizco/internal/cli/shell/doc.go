// Package shell is the interactive prompt of pizco shell. It has the statements (statement.go),
// their execution on a remote object (execute.go), the completion of names (complete.go), and the
// loop that reads lines from a terminal or a script (loop.go).
//
// The statements are a small part of Python's: attributes, calls, items and assignments of one
// remote object, with literals as arguments.
package shell
