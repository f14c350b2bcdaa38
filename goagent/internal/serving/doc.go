// Package serving receives the requests to an agent and sends the answers.
//
// A [Request] is made once, when it has been parsed, and never changes. Its [Responder] answers it
// at most once: with a result, an exception, a rejection, or not at all. A [Host] has what all
// endpoints of an agent share. It answers what every agent answers, and hands on what is for a
// server.
//
// # Which goroutine may touch a Responder
//
// One at a time. At first it is the goroutine that receives. An answer that it gives leaves when it
// has come back, together with the answers to other requests. [Responder.Background] and
// [Responder.PassOn] leave the Responder to another goroutine, for good, whose answer leaves at
// once.
package serving
