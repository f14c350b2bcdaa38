// Package pickle reads and writes Python pickles of protocols 0 to 5 as CPython's own C pickler does.
package pickle
