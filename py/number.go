package py

import (
	"math"
	"math/big"
)

// asInt returns v as an integer when it is a number with an integral value: as int64 where it fits,
// as a big.Int otherwise (then small is zero). A bool is 0 or 1, as in Python.
func asInt(v any) (small int64, large *big.Int, ok bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, nil, true
		}
		return 0, nil, true
	case int64:
		return v, nil, true
	case *big.Int:
		if v.IsInt64() {
			return v.Int64(), nil, true
		}
		return 0, v, true
	case float64:
		return floatAsInt(v)
	case complex128:
		if imag(v) == 0 {
			return floatAsInt(real(v))
		}
	}
	return 0, nil, false
}

func floatAsInt(f float64) (small int64, large *big.Int, ok bool) {
	if f != math.Trunc(f) || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, nil, false
	}
	if f >= -1<<63 && f < 1<<63 {
		return int64(f), nil, true
	}
	large, _ = big.NewFloat(f).Int(nil)
	return 0, large, true
}

// asComplex returns the value of a float or complex that is no integer.
func asComplex(v any) (complex128, bool) {
	switch v := v.(type) {
	case float64:
		return complex(v, 0), true
	case complex128:
		return v, true
	}
	return 0, false
}

func isNumber(v any) bool {
	switch v.(type) {
	case bool, int64, *big.Int, float64, complex128:
		return true
	}
	return false
}

// equalNumbers compares two numbers by value, exactly: no integer is rounded to a float.
func equalNumbers(a, b any) bool {
	as, al, aInt := asInt(a)
	bs, bl, bInt := asInt(b)
	if aInt != bInt {
		return false
	}
	if !aInt {
		ac, aok := asComplex(a)
		bc, bok := asComplex(b)
		return aok && bok && ac == bc
	}
	if al == nil || bl == nil {
		return al == nil && bl == nil && as == bs
	}
	return al.Cmp(bl) == 0
}
