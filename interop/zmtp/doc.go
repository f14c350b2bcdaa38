// Package zmtp speaks ZeroMQ's wire protocol, ZMTP 3.0 with the NULL mechanism, in as much of it as
// the conformance suite needs: to read what passes between two peers, and to be a peer that no
// library would let misbehave. It shares no code with what it tests.
//
// A peer of ZMTP 3.1 falls back to 3.0 when it meets this one; of frames between two peers of 3.1,
// this package understands the commands that stand for subscriptions.
package zmtp
