package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// TestBuffer writes messages of all kinds and sizes into one buffer, which makes the frames that new memory would.
func TestBuffer(t *testing.T) {
	contents := []any{"info", int64(27), py.Tuple{"PSMessage", "return", py.NewList(1.5, "x")}, string(bytes.Repeat([]byte("a"), 1000)), nil}
	large := bytes.Repeat([]byte("b"), 1<<20)
	var b wire.Buffer
	for _, serializer := range []string{"pickle", "pickle0", "pickle2", "pickle5", "json"} {
		for _, key := range []wire.Key{{}, wire.NewKey([]byte("secret"))} {
			p := wire.Protocol{Serializer: serializer, Key: key}
			for i, content := range contents {
				sameFrames(t, &b, p, fmt.Sprintf("tcp://127.0.0.1:%d", i), "topic", content)
			}
			if serializer != "json" {
				sameFrames(t, &b, p, "tcp://127.0.0.1:1", "", large)
				b.Trim()
			}
		}
	}
}

func sameFrames(t *testing.T, b *wire.Buffer, p wire.Protocol, sender, topic string, content any) {
	t.Helper()
	want, err := p.Format(sender, topic, content, "urn:uuid:1")
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.FormatIn(b, sender, topic, content, "urn:uuid:1")
	if err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%s: %q, %v; want %q", p.Serializer, got, err, want)
	}
}

// TestBufferAfterErrors goes on after messages that cannot be written.
func TestBufferAfterErrors(t *testing.T) {
	var b wire.Buffer
	p := wire.Protocol{}
	for _, c := range []struct {
		sender, id string
		content    any
		want       error
	}{
		{"a+b", "1", "x", wire.ErrUnsendable},
		{"a", "\xff", "x", wire.ErrUnsendable},
		{"a", "1", make(chan int), wire.ErrContent},
	} {
		if frames, err := p.FormatIn(&b, c.sender, "", c.content, c.id); !errors.Is(err, c.want) || frames != nil {
			t.Errorf("%v: %q, %v", c, frames, err)
		}
		sameFrames(t, &b, p, "a", "", "x")
	}
}

// TestBufferAllocations holds a message in a buffer to no new memory.
func TestBufferAllocations(t *testing.T) {
	var b wire.Buffer
	var content any = py.Tuple{"PSMessage", "return", int64(27)}
	for _, p := range benchmarkProtocols() {
		got := testing.AllocsPerRun(100, func() { _, _ = p.FormatIn(&b, "s", "t", content, "id") })
		if raceEnabled { // which makes pools forget
			t.Logf("%s: FormatIn takes %v allocations; not held to anything under the race detector", p.name, got)
		} else if got > 0 {
			t.Errorf("%s: FormatIn takes %v allocations", p.name, got)
		}
	}
}
