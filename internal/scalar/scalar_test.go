package scalar_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/pizco-go/pizco/internal/scalar"
)

type (
	named     int8
	text      string
	namedByte byte
)

func huge(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 0)
	if !ok {
		panic(s)
	}
	return n
}

// set stores v, a scalar of package py, through the function for its type.
func set(dst reflect.Value, v any) error {
	switch v := v.(type) {
	case nil:
		return scalar.SetNone(dst)
	case bool:
		return scalar.SetBool(scalar.Indirect(dst), v)
	case int64:
		return scalar.SetInt(scalar.Indirect(dst), v)
	case *big.Int:
		return scalar.SetBigInt(scalar.Indirect(dst), v)
	case float64:
		return scalar.SetFloat(scalar.Indirect(dst), v)
	case complex128:
		return scalar.SetComplex(scalar.Indirect(dst), v)
	case string:
		return scalar.SetStr(scalar.Indirect(dst), v)
	case []byte:
		return scalar.SetBytes(scalar.Indirect(dst), v)
	}
	panic(fmt.Sprintf("%T", v))
}

func TestFits(t *testing.T) {
	two64 := huge("0x10000000000000000")
	rows := []struct {
		from any
		to   []any // each is what a zero value of its type becomes
	}{
		{nil, []any{(*int)(nil), []int(nil), map[string]int(nil), (*error)(nil)}},
		{true, []any{true, new(true)}},
		{int64(-128), []any{-128, int8(-128), named(-128), int64(-128), -128.0, float32(-128), complex64(-128), *big.NewInt(-128), big.NewInt(-128), *big.NewRat(-128, 1)}},
		{int64(255), []any{uint8(255), uint(255), uintptr(255), int16(255)}},
		{int64(1 << 53), []any{float64(1 << 53), float32(1 << 53)}},
		{huge("0xffffffffffffffff"), []any{uint64(math.MaxUint64), huge("0xffffffffffffffff")}},
		{two64, []any{two64, 18446744073709551616.0, float32(18446744073709551616.0)}},
		{big.NewInt(3), []any{3, uint8(3)}},
		{1.5, []any{1.5, float32(1.5), complex(1.5, 0)}},
		{0.1, []any{0.1, float32(0.1)}},
		{math.Inf(-1), []any{math.Inf(-1), float32(math.Inf(-1))}},
		{1 + 2i, []any{1 + 2i, complex64(1 + 2i)}},
		{"-1.5e3", []any{"-1.5e3", big.NewRat(-1500, 1), *big.NewRat(-1500, 1)}},
		{"22/7", []any{big.NewRat(22, 7)}},
		{"10.0.0.1", []any{"10.0.0.1", text("10.0.0.1"), netip.MustParseAddr("10.0.0.1")}},
		{[]byte("ab"), []any{[]byte("ab"), [2]byte{'a', 'b'}, []namedByte("ab"), [2]namedByte{'a', 'b'}}},
	}
	for _, row := range rows {
		for _, want := range row.to {
			dst := reflect.New(reflect.TypeOf(want)).Elem()
			if err := set(dst, row.from); err != nil || !reflect.DeepEqual(dst.Interface(), want) {
				t.Errorf("%v (%T) to %T: %v, %v", row.from, row.from, want, dst, err)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	rows := []struct {
		from any
		to   []any
	}{
		{nil, []any{0, "", false, [1]int{}, struct{}{}}},
		{true, []any{0, "", 0.0, []bool{}}},
		{int64(128), []any{int8(0), "", false, time.Duration(0), []int{}, struct{}{}}},
		{int64(-1), []any{uint(0), uint8(0), uint64(0)}},
		{int64(1<<53 + 1), []any{0.0, float32(0), 0i}},
		{int64(1<<24 + 1), []any{float32(0), complex64(0)}},
		{huge("0x10000000000000000"), []any{0, uint64(0), "", false}},
		{huge("-0x8000000000000001"), []any{int64(0), uint64(0), 0.0}},
		{new(big.Int).Lsh(big.NewInt(1), 2000), []any{0.0, 0}},
		{1.0, []any{0, uint8(0), "", big.Int{}}},
		{1e300, []any{float32(0), complex64(0)}},
		{1i, []any{0.0, 0}},
		{"abc", []any{0, false, []byte{}, netip.Addr{}, big.Rat{}}},
		{"1e5000", []any{big.Rat{}}},
		{"1e-5000", []any{big.Rat{}}},
		{"1e", []any{big.Rat{}}},
		{[]byte("abc"), []any{"", [2]byte{}, [4]byte{}, []int{}}},
	}
	for _, row := range rows {
		for _, target := range row.to {
			dst := reflect.New(reflect.TypeOf(target)).Elem()
			var refusal *scalar.Refusal
			if err := set(dst, row.from); !errors.As(err, &refusal) || refusal.Error() == "" {
				t.Errorf("%v (%T) to %T: %v, %v", row.from, row.from, target, dst, err)
			}
			if !dst.IsZero() {
				t.Errorf("%v (%T) to %T is refused but leaves %v", row.from, row.from, target, dst)
			}
		}
	}
}

func TestInterfaces(t *testing.T) {
	var anything any
	var stringer fmt.Stringer
	for _, v := range []any{true, int64(1), big.NewInt(2), 1.5, 2i, "s", []byte("b")} {
		if err := set(reflect.ValueOf(&anything).Elem(), v); err != nil || !reflect.DeepEqual(anything, v) {
			t.Errorf("%v in any: %v, %v", v, anything, err)
		}
		_, fits := v.(fmt.Stringer)
		if err := set(reflect.ValueOf(&stringer).Elem(), v); (err == nil) != fits {
			t.Errorf("%v in fmt.Stringer: %v", v, err)
		}
	}
}

func TestBigIntIsCopied(t *testing.T) {
	src, dst := huge("0x10000000000000000"), big.Int{}
	if err := scalar.SetBigInt(reflect.ValueOf(&dst).Elem(), src); err != nil {
		t.Fatal(err)
	}
	src.SetInt64(0)
	if dst.Sign() == 0 {
		t.Fatal("the target shares memory with the source")
	}
}
