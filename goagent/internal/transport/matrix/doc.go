// Package matrix tests the transports against every series of pyzmq from 16 to 27, which bring
// libzmq from 4.1 to 4.3.5. It has nothing but tests, under the build tag zmtpmatrix: `make
// interop-zmtp` runs them.
//
// Each case uses a transport through its seam alone, on one side of a connection; a Python process
// with sockets of pyzmq (python_fixtures/zmtp_peer.py) is the other side. All cases are played
// without security and with CURVE.
//
// The transport over libzmq is the reference. Where it is known to do otherwise than it should, the
// case says what it does instead and why, and checks that.
package matrix
