// Package psmessage writes and reads the contents of messages. The PSMessage is the content in
// which a proxy asks a server for a call and gets its answer. Others ask an agent to stop, where it
// is, and what it can do beyond the original.
//
// It mirrors pizco.PSMessage, Server.on_request and ProxyAgent.request_server. A content is a value
// of package py. Nothing here knows of frames, keys or connections.
package psmessage
