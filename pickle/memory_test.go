//go:build !race

// The race detector changes what memory is taken, and slows these tests tenfold: make test runs
// them without it.

package pickle_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
)

// allocated returns how many bytes were taken while f ran.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// growth is how much more is taken than is in use at any time, since slices that grow leave their
// former memory behind.
const growth = 2.5

// inList returns a pickle of a list of what the opcodes make, repeated up to a size of 3 MB.
func inList(opcodes string) string { return "\x80\x04](" + repeated(opcodes) + "e." }

func repeated(opcodes string) string { return strings.Repeat(opcodes, (3<<20)/len(opcodes)) }

// numbered returns opcodes with a number in them, up to a size of 3 MB.
func numbered(format string) string {
	var text strings.Builder
	for i := 0; text.Len() < 3<<20; i++ {
		fmt.Fprintf(&text, format, i)
	}
	return text.String()
}

// TestMemory holds that a pickle takes no more than 64 MiB and 24 times its size. What would take
// more is refused, and takes nothing.
func TestMemory(t *testing.T) {
	accepted := map[string]string{
		"batches of None": "\x80\x04]" + repeated("("+strings.Repeat("N", 1000)+"e") + ".", "small ints": inList("K\x01"), "ints": inList("M\x01\x01"),
		"str": inList("\x8c\x01a"), "str in the memo": inList("\x8c\x01a\x94"), "bytes": inList("C\x01a"), "long ints": inList("\x8a\x01a"),
		"longer ints": inList("\x8a\x09aaaaaaaaa"), "one tuple again and again": "\x80\x04](K\x01\x85\x94" + repeated("h\x00") + "e.",
		"one class": inList("ca\nb\n"), "classes": "\x80\x04](" + numbered("ca\nb%d\n") + "e.", "a dict": "\x80\x04}(" + numbered("I%d\nN") + "u.",
		"values that are dropped": inList("N0"), "lists that are dropped": inList("]0"), "tuples that are dropped": inList("K\x01\x850"),
		"one append after the other": "\x80\x04]" + repeated("Na") + ".", "ints as text": inList("I1\n"), "floats as text": inList("F1\n"),
		"floats": inList("G12345678"), "str as text": inList("V\\u1234\n"), "str of Python 2": inList("S''\n"),
		"bytearrays": "\x80\x05](" + repeated("\x96\x00\x00\x00\x00\x00\x00\x00\x00") + "e.", "records": "\x80\x04](}(\x8c\x01a\x94K\x01\x8c\x01b\x94K\x01u" +
			repeated("}\x94(h\x00K\x01h\x01K\x02u") + "e.", "frames": "\x80\x04N" + repeated("\x95\x00\x00\x00\x00\x00\x00\x00\x00") + ".",
		"pairs": "\x80\x04]" + repeated("("+strings.Repeat("K\x01K\x02\x86\x94", 1000)+"e") + ".", "lists of lists": inList("](K\x01K\x02K\x03e"),
	}
	refused := map[string]string{
		"lists on the stack": repeated("]") + ".", "lists": inList("]"), "lists deep inside": "\x80\x04" + strings.Repeat("](", 8000) + repeated("]") + ".",
		"dicts": inList("}"), "sets": inList("\x8f"), "frozensets": inList("(\x91"), "frozensets of one": inList("(N\x91"), "tuples": inList("N\x85"),
		"tuples in tuples": inList("N" + strings.Repeat("\x85", 5000)), "empty tuples on the stack": repeated(")") + ".", "None on the stack": repeated("N") + ".",
		"empty tuples at once": inList(")"), "None at once": inList("N"), "marks": repeated("(") + ".", "marks and tuples": inList("(t"),
		"copies of the top": "\x80\x04](N" + repeated("2") + "e.", "memo entries": "\x80\x04](N" + repeated("\x94") + "e.", "ids": inList("NQ"),
		"objects": "\x80\x04](cm\nA\n\x94" + repeated("h\x00)\x81") + "e.", "objects by a call": "\x80\x04](cm\nA\n\x94" + repeated("h\x00)R") + "e.",
		"objects with state": "\x80\x04](cm\nA\n\x94" + repeated("h\x00)\x81}K\x01K\x02sb") + "e.", "dicts of one": inList("}NNs"),
		"calls of None": inList("N)R"), "states": "\x80\x04](cm\nA\n)\x81" + repeated("Nb") + "e.", "codes": inList("\x82\x01"), "empty str": inList("\x8c\x00"),
		"old instances": inList("(ia\nb\n"),
	}
	for name, data := range accepted {
		for what, unmarshal := range waysToDecode(data) {
			most := pickle.DefaultMaxMemory + pickle.DefaultMemoryFactor*int64(len(data))
			var err error
			if took := allocated(func() { err = unmarshal() }); float64(took) > growth*float64(most) || err != nil {
				t.Errorf("%s, %s: %d bytes take %d MB, %v", name, what, len(data), took/1e6, err)
			}
		}
	}
	for name, data := range refused {
		for what, unmarshal := range waysToDecode(data) {
			var err error
			took := allocated(func() { err = unmarshal() })
			var limit *pickle.LimitError
			if !errors.As(err, &limit) || limit.Limit != "WithMaxMemory" || took > int64(len(data))*40 {
				t.Errorf("%s, %s: %d bytes take %d MB, %v", name, what, len(data), took/1e6, err)
			}
		}
	}
}

// waysToDecode are the ways in which a pickle is decoded: as a graph without and with text opcodes,
// into Go's types, and from a stream.
func waysToDecode(data string) map[string]func() error {
	graph, list := new(any), new(any)
	return map[string]func() error{
		"a graph":                func() error { return pickle.Unmarshal([]byte(data), graph) },
		"a graph with some text": func() error { return pickle.Unmarshal([]byte("I1\n0"+data), list) },
		"a stream":               func() error { return pickle.NewDecoder(bytes.NewReader([]byte(data))).Decode(new(any)) },
		"a slice": func() error {
			var slice []any
			err := pickle.Unmarshal([]byte(data), &slice)
			var unfit *pickle.UnmarshalError
			if errors.As(err, &unfit) {
				return nil // it is no list
			}
			return err
		},
	}
}

// bulky is a type of whose values a pickle needs only a byte.
type bulky struct {
	A    any
	Room [40]int
}

// TestMemoryOfTypes holds the same for targets whose elements are much larger than what stands for
// them.
func TestMemoryOfTypes(t *testing.T) {
	data := []byte("\x80\x04](" + strings.Repeat("}", 600_000) + "e.")
	var limit *pickle.LimitError
	var err error
	var got []bulky
	if took := allocated(func() { err = pickle.Unmarshal(data, &got) }); !errors.As(err, &limit) || took > 256<<20 {
		t.Errorf("600,000 elements of %d bytes: %d MB, %v", 8*42, took/1e6, err)
	}
	few := []byte("\x80\x04](" + strings.Repeat("}", 20_000) + "e.")
	if err := pickle.Unmarshal(few, &got); err != nil || len(got) != 20_000 {
		t.Errorf("20,000 elements: %d, %v", len(got), err)
	}
}

// TestMaxMemory shows the option.
func TestMaxMemory(t *testing.T) {
	data := []byte("\x80\x04](" + strings.Repeat("]", 3000) + "e.")
	var v any
	if err := pickle.Unmarshal(data, &v, pickle.WithMaxMemory(1<<20)); err != nil {
		t.Error(err)
	}
	var limit *pickle.LimitError
	if err := pickle.Unmarshal(data, &v, pickle.WithMaxMemory(1<<16)); !errors.As(err, &limit) || limit.Max != 1<<16 {
		t.Error(err)
	}
	if err := pickle.Unmarshal([]byte(inList("]")), &v, pickle.WithMaxMemory(1<<30)); err != nil {
		t.Error(err)
	}
}
