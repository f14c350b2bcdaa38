// Package gateway exposes pizco servers to everything that speaks HTTP: attributes, items and
// methods as JSON, futures as resources to wait for, signals as server-sent events and over
// WebSocket, exceptions as problem details (RFC 9457), an OpenAPI 3.1 document, and a web page for
// people who would rather look. docs/gateway.md describes every route.
//
// A [Gateway] is an http.Handler made from a [Config]; [Gateway.Run] serves it as the command
// `pizco gateway` does. Each target has one goagent.Proxy, which all requests share; it is dialled
// when it is first needed and comes back by itself.
//
// Values are written as package tagged says, which loses nothing, or with ?mode=plain as simple
// JSON.
//
// Nothing is served to anybody by default: without a token only clients on the same machine are,
// under a name of the loopback interface.
package gateway
