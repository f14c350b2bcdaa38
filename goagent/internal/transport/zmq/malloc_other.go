//go:build libzmq && !linux

package zmq

// giveBack does nothing where the system's allocator has no such setting.
func giveBack() {}
