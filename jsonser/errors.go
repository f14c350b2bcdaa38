package jsonser

import "fmt"

// MarshalError reports a value that cannot be written as JSON.
type MarshalError struct {
	// Path leads from the whole value, $, to the one that cannot be written: $["a"][0].
	Path string
	// Class is the class of the exception that json.dumps raises for it: "TypeError", "ValueError"
	// or "RecursionError".
	Class string
	// Reason says why, in the words of json.dumps in Python 3.7 and later where it has any.
	Reason string
	// Err is the error of the conversion from Go to Python, or nil.
	Err error
}

// Error returns path and reason.
func (e *MarshalError) Error() string { return "pizco/jsonser: " + e.Path + ": " + e.Reason }

// Unwrap returns the error of the conversion from Go to Python.
func (e *MarshalError) Unwrap() error { return e.Err }

// Kind is what is wrong with a document. Its text is the message of json.JSONDecodeError.
type Kind uint8

// The kinds of syntax errors.
const (
	// ExpectingValue: no value where one must be.
	ExpectingValue Kind = iota + 1
	// ExpectingName: no string where an object's name must be.
	ExpectingName
	// ExpectingColon: no colon after an object's name.
	ExpectingColon
	// ExpectingComma: neither a comma nor the end after an item.
	ExpectingComma
	// TrailingCommaArray: a comma before the end of an array.
	TrailingCommaArray
	// TrailingCommaObject: a comma before the end of an object.
	TrailingCommaObject
	// ExtraData: something after the value.
	ExtraData
	// UnterminatedString: a string that does not end.
	UnterminatedString
	// ControlCharacter: a character below U+0020 in a string.
	ControlCharacter
	// InvalidEscape: a backslash before a character that it has no meaning for.
	InvalidEscape
	// InvalidUnicodeEscape: no four hexadecimal digits after \u.
	InvalidUnicodeEscape
	// InvalidEncoding: bytes that are not of the encoding that the document begins in. Python
	// raises UnicodeDecodeError.
	InvalidEncoding
	// TooDeep: nesting beyond WithMaxDepth. Python raises RecursionError.
	TooDeep
	// TooManyDigits: an int beyond WithMaxIntDigits. Python raises ValueError.
	TooManyDigits
	// TooMuchMemory: the values take more memory than WithMaxMemory allows. Python raises MemoryError
	// when the machine has no more.
	TooMuchMemory
)

var kindTexts = [...]string{
	ExpectingValue:       "Expecting value",
	ExpectingName:        "Expecting property name enclosed in double quotes",
	ExpectingColon:       "Expecting ':' delimiter",
	ExpectingComma:       "Expecting ',' delimiter",
	TrailingCommaArray:   "Illegal trailing comma before end of array",
	TrailingCommaObject:  "Illegal trailing comma before end of object",
	ExtraData:            "Extra data",
	UnterminatedString:   "Unterminated string starting at",
	ControlCharacter:     "Invalid control character at",
	InvalidEscape:        `Invalid \escape`,
	InvalidUnicodeEscape: `Invalid \uXXXX escape`,
	InvalidEncoding:      "invalid encoding",
	TooDeep:              "maximum nesting exceeded",
	TooManyDigits:        "exceeds the limit for integer string conversion",
	TooMuchMemory:        "the values take more memory than WithMaxMemory allows",
}

// String returns the message without the place, in the words of Python 3.13.
func (k Kind) String() string {
	if int(k) < len(kindTexts) && kindTexts[k] != "" {
		return kindTexts[k]
	}
	return fmt.Sprintf("Kind(%d)", k)
}

// SyntaxError tells where a document is no JSON that json.loads reads.
type SyntaxError struct {
	// Kind is what is wrong.
	Kind Kind
	// Offset is the place in bytes from the beginning of the data, whatever its encoding.
	Offset int64
	// Char is the place in characters from the beginning of the document, as Python counts it.
	Char int
	// Line and Column are the place in lines and in characters within the line, both counted from
	// 1.
	Line, Column int
}

// Error returns kind and place in the form of Python's.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("pizco/jsonser: %v: line %d column %d (char %d)", e.Kind, e.Line, e.Column, e.Char)
}
