package jsonser_test

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

//go:embed testdata/oracle.py
var oracle string

// answer is what Python made of a request.
type answer struct {
	value []byte
	err   *pythonError
}

type pythonError struct {
	class, message    string
	char, line, colum int
}

// ask sends all requests of one letter to an interpreter.
func ask(t *testing.T, python pyenv.Interpreter, letter byte, requests [][]byte) []answer {
	t.Helper()
	var input []byte
	for _, r := range requests {
		input = appendRequest(input, letter, r)
	}
	output := python.Eval(t.Context(), t, oracle, bytes.NewReader(input))
	answers := make([]answer, 0, len(requests))
	for len(output) > 0 {
		kind, size := output[0], binary.BigEndian.Uint32(output[1:])
		payload := output[5 : 5+size]
		output = output[5+size:]
		a := answer{value: payload}
		if kind == 'E' {
			a.err = readError(t, payload)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(requests) {
		t.Fatalf("%d answers to %d requests", len(answers), len(requests))
	}
	return answers
}

func appendRequest(dst []byte, letter byte, request []byte) []byte {
	dst = append(dst, letter)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(request)))
	return append(dst, request...)
}

func readError(t *testing.T, payload []byte) *pythonError {
	t.Helper()
	e := &pythonError{}
	fields := []any{&e.class, &e.message, &e.char, &e.line, &e.colum}
	if err := json.Unmarshal(payload, &fields); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestDumpsLikePython gives each Python the same values as a pickle and compares what json.dumps
// writes.
func TestDumpsLikePython(t *testing.T) {
	values := slices.Concat(dumped(t), generatedValues(t, 3000))
	pickles := make([][]byte, len(values))
	for i, v := range values {
		p, err := pickle.Marshal(v)
		if err != nil {
			t.Fatalf("%v: %v", v, err)
		}
		pickles[i] = p
	}
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			refused := 0
			for i, a := range ask(t, python, 'D', pickles) {
				got, err := jsonser.Marshal(values[i])
				if a.err != nil {
					refused++
				}
				compareDumped(t, values[i], got, err, a)
			}
			t.Logf("%d values, %d of them refused", len(values), refused)
		})
	}
}

func compareDumped(t *testing.T, v any, got []byte, err error, want answer) {
	t.Helper()
	var refused *jsonser.MarshalError
	switch {
	case want.err == nil && (err != nil || !bytes.Equal(got, want.value)):
		t.Errorf("%#v: %s, %v; Python writes %s", v, got, err, want.value)
	case want.err != nil && !errors.As(err, &refused):
		t.Errorf("%#v: %s, %v; Python raises %v", v, got, err, *want.err)
	case want.err != nil && (refused.Class != want.err.class || !sameMessage(refused.Reason, want.err.message)):
		t.Errorf("%#v: %s %s; Python raises %v", v, refused.Class, refused.Reason, *want.err)
	}
}

// sameMessage allows for the other words of Python 3.6.
func sameMessage(ours, python string) bool {
	old := strings.ReplaceAll(python, "'", "")
	return ours == python || ours == old || python == "keys must be a string" && strings.HasPrefix(ours, "keys must be ")
}

// dumped are values with something to see in each.
func dumped(t *testing.T) []any {
	t.Helper()
	class := func(module, name string) py.Class { return py.Class{Module: module, Name: name} }
	dict := func(pairs ...py.Pair) *py.Dict {
		d, err := py.NewDict(pairs...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	set, err := py.NewSet(int64(1))
	if err != nil {
		t.Fatal(err)
	}
	frozen, err := py.NewFrozenSet()
	if err != nil {
		t.Fatal(err)
	}
	loop := py.NewList()
	loop.Append(py.Tuple{loop})
	inRound := py.NewList(int64(1))
	round := dict(py.Pair{Key: "a", Value: inRound})
	inRound.Append(round)
	shared := py.NewList(int64(1))
	var every strings.Builder
	for r := rune(0); r < 0x180; r++ {
		every.WriteRune(r)
	}
	values := []any{
		nil, true, false, "", every.String(), "\u2028\U0001f600\uffff", "\xed\xa0\x80", "\xed\xb0\x80\xed\xa0\x80", "\xed\xa0\xbd\xed\xb8\x80",
		int64(0), int64(math.MinInt64), new(big.Int).Lsh(big.NewInt(-1), 200),
		py.NewList(), py.Tuple{}, &py.Dict{}, py.Tuple{int64(1)}, py.NewList(nil, py.Tuple{true}, shared, shared),
		dict(py.Pair{Key: int64(1), Value: "int"}, py.Pair{Key: "1", Value: "str"}, py.Pair{Key: 1.5, Value: nil}, py.Pair{Key: nil, Value: nil}, py.Pair{Key: false, Value: nil},
			py.Pair{Key: math.Inf(1), Value: nil}, py.Pair{Key: math.NaN(), Value: nil}, py.Pair{Key: math.NaN(), Value: nil}, py.Pair{Key: new(big.Int).Lsh(big.NewInt(1), 70), Value: nil}, py.Pair{Key: 1e16, Value: nil}),
		dict(py.Pair{Key: true, Value: "true"}), dict(py.Pair{Key: "true", Value: 1.0}, py.Pair{Key: true, Value: nil}),
		&py.Object{Callable: class("collections", "OrderedDict"), DictItems: []py.Pair{{Key: "b", Value: int64(1)}, {Key: "a", Value: int64(2)}}},
		&py.Object{Callable: class("collections", "defaultdict"), Args: py.Tuple{class("builtins", "list")}, DictItems: []py.Pair{{Key: int64(1), Value: int64(1)}}},
		py.NewObject(class("collections", "Counter"), dict(py.Pair{Key: "b", Value: int64(1)})),
		set, frozen, []byte("b"), &py.ByteArray{}, 1i, py.Ellipsis, py.NotImplemented, class("builtins", "int"), loop, round,
		py.NewObject(class("builtins", "ValueError"), "x"), py.NewObject(class("datetime", "date"), []byte{7, 228, 1, 2}), py.NewObject(class("decimal", "Decimal"), "1"),
		dict(py.Pair{Key: py.Tuple{}, Value: nil}), dict(py.Pair{Key: "x", Value: py.NewList(set)}), dict(py.Pair{Key: []byte("x"), Value: nil}), dict(py.Pair{Key: py.Ellipsis, Value: nil}),
	}
	for _, f := range []float64{
		0, math.Copysign(0, -1), 1, 0.1, 1e15, 1e16, 123456789012345680, 1e-4, 1e-5, 9.9999e-5, 1e22, 1e100, 5e-324, math.MaxFloat64, 1.0 / 3, math.NaN(), math.Inf(1), math.Inf(-1),
		12345.678, 9007199254740993, 1e17 + 16, 4.35, 2.5e-8,
	} {
		values = append(values, f, -f)
	}
	return values
}

// generatedValues makes values at random, of the same seed every time.
func generatedValues(t *testing.T, n int) []any {
	t.Helper()
	g := generator{rand.New(rand.NewPCG(1, 2))}
	values := make([]any, n)
	for i := range values {
		values[i] = g.value(4)
	}
	return values
}

type generator struct{ *rand.Rand }

func (g generator) value(depth int) any {
	kind := g.IntN(10)
	if depth == 0 {
		kind = g.IntN(7)
	}
	switch kind {
	case 0:
		return []any{nil, true, false}[g.IntN(3)]
	case 1:
		return int64(g.Uint64() >> g.IntN(64))
	case 2:
		return new(big.Int).Lsh(big.NewInt(int64(g.Uint64()>>1)+1), uint(g.IntN(300))+64)
	case 3:
		return math.Float64frombits(g.Uint64())
	case 4:
		return float64(g.IntN(2e9)-1e9) / float64(int64(1)<<g.IntN(40))
	case 5, 6:
		return g.text()
	case 7:
		items := make([]any, g.IntN(5))
		for i := range items {
			items[i] = g.value(depth - 1)
		}
		if g.IntN(2) == 0 {
			return py.Tuple(items)
		}
		return py.NewList(items...)
	}
	d := &py.Dict{}
	for range g.IntN(5) {
		key := g.text()
		if err := d.Set(key, g.value(depth-1)); err != nil {
			panic(err)
		}
		if k := g.value(0); g.IntN(2) == 0 {
			if err := d.Set(k, g.value(depth-1)); err != nil {
				panic(err)
			}
		}
	}
	return d
}

func (g generator) text() string {
	var b strings.Builder
	for range g.IntN(6) {
		switch g.IntN(6) {
		case 0:
			b.WriteByte(byte(g.IntN(128)))
		case 1:
			b.WriteRune(rune(g.IntN(0x800)))
		case 2:
			b.WriteRune(rune(0x10000 + g.IntN(0x100000)))
		case 3:
			unit := 0xD800 + g.IntN(0x800)
			b.Write([]byte{0xED, 0x80 | byte(unit>>6)&0x3F, 0x80 | byte(unit)&0x3F})
		default:
			b.WriteString([]string{"a", "bc", "key"}[g.IntN(3)])
		}
	}
	return b.String()
}

// TestLoadsLikePython gives each Python the same documents, good and bad, and compares what
// json.loads makes of them: the values by their pickles, which show which strings are the same
// object, the errors by message and place.
func TestLoadsLikePython(t *testing.T) {
	documents := slices.Concat(loaded(), generatedDocuments(t, 6000))
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			refused := 0
			for i, a := range ask(t, python, 'L', documents) {
				var got any
				err := jsonser.Unmarshal(documents[i], &got)
				if a.err != nil {
					refused++
				}
				compareLoaded(t, documents[i], got, err, a)
			}
			t.Logf("%d documents, %d of them refused", len(documents), refused)
		})
	}
}

func compareLoaded(t *testing.T, doc []byte, got any, err error, want answer) {
	t.Helper()
	if want.err != nil {
		compareRefused(t, doc, err, want.err)
		return
	}
	if err != nil {
		t.Errorf("%q: %v; Python reads it", doc, err)
		return
	}
	pickled, err := pickle.Marshal(got)
	if err != nil {
		t.Errorf("%q: %v", doc, err)
		return
	}
	// Python 3.6 frames short pickles and later ones do not; the graph is the same.
	if !bytes.Equal(unframed(pickled), unframed(want.value)) {
		t.Errorf("%q:\n% x, Python's is\n% x", doc, pickled, want.value)
	}
}

// unframed takes the frame off a pickle that is short enough to have one at most.
func unframed(p []byte) []byte {
	const frame = 0x95
	if len(p) > 11 && p[2] == frame {
		return slices.Concat(p[:2], p[11:])
	}
	return p
}

func compareRefused(t *testing.T, doc []byte, err error, want *pythonError) {
	t.Helper()
	var syntax *jsonser.SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("%q: %v; Python raises %v", doc, err, *want)
		return
	}
	if want.class == "UnicodeDecodeError" {
		if syntax.Kind != jsonser.InvalidEncoding {
			t.Errorf("%q: %v; Python raises %v", doc, err, *want)
		}
		return
	}
	got := pythonError{"JSONDecodeError", syntax.Kind.String(), syntax.Char, syntax.Line, syntax.Column}
	if got != *want && !isTrailingComma(syntax, want) {
		t.Errorf("%q: %v; Python raises %v", doc, got, *want)
	}
}

// isTrailingComma reports whether the difference is that Python before 3.13 has no message for a
// trailing comma, and names what comes after it instead.
func isTrailingComma(e *jsonser.SyntaxError, want *pythonError) bool {
	old := map[jsonser.Kind]jsonser.Kind{jsonser.TrailingCommaArray: jsonser.ExpectingValue, jsonser.TrailingCommaObject: jsonser.ExpectingName}
	return old[e.Kind] != 0 && want.message == old[e.Kind].String() && want.char > e.Char
}

// loaded are documents with something to see in each.
func loaded() [][]byte {
	texts := []string{
		"", " ", "[", "[1", "[1,", "[1,]", "{", `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, "{a:1}", "{1:2}", "nul", "tru", "NaN", "-NaN",
		"Infinity", "-Infinity", "-Inf", "+1", "01", "-01", "-", "1.", "1.e5", "1e", "1e+", ".5", "1e400", "-1e400", "-0", "-0.0", "1E5", "1e5", "1e-400",
		`"\x"`, `"\u12"`, `"\u123g"`, `"\ud800"`, `"\ud83d\ude00"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\ude00"`, "\"a\nb\"", "\"\x7f\"",
		`"abc`, `"abc\`, "1 2", "[1 2]", `{"a" 1}`, `{"a":1 "b":2}`, "null ", "\u00a01", "\f1", "[1,\n2\n x]", "[1,\r\n2,\n\n é x]", `{"a":}`, "[,]",
		`"\u 123"`, `"\u+123"`, `"\u0x12"`, `"\u1_23"`, "[1]]", `{"a":1,"b":2,"a":3}`, `{"a":1,"b":[{"a":2},{"b":"a","c":"bc"}],"bc":3}`, "-1_0", "1_0", `"\u00e9é"`,
		`{"a":1,]`, `["a",}`, "12345678901234567890", "-9223372036854775808", "9223372036854775808", `{"a":1 ,`, `{ "a" :1}`, `{"a":1, }`, `{"a":1,x`, "\u0661", "1\u0661", "--1",
		"-x", "[NaNx]", "truex", "1.5.5", "0x10", "00", "-00", "1e5.5", "0e0", `"\/\b\f\n\r\t\"\\"`, `"\ud800\udc`, `"\ud800\`, `"\ud800\n"`, `"\uD800\uDC0"`,
		`"\uD800\uDC00"`, `"\uD800\uDC00`, `"\u0041`, `"\u0041" `, `"\udc00\ud800"`, `"\ud800\u"`, `"\ud800\u1"`, `"\ud800\u123"`, `"\ud800\u123x"`, "[[[", `{"a":[}`, "]", "}", ":", ",",
		"[1,,2]", "[,1]", "{,}", `{"a"::1}`, `{"a":1,,"b":2}`, "'a'", "\"\t\"", "tRue", "[true,false,null]", "INF", "Infinityx", "-Infinityx", "NaN1",
		`{"":""}`, `["a","a"]`, `["ab","ab"]`, `{"ab":"ab","cd":{"ab":1}}`, `{"é":"é","éé":{"éé":0}}`, "{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"g\": 7, \"h\": 8, \"i\": 9, \"j\": 10, \"a\": 11}",
		"\ufeff1", "\ufeff\ufeff1", "\xff", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xed\xa0\x80\xed\xb0\x80\"", "\"\xed\xa0\x80\\udc00\"", "\"\xf4\x90\x80\x80\"", "\"\xc0\x80\"", "\"\xf0\x80\x80\x80\"",
		"\"\xed\xa0\"", "\"\xf5\"", "\"\xe2\x82\"", "\x00", "\x00\x00", "\x00\x00\x00", "\x00\x00\x00\x00", "1\x00", "\x001", "\x00\x001", "1\x00\x00", "\xff\xfe", "\xff\xfe\x00\x00", "\x00\x00\xfe\xff",
		"\xff\xfe\"\x00\x00\xd8\"\x00", "\xff\xfe\"\x00\x00", "1\x00\x00\x00", "1\x00\x00\x001", "\x00\x00\x001", "1\x002\x00 \x00", "[1\x00", "\xfe\xff\x001", "\xff\xfe1\x00", "\xff\xfe\x00\x001\x00\x00\x00",
		"\xff\xfe\"\x00\x00\xd8\x00\xdc\"\x00", "\x00\x00\xfe\xff\x00\x11\x00\x00", "\xff\xfe[\x00\"\x00\x3d\xd8\x00\xde\"\x00 \x00x\x00",
	}
	documents := make([][]byte, len(texts))
	for i, text := range texts {
		documents[i] = []byte(text)
	}
	return documents
}

// generatedDocuments makes documents at random, of the same seed every time: some in other
// encodings, some damaged.
func generatedDocuments(t *testing.T, n int) [][]byte {
	t.Helper()
	g := generator{rand.New(rand.NewPCG(3, 4))}
	seeds := loaded()
	documents := make([][]byte, n)
	for i := range documents {
		doc := slices.Clone(seeds[g.IntN(len(seeds))])
		if g.IntN(4) > 0 {
			made, err := jsonser.Marshal(g.value(4))
			if err != nil {
				t.Fatal(err)
			}
			doc = g.unescape(made)
		}
		switch g.IntN(8) {
		case 0:
			doc = g.encode16(doc)
		case 1, 2, 3:
			doc = g.damage(doc)
		}
		documents[i] = doc
	}
	return documents
}

// unescape turns some escapes of characters into the characters and puts white space between some
// items.
func (g generator) unescape(doc []byte) []byte {
	var text string
	if g.IntN(2) == 0 && json.Unmarshal(doc, &text) == nil && !bytes.ContainsAny(doc, "\\") {
		doc = []byte(`"` + text + "é\u2028\U0001f600\"")
	}
	return bytes.ReplaceAll(doc, []byte(", "), []byte([]string{", ", ",", " ,\n", "\t\r\n,"}[g.IntN(4)]))
}

func (g generator) encode16(doc []byte) []byte {
	var out []byte
	if g.IntN(2) == 0 {
		out = append(out, 0xFF, 0xFE)
	}
	for _, u := range utf16.Encode([]rune(string(doc))) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// damage changes, takes out or puts in a few bytes.
func (g generator) damage(doc []byte) []byte {
	const tokens = `{}[],:"\u0123456789aefdD+-.eENIny` + "\x00\n\xed\xa0\x80\xff "
	for range 1 + g.IntN(3) {
		at := g.IntN(len(doc) + 1)
		token := tokens[g.IntN(len(tokens))]
		switch {
		case at == len(doc) || g.IntN(3) == 0:
			doc = slices.Insert(doc, at, token)
		case g.IntN(2) == 0:
			doc[at] = token
		default:
			doc = slices.Delete(doc, at, at+1)
		}
	}
	return doc
}
