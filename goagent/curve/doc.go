// Package curve has the keys of CURVE, ZeroMQ's encryption: key pairs, public keys, and the forms
// in which they are stored.
//
// A server has a [KeyPair] whose public key its clients know; a client may have one of its own, by
// which the server knows it. The text form of a key is Z85, 40 characters, as in libzmq, pyzmq and
// czmq; the files are their certificates. Secret keys are never printed: see [KeyPair].
package curve
