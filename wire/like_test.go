package wire_test

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/pizco-go/pizco/wire"
)

// TestParseLike parses messages like others, which must not change what they say.
func TestParseLike(t *testing.T) {
	p := wire.Protocol{}
	likes := []wire.Message{
		{}, {Sender: "s", Topic: "t", ID: "id"}, {Sender: "s+t"}, {Sender: "", Topic: "s+t"}, {Sender: "\xff", Topic: "\xff", ID: "\xff"},
		{Sender: "st"}, {Topic: "st"}, {Sender: "s", Topic: "t2"}, {Sender: "PZC00+s", Topic: "t"}, {ID: "id2"},
	}
	for _, frames := range [][][]byte{
		split("PZC00+s+t", "json", "1", "id", ""), split("PZC00+s+", "json", "1", "id", ""), split("PZC00++", "json", "1", "", ""),
		split("PZC00+st+", "json", "1", "id2", ""), split("PZC00+s+t+", "json", "1", "id", ""), split("PZC00+s", "json", "1", "id", ""),
		split("PZC01+s+t", "json", "1", "id", ""), split("PZC00+\xff+\xff", "json", "1", "id", ""), split("PZC00+s+t", "json", "1", "\xff", ""),
		split("", "json", "1", "id", ""), split("++", "json", "1", "id", ""), split("PZC00s++t", "json", "1", "id", ""),
	} {
		want, wantErr := p.Parse(frames)
		for _, like := range likes {
			got, err := p.ParseLike(frames, like)
			if fmt.Sprint(got, err) != fmt.Sprint(want, wantErr) {
				t.Errorf("%q like %+v: %+v, %v; want %+v, %v", frames, like, got, err, want, wantErr)
			}
		}
	}
}

// TestParseLikeTakesStrings shares the strings of the other message.
func TestParseLikeTakesStrings(t *testing.T) {
	like := wire.Message{Sender: "tcp://127.0.0.1:1", Topic: "topic", ID: "urn:uuid:1"}
	got, err := wire.Protocol{}.ParseLike(split("PZC00+tcp://127.0.0.1:1+topic", "json", "1", "urn:uuid:1", ""), like)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{got.Sender, like.Sender}, {got.Topic, like.Topic}, {got.ID, like.ID}} {
		if c[0] != c[1] || unsafe.StringData(c[0]) != unsafe.StringData(c[1]) {
			t.Errorf("%q is not the same string as %q", c[0], c[1])
		}
	}
}
