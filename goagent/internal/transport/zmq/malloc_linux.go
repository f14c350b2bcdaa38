//go:build libzmq

package zmq

//revive:disable:package-comments // What stands above the import of C is C.

/*
#include <malloc.h>

// Memory for messages from this size on is given back to the system when it is freed. glibc would
// raise the size by itself, up to 32 MiB, and keep what is freed below it.
static void giveBackLargeMessages(void) {
#if defined(__GLIBC__)
	mallopt(M_MMAP_THRESHOLD, 4 << 20);
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}
*/
import "C"

// giveBack has libzmq give the memory of large messages back to the system. It is for the whole
// program, and called before libzmq's first use.
func giveBack() { C.giveBackLargeMessages() }
