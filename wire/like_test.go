package wire_test

import (
	"fmt"
	"testing"

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

// TestParseLikeTakesStrings takes no memory for strings that the other message has.
func TestParseLikeTakesStrings(t *testing.T) {
	like := wire.Message{Sender: "tcp://127.0.0.1:1", Topic: "topic", ID: "urn:uuid:1"}
	frames := split("PZC00+tcp://127.0.0.1:1+topic", "json", "1", "urn:uuid:1", "")
	got := testing.AllocsPerRun(100, func() {
		if m, err := (wire.Protocol{}).ParseLike(frames, like); err != nil || m.ID != like.ID {
			t.Errorf("%+v, %v", m, err)
		}
	})
	if raceEnabled {
		t.Logf("ParseLike takes %v allocations; not held to anything under the race detector", got)
	} else if got > 0 {
		t.Errorf("ParseLike takes %v allocations", got)
	}
}
