//go:build libzmq

// Package zmq is the reference transport: libzmq by way of github.com/pebbe/zmq4. It is built with
// the tag libzmq, and no other package of the library uses libzmq or zmq4. It prefers simplicity to
// speed: programs use package zmtp.
//
// A Listener is a ROUTER socket, a Conn a DEALER, a Publisher an XPUB and a Subscriber a SUB. On
// the wire they are what peers with REQ, REP, PUB and SUB sockets expect. A Conn puts its tag in
// front of the empty delimiter, as a REQ socket with ZMQ_REQ_CORRELATE does; REP sends it back with
// the reply.
//
// # Work-arounds
//
// libzmq up to 4.3.5 ends the program, blocks its only thread, or keeps memory for ever in a few
// situations that any peer can bring about. This package avoids them:
//
//   - A bound socket is closed without an unbind before it, and a Conn lingers for 10 ms when it is
//     closed. Both keep a session from ending in the middle of a message, which aborts the program
//     ("Resource temporarily unavailable", session_base.cpp, clean_pipes; libzmq issue 3442).
//     See bound.Close and connLinger.
//   - A socket that asks for heartbeats has no limit of what waits to be received, and a socket
//     that is bound asks for none. A heartbeat that falls due while input is held back aborts the
//     program ("!_io_error" and "_input_stopped", stream_engine_base.cpp; libzmq issues 3937, 4364,
//     4767). See watchPeer.
//   - A monitor is told to stop before its socket is closed. An event that cannot be received
//     blocks the thread that does all input and output (libzmq issues 3575, 2083). See
//     monitor.close.
//   - A ROUTER hands an identity over to the peer that shows it last. It would keep the connection
//     and the messages of every other peer with the same identity, and serve none of them. See
//     Network.Listen.
//   - The handler of CURVE handshakes is there before the first such socket is bound, and until the
//     last is closed. Without it libzmq admits every client. See doorkeeper.
//   - A path is looked at before it is bound. libzmq removes whatever is there. See checkPath.
//
// Limits of [transport.Settings] are not kept to here, except MaxFrame and HighWater, and no CutOff
// is reported.
package zmq
