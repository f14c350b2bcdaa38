package pickle_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

func TestOpening(t *testing.T) {
	call := py.Tuple{"PSMessage", "exec", py.StrDict(
		py.Item{Key: "name", Value: "name"}, py.Item{Key: "method", Value: ""}, py.Item{Key: "args", Value: py.Tuple{"ä", int64(1), "behind"}},
	)}
	long := strings.Repeat("x", 300)
	for _, row := range []struct {
		v    any
		most int
		want string
	}{
		{call, 10, "PSMessage exec name name method  args ä"}, {call, 3, "PSMessage exec name"}, {call, 0, ""},
		{py.Tuple{"PSMessage", "return", int64(5)}, 10, "PSMessage return"}, {"info", 2, "info"}, {int64(1), 2, ""},
		{py.NewList("a", long, py.NewList("b"), nil, "c"), 10, "a " + long + " b"}, {nil, 3, ""}, {py.NewList([]byte("a"), "b"), 3, ""},
	} {
		for protocol := range 6 {
			data, err := pickle.Marshal(row.v, pickle.Protocol(protocol))
			if err != nil {
				t.Fatal(err)
			}
			words := make([][]byte, row.most)
			var got []string
			for _, word := range words[:pickle.Opening(data, words)] {
				got = append(got, string(word))
			}
			want := row.want
			if protocol < 2 {
				want = ""
			}
			if strings.Join(got, " ") != want {
				t.Errorf("protocol %d: the opening of %s is %q, want %q", protocol, py.Repr(row.v), got, want)
			}
			for n := range data {
				pickle.Opening(data[:n:n], words)
			}
		}
	}
	for _, data := range []string{"", "\x80", "\x80\x06\x8c\x01a", "\x80\x04h\x00", "\x80\x04}\x94h\x00", "\x80\x02X\xff\xff\xff\xffa", "\x80\x04j\xff\xff\xff\xff", "\x80\x04\x8c\x01"} {
		words := make([][]byte, 3)
		if n := pickle.Opening([]byte(data), words); n != 0 {
			t.Errorf("%q has an opening of %d words", data, n)
		}
	}
}
