package pickle_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

const conversionProgram = `
import collections, datetime, decimal, json, pickle, sys
from base64 import b64encode
print(json.dumps([b64encode(pickle.dumps(eval(e), p)).decode() for e in json.load(sys.stdin) for p in (2, 4, 5)]))
`

// refusal is part of the reason why a value does not fit.
type refusal string

// conversion is a value of Python's and what it becomes in a Go type: the value, or a refusal where
// that cannot hold it.
type conversion struct {
	python string
	want   any // of the type, or a refusal
	into   any // a value of the type, where want is a refusal
}

var conversions = []conversion{
	{"0.1", float32(0.1), nil}, {"1e300", refusal("1e+300 is out of range"), float32(0)}, {"-1e39", refusal("out of range"), float32(0)},
	{"1e-60", float32(0), nil}, {"float('inf')", float32(math.Inf(1)), nil}, {"16777217", refusal("no exact float32"), float32(0)},
	{"2**53 + 1", refusal("no exact float64"), float64(0)}, {"10**400", refusal("no exact float64"), float64(0)}, {"2**60", float64(1 << 60), nil},
	{"float('nan')", refusal(""), 0}, {"float('inf')", refusal(""), 0}, {"1.0", refusal(""), 0}, {"1.5", refusal(""), uint8(0)},
	{"decimal.Decimal('NaN')", refusal(""), 0}, {"300", refusal("300 is out of range"), uint8(0)}, {"-1", refusal("-1 is out of range"), uint(0)},
	{"2**63", refusal("out of range"), 0}, {"2**63", uint64(1 << 63), nil}, {"2**64", refusal("out of range"), uint64(0)}, {"128", refusal("out of range"), int8(0)},
	{"True", refusal(""), 0}, {"1", refusal(""), false}, {"1", refusal(""), ""}, {"'1'", refusal(""), 0}, {"None", refusal(""), 0}, {"b'a'", refusal(""), ""},
	{"1+2j", refusal(""), float64(0)}, {"1+0j", refusal(""), float64(0)}, {"1e300+0j", refusal("out of range"), complex64(0)}, {"1+2j", complex64(1 + 2i), nil},
	{"5", refusal("no unit"), time.Duration(0)}, {"datetime.timedelta(days=200000)", refusal("out of range"), time.Duration(0)},
	{"datetime.timedelta(microseconds=-1)", -time.Microsecond, nil},
	// Keys and elements that are different in Python and equal in Go, and the other way round.
	{"{0.1, 0.1 + 1e-12}", refusal("different elements become equal"), map[float32]struct{}{}}, {"frozenset({0.1, 0.1 + 1e-12})", refusal("different elements become equal"), map[float32]struct{}{}},
	{"{0.1: 1, 0.1 + 1e-12: 2}", refusal("different keys become equal"), map[float32]int{}}, {"{1, 2}", map[float32]struct{}{1: {}, 2: {}}, nil},
	{"collections.OrderedDict([(0.1, 1), (0.1 + 1e-12, 2)])", refusal("different keys become equal"), map[float32]int{}},
	{"{'10.0': 1, '10': 2}", refusal("different keys become equal"), map[folded]int{}}, {"{'10.0', '10'}", refusal("different elements become equal"), map[folded]struct{}{}},
	{"{0.0, 1}", map[float64]struct{}{0: {}, 1: {}}, nil}, {"{float('nan'): 1}", refusal(""), map[int]int{}}, {"[1, 1]", map[int]struct{}{1: {}}, nil},
	{"{(1, 2): 3, (1, 2.0000000000001): 4}", refusal("different keys become equal"), map[[2]float32]int{}},
	{"{1: 2, 300: 3}", refusal("out of range"), map[uint8]int{}}, {"{1: 300}", refusal("out of range"), map[int]uint8{}}, {"{'a': 1, 2: 3}", refusal(""), map[string]int{}},
	// Two fields of one name.
	{"{'user_id': 1}", refusal("UserID and UserId have the same name"), twins{}}, {"[{'user_id': 1}]", refusal("UserID and UserId have the same name"), []twins{}},
	{"(1, 2)", refusal("UserID and UserId have the same name"), twinTuple{}}, {"{'user_id': 1}", refusal("UserID and UserId have the same name"), new(twins)},
	{"{'user_id': 1}", refusal("one.UserID and other.UserId have the same name"), twinsInside{}},
	{"2", big.NewRat(2, 1), nil}, {"2**70", new(big.Int).Lsh(big.NewInt(1), 70), nil},
}

// folded is a text that is the same with a fraction of zero.
type folded string

func (f *folded) UnmarshalText(text []byte) error {
	*f = folded(strings.TrimSuffix(string(text), ".0"))
	return nil
}

type (
	twins     struct{ UserID, UserId int } //nolint:revive // The two names are one in Python.
	twinTuple struct {
		_              struct{} `pickle:",tuple"`
		UserID, UserId int      //nolint:revive // The two names are one in Python.
	}
	one         struct{ UserID int }
	other       struct{ UserId int } //nolint:revive // The two names are one in Python.
	twinsInside struct {
		one
		other
	}
)

// TestConversions decodes what a live Python sends into Go types, and assigns its graph to them:
// the value is right, or it is refused, by both ways.
func TestConversions(t *testing.T) { checkConversions(t, conversions, "") }

// checkConversions has a live Python evaluate the rows after it has run some imports.
func checkConversions(t *testing.T, conversions []conversion, imports string) {
	t.Helper()
	expressions := make([]string, len(conversions))
	for i, c := range conversions {
		expressions[i] = c.python
	}
	stdin, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	python := pyenv.Newest(t)
	python.Python = python.PizcoPython // where numpy is, if anywhere
	var pickles [][]byte
	if err := json.Unmarshal(python.Eval(t.Context(), t, imports+conversionProgram, bytes.NewReader(stdin)), &pickles); err != nil {
		t.Fatal(err)
	}
	for i, data := range pickles {
		c := conversions[i/3]
		into := c.want
		reason, refused := c.want.(refusal)
		if refused {
			into = c.into
		}
		target := reflect.TypeOf(into)
		var graph any
		if err := pickle.Unmarshal(data, &graph); err != nil {
			t.Fatalf("%s: %v", c.python, err)
		}
		if err := likeAssign(data, graph, target); err != nil {
			t.Errorf("%s %v", c.python, err)
		}
		got := reflect.New(target)
		err := pickle.Unmarshal(data, got.Interface())
		var unfit *pickle.UnmarshalError
		switch {
		case refused && (!errors.As(err, &unfit) || !strings.Contains(fmt.Sprint(err), string(reason))):
			t.Errorf("%s into %v is %v, %v, and should be refused: %s", c.python, target, got.Elem(), err, reason)
		case !refused && (err != nil || !reflect.DeepEqual(got.Elem().Interface(), c.want)):
			t.Errorf("%s into %v is %v, %v", c.python, target, got.Elem(), err)
		}
	}
}

// TestClashesAreNotWritten holds that a struct two of whose fields have one name is refused on the
// way to Python too.
func TestClashesAreNotWritten(t *testing.T) {
	for _, v := range []any{twins{}, &twins{}, []twins{{}}, map[string]twins{"a": {}}, twinTuple{}, twinsInside{}, struct{ In twins }{}} {
		_, err := pickle.Marshal(v)
		var unfit *pickle.MarshalError
		if !errors.As(err, &unfit) || !strings.Contains(err.Error(), "have the same name in Python, user_id") {
			t.Errorf("%T is written: %v", v, err)
		}
		if _, err := py.FromGo(v); err == nil || !strings.Contains(err.Error(), "have the same name in Python, user_id") {
			t.Errorf("%T is a Python value: %v", v, err)
		}
	}
	if err := pickle.NewRegistry().Register("m", "C", twins{}, pickle.StateDict); err == nil {
		t.Error("it is registered")
	}
}
