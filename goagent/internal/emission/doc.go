// Package emission decides when notifications leave. They leave behind the reply of the call in
// which they were published, as the original's do.
//
// [Queue] is for a server, which knows its calls. [Relay] is for a forwarder, which knows only what
// is on its way. Both send everything in the order in which it came, and hold nothing up for long.
package emission
