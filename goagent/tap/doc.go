// Package tap is a proxy on the wire. It stands between clients and a server, passes every message
// on, and shows each one to an observer. `pizco tap` prints them, and tests look at them.
//
// A client connects to the tap as to the server itself. For that the tap changes what names the
// server. The sender of replies and notifications becomes the tap's endpoint. The answer to 'info'
// names the tap's two endpoints, so that notifications pass through it too. Signed messages are
// signed again, for which the tap needs the key. Without the key they pass as they are, and a
// client that checks the sender refuses them.
//
// Everything else of a message is passed on byte for byte. The observer gets what came in, before
// any change.
package tap
