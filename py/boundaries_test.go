package py_test

import (
	_ "embed"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/py"
)

// boundaries is written by testdata/boundaries/make.py.
//
//go:embed testdata/boundaries/python-3.13.tsv
var boundaries string

// TestBoundaries reads literals and writes what they are, as Python does: at the ends of int64 and
// of float, at each width of a character, at each kind of escape.
func TestBoundaries(t *testing.T) {
	rows := 0
	for line := range strings.Lines(boundaries) {
		rows++
		text, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		value, err := py.ParseLiteral(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := py.Repr(value); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	if rows < 200 {
		t.Errorf("%d rows", rows)
	}
}

// TestIntWidths assigns the ints at the ends of each of Go's widths, and those beyond, which are
// refused and change nothing.
func TestIntWidths(t *testing.T) {
	for _, row := range []struct {
		zero         any
		least, great *big.Int
	}{
		{int8(0), big.NewInt(math.MinInt8), big.NewInt(math.MaxInt8)},
		{int16(0), big.NewInt(math.MinInt16), big.NewInt(math.MaxInt16)},
		{int32(0), big.NewInt(math.MinInt32), big.NewInt(math.MaxInt32)},
		{int64(0), big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)},
		{uint8(0), new(big.Int), big.NewInt(math.MaxUint8)},
		{uint16(0), new(big.Int), big.NewInt(math.MaxUint16)},
		{uint32(0), new(big.Int), big.NewInt(math.MaxUint32)},
		{uint64(0), new(big.Int), new(big.Int).SetUint64(math.MaxUint64)},
	} {
		one := big.NewInt(1)
		for _, in := range []*big.Int{row.least, new(big.Int).Add(row.least, one), new(big.Int).Sub(row.great, one), row.great} {
			target := reflect.New(reflect.TypeOf(row.zero))
			if err := py.Assign(target.Interface(), py.NewInt(in)); err != nil {
				t.Errorf("%s into %T: %v", in, row.zero, err)
			}
			if back, err := py.FromGo(target.Elem().Interface()); err != nil || py.Repr(back) != in.String() {
				t.Errorf("%s out of %T: %v, %v", in, row.zero, back, err)
			}
		}
		for _, out := range []*big.Int{new(big.Int).Sub(row.least, one), new(big.Int).Add(row.great, one), new(big.Int).Lsh(row.great, 64)} {
			target := reflect.New(reflect.TypeOf(row.zero))
			if err := py.Assign(target.Interface(), py.NewInt(out)); err == nil || !target.Elem().IsZero() {
				t.Errorf("%s into %T: %v, %v", out, row.zero, target.Elem(), err)
			}
		}
	}
}
