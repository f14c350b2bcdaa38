// Package curvezmq is the CURVE mechanism of ZMTP, as RFC 26 (CurveZMQ) and RFC 25 (ZMTP-CURVE)
// define it. It holds no socket: each step takes the body of the received command and returns the
// body of its answer.
//
// A handshake has four commands. Only the right peer can read each:
//
//	client                     server
//	Client.Hello    HELLO   -> Server.Hello
//	Client.Welcome  <- WELCOME
//	                INITIATE-> Server.Initiate, which returns the client's public key
//	Client.Ready    <- READY   Server.Ready, or an ERROR made by Refusal
//
// It ends with a [Session] on either side. That seals and opens the messages of the connection.
//
// The names follow RFC 26: S and C are the permanent public keys of server and client, S' and C'
// the keys made for one connection. Box[X](A->B) is X, sealed with the secret key of A for the
// public key of B.
//
// All cryptography comes from golang.org/x/crypto/nacl. Secret keys are held behind pointers and
// cleared when the handshake no longer needs them.
package curvezmq
