package value

import (
	"fmt"
	"math/big"
	"strings"
)

// Tag names the type of a Value, without the dollar sign.
type Tag string

// The tags of Python's built-in types. Tags of library types are found in Shapes.
const (
	None      Tag = "none"
	Bool      Tag = "bool"
	Int       Tag = "int"
	Float     Tag = "float"
	Complex   Tag = "complex"
	Str       Tag = "str"
	Bytes     Tag = "bytes"
	ByteArray Tag = "bytearray"
	List      Tag = "list"
	Tuple     Tag = "tuple"
	Dict      Tag = "dict"
	Set       Tag = "set"
	FrozenSet Tag = "frozenset"
	Class     Tag = "class"
	Exception Tag = "exception"
)

// Shape tells what the member of a tag holds.
type Shape int

// The shapes.
const (
	// Text is a JSON string.
	Text Shape = iota
	// Items is an array of values.
	Items
	// Pairs is an array of arrays of two values.
	Pairs
)

// Shapes lists every tag with its shape.
var Shapes = map[Tag]Shape{
	None: Text, Bool: Text, Int: Text, Float: Text, Complex: Text, Str: Text, Bytes: Text, ByteArray: Text, Class: Text,
	List: Items, Tuple: Items, Set: Items, FrozenSet: Items, Dict: Pairs, Exception: Items,
	"singleton": Text, "datetime": Text, "date": Text, "time": Text, "timezone": Items, "timedelta": Items,
	"decimal": Text, "uuid": Text, "fraction": Text, "path": Items, "enum": Items, "range": Items, "slice": Items,
	"ordereddict": Pairs, "counter": Pairs, "deque": Items, "defaultdict": Items,
	"ndarray": Items, "npscalar": Items, "object": Items, "unknown": Text,
}

// Value is a Python value.
type Value struct {
	// Tag is the type.
	Tag Tag
	// Text is the value of a tag of shape Text. It is "true" or "false", the digits of an int, repr()
	// of a float, the base64 of bytes, or the characters of a str. The characters are in UTF-8, and
	// lone surrogates are their three bytes.
	Text string
	// Items are the values of a tag of shape Items.
	Items []Value
	// Pairs are the pairs of a tag of shape Pairs, in their order.
	Pairs [][2]Value
}

// Nil is None.
var Nil = Value{Tag: None}

// OfString returns the str of s.
func OfString(s string) Value { return Value{Tag: Str, Text: s} }

// OfInt returns the int n.
func OfInt(n int64) Value { return Value{Tag: Int, Text: fmt.Sprint(n)} }

// OfTuple returns the tuple of items.
func OfTuple(items ...Value) Value { return Value{Tag: Tuple, Items: items} }

// OfList returns the list of items.
func OfList(items ...Value) Value { return Value{Tag: List, Items: items} }

// OfDict returns the dict of pairs.
func OfDict(pairs ...[2]Value) Value { return Value{Tag: Dict, Pairs: pairs} }

// Lookup returns the value under a str key of a dict and whether there is one.
func (v Value) Lookup(key string) (Value, bool) {
	for _, p := range v.Pairs {
		if p[0].Tag == Str && p[0].Text == key {
			return p[1], true
		}
	}
	return Value{}, false
}

// Walk calls f for v and every value inside of it, parents first.
func (v Value) Walk(f func(Value)) {
	f(v)
	for _, item := range v.Items {
		item.Walk(f)
	}
	for _, p := range v.Pairs {
		p[0].Walk(f)
		p[1].Walk(f)
	}
}

// String returns the value in JSON.
func (v Value) String() string {
	text, err := v.MarshalJSON()
	if err != nil {
		return fmt.Sprintf("!%v", err)
	}
	return string(text)
}

// smallInt reports whether an int is written as a JSON number.
func smallInt(digits string) bool {
	n, ok := new(big.Int).SetString(digits, 10)
	return ok && n.IsInt64() && n.Int64() > -1<<53 && n.Int64() < 1<<53
}

// isPlainText reports whether a str can be a JSON string: it holds no lone surrogate.
func isPlainText(s string) bool { return strings.ToValidUTF8(s, "") == s }
