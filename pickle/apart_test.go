package pickle_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// The pickles of lists in which a str of one character, or bytes of one byte, is there as several
// objects.
var apart = map[string]string{
	"two str":             framed4("]\x94(\x8c\x01-\x94\x8c\x01-\x94e."),
	"the second again":    framed4("]\x94(\x8c\x01-\x94\x8c\x01-\x94h\x02e."),
	"the first again":     framed4("]\x94(\x8c\x01-\x94\x8c\x01-\x94h\x01e."),
	"three":               framed4("]\x94(\x8c\x01-\x94\x8c\x01-\x94\x8c\x01-\x94h\x03e."),
	"Latin-1":             framed4("]\x94(\x8c\x02\xc3\xa9\x94\x8c\x02\xc3\xa9\x94e."),
	"empty":               framed4("]\x94(\x8c\x00\x94\x8c\x00\x94e."),
	"protocol 0":          "(lp0\nV-\np1\naV-\np2\nag2\na.",
	"protocol 1":          "]q\x00(X\x01\x00\x00\x00-q\x01X\x01\x00\x00\x00-q\x02h\x02e.",
	"protocol 3":          "\x80\x03]q\x00(X\x01\x00\x00\x00-q\x01X\x01\x00\x00\x00-q\x02h\x02e.",
	"two bytes":           framed4("]\x94(C\x01-\x94C\x01-\x94h\x02e."),
	"empty bytes":         framed4("]\x94(C\x00\x94C\x00\x94e."),
	"bytes at protocol 2": "\x80\x02]q\x00(X\x01\x00\x00\x00-q\x01c_codecs\nencode\nq\x02X\x01\x00\x00\x00-q\x03X\x06\x00\x00\x00latin1q\x04\x86q\x05Rq\x06h\x03h\x01e.",
	"two classes":         "\x80\x02]q\x00(cexceptions\nOSError\nq\x01cexceptions\nOSError\nq\x02h\x01h\x02e.",
	"classes, protocol 0": "(lp0\ncexceptions\nImportError\np1\nacexceptions\nImportError\np2\nag2\nag1\na.",
	"_socket.socket":      "\x80\x02csocket\n_socketobject\nq\x00.",
}

// framed4 returns the pickle of protocol 4 that has these opcodes in one frame.
func framed4(opcodes string) string {
	return "\x80\x04\x95" + string(binary.LittleEndian.AppendUint64(nil, uint64(len(opcodes)))) + opcodes
}

func protocolOf(data string) int {
	if data[0] != '\x80' {
		if data[0] == ']' {
			return 1
		}
		return 0
	}
	return int(data[1])
}

func again(t *testing.T, what string, v any, want string) {
	t.Helper()
	got, err := pickle.Marshal(v, pickle.Protocol(protocolOf(want)))
	if err != nil {
		t.Errorf("%s: %v", what, err)
	} else if string(got) != want {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// TestApart decodes and encodes objects that CPython has several of although it usually shares
// them.
func TestApart(t *testing.T) {
	for name, data := range apart {
		t.Run(name, func(t *testing.T) {
			var v any
			if err := pickle.Unmarshal([]byte(data), &v); err != nil {
				t.Fatal(err)
			}
			again(t, "Unmarshal", v, data)
			if err := pickle.NewDecoder(strings.NewReader(data)).Decode(&v); err != nil {
				t.Fatal(err)
			}
			again(t, "Decoder", v, data)
			if err := pickle.Unmarshal([]byte(data), &v, pickle.WithSharedBytes()); err != nil {
				t.Fatal(err)
			}
			again(t, "WithSharedBytes", v, data)
		})
	}
}

// TestApartTyped does the same into Go types.
func TestApartTyped(t *testing.T) {
	for _, name := range []string{"two str", "the second again", "the first again", "three", "Latin-1", "empty", "protocol 0", "protocol 1", "protocol 3"} {
		data := apart[name]
		var texts []string
		if err := pickle.Unmarshal([]byte(data), &texts); err != nil {
			t.Fatal(name, err)
		}
		again(t, name+" as []string", texts, data)
		var values []any
		if err := pickle.Unmarshal([]byte(data), &values); err != nil {
			t.Fatal(name, err)
		}
		again(t, name+" as []any", values, data)
	}
	type call struct {
		Name string
		Args py.Tuple
		Rest any
	}
	data := framed4("}\x94(\x8c\x04name\x94\x8c\x01a\x94\x8c\x04args\x94\x8c\x01a\x94\x8c\x01b\x94\x86\x94\x8c\x04rest\x94" +
		"\x8c\x01a\x94\x8c\x01b\x94h\x04\x87\x94u.")
	var c call
	if err := pickle.Unmarshal([]byte(data), &c); err != nil {
		t.Fatal(err)
	}
	d, err := py.NewDict(py.Pair{Key: "name", Value: c.Name}, py.Pair{Key: "args", Value: c.Args}, py.Pair{Key: "rest", Value: c.Rest})
	if err != nil {
		t.Fatal(err)
	}
	again(t, "a struct", d, data)
}

// TestApartStream has an object in one pickle of a stream and others of the same content in the
// next.
func TestApartStream(t *testing.T) {
	first, second := framed4("]\x94(\x8c\x01-\x94\x8c\x01-\x94e."), framed4("]\x94(h\x01h\x02\x8c\x01-\x94h\x04e.")
	in := pickle.NewDecoder(strings.NewReader(first+second), pickle.WithSharedMemo())
	var out bytes.Buffer
	enc := pickle.NewEncoder(&out, pickle.Protocol(4))
	var kept []any
	for range 2 {
		var v any
		if err := in.Decode(&v); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, v)
		if err := enc.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	if got := out.String(); got != first+second {
		t.Errorf("got  %q\nwant %q", got, first+second)
	}
	runtime.KeepAlive(kept)
}

// TestApartMany has more of one object than a block of memory holds, next to a Go program's own
// strings, which are shared as CPython shares them; and none of it is known any more when nothing
// is left of it.
func TestApartMany(t *testing.T) {
	const n = 5000
	data := "\x80\x03]q\x00(" + strings.Repeat("X\x01\x00\x00\x00-", n) + "e."
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			var list []any
			if err := pickle.Unmarshal([]byte(data), &list); err != nil {
				t.Error(err)
				return
			}
			got, err := pickle.Marshal(list, pickle.Protocol(3))
			if err != nil {
				t.Error(err)
			}
			if have := bytes.Count(got, []byte("X\x01\x00\x00\x00-")); have != n {
				t.Errorf("%d objects came back, want %d", have, n)
			}
			runtime.KeepAlive(list)
			own := []string{fmt.Sprint(len(list)%10) + "", string([]byte{'0'}), "0"}
			again(t, "strings of a Go program", own, "\x80\x03]q\x00(X\x01\x00\x00\x000q\x01h\x01h\x01e.")
		})
	}
	wait.Wait()
	for i := 0; pickle.ApartBlocks() > 0; i++ {
		if i > 1000 {
			t.Fatalf("%d blocks are known after all that was in them is gone", pickle.ApartBlocks())
		}
		runtime.GC()
		runtime.Gosched()
	}
}

// TestArgumentsThatAreShared decodes what Python makes of a str or bytes that CPython has one
// object for, which an earlier value is, too. Pickles of 3.6 and 3.11.
func TestArgumentsThatAreShared(t *testing.T) {
	for data, want := range map[string]string{
		"\x80\x04\x95&\x00\x00\x00\x00\x00\x00\x00]\x94(C\x01-\x94\x8c\x08builtins\x94\x8c\tbytearray\x94\x93\x94h\x01\x85\x94R\x94e.": `[b'-', bytearray(b'-')]`,
		"\x80\x02]q\x00(X\x01\x00\x00\x00-q\x01c_codecs\nencode\nq\x02h\x01X\x06\x00\x00\x00latin1q\x03\x86q\x04Rq\x05e.":              `['-', b'-']`,
	} {
		var v any
		if err := pickle.Unmarshal([]byte(data), &v); err != nil {
			t.Errorf("%q: %v", data, err)
		} else if got := py.Repr(v); got != want {
			t.Errorf("%q: %s, want %s", data, got, want)
		}
	}
}
