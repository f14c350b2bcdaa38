// Package pyserver serves objects of Python classes with the original pizco, in a child process
// that it watches over.
package pyserver
