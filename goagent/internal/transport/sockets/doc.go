// Package sockets says which transport the program has for tcp and ipc: package zmtp, or with the
// build tag libzmq the reference, package zmq over libzmq.
package sockets
