package tagged_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func dict(t *testing.T, pairs ...py.Pair) *py.Dict {
	t.Helper()
	d, err := py.NewDict(pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// rows are values with their documents.
func rows(t *testing.T) []struct {
	value         any
	tagged, plain string
} {
	t.Helper()
	utc := py.NewTimeZone(0, "")
	row := func(value any, tagged, plain string) struct {
		value         any
		tagged, plain string
	} {
		return struct {
			value         any
			tagged, plain string
		}{value, tagged, plain}
	}
	return []struct {
		value         any
		tagged, plain string
	}{
		row(nil, `null`, `null`),
		row(true, `true`, `true`),
		row(int64(-3), `-3`, `-3`),
		row(int64(1<<53-1), `9007199254740991`, `9007199254740991`),
		row(int64(1<<53), `{"$int": "9007199254740992"}`, `9007199254740992`),
		row(new(big.Int).Lsh(big.NewInt(-1), 64), `{"$int": "-18446744073709551616"}`, `-18446744073709551616`),
		row(1.0, `1.0`, `1.0`),
		row(math.Copysign(0, -1), `-0.0`, `-0.0`),
		row(1e300, `1e+300`, `1e+300`),
		row(math.Inf(-1), `{"$float": "-inf"}`, `null`),
		row(math.Float64frombits(0x7ff8000000000000), `{"$float": "nan"}`, `null`),
		row(math.Float64frombits(0xfff8000000000001), `{"$float": "0xfff8000000000001"}`, `null`),
		row(complex(1, math.Inf(1)), `{"$complex": [1.0, {"$float": "inf"}]}`, `"1+infj"`),
		row("caf\u00e9 \xed\xb2\x80", `"caf\u00e9 \udc80"`, `"caf\u00e9 \udc80"`),
		row("a\xed\xa0\xbd\xed\xb8\x80", `{"$str": ["a\ud83d", "\ude00"]}`, `"a\ud83d\ude00"`),
		row([]byte("hello"), `{"$bytes": "aGVsbG8="}`, `"aGVsbG8="`),
		row(&py.ByteArray{Bytes: []byte{}}, `{"$bytearray": ""}`, `""`),
		row(py.NewList(int64(1), "a"), `[1, "a"]`, `[1, "a"]`),
		row(py.Tuple{}, `{"$tuple": []}`, `[]`),
		row(py.Tuple{int64(1), py.Tuple{nil}}, `{"$tuple": [1, {"$tuple": [null]}]}`, `[1, [null]]`),
		row(must(py.NewSet(int64(1), "x")), `{"$set": [1, "x"]}`, `[1, "x"]`),
		row(must(py.NewFrozenSet(int64(1))), `{"$frozenset": [1]}`, `[1]`),
		row(dict(t, py.Pair{Key: "a", Value: int64(1)}), `{"a": 1}`, `{"a": 1}`),
		row(dict(t, py.Pair{Key: "$a", Value: int64(1)}), `{"$dict": [["$a", 1]]}`, `{"$a": 1}`),
		row(dict(t, py.Pair{Key: "$tuple", Value: py.NewList()}), `{"$dict": [["$tuple", []]]}`, `{"$tuple": []}`),
		row(dict(t, py.Pair{Key: int64(1), Value: "x"}, py.Pair{Key: py.Tuple{1.5}, Value: nil}), `{"$dict": [[1, "x"], [{"$tuple": [1.5]}, null]]}`, `{"1": "x", "(1.5,)": null}`),
		row(py.Ellipsis, `{"$constant": "Ellipsis"}`, `"Ellipsis"`),
		row(py.NotImplemented, `{"$constant": "NotImplemented"}`, `"NotImplemented"`),
		row(py.Class{Module: "collections", Name: "OrderedDict"}, `{"$class": ["collections", "OrderedDict"]}`, `"<class 'collections.OrderedDict'>"`),
		row(must(py.NewDate(2026, 11, 23)), `{"$date": "2026-11-23"}`, `"2026-11-23"`),
		row(must(py.NewTime(py.Clock{Hour: 1, Microsecond: 5}, nil)), `{"$time": "01:00:00.000005"}`, `"01:00:00.000005"`),
		row(must(py.NewDateTime(2026, 1, 2, py.Clock{Hour: 3}, utc)), `{"$datetime": "2026-01-02T03:00:00+00:00"}`, `"2026-01-02T03:00:00+00:00"`),
		row(must(py.NewDateTime(2026, 1, 2, py.Clock{Hour: 3, Fold: true}, nil)), `{"$datetime": {"at": "2026-01-02T03:00:00", "fold": true}}`, `"2026-01-02T03:00:00"`),
		row(must(py.NewDateTime(2026, 1, 2, py.Clock{}, py.NewTimeZone(-5400e9, ""))), `{"$datetime": "2026-01-02T00:00:00-01:30"}`, `"2026-01-02T00:00:00-01:30"`),
		row(must(py.NewDateTime(2026, 1, 2, py.Clock{}, py.NewTimeZone(-1800e9, ""))), `{"$datetime": "2026-01-02T00:00:00-00:30"}`, `"2026-01-02T00:00:00-00:30"`),
		row(py.NewTimeDeltaOf(-1, 5, 500000), `{"$timedelta": [-1, 5, 500000]}`, `-86394.5`),
		row(py.NewTimeZone(3600e9, "CET"), `{"$timezone": [0, 3600, 0, "CET"]}`, ``),
		row(py.NewTimeZone(-3600e9, ""), `{"$timezone": [-1, 82800, 0]}`, ``),
		row(must(py.NewDateTime(2026, 1, 2, py.Clock{}, py.NewTimeZone(3600e9, "CET"))), `{"$datetime": {"at": "2026-01-02T00:00:00", "zone": {"$timezone": [0, 3600, 0, "CET"]}}}`, `"2026-01-02T00:00:00+01:00"`),
		row(py.NewRange(int64(0), int64(10), int64(-2)), `{"$range": [0, 10, -2]}`, ``),
		row(py.NewSlice(int64(1), nil, "x"), `{"$slice": [1, null, "x"]}`, ``),
		row(py.NewOrderedDict(py.Pair{Key: "a", Value: py.NewList()}, py.Pair{Key: int64(1), Value: nil}), `{"$ordereddict": [["a", []], [1, null]]}`, `{"a": [], "1": null}`),
		row(must(py.NewDecimal("1.50")), `{"$decimal": "1.50"}`, `"1.50"`),
		row(py.NewFraction(big.NewRat(-22, 7)), `{"$fraction": "-22/7"}`, `"-22/7"`),
		row(py.NewUUID([16]byte{0x12, 15: 1}), `{"$uuid": "12000000-0000-0000-0000-000000000001"}`, `"12000000-0000-0000-0000-000000000001"`),
		row(must(must(py.NewArray([]int16{1, 2}, 2)).MarshalPython()), `{"$array": {"dtype": "<i2", "shape": [2], "data": "AQACAA=="}}`, ``),
		row(py.NewInstance(py.Class{Module: "lab", Name: "Point"}, py.Item{Key: "x", Value: int64(1)}),
			`{"$object": {"class": ["lab", "Point"], "how": "new", "args": [], "state": {"x": 1}}}`, ``),
	}
}

func TestRows(t *testing.T) {
	for _, row := range rows(t) {
		document, err := tagged.Encode(row.value)
		if err != nil || string(document) != row.tagged {
			t.Errorf("%s: %s, %v; want %s", py.Repr(row.value), document, err, row.tagged)
			continue
		}
		again, err := tagged.Decode(document, tagged.WithAnyClass())
		if err != nil {
			t.Errorf("%s: %v", document, err)
			continue
		}
		if err := alike(row.value, again); err != nil {
			t.Errorf("%s became %s: %v", py.Repr(row.value), py.Repr(again), err)
		}
		if row.plain == "" {
			continue
		}
		if plain, err := tagged.Plain(row.value); err != nil || string(plain) != row.plain {
			t.Errorf("%s: plain %s, %v; want %s", py.Repr(row.value), plain, err, row.plain)
		}
	}
}

// TestSharing keeps what is the same object, and what holds itself.
func TestSharing(t *testing.T) {
	inner := py.NewList(int64(1))
	self := py.NewList()
	self.Append(self)
	tuple := make(py.Tuple, 1)
	tuple[0] = py.NewList(tuple)
	object := py.NewInstance(py.Class{Module: "lab", Name: "Node"})
	object.State, object.HasState = py.StrDict(py.Item{Key: "me", Value: object}), true
	for _, row := range []struct {
		value    any
		document string
	}{
		{py.NewList(inner, inner), `[{"$def": 1, "value": [1]}, {"$ref": 1}]`},
		{self, `{"$def": 1, "value": [{"$ref": 1}]}`},
		{tuple, `{"$def": 1, "value": {"$tuple": [[{"$ref": 1}]]}}`},
		{object, `{"$def": 1, "value": {"$object": {"class": ["lab", "Node"], "how": "new", "args": [], "state": {"me": {"$ref": 1}}}}}`},
	} {
		document, err := tagged.Encode(row.value)
		if err != nil || string(document) != row.document {
			t.Errorf("%s, %v; want %s", document, err, row.document)
			continue
		}
		again, err := tagged.Decode(document, tagged.WithAnyClass())
		if err == nil {
			err = alike(row.value, again)
		}
		if err != nil {
			t.Errorf("%s: %v", document, err)
		}
		if _, err := tagged.Plain(row.value); err != nil {
			t.Errorf("plain %s: %v", document, err)
		}
	}
}

// TestCorpus takes every value of the corpus, with the values of docs/types.md, there and back: as
// each release and protocol wrote it.
func TestCorpus(t *testing.T) {
	count, own := 0, map[string]int{}
	err := corpus.Stored(func(v corpus.Vector) error {
		if v.Protocol == corpus.Repr || v.Sources[0].Major == 2 { // the original does not run on Python 2
			return nil
		}
		name, data := fmt.Sprintf("%s at protocol %d by %v", v.Name, v.Protocol, v.Sources), v.Data
		var value any
		if err := pickle.Unmarshal(data, &value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		document, err := tagged.Encode(value, tagged.WithMaxDepth(5000))
		if v.Name == "recursive/frozenset" {
			if !errors.Is(err, tagged.ErrUnsupported) {
				t.Errorf("%s: %s, %v", name, document, err)
			}
			return nil
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		again, err := tagged.Decode(document, tagged.WithMaxDepth(20000), tagged.WithAnyClass())
		if err == nil {
			err = alike(value, again)
		}
		if err != nil {
			t.Errorf("%s: %.300s: %v", name, document, err)
		}
		if _, err := tagged.Plain(value, tagged.WithMaxDepth(5000)); err != nil {
			t.Errorf("%s: plain: %v", name, err)
		}
		count++
		for _, tag := range []string{"$date\"", "$time\"", "$datetime\"", "$timedelta\"", "$decimal\"", "$uuid\"", "$fraction\"", "$object\""} {
			if strings.HasPrefix(string(document), `{"`+tag) {
				own[tag]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 1000 {
		t.Errorf("only %d values", count)
	}
	t.Logf("%d documents, %v", count, own)
}

func TestRefused(t *testing.T) {
	for document, kind := range map[string]error{
		``:                               tagged.ErrSyntax,
		`{`:                              tagged.ErrSyntax,
		`NaN`:                            tagged.ErrSyntax,
		`[1e999]`:                        tagged.ErrSyntax,
		strings.Repeat("[", 1000):        tagged.ErrSyntax,
		`{"$unknown": 1}`:                tagged.ErrTag,
		`{"$": 1}`:                       tagged.ErrTag,
		`{"$tuple": 1}`:                  tagged.ErrTag,
		`{"$tuple": [], "more": 1}`:      tagged.ErrTag,
		`{"$int": 1}`:                    tagged.ErrTag,
		`{"$int": "1.5"}`:                tagged.ErrTag,
		`{"$float": 1.5}`:                tagged.ErrTag,
		`{"$bytes": "?"}`:                tagged.ErrTag,
		`{"$set": [[]]}`:                 tagged.ErrTag,
		`{"$set": [1, 1.0]}`:             tagged.ErrTag,
		`{"$dict": [[1]]}`:               tagged.ErrTag,
		`{"$dict": [[1, 2], [true, 3]]}`: tagged.ErrTag,
		`{"$ref": 1}`:                    tagged.ErrTag,
		`{"$def": 1}`:                    tagged.ErrTag,
		`{"$def": 1, "value": {"$frozenset": [{"$tuple": [{"$ref": 1}]}]}}`: tagged.ErrTag,
		`{"$date": "2026-02-30"}`:                                     tagged.ErrTag,
		`{"$datetime": "2026-02-03"}`:                                 tagged.ErrTag,
		`{"$time": "25:00"}`:                                          tagged.ErrTag,
		`{"$timedelta": [0, 86400, 0]}`:                               tagged.ErrTag,
		`{"$decimal": "x"}`:                                           tagged.ErrTag,
		`{"$fraction": "1/0"}`:                                        tagged.ErrTag,
		`{"$timezone": [0, 86400, 0]}`:                                tagged.ErrTag,
		`{"$timezone": [1, 0, 0]}`:                                    tagged.ErrTag,
		`{"$timezone": [0, 0, 0, {"$tuple": []}]}`:                    tagged.ErrTag,
		`{"$datetime": {"at": "2026-01-02T00:00:00", "zone": "CET"}}`: tagged.ErrTag,
		`{"$range": [0, 1, 0]}`:                                       tagged.ErrTag,
		`{"$range": [0, 1]}`:                                          tagged.ErrTag,
		`{"$slice": [0]}`:                                             tagged.ErrTag,
		`{"$ordereddict": [[[], 1]]}`:                                 tagged.ErrTag,
		`{"$ordereddict": [[1, 2], [1.0, 2]]}`:                        tagged.ErrTag,
		`{"$uuid": "1"}`:                                              tagged.ErrTag,
		`{"$class": ["a"]}`:                                           tagged.ErrTag,
		`{"$constant": "None"}`:                                       tagged.ErrTag,
		`{"$object": {}}`:                                             tagged.ErrTag,
		`{"$object": {"class": ["a", "b"], "how": "magic"}}`:          tagged.ErrTag,
		`{"$array": {"dtype": "<f8", "shape": [2], "data": ""}}`:      tagged.ErrTag,
		`{"$array": {"dtype": "<f8", "shape": [-1, -2], "data": ""}}`: tagged.ErrTag,
		`{"$array": {"dtype": "|O8", "shape": [0], "data": ""}}`:      tagged.ErrTag,
		`{"$array": {"dtype": "<f8", "shape": [4294967296, 4294967296], "data": ""}}`: tagged.ErrTag,
	} {
		v, err := tagged.Decode([]byte(document), tagged.WithAnyClass())
		if !errors.Is(err, kind) {
			t.Errorf("%.60s: %v, %v; want %v", document, v, err, kind)
		}
	}
}

func TestLimits(t *testing.T) {
	level := py.NewList("x")
	for range 40 {
		level = py.NewList(level, level)
	}
	if document, err := tagged.Encode(level); err != nil || len(document) > 10_000 {
		t.Errorf("shared lists: %d bytes, %v", len(document), err)
	}
	if _, err := tagged.Plain(level, tagged.WithMaxOutput(1<<20)); !errors.Is(err, tagged.ErrTooLarge) {
		t.Errorf("plain of shared lists: %v", err)
	}
	text := strings.Repeat("x", 1000)
	many := py.NewList()
	for range 1000 {
		many.Append(text)
	}
	if _, err := tagged.Encode(many, tagged.WithMaxOutput(100_000)); !errors.Is(err, tagged.ErrTooLarge) {
		t.Errorf("a text many times: %v", err)
	}
	deep := py.NewList()
	for range 1000 {
		deep = py.NewList(deep)
	}
	if _, err := tagged.Encode(deep); !errors.Is(err, tagged.ErrTooDeep) {
		t.Errorf("a deep list: %v", err)
	}
	if _, err := tagged.Encode(&py.PersistentID{ID: "x"}); !errors.Is(err, tagged.ErrUnsupported) {
		t.Errorf("a persistent id: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, row := range rows(&testing.T{}) {
		f.Add([]byte(row.tagged))
	}
	f.Add([]byte(`{"$def": 1, "value": [{"$ref": 1}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		v, err := tagged.Decode(document, tagged.WithAnyClass())
		if err != nil {
			return
		}
		out, err := tagged.Encode(v)
		if errors.Is(err, tagged.ErrTooDeep) || errors.Is(err, tagged.ErrTooLarge) {
			return
		}
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", document, err)
		}
		again, err := tagged.Decode(out, tagged.WithAnyClass())
		if err == nil {
			err = alike(v, again)
		}
		if err != nil && !errors.Is(err, tagged.ErrSyntax) { // deeper than before by the tags
			t.Fatalf("%q became %q: %v", document, out, err)
		}
	})
}
