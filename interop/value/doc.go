// Package value is how the conformance suite writes Python's values down. Case files, the runner
// and peers in any language mean the same thing by them, to the last bit.
//
// A Value is a tree of tags. In JSON, null, true, false, strings, integers below 2^53 and arrays
// are themselves (None, bool, str, int and list). Everything else is an object with one member that
// begins with a dollar sign, such as
//
//	{"$float": "0.1"}   {"$tuple": [1, 2]}   {"$dict": [["name", 1]]}   {"$bytes": "AAE="}
//
// interop/PROTOCOL.md lists all tags. There is one way to write each value, so that peers can
// compare text.
//
// Case files use the same in YAML, with two liberties. A mapping without a dollar sign is a dict,
// and a number with a point or an exponent is a float.
package value
