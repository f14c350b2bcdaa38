package pickle_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// asciiOnly spells what is not ASCII as Python's ascii() does.
func asciiOnly(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// TestPython2 decodes what testdata/python2/make.py has stored: pickles of Python 2.7, by cPickle
// and by pickle.
func TestPython2(t *testing.T) {
	text, err := os.ReadFile("testdata/python2/python-2.7.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		data, err := base64.StdEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := pickle.Unmarshal(data, &v, pickle.WithStringEncoding(pickle.Latin1)); err != nil {
			t.Errorf("%s: %q: %v", parts[0], data, err)
			continue
		}
		if got := asciiOnly(py.Repr(v)); got != parts[2] {
			t.Errorf("%s: %q: %s, want %s", parts[0], data, got, parts[2])
		}
	}
}

func TestPython2StringEncodings(t *testing.T) {
	rows := []struct {
		pickle string
		values map[pickle.StringEncoding]any
	}{
		{"U\x02hi.", map[pickle.StringEncoding]any{pickle.ASCII: "hi", pickle.Latin1: "hi", pickle.UTF8: "hi", pickle.Bytes: []byte("hi")}},
		{"T\x02\x00\x00\x00\xc3\xa9.", map[pickle.StringEncoding]any{pickle.Latin1: "Ã©", pickle.UTF8: "é", pickle.Bytes: []byte("é")}},
		{"S'\\xc3\\xa9'\n.", map[pickle.StringEncoding]any{pickle.Latin1: "Ã©", pickle.UTF8: "é", pickle.Bytes: []byte("é")}},
		{"U\x01\xe9.", map[pickle.StringEncoding]any{pickle.Latin1: "é", pickle.Bytes: []byte("\xe9")}},
	}
	for _, row := range rows {
		for _, encoding := range []pickle.StringEncoding{pickle.ASCII, pickle.Latin1, pickle.UTF8, pickle.Bytes} {
			var v any
			err := pickle.Unmarshal([]byte(row.pickle), &v, pickle.WithStringEncoding(encoding))
			want, ok := row.values[encoding]
			if (err == nil) != ok || fmt.Sprintf("%T %q", v, v) != fmt.Sprintf("%T %q", want, want) {
				t.Errorf("%q as %d: %q, %v, want %q", row.pickle, encoding, v, err, want)
			}
		}
	}
}
