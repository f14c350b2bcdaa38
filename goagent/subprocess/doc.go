// Package subprocess serves an object in a process of its own, as Server.serve_in_process of the
// original does.
//
// [Serve] starts the process, which is this program once more or an interpreter of Python, and
// returns a [Process]: the proxy to the object, and the means to end it. A program that serves
// classes of its own so calls [ServeChild] first in its main.
//
// In the words of this package, the parent is the process that calls Serve, and the child the one
// that it starts. The two talk through pipes until the child listens: endpoints, key and serializer
// never stand on a command line.
package subprocess
