package tagged

import (
	"github.com/pizco-go/pizco/py"
)

// standard is a kind of object of Python's standard library, or of numpy, that has a form of its
// own.
type standard struct {
	tag string
	// write returns the content of the tag, or nil for an object that does not look as expected.
	write func(o *py.Object) any
	// read makes the object of the content again.
	read func(content any) (any, error)
}

// standardOf returns the kind of the objects of a class.
func standardOf(class py.Class) (standard, bool) {
	switch class.String() {
	case "datetime.date":
		return standard{tagDate, writeDate, readDate}, true
	case "datetime.time":
		return standard{tagTime, writeTime, anyZone((*Reader).time)}, true
	case "datetime.datetime":
		return standard{tagDateTime, writeDateTime, anyZone((*Reader).dateTime)}, true
	case "datetime.timedelta":
		return standard{tagTimeDelta, writeTimeDelta, readTimeDelta}, true
	case "datetime.timezone":
		return standard{tagTimeZone, writeTimeZone, readTimeZone}, true
	case "builtins.range":
		return standard{tagRange, writeRange, readRange}, true
	case "decimal.Decimal":
		return standard{tagDecimal, writeDecimal, readDecimal}, true
	case "fractions.Fraction":
		return standard{tagFraction, writeFraction, readFraction}, true
	case "uuid.UUID":
		return standard{tagUUID, writeUUID, readUUID}, true
	}
	return standard{}, false
}

// standardReader returns what reads the tag of a standard object, or nil.
func standardReader(name string) func(content any) (any, error) {
	switch name {
	case tagDate:
		return readDate
	case tagTimeDelta:
		return readTimeDelta
	case tagTimeZone:
		return readTimeZone
	case tagRange:
		return readRange
	case tagDecimal:
		return readDecimal
	case tagFraction:
		return readFraction
	case tagUUID:
		return readUUID
	case tagArray:
		return readArray
	}
	return nil
}

// anyZone reads a time that the target has sent, whose zone may be of any class.
func anyZone(read readContainer) func(content any) (any, error) {
	return func(content any) (any, error) { return read(NewReader(WithAnyClass()), content, nil) }
}

// maxStandardDepth is deeper than any of these objects is nested.
const maxStandardDepth = 16

// standardForm returns the form of its own that an object has, or nil. It is only used where
// reading it makes an object that some release of CPython writes just as this one was written: then
// the two are the same to Python.
func standardForm(o *py.Object) any {
	s, ok := standardOf(o.Class())
	if !ok {
		return nil
	}
	content := s.write(o)
	if content == nil {
		return nil
	}
	again, err := s.read(content)
	if err != nil {
		return nil
	}
	if made, ok := again.(*py.Object); !ok || !writtenAlike(o, made) {
		return nil
	}
	return tag(s.tag, content)
}

// writtenAlike reports whether made, written at some protocol by some release, is written as o was.
func writtenAlike(o, made *py.Object) bool {
	if same(o, made, maxStandardDepth) {
		return true
	}
	if made.Reducer == nil {
		return false
	}
	for _, minor := range []int{13, 10, 6} {
		for protocol := range 6 {
			if reduced := made.Reducer.Reduce(protocol, minor); reduced != nil && same(o, reduced, maxStandardDepth) {
				return true
			}
		}
	}
	return false
}
