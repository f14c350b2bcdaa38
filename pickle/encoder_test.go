package pickle_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// largeValues have pickles of several frames and large payloads.
func largeValues() map[string]any {
	texts := make([]any, 4000)
	for i := range texts {
		texts[i] = fmt.Sprintf("text number %d", i)
	}
	return map[string]any{
		"texts":    py.NewList(texts...),
		"payloads": py.NewList(strings.Repeat("a", 70_000), bytes.Repeat([]byte("b"), 9_000), strings.Repeat("c", 65_535), int64(1), &py.ByteArray{Bytes: make([]byte, 100_000)}, "end"),
		"rows":     rows(),
	}
}

// TestEncoderWritesAsMarshal compares what goes to a stream in pieces with what Marshal returns.
func TestEncoderWritesAsMarshal(t *testing.T) {
	for name, v := range largeValues() {
		for proto := range 6 {
			for _, minor := range []int{6, 13} {
				opts := []pickle.EncodeOption{pickle.Protocol(proto), pickle.WriteAs(3, minor)}
				want, err := pickle.Marshal(v, opts...)
				if err != nil {
					t.Fatal(err)
				}
				var got bytes.Buffer
				if err := pickle.NewEncoder(&got, opts...).Encode(v); err != nil || !bytes.Equal(got.Bytes(), want) {
					t.Errorf("%s at protocol %d of 3.%d: %v; %d bytes, want %d", name, proto, minor, err, got.Len(), len(want))
				}
				if got, err := pickle.Append([]byte("head"), v, opts...); err != nil || !bytes.Equal(got, append([]byte("head"), want...)) {
					t.Errorf("%s: Append gives other bytes: %v", name, err)
				}
			}
		}
	}
}

func TestEncoderKeepsItsMemo(t *testing.T) {
	list := py.NewList("ab")
	var out bytes.Buffer
	enc := pickle.NewEncoder(&out, pickle.Protocol(2))
	var sizes []int
	for range 2 {
		if err := enc.Encode(list); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, out.Len())
	}
	if got, want := out.String()[sizes[0]:], "\x80\x02h\x00."; got != want {
		t.Errorf("the second pickle is %q, want %q", got, want)
	}
	enc.ClearMemo()
	out.Reset()
	if err := enc.Encode(list); err != nil || out.Len() != sizes[0] {
		t.Errorf("%d bytes after ClearMemo, want %d: %v", out.Len(), sizes[0], err)
	}
}

// TestEncoderForgetsNothing writes many short-lived values, whose addresses come again when the
// garbage collector has taken them: none may be mistaken for another.
func TestEncoderForgetsNothing(t *testing.T) {
	var out bytes.Buffer
	enc := pickle.NewEncoder(&out)
	for i := range 3000 {
		out.Reset()
		if err := enc.Encode([]any{fmt.Sprintf("value %d", i), py.NewList(int64(i))}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), fmt.Sprintf("value %d", i)) {
			t.Fatalf("value %d was taken for an earlier one", i)
		}
		if i%500 == 0 {
			runtime.GC()
		}
	}
}

type failingWriter struct{ left int }

var errFull = errors.New("full")

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestEncoderReportsTheWriter(t *testing.T) {
	for name, v := range largeValues() {
		if err := pickle.NewEncoder(&failingWriter{left: 20_000}).Encode(v); !errors.Is(err, errFull) {
			t.Errorf("%s: %v, want the writer's error", name, err)
		}
	}
}

// TestMarshalMemory holds Marshal to twice the size of its result and a constant.
func TestMarshalMemory(t *testing.T) {
	const constant = 8 << 20
	big := make([]any, 40/shrunk)
	for i := range big {
		big[i] = strings.Repeat("x", 500_000)
	}
	texts := make([]string, 300_000/shrunk)
	for i := range texts {
		texts[i] = fmt.Sprintf("a text of some length, number %d", i)
	}
	ints := make([]int, 5_000_000/shrunk)
	for i := range ints {
		ints[i] = i * 1000
	}
	for name, v := range map[string]any{"payloads": py.NewList(big...), "texts": texts, "ints": ints, "bytes": make([]byte, 50_000_000/shrunk)} {
		for _, proto := range []int{2, 4} {
			memo := 0
			if name == "texts" {
				memo = 32 * 1 << 20 // the memo's table grows with the number of objects
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			data, err := pickle.Marshal(v, pickle.Protocol(proto))
			runtime.ReadMemStats(&after)
			if err != nil {
				t.Fatal(err)
			}
			most := 2*len(data) + constant + memo
			if raceDetector {
				most += len(data)
			}
			if used := int(after.TotalAlloc - before.TotalAlloc); used > most {
				t.Errorf("%s at protocol %d: %d bytes for a pickle of %d, want at most %d", name, proto, used, len(data), most)
			}
		}
	}
}

func TestPersistentIDs(t *testing.T) {
	inner := py.NewList("x")
	hook := pickle.WithPersistentID(func(v any) (any, bool) {
		if v == any(inner) {
			return py.Tuple{"id", "x"}, true
		}
		return nil, false
	})
	got, err := pickle.Marshal(py.Tuple{inner, inner}, pickle.Protocol(2), hook)
	const want = "\x80\x02X\x02\x00\x00\x00idq\x00X\x01\x00\x00\x00xq\x01\x86q\x02Qh\x00h\x01\x86q\x03Q\x86q\x04."
	if err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	for want, v := range map[string]any{"P7\n.": py.PersistentID{ID: int64(7)}, "Pkey\n.": py.PersistentID{ID: "key"}} {
		if got, err := pickle.Marshal(v, pickle.Protocol(0)); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	for _, v := range []any{py.PersistentID{ID: "é"}, py.PersistentID{ID: "a\nb"}, py.PersistentID{ID: 1.5}} {
		if got, err := pickle.Marshal(v, pickle.Protocol(0)); err == nil {
			t.Errorf("%v is written as %q", v, got)
		}
	}
}

func TestExtensionCodes(t *testing.T) {
	class := py.Class{Module: "m", Name: "C"}
	for code, want := range map[int32]string{5: "\x82\x05.", 300: "\x83\x2c\x01.", 70_000: "\x84\x70\x11\x01\x00."} {
		for _, proto := range []int{2, 3} {
			got, err := pickle.Marshal(class, pickle.Protocol(proto), pickle.WithExtensionCodes(map[py.Class]int32{class: code}))
			if err != nil || string(got[2:]) != want {
				t.Errorf("%d at protocol %d: %q, %v; want %q", code, proto, got, err, want)
			}
		}
	}
}

func TestBuffersOutOfBand(t *testing.T) {
	writable, readOnly := &py.Buffer{Bytes: []byte("abc")}, &py.Buffer{Bytes: []byte("xyz"), ReadOnly: true}
	var taken []*py.Buffer
	got, err := pickle.Marshal(py.Tuple{writable, readOnly}, pickle.Protocol(5), pickle.WithBufferCallback(func(b *py.Buffer) bool {
		taken = append(taken, b)
		return true
	}))
	if want := "\x97\x97\x98\x86\x94."; err != nil || string(got[2:]) != want && string(got[11:]) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if len(taken) != 2 || taken[0] != writable || taken[1] != readOnly {
		t.Errorf("taken %v", taken)
	}
	if _, err := pickle.Marshal(writable, pickle.Protocol(4)); err == nil {
		t.Error("a buffer was written at protocol 4")
	}
}
