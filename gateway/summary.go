package gateway

import (
	"context"
	"encoding/json"
	"math"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/py"
)

// summaryDocument is what people are shown of a value of any size.
type summaryDocument struct {
	// Type is the name of the value's class, and Bytes about what the value takes.
	Type  string `json:"type"`
	Bytes int64  `json:"bytes"`
	// Repr is the value as Python prints it. Whole is set when nothing of it is left out.
	Repr  string `json:"repr"`
	Whole bool   `json:"whole"`
	// Number is the value where it is one that can be plotted.
	Number *float64 `json:"number,omitempty"`
	// Array is there for arrays, and for long lists of numbers.
	Array *arrays.Summary `json:"array,omitempty"`
}

const (
	// summaryRepr is how much of a repr is shown, in bytes.
	summaryRepr = 2000
	// summaryBuckets is how many buckets the plot of an array has.
	summaryBuckets = 600
	// summaryList is how long a list of numbers is that is shown as an array is.
	summaryList = 32
)

// summarize returns the summary of a value.
func summarize(ctx context.Context, v any) (json.RawMessage, error) {
	d := summaryDocument{Type: py.TypeName(v), Bytes: sizeOfValue(v, math.MaxInt64)}
	a, isArray := arrays.Of(v)
	if !isArray && longList(v) {
		a, isArray = arrays.FromNumbers(v)
	}
	switch {
	case isArray && a.Scalar:
		d.Number = numberOf(a.DType.Element(a.Data))
	case isArray:
		var err error
		if d.Array, err = arrays.Summarize(a, summaryBuckets, ctx.Err); err != nil {
			return nil, err
		}
		d.Bytes = max(d.Bytes, int64(len(a.Data)))
	default:
		d.Number = numberOf(v)
	}
	d.Repr, d.Whole = py.ReprWhole(v, py.WithReprObjects(), py.WithReprLength(summaryRepr))
	return json.Marshal(d)
}

func longList(v any) bool {
	switch v := v.(type) {
	case *py.List:
		return v.Len() >= summaryList
	case py.Tuple:
		return len(v) >= summaryList
	}
	return false
}

// numberOf returns a number that can be plotted.
func numberOf(v any) *float64 {
	var f float64
	switch v := v.(type) {
	case int64:
		f = float64(v)
	case float64:
		f = v
	case *py.Object:
		if v.Class() != (py.Class{Module: "decimal", Name: "Decimal"}) || py.Assign(&f, v) != nil {
			return nil
		}
	default:
		return nil
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}
