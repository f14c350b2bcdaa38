package pickle_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/pizco-go/pizco/pickle"
)

// TestMisfitsHaveTheirPlace holds that the error for a value that does not fit names the opcode
// that made that very value, however deep it stands.
func TestMisfitsHaveTheirPlace(t *testing.T) {
	for _, row := range []struct {
		pickle string
		target reflect.Type
		path   string
		offset int64
		opcode pickle.Opcode
	}{
		{"\x80\x04\x8c\x01a.", reflect.TypeFor[int](), "$", 2, 0x8c},
		{"\x80\x04](K\x01\x8c\x01ae.", reflect.TypeFor[[]int](), "$[1]", 6, 0x8c},
		{"\x80\x04](K\x01e(K\x02\x8c\x01ae.", reflect.TypeFor[[]int](), "$[2]", 10, 0x8c},
		{"\x80\x04](](K\x01\x8c\x01ae](K\x01\x8c\x01bee.", reflect.TypeFor[[][]int](), "$[0][1]", 8, 0x8c},
		{"\x80\x04](](K\x01e](K\x01K\x03\x8c\x01bee.", reflect.TypeFor[[][]int](), "$[1][2]", 15, 0x8c},
		{"\x80\x04(K\x01K\x02\x85\x86.", reflect.TypeFor[[]int](), "$[1]", 7, 0x85},
		{"\x80\x04}(\x8c\x01xK\x05\x8c\x01yG?\xe0\x00\x00\x00\x00\x00\x00u.", reflect.TypeFor[map[string]int](), `$["y"]`, 12, 'G'},
		{"\x80\x04}(\x8c\x01aK\x01\x8c\x01bK\x02u.", reflect.TypeFor[map[int]int](), `$["a"]`, 4, 0x8c},
		{"\x80\x04}(\x8c\x01aG?\xe0\x00\x00\x00\x00\x00\x00\x8c\x01b](\x8c\x01xK\x07eu.", reflect.TypeFor[struct {
			A float64
			B []string
		}](), "$.b[1]", 24, 'K'},
		{"\x80\x04}(\x8c\x01bK\x01\x8c\x01b\x8c\x01zu.", reflect.TypeFor[map[string]int](), `$["b"]`, 12, 0x8c},
		{"ccollections\ndeque\n]K\x05\x86R(K\x01\x8c\x01xe.", reflect.TypeFor[[]int](), "$[1]", 27, 0x8c},
		{"cm\nC\n)\x81}(\x8c\x01aK\x01\x8c\x01b](\x8c\x01xK\x07eub.", reflect.TypeFor[struct {
			A float64
			B []string
		}](), "$.b[1]", 22, 'K'},
		{"\x80\x04\x8f(K\x01\x8c\x01x\x90.", reflect.TypeFor[[]int](), "$[1]", 6, 0x8c},
	} {
		err := pickle.Unmarshal([]byte(row.pickle), reflect.New(row.target).Interface())
		var unfit *pickle.UnmarshalError
		if !errors.As(err, &unfit) || unfit.Path != row.path || unfit.Offset != row.offset || unfit.Opcode != row.opcode {
			t.Errorf("%q into %v: %v, want %s at %d (%v)", row.pickle, row.target, err, row.path, row.offset, row.opcode)
		}
	}
}
