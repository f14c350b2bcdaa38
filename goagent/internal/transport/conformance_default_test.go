//go:build !libzmq

package transport_test

// reference is empty: the transport over libzmq comes with the build tag.
var reference []kind
