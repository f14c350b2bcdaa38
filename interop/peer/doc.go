// Package peer drives the programs that the conformance suite tests: it starts them, sends requests
// to their standard input and matches the answers, which may come in any order. interop/PROTOCOL.md
// describes what is said.
package peer
