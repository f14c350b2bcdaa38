package pickle_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func addSeeds(f *testing.F) {
	f.Helper()
	for _, row := range values {
		f.Add([]byte(row.pickle))
	}
	for _, p := range typedValues {
		f.Add([]byte(p))
	}
	f.Add([]byte("\x80\x04\x8c\x010\x8c\x01.\x93.")) // a nested name of empty parts
	for _, row := range malformed {
		f.Add([]byte(row.pickle))
	}
}

// small are limits that let a fuzzer find what is not bounded.
func small(tb testing.TB) pickle.DecodeOption {
	tb.Helper()
	o, err := pickle.DecodeOptions(pickle.WithMaxElements(1<<16), pickle.WithMaxDepth(500), pickle.WithMaxIntDigits(1000),
		pickle.WithMaxKeyWork(1<<16),
		pickle.WithBuffers([]byte("one"), []byte("two")), pickle.WithExtensions(map[int32]py.Class{1: {Module: "m", Name: "C"}}))
	if err != nil {
		tb.Fatal(err)
	}
	return o
}

// FuzzUnmarshal looks for panics, for input that is read in one way and not in another, and for
// types that take what the graph of the same input does not fit.
func FuzzUnmarshal(f *testing.F) {
	addSeeds(f)
	options := small(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var graph any
		err := pickle.Unmarshal(data, &graph, options)
		size, malformed := pickle.Wellformed(data)
		if err == nil && malformed != nil {
			t.Fatalf("decodes, but is malformed: %v", malformed)
		}
		for _, encoding := range []pickle.StringEncoding{pickle.Latin1, pickle.UTF8, pickle.Bytes} {
			var v any
			if other := pickle.Unmarshal(data, &v, options, pickle.WithStringEncoding(encoding), pickle.WithAliasedInput()); err == nil && other != nil {
				t.Fatalf("decodes as ASCII but not as %v: %v", encoding, other)
			}
		}
		d := pickle.NewDecoder(iotest.HalfReader(bytes.NewReader(data)), options)
		var streamed any
		if other := d.Decode(&streamed); (other == nil) != (err == nil) {
			if !(len(data) == 0 && errors.Is(other, io.EOF)) {
				t.Fatalf("%v, but as a stream: %v", err, other)
			}
		} else if err == nil && d.InputOffset() != int64(size) {
			t.Fatalf("takes %d bytes, as a stream %d", size, d.InputOffset())
		}
		if err == nil {
			// The stream goes the long way, which must not show.
			a, _ := pickle.Marshal(graph)
			b, _ := pickle.Marshal(streamed)
			if !bytes.Equal(a, b) {
				t.Fatalf("is %q, but as a stream %q", a, b)
			}
		}
		for _, target := range targets {
			if err == nil {
				if err := likeAssign(data, graph, target, options); err != nil && !excused(err) {
					t.Fatal(err)
				}
			}
		}
	})
}

// excused are differences between decoding into a type and assigning the graph to it that no pickle
// which Python wrote shows.
func excused(err error) bool {
	var limit *pickle.LimitError
	return errors.As(err, &limit)
}

// FuzzDecodeEncodeDecode checks that what was decoded is written as a pickle that decodes to the
// same, and that writing that again gives the same bytes.
func FuzzDecodeEncodeDecode(f *testing.F) {
	addSeeds(f)
	options := small(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var first any
		if pickle.Unmarshal(data, &first, options) != nil {
			return
		}
		for protocol := range 6 {
			once, err := pickle.Marshal(first, pickle.Protocol(protocol))
			if err != nil {
				continue
			}
			var second any
			if err := pickle.Unmarshal(once, &second, pickle.WithBuffers([]byte("one"), []byte("two"))); err != nil {
				t.Fatalf("protocol %d: %q does not decode: %v", protocol, once, err)
			}
			twice, err := pickle.Marshal(second, pickle.Protocol(protocol))
			if err != nil {
				t.Fatalf("protocol %d: %q does not encode again: %v", protocol, once, err)
			}
			if protocol < 3 && !bytes.Equal(once, twice) {
				// A name of Python 2's from a stream that has Python 3's stays itself, and is
				// mapped when it is read again.
				once = twice
				if err := pickle.Unmarshal(once, &second, pickle.WithBuffers([]byte("one"), []byte("two"))); err != nil {
					t.Fatalf("protocol %d: %q does not decode: %v", protocol, once, err)
				}
				if twice, err = pickle.Marshal(second, pickle.Protocol(protocol)); err != nil {
					t.Fatalf("protocol %d: %q does not encode again: %v", protocol, once, err)
				}
			}
			if !bytes.Equal(once, twice) {
				t.Fatalf("protocol %d:\n%q, and again\n%q", protocol, once, twice)
			}
		}
	})
}
