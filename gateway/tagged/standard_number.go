package tagged

import (
	"fmt"
	"math/big"
	"regexp"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/py"
)

// errWant reports what the content of a tag must be.
func errWant(what string) error { return fmt.Errorf("want %s", what) }

func writeDecimal(o *py.Object) any {
	if len(o.Args) != 1 {
		return nil
	}
	return textOrNil(o.Args[0])
}

func textOrNil(v any) any {
	if text, ok := v.(string); ok {
		return text
	}
	return nil
}

func readDecimal(content any) (any, error) {
	text, ok := content.(string)
	if !ok {
		return nil, errWant("a decimal number in a string")
	}
	return py.NewDecimal(text)
}

func writeFraction(o *py.Object) any {
	var r big.Rat
	if py.Assign(&r, o) != nil {
		return nil
	}
	return r.String()
}

var fractionPattern = regexp.MustCompile(`^-?\d+(/\d+)?$`)

func readFraction(content any) (any, error) {
	text, ok := content.(string)
	if !ok || len(text) > maxIntDigits || !fractionPattern.MatchString(text) {
		return nil, errWant(`a fraction such as "-22/7"`)
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, errWant(`a fraction such as "-22/7" whose denominator is not 0`)
	}
	return py.NewFraction(r), nil
}

func writeUUID(o *py.Object) any {
	var id uuid.UUID
	if py.Assign(&id, o) != nil {
		return nil
	}
	return id.String()
}

func readUUID(content any) (any, error) {
	text, _ := content.(string)
	id, err := uuid.Parse(text)
	if err != nil || len(text) != len(id.String()) {
		return nil, errWant("a UUID such as 12345678-1234-5678-1234-567812345678")
	}
	return py.NewUUID(id), nil
}

// writeRange writes a range by its three ints.
func writeRange(o *py.Object) any {
	if len(o.Args) != 3 {
		return nil
	}
	parts := py.NewList()
	for _, arg := range o.Args {
		switch n := arg.(type) {
		case int64:
			if !isPlainScalar(n) {
				return nil
			}
			parts.Append(n)
		default:
			return nil
		}
	}
	return parts
}

func readRange(content any) (any, error) {
	var parts [3]int64
	list, ok := content.(*py.List)
	if !ok || py.Assign(&parts, list) != nil || parts[2] == 0 {
		return nil, errWant("an array of three ints: start, stop and a step that is not 0")
	}
	return py.NewRange(parts[0], parts[1], parts[2]), nil
}
