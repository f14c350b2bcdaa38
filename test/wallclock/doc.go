// Package wallclock moves the wall clock of the process that imports it, as if somebody had set the
// machine's, and leaves alone that of all others.
//
// Go and libc read the clock in the vDSO, code that the kernel maps into each process. Before Go's
// runtime starts, and so before there is a second thread, this package puts jumps to functions of
// its own in place of that code. They ask the kernel, and add to the wall clock what Move was last
// told. The monotonic clock stays as it is. No privilege is needed.
package wallclock
