// Package zmtp is the transport in pure Go: ZeroMQ's wire protocol, ZMTP 3.1, over tcp and ipc.
//
// The files read like the specifications at https://rfc.zeromq.org that they mirror:
//
//   - greeting.go, frame.go, command.go, metadata.go: RFC 37 (ZMTP 3.1, after RFC 23)
//   - mechanism.go: what RFC 23 calls a security mechanism; null.go is the one without security
//   - reader.go, chunk.go: frames and messages as they arrive, within limits
//   - outbox.go, packet.go: messages on their way out, within limits
//   - session.go: one connection between two sockets, from its greeting to its end
//   - listener.go, conn.go: a ROUTER and a DEALER socket (RFC 28, request-reply)
//   - publisher.go, subscriber.go: an XPUB and a SUB socket (RFC 29, publish-subscribe)
//
// Where libzmq differs from the specifications, the package does what libzmq does, since peers in
// the field are libzmq. Peers of ZMTP 2.0 and older (libzmq 3.2 and older) are refused.
package zmtp
