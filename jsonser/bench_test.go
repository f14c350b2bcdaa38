package jsonser_test

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// Each benchmark runs its twin in CPython's json first and reports how many times as fast Go is
// ("x-cpython"): the best of several rounds against the best of several rounds, so that a busy
// machine disturbs both alike.

const twinProgram = `
import json, pickle, sys, timeit
value = pickle.load(sys.stdin.buffer)
text = json.dumps(value).encode('utf-8')
statement, count = sys.argv[1], int(sys.argv[2])
print(min(timeit.repeat(statement, repeat=7, number=count, globals=globals())) / count)
`

// benchmarkTwin measures work against a statement of Python on the same value.
func benchmarkTwin(b *testing.B, v any, statement string, count int, work func() error) {
	b.Helper()
	out := pyenv.Newest(b).Eval(b.Context(), b, twinProgram, pickleReader(b, v), pyenv.WithArgs(statement, strconv.Itoa(count)))
	var python float64
	if _, err := fmt.Sscan(string(out), &python); err != nil {
		b.Fatalf("%q: %v", out, err)
	}
	b.ReportAllocs()
	best, begin, done := math.Inf(1), time.Now(), 0
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
		if done++; done == count {
			best = min(best, time.Since(begin).Seconds()/float64(count))
			begin, done = time.Now(), 0
		}
	}
	if !math.IsInf(best, 1) {
		b.ReportMetric(python/best, "x-cpython")
	}
}

func BenchmarkMarshal(b *testing.B) {
	for _, bench := range benchmarks() {
		b.Run(bench.name, func(b *testing.B) {
			benchmarkTwin(b, bench.value, "json.dumps(value).encode('utf-8')", bench.count, func() error {
				_, err := jsonser.Marshal(bench.value)
				return err
			})
		})
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	for _, bench := range benchmarks() {
		doc, err := jsonser.Marshal(bench.value)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			benchmarkTwin(b, bench.value, "json.loads(text)", bench.count, func() error {
				var v any
				return jsonser.Unmarshal(doc, &v)
			})
		})
	}
}

type benchmark struct {
	name  string
	value any
	count int
}

func benchmarks() []benchmark {
	message := py.Tuple{"PSMessage", "exec", py.StrDict(
		py.Item{Key: "name", Value: "calculate"}, py.Item{Key: "method", Value: "__call__"}, py.Item{Key: "args", Value: py.Tuple{int64(8)}})}
	records, floats, texts := py.NewList(), py.NewList(), py.NewList()
	for i := range int64(1000) {
		records.Append(py.StrDict(py.Item{Key: "id", Value: i}, py.Item{Key: "name", Value: fmt.Sprint("record ", i)}, py.Item{Key: "value", Value: float64(i) / 7}))
		floats.Append(math.Sqrt(float64(i)))
		texts.Append(fmt.Sprintf("Zeile %d: größer als\n\U0001f600", i))
	}
	return []benchmark{{"PSMessage", message, 2000}, {"1000 records", records, 20}, {"1000 floats", floats, 20}, {"1000 texts", texts, 20}}
}

func pickleReader(b *testing.B, v any) *bytes.Reader {
	b.Helper()
	data, err := pickle.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	return bytes.NewReader(data)
}
