// Package psmessage writes and reads the contents of messages: the PSMessage, in which a proxy asks
// a server for a call and gets its answer. Questions about what a peer can do are others.
//
// It mirrors pizco.PSMessage, Server.on_request and ProxyAgent.request_server. A content is a value
// of package py. Nothing here knows of frames, keys or connections.
package psmessage
