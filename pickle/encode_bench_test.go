package pickle_test

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// Each benchmark here runs its twin in CPython's C pickler first and reports how many times as fast
// Go is ("x-cpython"): the best of several rounds against the best of several rounds, so that a
// busy machine disturbs both alike.

const encodeTwin = `
import pickle, sys, timeit
setup, count = sys.argv[1], int(sys.argv[2])
space = {'pickle': pickle}
exec(setup, space)
sys.stdout.write('%g %s' % (min(timeit.repeat('pickle.dumps(value, 4)', repeat=7, number=count, globals=space)) / count, len(pickle.dumps(space['value'], 4))))
`

// twin returns the seconds that CPython takes to pickle the value that setup makes, and the size of
// the pickle.
func twin(b *testing.B, setup string, count int) (seconds float64, size int) {
	b.Helper()
	out := pyenv.Newest(b).Eval(b.Context(), b, encodeTwin, nil, pyenv.WithArgs(setup, strconv.Itoa(count)))
	if _, err := fmt.Sscan(string(out), &seconds, &size); err != nil {
		b.Fatalf("%q: %v", out, err)
	}
	return seconds, size
}

func benchmarkEncode(b *testing.B, setup string, count int, v any) {
	seconds, size := twin(b, setup, count)
	data, err := pickle.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	if len(data) != size {
		b.Fatalf("Go wrote %d bytes, CPython %d", len(data), size)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	best, begin, done := math.Inf(1), time.Now(), 0
	for b.Loop() {
		if _, err := pickle.Marshal(v); err != nil {
			b.Fatal(err)
		}
		if done++; done == count {
			best = min(best, time.Since(begin).Seconds()/float64(count))
			begin, done = time.Now(), 0
		}
	}
	if !math.IsInf(best, 1) {
		b.ReportMetric(seconds/best, "x-cpython")
	}
}

func BenchmarkEncodeMessage(b *testing.B) {
	value := py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "name", Value: "calculate"}, py.Item{Key: "method", Value: "__call__"},
		py.Item{Key: "args", Value: py.Tuple{int64(8)}}, py.Item{Key: "kwargs", Value: py.StrDict(py.Item{Key: "y", Value: int64(3)})})}
	benchmarkEncode(b, "value = ('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,), 'kwargs': {'y': 3}})", 20000, value)
}

type position struct {
	_    struct{} `pickle:",tuple"`
	X, Y float64
}

type row struct {
	ID    int      `pickle:"id"`
	Name  string   `pickle:"name"`
	Value float64  `pickle:"value"`
	Count int      `pickle:"count"`
	Unit  string   `pickle:"unit"`
	Pos   position `pickle:"pos"`
}

const rowsTwin = `
value = [{'id': i * 40, 'name': 'sensor number %d' % i, 'value': i * 0.5, 'count': i % 300, 'unit': 'unit %d' % (i % 7), 'pos': (i * 1.5, -i * 0.25)} for i in range(2000)]
`

func rows() []row {
	rows := make([]row, 2000)
	for i := range rows {
		f := float64(i)
		rows[i] = row{i * 40, fmt.Sprintf("sensor number %d", i), f * 0.5, i % 300, fmt.Sprintf("unit %d", i%7), position{X: f * 1.5, Y: -f * 0.25}}
	}
	return rows
}

func BenchmarkEncodeStructs(b *testing.B) { benchmarkEncode(b, rowsTwin, 10, rows()) }

func BenchmarkEncodeDicts(b *testing.B) {
	graph, err := py.FromGo(rows())
	if err != nil {
		b.Fatal(err)
	}
	benchmarkEncode(b, rowsTwin, 10, graph)
}

func BenchmarkEncodeBytes(b *testing.B) {
	benchmarkEncode(b, "value = b'x' * 100000000", 3, bytes.Repeat([]byte("x"), 100_000_000))
}

func BenchmarkEncodeInts(b *testing.B) {
	ints := make([]int, 100_000)
	for i := range ints {
		ints[i] = i * 77
	}
	benchmarkEncode(b, "value = [i * 77 for i in range(100000)]", 10, ints)
}

func BenchmarkEncodeStrings(b *testing.B) {
	texts := make([]string, 20_000)
	for i := range texts {
		texts[i] = strings.Repeat("é", i%20) + strconv.Itoa(i)
	}
	benchmarkEncode(b, "value = ['é' * (i % 20) + str(i) for i in range(20000)]", 10, texts)
}
