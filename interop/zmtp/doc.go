// Package zmtp speaks ZeroMQ's wire protocol, ZMTP 3.0 with the NULL mechanism, as far as the
// conformance suite needs it. It reads what passes between two peers, and it can be a peer that
// misbehaves as no library allows. It shares no code with what it tests.
//
// A peer of ZMTP 3.1 falls back to 3.0 when it meets this one. Of frames between two peers of 3.1,
// this package understands the commands that stand for subscriptions.
package zmtp
