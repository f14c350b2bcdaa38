package pickle_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// hostile are pickles that cost much more than their size when they are taken at their word.
// CPython takes all memory for some of them, hangs on others or crashes.
var hostile = []struct {
	name string
	make func() string
	// want is what decoding into an any ends with: the limit that is reached, the opcode that is
	// refused, or nothing where it is read.
	want string
	// megabytes is the most memory that anything that is done with it may take beyond 32 bytes for
	// each of its own; 16 when zero.
	megabytes uint64
	// slow is one that takes so long with the race detector that it is only decoded then.
	slow bool
}{
	// Lengths and indexes that are claimed.
	{name: "bytes of 2^32-1", make: as("B\xff\xff\xff\xffa."), want: "BINBYTES", megabytes: 4},
	{name: "bytes of 2^63-1", make: as("\x8e\xff\xff\xff\xff\xff\xff\xff\x7fa."), want: "BINBYTES8", megabytes: 4},
	{name: "bytes of 2^64-1", make: as("\x8e\xff\xff\xff\xff\xff\xff\xff\xffa."), want: "BINBYTES8", megabytes: 4},
	{name: "a str of 2^62", make: as("\x8d\x00\x00\x00\x00\x00\x00\x00\x40a."), want: "BINUNICODE8", megabytes: 4},
	{name: "a str of Python 2 of 2^31-1", make: as("T\xff\xff\xff\x7fa."), want: "BINSTRING", megabytes: 4},
	{name: "a bytearray of 2^40", make: as("\x96\x00\x00\x00\x00\x00\x01\x00\x00a."), want: "BYTEARRAY8", megabytes: 4},
	{name: "a frame of 2^62", make: as("\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x40N."), want: "FRAME", megabytes: 4},
	{name: "an int of 2^31-1 bytes", make: as("\x8b\xff\xff\xff\x7fa."), want: "LONG4", megabytes: 4},
	{name: "an int of a million digits", make: as("L" + strings.Repeat("9", 1_000_000) + "L\n."), want: "WithMaxIntDigits"},
	{name: "an int of ten million bytes", make: as("\x8b\x80\x96\x98\x00" + strings.Repeat("\x7f", 10_000_000) + "."), want: "WithMaxIntDigits"},
	{name: "a memo index of 2^31", make: as("Nr\x00\x00\x00\x80."), megabytes: 4},
	{name: "a memo index of 2^62", make: as("Np4611686018427387904\n."), megabytes: 4},
	{name: "memo indexes far apart", make: func() string {
		var b bytes.Buffer
		for i := range 10_000 {
			b.WriteString("Nr")
			_ = binary.Write(&b, binary.LittleEndian, uint32(i)*400_000)
		}
		return b.String() + "."
	}},

	// Nesting.
	{name: "50,000 nested tuples", make: as(")" + strings.Repeat("\x85", 50_000) + "."), want: "WithMaxDepth"},
	{name: "50,000 nested lists", slow: true, make: as(strings.Repeat("]", 50_000) + strings.Repeat("a", 49_999) + "."), want: "WithMaxDepth", megabytes: 100},
	{name: "50,000 nested lists by the memo", slow: true, make: func() string {
		// Each list is put into the one before it.
		return "]q\x00" + strings.Repeat("]q\x01h\x00h\x01a0h\x01q\x000", 50_000) + "."
	}, megabytes: 64},
	{name: "50,000 marks", slow: true, make: as(strings.Repeat("(", 50_000) + strings.Repeat("t", 50_000) + "."), want: "WithMaxDepth", megabytes: 40},
	{name: "50,000 marks that are popped", slow: true, make: as("N" + strings.Repeat("(1", 50_000) + ".")},
	{name: "nested objects", make: as("N" + strings.Repeat("cm\nf\n2\x86R", 10) + strings.Repeat("\x85", 50_000) + "."), want: "WithMaxDepth"},

	// Sharing.
	{name: "a tuple doubled 1000 times", slow: true, make: as(doubledTuple + "."), megabytes: 250},
	{name: "a list doubled 1000 times", slow: true, make: as("]" + strings.Repeat("q\x00](h\x00h\x00e", 1000) + "."), megabytes: 300},
	{name: "a dict doubled 1000 times", make: as("}" + strings.Repeat("q\x00}(Vname\nh\x00Vitems\nh\x00u", 1000) + "."), megabytes: 300},
	{name: "an object doubled 1000 times", make: as("N" + strings.Repeat("q\x00cm\nf\nh\x00h\x00\x86R", 1000) + ".")},
	{name: "a megabyte referred to 50,000 times", slow: true, make: as("](B\x00\x00\x10\x00" + strings.Repeat("x", 1<<20) + "q\x00" + strings.Repeat("h\x00", 50_000) + "e."), megabytes: 300},
	{name: "an object that is made of itself", make: as("cm\nf\nq\x00h\x00\x85q\x01Rq\x02h\x02h\x01\x86Rh\x02b.")},
	{name: "a list that holds itself", make: as("]q\x00h\x00a."), megabytes: 300},
	{name: "a dict that holds itself", make: as("}q\x00Vname\nh\x00s."), megabytes: 300},
	{name: "states of one object", slow: true, make: as("cm\nC\n)\x81" + strings.Repeat("}Va\nK\x01sb", 50_000) + "."), megabytes: 150},

	// Keys.
	{name: "a doubled tuple as key", make: as("}" + doubledTuple + "Ns.")},
	{name: "two equal doubled tuples as keys", make: as("}(" + doubledTuple + "N" + doubledTuple + "Nu."), want: "SETITEMS"},
	{name: "many costly keys", slow: true, make: func() string {
		var b bytes.Buffer
		for i := range 3_000 {
			// They differ beyond what a hash looks at only.
			b.WriteString("J")
			_ = binary.Write(&b, binary.LittleEndian, int32(i))
			b.WriteString(strings.Repeat("N\x86", 20) + strings.Repeat("2\x86", 13) + "N")
		}
		return "}(" + b.String() + "u."
	}, want: "WithMaxKeyWork", megabytes: 64},
	{name: "50,000 ints of one hash", slow: true, make: func() string {
		// Python's hash of an int is the rest that 2^61-1 leaves.
		var b strings.Builder
		for i := range int64(50_000) {
			n := new(big.Int).Mul(big.NewInt(1<<61-1), big.NewInt(i+1))
			fmt.Fprintf(&b, "L%vL\nN", n)
		}
		return "}(" + b.String() + "u."
	}, megabytes: 100},
	{name: "50,000 NaNs in a set", slow: true, make: func() string {
		nan := binary.BigEndian.AppendUint64([]byte{'G'}, math.Float64bits(math.NaN()))
		return "\x8f(" + strings.Repeat(string(nan), 50_000) + "\x90."
	}, megabytes: 100},

	// Classes of the standard library and of numpy, in values that their conversion takes at their
	// word.
	{name: "a Decimal of 10^9 digits", make: as("cdecimal\nDecimal\n(V1e1000000000\ntR.")},
	{name: "a Decimal of 10^-9 digits", make: as("cdecimal\nDecimal\n(V1e-1000000000\ntR.")},
	{name: "a range of 2^62", make: as("cbuiltins\nrange\n(K\x00L4611686018427387904L\nK\x01tR.")},
	{name: "a numpy array of 2^40 empty rows", make: as(numpyArray("(L1099511627776L\nK\x00t", "f8", "C\x00"))},
	{name: "a numpy array of 2^80 elements", make: as(numpyArray("(L1099511627776L\nL1099511627776L\nt", "f8", "C\x00"))},
	{name: "a numpy array of objects of 2^40 empty rows", make: as(numpyArray("(L1099511627776L\nK\x00t", "O8", "]"))},
	{name: "a numpy array of 50,000 dimensions", slow: true, make: as(numpyArray("("+strings.Repeat("K\x01", 50_000)+"t", "f8", "C\x0812345678"))},
	{name: "a numpy array of elements without size", make: as(numpyArray("(L1099511627776L\nt", "V0", "C\x00"))},
	{name: "a numpy dtype doubled 30 times", make: func() string {
		// Each has two fields of the one before it.
		dtype := numpyDType("i1", "N", "N")
		for range 30 {
			dtype += "q\x00" + numpyDType("V0", "(Va\nVb\nt", "}(Va\nh\x00K\x00\x86Vb\nh\x00K\x00\x86u")
		}
		return "cnumpy.core.multiarray\nscalar\n(" + dtype + "C\x00tR."
	}},
	{name: "an array.array of 10^6 elements that are none", make: as("carray\n_array_reconstructor\n(carray\narray\nVd\nK\x0eB\x01\x00\x10\x00" + strings.Repeat("x", 1<<20+1) + "tR.")},
}

func as(s string) func() string { return func() string { return s } }

// doubledTuple holds the tuple before it twice, a thousand times over.
var doubledTuple = "N" + strings.Repeat("2\x86", 1000)

func numpyDType(kind, names, fields string) string {
	return "cnumpy\ndtype\n(V" + kind + "\nI00\nI01\ntR(K\x03V|\nN" + names + fields + "K\x00K\x01K\x00tb"
}

func numpyArray(shape, kind, data string) string {
	return "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR(K\x01" + shape + numpyDType(kind, "N", "N") + "I00\n" + data + "tb."
}

type bombTree struct{ Items []bombTree }

// hostileTargets are types that hostile pickles are decoded into.
func hostileTargets() []any {
	type list []list
	all := []any{
		new(list), new(map[string]bombTree), new([][]float64), new(big.Rat), new([]int), new([][]byte), new([]any), new([][]any), new(map[any]any), new(big.Int),
		new(float64), new(string), new(time.Time), new(struct{ A, B any }), new(py.NDArray),
	}
	if raceDetector {
		return all[:4] // it slows all of this tenfold, and has nothing to find in one goroutine
	}
	return all
}

// TestHostile does with each hostile pickle whatever one does with pickles, and bounds the time and
// the memory of each.
func TestHostile(t *testing.T) {
	for _, row := range hostile {
		data := []byte(row.make())
		perByte := uint64(32)
		within := func(what string, do func()) {
			took, grown := cost(t, do)
			if took > 10*time.Second {
				t.Errorf("%s: %s took %v", row.name, what, took)
			}
			if most := cmp.Or(row.megabytes, 16)<<20 + perByte*uint64(len(data)); grown > most {
				t.Errorf("%s: %s took %d bytes", row.name, what, grown)
			}
			if testing.Verbose() && (took > 100*time.Millisecond || grown > 4<<20) {
				t.Logf("%s: %s: %v, %d MB", row.name, what, took, grown>>20)
			}
		}
		var graph any
		var err error
		within("decoding", func() { err = pickle.Unmarshal(data, &graph) })
		if !endsWith(err, row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
		if raceDetector && row.slow {
			continue
		}
		within("reading it from a stream", func() {
			var v any
			_ = pickle.NewDecoder(iotest.DataErrReader(bytes.NewReader(data))).Decode(&v)
		})
		perByte = 400 // a line for each
		within("disassembling", func() { _ = pickle.Dis(io.Discard, data) })
		perByte = 32
		for _, target := range hostileTargets() {
			within(fmt.Sprintf("decoding into %T", target), func() { _ = pickle.Unmarshal(data, target, pickle.WithMaxKeyWork(1<<20)) })
		}
		if err == nil && !raceDetector {
			useHostile(graph, within)
		}
	}
}

// useHostile does with a hostile graph what one does with graphs.
func useHostile(graph any, within func(string, func())) {
	within("repr", func() { _ = py.Repr(graph) })
	within("comparing", func() { _, _ = py.Equal(graph, graph) })
	within("hashing", func() { _, _ = py.Hash(graph) })
	for protocol := range 6 {
		within(fmt.Sprintf("encoding at protocol %d", protocol), func() { _, _ = pickle.Marshal(graph, pickle.Protocol(protocol)) })
	}
	for _, target := range hostileTargets() {
		within(fmt.Sprintf("assigning to %T", target), func() { _ = py.Assign(target, graph) })
	}
}

// cost returns what computing something took: time that does not grow while other programs have the
// machine, and all memory that was taken, whether it was given back or not.
func cost(t *testing.T, do func()) (time.Duration, uint64) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime(t)
	do()
	took := cpuTime(t) - start
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// endsWith reports whether an error is at the limit or the opcode that want names. An empty want
// means no error.
func endsWith(err error, want string) bool {
	var limit *pickle.LimitError
	var syntax *pickle.SyntaxError
	switch {
	case errors.As(err, &limit):
		return limit.Limit == want
	case errors.As(err, &syntax):
		return syntax.Opcode.String() == want
	}
	return err == nil && want == ""
}
