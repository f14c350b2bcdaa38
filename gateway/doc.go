// Package gateway exposes pizco servers to everything that speaks HTTP. Attributes, items and
// methods are JSON, and futures are resources to wait for. Signals are server-sent events, or
// messages over WebSocket. Exceptions are problem details (RFC 9457). There is an OpenAPI 3.1
// document, and a web page for people. docs/gateway.md describes every route.
//
// A [Gateway] is an http.Handler made from a [Config]; [Gateway.Run] serves it as the command
// `pizco gateway` does. Each target has one goagent.Proxy, which all requests share. It is dialled
// when it is first needed, and comes back by itself.
//
// Values are written as package tagged says, which loses nothing, or with ?mode=plain as simple
// JSON.
//
// By default only clients on the same machine are served, under a name of the loopback interface;
// all others need a token.
package gateway
