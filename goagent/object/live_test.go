package object

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// liveRobot is what the class Robot in testdata/served.py is.
type liveRobot struct {
	Age      int
	Height   float64
	Name     string
	Code     []byte
	Tags     []string
	Joints   map[string]int
	Nothing  any
	Seen     map[int]struct{}
	Pair     py.Tuple
	Wild     map[any]any
	ArmMoved Signal
	Password string `pizco:",writeonly"`
	factor   int
}

func (r *liveRobot) DescribePizco(d *Description) {
	d.Class("Robot")
	d.Property("Serial", "Broken")
	d.Params("Calculate", "x")
	d.Params("Scale", "x", Default("factor", 2))
	d.Params("Move", "x", "y", Default("z", 0))
	d.Params("Collect", "first")
}

type moveOptions struct {
	Keywords
	Speed *int
	Unit  any `pizco:",required"`
}

func (r *liveRobot) Factor() int                 { return r.factor }
func (r *liveRobot) SetFactor(factor int)        { r.factor = factor }
func (r *liveRobot) Serial() string              { return "PZC" }
func (r *liveRobot) Broken() (int, error)        { return 0, pyerr.ValueError.New("no") }
func (r *liveRobot) Calculate(x int) int         { return x * r.factor }
func (r *liveRobot) Scale(x, factor int) int     { return x * factor }
func (r *liveRobot) NothingAtAll()               {}
func (r *liveRobot) Both() (int, string)         { return 1, "two" }
func (r *liveRobot) Fail() error                 { return pyerr.KeyError.New("k") }
func (r *liveRobot) Options(named Kwargs) Kwargs { return named }

func (r *liveRobot) Move(x, y, z int, options moveOptions) []any {
	speed := 1
	if options.Speed != nil {
		speed = *options.Speed
	}
	return []any{x, y, z, speed, options.Unit}
}

func (r *liveRobot) Collect(first any, rest ...any) []any { return []any{first, rest} }

func newLiveRobot() *liveRobot {
	return &liveRobot{
		Age: 3, Height: 1.5, Name: "Robbie", Code: []byte{0, 1, 255}, Tags: []string{"a", "b", "c"},
		Joints: map[string]int{"elbow": 1, "knee": 2}, Seen: map[int]struct{}{1: {}, 2: {}}, Pair: py.Tuple{int64(1), "x"},
		Wild: map[any]any{1: "one", "two": 2}, factor: 2,
	}
}

// builtRobot is the same put together by hand.
func builtRobot() *Object {
	r := newLiveRobot()
	return New("Robot").
		Attribute("age", &r.Age).Attribute("height", &r.Height).Attribute("name", &r.Name).Attribute("code", &r.Code).
		Attribute("tags", &r.Tags).Attribute("joints", &r.Joints).Attribute("nothing", nil).Attribute("seen", &r.Seen).
		Attribute("pair", py.Tuple{int64(1), "x"}).Attribute("wild", r.Wild).
		Signal("arm_moved", &r.ArmMoved).
		Property("password", nil, func(string) {}).
		Property("factor", r.Factor, r.SetFactor).
		Property("serial", r.Serial, nil).
		Property("broken", r.Broken, nil).
		Method("calculate", r.Calculate, "x").
		Method("scale", r.Scale, "x", Default("factor", 2)).
		Method("move", func(x, y, z, speed int, unit any) []any { return []any{x, y, z, speed, unit} },
			"x", "y", Default("z", 0), KeywordOnly(Default("speed", 1)), KeywordOnly("unit")).
		Method("collect", r.Collect, "first").
		Method("options", r.Options).
		Method("nothing_at_all", r.NothingAtAll).
		Method("both", r.Both).
		Method("fail", r.Fail)
}

// graphRobot is the same with attributes that hold values of package py.
func graphRobot(t *testing.T) *Object {
	t.Helper()
	seen, err := py.NewSet(int64(1), int64(2))
	if err != nil {
		t.Fatal(err)
	}
	wild, err := py.NewDict(py.Pair{Key: int64(1), Value: "one"}, py.Pair{Key: "two", Value: int64(2)})
	if err != nil {
		t.Fatal(err)
	}
	joints := py.StrDict(py.Item{Key: "elbow", Value: int64(1)}, py.Item{Key: "knee", Value: int64(2)})
	o := builtRobot()
	for name, value := range map[string]any{
		"age": int64(3), "height": 1.5, "name": "Robbie", "code": []byte{0, 1, 255}, "tags": py.NewList("a", "b", "c"), "joints": joints,
		"seen": seen, "wild": wild, "pair": py.Tuple{int64(1), "x"},
	} {
		delete(o.members, name)
		o.Attribute(name, &value)
	}
	return o
}

// liveOperations are what both are asked for, in this order, as literals of Python; the same
// operations have the same outcomes.
var liveOperations = strings.Fields(strings.ReplaceAll(`
get/age get/height get/name get/code get/tags get/joints get/nothing get/seen get/pair get/arm_moved get/factor
get/serial get/broken get/password get/calculate get/missing get/wild
getattr/age getattr/name getattr/code getattr/tags getattr/joints getattr/nothing getattr/seen getattr/pair getattr/serial
getattr/broken getattr/password getattr/missing
setattr/age//5 getattr/age setattr/factor//3 getattr/factor setattr/serial//1 setattr/missing//1 setattr/name//'Bob' getattr/name
setattr/calculate//1 setattr/password//'x' setattr/tags//['x','y','z'] getattr/tags setattr/joints//{'hip':3,'elbow':1} getattr/joints
setattr/nothing//[1,2] exec/nothing/__getitem__/1 setattr/nothing//None get/nothing exec/nothing/__getitem__/0
exec/calculate/__call__ exec/calculate/__call__/8 exec/calculate/__call__/1,2 exec/calculate/__call__//{'x':2} exec/calculate/__call__/1/{'x':2}
exec/calculate/__call__/1/{'z':2} exec/calculate/__call__/1/{'X':2} exec/calculate/__call__/1/{'self':2}
exec/scale/__call__ exec/scale/__call__/1 exec/scale/__call__/1,5 exec/scale/__call__/1,2,3 exec/scale/__call__/1/{'factor':4} exec/scale/__call__//{'factor':4}
exec/scale/__call__/1/{'factro':4} exec/scale/__call__/1/{'FACTOR':4} exec/scale/__call__/1,2,3/{'factor':4} exec/scale/__call__/1/{'factor_of_the_scale':4}
exec/move/__call__ exec/move/__call__/1 exec/move/__call__/1,2 exec/move/__call__/1,2/{'unit':'mm'} exec/move/__call__/1,2,3,4 exec/move/__call__/1,2,3,4/{'unit':'mm'}
exec/move/__call__/1,2,3,4/{'unit':'mm','speed':2} exec/move/__call__/1,2,3/{'unit':'mm','speed':2} exec/move/__call__/1,2/{'spede':1}
exec/collect/__call__ exec/collect/__call__/1 exec/collect/__call__/1,2,3 exec/collect/__call__/1,2/{'rest':3}
exec/options/__call__ exec/options/__call__//{'a':1} exec/options/__call__/1/{'a':1}
exec/nothing_at_all/__call__ exec/nothing_at_all/__call__/1 exec/both/__call__ exec/fail/__call__
exec/calculate/nope exec/calculate/__getitem__/1 exec/missing/__call__ exec/age/__call__ exec/age/__getitem__/0 exec/arm_moved/__call__ exec/arm_moved/emit/1,2
exec/joints/__getitem__/'hip' exec/joints/__getitem__/'toe' exec/joints/__getitem__/7 exec/joints/__getitem__/[] exec/joints/__getitem__ exec/joints/__getitem__/1,2
exec/joints/__setitem__/'toe',5 exec/joints/__len__ exec/joints/__contains__/'toe' exec/joints/__contains__/8 exec/joints/__delitem__/'toe' exec/joints/__delitem__/'toe'
exec/joints/get/'hip' exec/joints/get/'toe' exec/joints/get/'toe',9 exec/joints/get exec/joints/pop/'hip' exec/joints/pop/'hip' exec/joints/pop/'hip',1 exec/joints/setdefault/'head',4
exec/joints/update/{'neck':5} exec/joints/update/[('tail',1)] exec/joints/update/3 exec/joints/update/[1] exec/joints/nope exec/joints/__call__ exec/joints/__setitem__/1 exec/joints/__getitem__/'a'/{'b':1}
exec/joints/__setitem__//{'b':1} exec/joints/copy exec/joints/keys/1 exec/joints/clear exec/joints/__len__
exec/wild/__getitem__/1 exec/wild/__getitem__/True exec/wild/__getitem__/1.0 exec/wild/__getitem__/2 exec/wild/__getitem__/'two' exec/wild/__setitem__/1,'uno' exec/wild/__setitem__/2.5,None exec/wild/__contains__/2.5 exec/wild/__len__
exec/tags/__getitem__/0 exec/tags/__getitem__/-1 exec/tags/__getitem__/3 exec/tags/__getitem__/-4 exec/tags/__getitem__/'a' exec/tags/__getitem__/1.0 exec/tags/__getitem__/True exec/tags/__getitem__/2**70
exec/tags/__setitem__/0,'q' exec/tags/__setitem__/9,'q' exec/tags/__delitem__/9 exec/tags/__delitem__/0 exec/tags/__contains__/'z' exec/tags/__len__ exec/tags/append/'n' exec/tags/append exec/tags/append/1,2
exec/tags/insert/1,'i' exec/tags/index/'i',0,2 exec/tags/index/'i',1,-1 exec/tags/index/'i','a' exec/tags/insert/1 exec/tags/pop/1,2 exec/tags/index exec/tags/insert/'a','i' exec/tags/extend/['e','f'] exec/tags/extend/3 exec/tags/pop exec/tags/pop/0 exec/tags/pop/99 exec/tags/remove/'i' exec/tags/remove/'i' exec/tags/index/'n' exec/tags/index/'nope'
exec/tags/count/'n' exec/tags/reverse exec/tags/copy exec/tags/__getitem__/{'slice':(0,2)} exec/tags/__getitem__/{'slice':(None,None,-1)} exec/tags/__getitem__/{'slice':(0,None,0)} exec/tags/__getitem__/{'slice':('a',None)}
exec/tags/__setitem__/{'slice':(0,1)},['r','s','t'] exec/tags/__setitem__/{'slice':(None,None,2)},['u'] exec/tags/__delitem__/{'slice':(0,2)} exec/tags/copy exec/tags/clear exec/tags/pop exec/tags/clear/1 exec/tags/nope
exec/pair/__getitem__/1 exec/pair/__getitem__/2 exec/pair/__getitem__/'a' exec/pair/__setitem__/0,1 exec/pair/__len__ exec/pair/__contains__/'x' exec/pair/__getitem__/{'slice':(1,None)}
exec/name/__getitem__/0 exec/name/__getitem__/9 exec/name/__getitem__/'a' exec/name/__len__ exec/name/__contains__/'o' exec/name/__contains__/1 exec/name/__getitem__/{'slice':(None,None,-1)} exec/name/__getitem__
exec/code/__getitem__/2 exec/code/__getitem__/9 exec/code/__getitem__/'a' exec/code/__contains__/255 exec/code/__contains__/256 exec/code/__len__ exec/code/__getitem__/{'slice':(1,None)}
exec/seen/__contains__/1 exec/seen/__contains__/9 exec/seen/add/3 exec/seen/remove/9 exec/seen/discard/9 exec/seen/remove/1 exec/seen/__len__ exec/seen/add exec/seen/add/[] exec/seen/__getitem__/0 getattr/seen
exec/seen/union/[7],(8,) exec/seen/union exec/seen/union/3 exec/seen/union//{'a':1} exec/seen/copy exec/seen/intersection/[2,9] exec/seen/intersection/[2,9],[2] exec/seen/difference/[2] exec/seen/difference
exec/seen/symmetric_difference/[2,5] exec/seen/symmetric_difference exec/seen/symmetric_difference/[1],[2] exec/seen/isdisjoint/[1] exec/seen/isdisjoint/[77] exec/seen/issubset/[1,2,3,4] exec/seen/issubset/[] exec/seen/issuperset/[2] exec/seen/issuperset/[99]
exec/seen/update/[5,6],[7] getattr/seen exec/seen/intersection_update/[5,6,2] getattr/seen exec/seen/difference_update/[5] getattr/seen exec/seen/symmetric_difference_update/[2,8] getattr/seen exec/seen/update/3 exec/seen/add/1,2
exec/seen/clear exec/seen/__len__ exec/seen/pop exec/seen/add/4 exec/seen/pop exec/seen/__len__ exec/seen/union/[[]] exec/seen/nope
exec/tags/extend/['b','a','C'] exec/tags/sort getattr/tags exec/tags/sort//{'reverse':True} getattr/tags exec/tags/sort//{'key':None,'reverse':0} getattr/tags exec/tags/sort/1 exec/tags/sort//{'key':3} exec/tags/sort//{'nope':3}
exec/wild/clear exec/wild/__setitem__/1,'x' exec/wild/update//{'d':4} exec/wild/update/{5:6}/{'e':7} exec/wild/__len__ exec/wild/get/'d' exec/wild/get/'e' exec/wild/clear exec/wild/popitem exec/wild/update//{'k':8} exec/wild/popitem exec/wild/popitem
exec/wild/popitem/1 exec/wild/fromkeys/['a','b'] exec/wild/fromkeys/[1],0 exec/wild/fromkeys exec/wild/fromkeys/3 exec/wild/update/1,2 exec/wild/update/1,2/{'x':1}
setattr/nothing//[3,1,2.5,True] exec/nothing/sort getattr/nothing setattr/nothing//[(1,'b'),(1,'a'),(0,)] exec/nothing/sort getattr/nothing setattr/nothing//[1,'a'] exec/nothing/sort setattr/nothing//[None,None] exec/nothing/sort
setattr/nothing//[[2],[1,5],[1]] exec/nothing/sort//{'reverse':True} getattr/nothing setattr/nothing//[b'b',b'a'] exec/nothing/sort getattr/nothing setattr/nothing//[] exec/nothing/sort setattr/nothing//[1,2,{}] exec/nothing/sort
exec/pair/count/1 exec/pair/count/True exec/pair/count exec/pair/index/'x' exec/pair/index/'y' exec/pair/index/'x',0,1 exec/pair/index exec/pair/index/1,'a'
`, "2**70", strconv.Itoa(1<<62)+"0000"))

type liveOperation struct {
	action, name, method string
	args                 []any
	kwargs               *py.Dict
	line                 string
}

func parseOperation(t *testing.T, text string) liveOperation {
	t.Helper()
	part := append(strings.SplitN(text, "/", 5), "", "", "")
	op := liveOperation{action: part[0], name: part[1], method: part[2]}
	kwargs := part[4]
	if kwargs == "" {
		kwargs = "{}"
	}
	op.line = fmt.Sprintf("(%q, %q, %q, [%s], %s)", op.action, op.name, op.method, part[3], kwargs)
	v, err := py.ParseLiteral(op.line)
	if err != nil {
		t.Fatalf("%s: %v", op.line, err)
	}
	tuple := v.(py.Tuple)
	for _, arg := range tuple[3].(*py.List).Items {
		if d, ok := arg.(*py.Dict); ok {
			if bounds, ok := d.Get("slice"); ok {
				arg = sliceOf(bounds.(py.Tuple))
			}
		}
		op.args = append(op.args, arg)
	}
	op.kwargs = tuple[4].(*py.Dict)
	return op
}

func sliceOf(bounds py.Tuple) *py.Object {
	for len(bounds) < 3 {
		bounds = append(bounds, nil)
	}
	return py.NewObject(py.Class{Module: "builtins", Name: "slice"}, bounds...)
}

func perform(o *Served, op liveOperation) (value any, remote bool, err error) {
	ctx := context.Background()
	switch op.action {
	case "get":
		return o.Get(ctx, op.name, false)
	case "getattr":
		value, err = o.GetAttr(ctx, op.name)
	case "setattr":
		err = o.SetAttr(ctx, op.name, op.args[0])
	default:
		value, err = o.Exec(ctx, op.name, op.method, op.args, op.kwargs)
	}
	return value, false, err
}

// TestServedLikePython compares the answers of a Go object and of the same object in Python:
// values, what is remote, and the bytes of the exceptions at every protocol.
func TestServedLikePython(t *testing.T) {
	program, err := os.ReadFile("testdata/served.py")
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	for _, text := range liveOperations {
		lines.WriteString(parseOperation(t, text).line + "\n")
	}
	for _, python := range pyenv.Interpreters(t) {
		out := python.Eval(t.Context(), t, string(program), bytes.NewReader(lines.Bytes()))
		outcomes := strings.Split(strings.TrimSpace(string(out)), "\n")
		if len(outcomes) != len(liveOperations) {
			t.Fatalf("%s: %d outcomes of %d operations", python, len(outcomes), len(liveOperations))
		}
		var version pyerr.Version
		if _, err := fmt.Sscanf(python.Version, "%d.%d", &version.Major, &version.Minor); err != nil {
			t.Fatal(err)
		}
		for kind, served := range map[string]any{"reflected": newLiveRobot(), "built": builtRobot(), "graphs": graphRobot(t)} {
			t.Run(python.Version+"/"+kind, func(t *testing.T) {
				o, err := Of(served, &Settings{Python: version, Emission: func(string) bool { return true }})
				if err != nil {
					t.Fatal(err)
				}
				for i, text := range liveOperations {
					op := parseOperation(t, text) // anew: the object may keep what it is given
					value, remote, err := perform(o, op)
					compareOutcome(t, version, op.line, outcomes[i], value, remote, err)
				}
			})
		}
	}
}

func compareOutcome(t *testing.T, version pyerr.Version, line, outcome string, value any, remote bool, err error) {
	t.Helper()
	var want []any
	if jsonErr := json.Unmarshal([]byte(outcome), &want); jsonErr != nil {
		t.Fatal(jsonErr)
	}
	switch want[0] {
	case "remote":
		if !remote || err != nil {
			t.Errorf("%s: got %v, %v, want remote", line, value, err)
		}
	case "value":
		text := strings.ReplaceAll(want[1].(string), "set()", "{}")
		wanted, parseErr := py.ParseLiteral(text)
		if parseErr != nil {
			t.Fatalf("%s: %v", text, parseErr)
		}
		if err != nil || remote || !same(value, wanted) || py.TypeName(value) != py.TypeName(wanted) {
			t.Errorf("%s: got %v (%s), remote %v, error %v; want %s", line, value, py.TypeName(value), remote, err, text)
		}
	case "raise":
		if err == nil {
			t.Errorf("%s: got %v, want %v", line, value, want[2])
			return
		}
		for protocol, wanted := range want[1].(map[string]any) {
			n, _ := strconv.Atoi(protocol)
			got, marshalErr := pickle.Marshal(pyerr.Reduce(err, version), pickle.Protocol(n), pickle.WriteAs(version.Major, version.Minor))
			if marshalErr != nil {
				t.Fatal(marshalErr)
			}
			if hex.EncodeToString(got) != wanted {
				raw, _ := hex.DecodeString(wanted.(string))
				t.Errorf("%s: protocol %d: raised %q\n got %q\nwant %q", line, n, err, got, raw)
				break
			}
		}
	}
}
