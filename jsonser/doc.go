// Package jsonser reads and writes JSON as Python's module json does.
//
// [Marshal] writes byte for byte what json.dumps(x).encode("utf-8") writes: ", " and ": " between
// items, all but printable ASCII escaped, floats with Python's repr, NaN and Infinity, ints of any
// size, and None, bool, int and float keys as strings. [Unmarshal] reads what json.loads reads,
// whose documents it takes in UTF-8, UTF-16 and UTF-32, and keeps apart what Python keeps apart: 1
// is an int and 1.0 a float, a lone surrogate stays one, of equal keys the last value wins in the
// place of the first.
//
// What json.dumps refuses is an error here too: sets, bytes, and objects other than the dicts of
// collections. The caller decides what to send instead.
package jsonser
