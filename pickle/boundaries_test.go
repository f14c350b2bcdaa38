package pickle_test

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// boundaries is written by testdata/boundaries/make.py.
//
//go:embed testdata/boundaries/python-3.13.tsv
var boundaries string

// atBoundary makes the values of testdata/boundaries/make.py.
var atBoundary = map[string]func(n int) any{
	"ascii":     func(n int) any { return strings.Repeat("x", n) },
	"latin":     func(n int) any { return strings.Repeat("é", n) },
	"wide":      func(n int) any { return strings.Repeat("😀", n) },
	"bytes":     func(n int) any { return make([]byte, n) },
	"bytearray": func(n int) any { return &py.ByteArray{Bytes: make([]byte, n)} },
	"list":      func(n int) any { return py.NewList(sevens(n)...) },
	"tuple":     func(n int) any { return py.Tuple(sevens(n)) },
	"dict": func(n int) any {
		var pairs []py.Pair
		for _, key := range upTo(n) {
			pairs = append(pairs, py.Pair{Key: key})
		}
		return must(py.NewDict(pairs...))
	},
	"set":       func(n int) any { return must(py.NewSet(upTo(n)...)) },
	"frozenset": func(n int) any { return must(py.NewFrozenSet(upTo(n)...)) },
	"memo": func(n int) any {
		all := py.NewList()
		for range n {
			all.Items = append(all.Items, py.NewList())
		}
		all.Items = append(all.Items, all.Items...)
		return all
	},
	"frames": func(n int) any {
		all := py.NewList()
		for i := range n {
			all.Items = append(all.Items, []byte(strings.Repeat(fmt.Sprintf("%04d", i), 250)))
		}
		return all
	},
	"depth": func(n int) any {
		value := py.NewList()
		for range n {
			value = py.NewList(value)
		}
		return value
	},
	"power":    func(n int) any { return power(n, 1, 0) },
	"below":    func(n int) any { return power(n, 1, -1) },
	"above":    func(n int) any { return power(n, 1, 1) },
	"negative": func(n int) any { return power(n, -1, 0) },
	"lower":    func(n int) any { return power(n, -1, -1) },
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func sevens(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = int64(7)
	}
	return all
}

func upTo(n int) []any {
	all := make([]any, n)
	for i := range all {
		all[i] = int64(i)
	}
	return all
}

// power returns sign * 2**n + more.
func power(n int, sign, more int64) any {
	value := new(big.Int).Lsh(big.NewInt(sign), uint(n))
	return py.NewInt(value.Add(value, big.NewInt(more)))
}

// TestBoundaries writes the values at which the format changes what it writes: the sizes of
// operands, batches, the memo, frames. CPython's own pickles say what is right. They are read back,
// and none of them can be read when its end is missing.
func TestBoundaries(t *testing.T) {
	rows := 0
	for line := range strings.Lines(boundaries) {
		rows++
		columns := strings.Split(strings.TrimSpace(line), "\t")
		n, protocol, length := number(t, columns[1]), number(t, columns[2]), number(t, columns[3])
		value := atBoundary[columns[0]](n)
		name := strings.Join(columns[:3], " ")
		data, err := pickle.Marshal(value, pickle.Protocol(protocol), pickle.WriteAs(3, 13))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != columns[5] {
			t.Errorf("%s: %d bytes beginning with %x, want %d beginning with %s", name, len(data), data[:min(12, len(data))], length, columns[4])
			continue
		}
		readsBoundary(t, name, value, data)
	}
	if rows < 1000 {
		t.Errorf("%d rows", rows)
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readsBoundary reads a pickle whole, from a stream, and without its last byte.
func readsBoundary(t *testing.T, name string, value any, data []byte) {
	t.Helper()
	var whole, streamed, short any
	if err := pickle.Unmarshal(data, &whole); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if err := pickle.NewDecoder(bytes.NewReader(data)).Decode(&streamed); err != nil {
		t.Errorf("%s: from a stream: %v", name, err)
		return
	}
	for _, got := range []any{whole, streamed} {
		if same, err := py.Equal(got, value); !same || err != nil {
			t.Errorf("%s: got %.80s, %v", name, py.Repr(got), err)
		}
	}
	if err := pickle.Unmarshal(data[:len(data)-1], &short); err == nil {
		t.Errorf("%s: read without its end", name)
	}
}

// TestFieldNamesInMemo writes structs whose field's name has an index of one byte in the memo, and
// of more: the bytes are the ones of dicts that share their key.
func TestFieldNamesInMemo(t *testing.T) {
	type record struct {
		Name int64 `pickle:"the name"`
	}
	const key = "the name"
	for n := 240; n < 270; n++ {
		var texts, dicts []any
		for i := range n {
			texts = append(texts, fmt.Sprint("text ", i))
		}
		for i := range int64(3) {
			dicts = append(dicts, py.StrDict(py.Item{Key: key, Value: i}))
		}
		for protocol := 1; protocol <= 5; protocol++ {
			want, err := pickle.Marshal(py.NewList(py.NewList(texts...), py.NewList(dicts...)), pickle.Protocol(protocol))
			if err != nil {
				t.Fatal(err)
			}
			got, err := pickle.Marshal([]any{texts, []record{{0}, {1}, {2}}}, pickle.Protocol(protocol))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d texts, protocol %d: %v\ngot  %q\nwant %q", n, protocol, err, got[max(0, len(got)-60):], want[max(0, len(want)-60):])
				return
			}
		}
	}
}
