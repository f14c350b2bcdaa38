package pickle_test

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// As in the benchmarks of encoding, each benchmark first runs the same work in CPython's C
// unpickler and reports how many times as fast Go is.

const decodeTwin = `
import pickle, struct, sys, timeit
setup, count = sys.argv[1], int(sys.argv[2])
space = {'pickle': pickle}
exec(setup, space)
space['data'] = pickle.dumps(space['value'], 4)
del space['value']
sys.stdout.buffer.write(struct.pack('>d', min(timeit.repeat('pickle.loads(data)', repeat=7, number=count, globals=space)) / count) + space['data'])
`

// benchmarkDecode measures decode on the pickle of the value that setup makes.
func benchmarkDecode(b *testing.B, setup string, count int, decode func(data []byte) error) {
	out := pyenv.Newest(b).Eval(b.Context(), b, decodeTwin, strings.NewReader(""), pyenv.WithArgs(setup, strconv.Itoa(count)))
	seconds, data := math.Float64frombits(binary.BigEndian.Uint64(out)), out[8:]
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	best, begin, done := math.Inf(1), time.Now(), 0
	for b.Loop() {
		if err := decode(data); err != nil {
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

func decodeInto[T any](data []byte) error {
	var v T
	return pickle.Unmarshal(data, &v)
}

// psMessage is the message of a call, as a struct.
type psMessage struct {
	_       struct{} `pickle:",tuple"`
	Word    string
	Action  string
	Options struct {
		Name   string
		Method string
		Args   []int
		Kwargs map[string]int
	}
}

const messageTwin = "value = ('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,), 'kwargs': {'y': 3}})"

func BenchmarkDecodeMessage(b *testing.B) {
	benchmarkDecode(b, messageTwin, 20000, decodeInto[any])
}

func BenchmarkDecodeMessageTyped(b *testing.B) {
	benchmarkDecode(b, messageTwin, 20000, decodeInto[psMessage])
}

func BenchmarkDecodeDicts(b *testing.B) { benchmarkDecode(b, rowsTwin, 10, decodeInto[any]) }

func BenchmarkDecodeStructs(b *testing.B) { benchmarkDecode(b, rowsTwin, 10, decodeInto[[]row]) }

func BenchmarkDecodeBytes(b *testing.B) {
	benchmarkDecode(b, "value = b'x' * 100000000", 3, decodeInto[[]byte])
}

func BenchmarkDecodeBytesAliased(b *testing.B) {
	benchmarkDecode(b, "value = b'x' * 100000000", 3, func(data []byte) error {
		var v []byte
		return pickle.Unmarshal(data, &v, pickle.WithAliasedInput())
	})
}

func BenchmarkDecodeInts(b *testing.B) {
	benchmarkDecode(b, "value = [i * 77 for i in range(100000)]", 10, decodeInto[[]int])
}

// BenchmarkDecodeFloats measures 100 MB of float64 in a numpy array against CPython's unpickler on
// as many bytes.
func BenchmarkDecodeFloats(b *testing.B) {
	array, err := py.NewArray(make([]float64, 12_500_000))
	if err != nil {
		b.Fatal(err)
	}
	data, err := pickle.Marshal(array)
	if err != nil {
		b.Fatal(err)
	}
	benchmarkDecode(b, "value = b'x' * 100000000", 3, func([]byte) error {
		var v []float64
		return pickle.Unmarshal(data, &v)
	})
}
