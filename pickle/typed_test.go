package pickle_test

import (
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

type (
	text  string
	plain struct {
		A int
		B []string `pickle:"b"`
		C any
		D *plain
	}
	embedded struct {
		*Inner
		K int
	}
	// Inner is exported so that reflection may set the pointer to it.
	Inner struct{ A int }
	pairs struct {
		_    struct{} `pickle:",tuple"`
		X, Y int
	}
	own struct{ from any }
)

func (o *own) UnmarshalPython(v any) error {
	o.from = v
	return nil
}

// targets are the types that every pickle is tried on.
var targets = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint8](), reflect.TypeFor[int16](),
	reflect.TypeFor[uint16](), reflect.TypeFor[int32](), reflect.TypeFor[uint32](), reflect.TypeFor[int64](), reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](),
	reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[complex64](), reflect.TypeFor[complex128](),
	reflect.TypeFor[string](), reflect.TypeFor[text](), reflect.TypeFor[[]byte](), reflect.TypeFor[[2]byte](), reflect.TypeFor[[16]byte](),
	reflect.TypeFor[*int](), reflect.TypeFor[**string](), reflect.TypeFor[big.Int](), reflect.TypeFor[*big.Int](), reflect.TypeFor[*big.Rat](),
	reflect.TypeFor[[]int](), reflect.TypeFor[[]any](), reflect.TypeFor[[]string](), reflect.TypeFor[[]float64](), reflect.TypeFor[[2]int](), reflect.TypeFor[[1]any](),
	reflect.TypeFor[[][]int](), reflect.TypeFor[map[string]any](), reflect.TypeFor[map[string]int](), reflect.TypeFor[map[any]any](),
	reflect.TypeFor[map[int64]struct{}](), reflect.TypeFor[map[any]struct{}](), reflect.TypeFor[map[[2]int]bool](), reflect.TypeFor[map[*int]int](),
	reflect.TypeFor[plain](), reflect.TypeFor[*plain](), reflect.TypeFor[embedded](), reflect.TypeFor[pairs](), reflect.TypeFor[[]pairs](), reflect.TypeFor[struct{}](),
	reflect.TypeFor[py.Tuple](), reflect.TypeFor[*py.List](), reflect.TypeFor[py.List](), reflect.TypeFor[*py.Dict](), reflect.TypeFor[py.Dict](), reflect.TypeFor[*py.Set](),
	reflect.TypeFor[*py.FrozenSet](), reflect.TypeFor[*py.ByteArray](), reflect.TypeFor[py.Class](), reflect.TypeFor[*py.Object](), reflect.TypeFor[py.PersistentID](),
	reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[uuid.UUID](), reflect.TypeFor[netip.Addr](), reflect.TypeFor[*time.Location](),
	reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[error](), reflect.TypeFor[own](), reflect.TypeFor[*own](), reflect.TypeFor[chan int](), reflect.TypeFor[func()](),
}

// likeAssign compares decoding into a type with assigning the graph to it: the same values and the
// same refusals.
func likeAssign(data []byte, graph any, target reflect.Type, opts ...pickle.DecodeOption) error {
	direct, assigned := reflect.New(target), reflect.New(target)
	errDirect := pickle.Unmarshal(data, direct.Interface(), opts...)
	errAssigned := py.Assign(assigned.Interface(), graph)
	if (errDirect == nil) != (errAssigned == nil) {
		return fmt.Errorf("into %v: %v, but assigned: %v", target, errDirect, errAssigned)
	}
	if errDirect != nil {
		var a *pickle.UnmarshalError
		var b *py.ConversionError
		var limit *pickle.LimitError
		if errors.As(errDirect, &limit) {
			return nil // a value that holds itself: each has its own bound
		}
		if !errors.As(errDirect, &a) || !errors.As(errAssigned, &b) {
			return fmt.Errorf("into %v: %T, but assigned: %T", target, errDirect, errAssigned)
		}
		if a.Path != b.Path || a.To != b.To {
			return fmt.Errorf("into %v: %v, but assigned: %v", target, errDirect, errAssigned)
		}
		return nil
	}
	if !sameGo(direct.Interface(), assigned.Interface()) {
		return fmt.Errorf("into %v: %#v, but assigned: %#v", target, direct.Elem(), assigned.Elem())
	}
	return nil
}

// pointer is what differs between two values that were made in the same way.
var pointer = regexp.MustCompile(`0x[0-9a-f]{6,}`)

// sameGo compares Go values deeply. What is no number equals itself here, and pointers as keys of
// maps are equal.
func sameGo(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	text := func(v any) string {
		return pointer.ReplaceAllString(fmt.Sprintf("%#v", reflect.ValueOf(v).Elem()), "p")
	}
	return text(a) == text(b)
}

// typedValues are pickles whose values fit types that the values in values do not fit, or do not
// quite fit them.
var typedValues = []string{
	"J\x80\xff\xff\xff.", "M\x2c\x01.", "G@\x00\x00\x00\x00\x00\x00\x00.", "G\x7f\xef\xff\xff\xff\xff\xff\xff.", "G\x7f\xf8\x00\x00\x00\x00\x00\x00.",
	"]K\x01a.", "](K\x01K\x02e.", "](K\x01Va\ne.", "](NVa\ne.", "(K\x01K\x02t.", "(((K\x01K\x02t(K\x03K\x04ttt.", "((K\x01K\x02t(K\x03K\x04tt.", "(]](K\x01et.",
	"}Va\nK\x01s.", "}(Va\nK\x01Vb\n](Vx\nVy\neVc\nNVd\n}Va\nK\x02su.", "}(Va\nVb\nu.", "}(K\x01NK\x02Nu.", "}(Va\nK\x01K\x01Nu.", "}(K\x01NG?\xf0\x00\x00\x00\x00\x00\x00Vx\nu.",
	"}Vd\n}Vd\n}Va\nVno\nsss.", "}(K\x01K\x02\x86\x88u.", "\x8f(K\x01K\x02\x90.", "c__builtin__\nset\n(](K\x01K\x02etR.", "c__builtin__\nfrozenset\n(](K\x01K\x02etR.",
	"V10.0.0.1\n.", "V1/3\n.", "C\x10" + strings.Repeat("u", 16) + ".",
	"cm\nC\n)\x81}Va\nK\x05sb.", "cm\nC\n)\x81N}Va\nK\x05s\x86b.", "cm\nC\n)\x81}Va\nK\x05s}Vb\n]s\x86b.", "cm\nC\n)\x81K\x07b.", "cm\nC\n)\x81.", "cm\nC\nK\x07\x85R.",
	"ccollections\nOrderedDict\n)R(Va\nK\x01Vb\n]u.", "ccollections\nOrderedDict\n)R.", "ccollections\ndefaultdict\nc__builtin__\nlist\n\x85RVa\nK\x01s.",
	"ccollections\nCounter\n}(Va\nK\x02Vb\nK\x01u\x85R.", "ccollections\ndeque\n]K\x05\x86R(K\x01K\x02e.", "ccollections\ndeque\n]K\x05\x86R.",
	"cdatetime\ndatetime\nC\x0a\x07\xe4\x01\x02\x03\x04\x05\x00\x00\x06\x85R.", "cdatetime\ntimedelta\nK\x01K\x02K\x03\x87R.", "cdatetime\ndate\nC\x04\x07\xe4\x01\x02\x85R.",
	"cdecimal\nDecimal\nV1.50\n\x85R.", "cfractions\nFraction\nV1/3\n\x85R.", "c__builtin__\nxrange\nK\x01K\x03K\x01\x87R.", "c__builtin__\ncomplex\nG?\xf0\x00\x00\x00\x00\x00\x00G?\xf0\x00\x00\x00\x00\x00\x00\x86R.",
	"cuuid\nUUID\n)\x81}Vint\n\x8a\x01\x05sb.", "c__builtin__\nbytearray\nC\x02ab\x85R.", "c_codecs\nencode\n(Vab\nVlatin1\ntR.",
	"]q\x00h\x00a.", "}q\x00Vd\nh\x00s.", "](Vab\nq\x01h\x01h\x01e.", "\x8f(K\x01G?\xf0\x00\x00\x00\x00\x00\x00\x90.", "}(Va\nK\x01Va\nK\x02u.",
	"}(Va\nV\nVa\nI2\nu.", "}(Va\nI2\nVa\nV\nu.", "}(Vd\n}(Va\nV\nuVd\n}Va\nI1\nsu.", "ccollections\nOrderedDict\n)R(Va\nV\nVa\nI2\nu.",
	"cm\nC\n)\x81}(Va\nV\nVa\nK\x05ub.", "\x80\x04}(\x8c\x01a\x8c\x00\x8c\x01aK\x02u.", "\x80\x04}\x8c\x01a\x8c\x00s\x8c\x01aK\x02s.",
	"carray\narray\n(Vd\n](F1.0\nF2.0\netR.", "carray\n_array_reconstructor\n(carray\narray\nVB\nK\x00C\x02abtR.", "cnumpy\nscalar\n)R.",
	"]Va\na.", "](\x88\x89e.", "(\x88\x89t.", "]](K\x01ea.", "](](K\x01e](K\x02K\x03ee.", "](Vx\nC\x01ye.", "NK\x01\x86.", ")\x85.",
}

func TestTypedIsAssignOfTheGraph(t *testing.T) {
	all := typedValues
	for _, row := range values {
		all = append(all, row.pickle)
	}
	for _, p := range all {
		var graph any
		if err := pickle.Unmarshal([]byte(p), &graph); err != nil {
			t.Fatalf("%q: %v", p, err)
		}
		for _, target := range targets {
			if err := likeAssign([]byte(p), graph, target); err != nil {
				t.Errorf("%q %v", p, err)
			}
		}
	}
}
