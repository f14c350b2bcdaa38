// Package tap is a proxy on the wire: it stands between clients and a server, passes every message
// on, and shows each one to an observer. `pizco tap` prints them, tests look at them.
//
// A client connects to the tap as to the server itself. For it to work unchanged, the tap changes
// what names the server: the sender of replies and notifications becomes the tap's endpoint, and
// the answer to 'info' names the tap's two endpoints, so that notifications come by here too.
// Messages that are signed are signed again, for which the tap needs the key; without it signed
// messages pass as they are, and a client that checks the sender refuses them. Everything else of a
// message is passed on byte for byte, and the observer is shown what came in, before any change.
package tap
