// Package jsonser reads and writes JSON as Python's module json does.
//
// [Marshal] writes byte for byte what json.dumps(x).encode("utf-8") writes. Items are separated by
// ", " and ": ". All but printable ASCII is escaped. Floats have Python's repr, ints any size, and
// NaN and Infinity are written. None, bool, int and float keys become strings.
//
// [Unmarshal] reads what json.loads reads, from documents in UTF-8, UTF-16 or UTF-32, and keeps
// apart what Python keeps apart. 1 is an int and 1.0 a float; a lone surrogate stays one. Of equal
// keys the last value wins, in the place of the first.
//
// What json.dumps refuses is an error here too: sets, bytes, and objects other than the dicts of
// collections. The caller decides what to send instead.
package jsonser
