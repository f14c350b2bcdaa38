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

// TestBuffer writes messages of all kinds and sizes into one buffer, which makes the frames that
// new memory would.
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

// TestBufferIsNotInItsMessages holds that what was parsed and decoded from messages is not changed
// by later ones that are written into the memory of a buffer, or parsed like the last one.
func TestBufferIsNotInItsMessages(t *testing.T) {
	var b wire.Buffer
	var last wire.Message
	var messages []wire.Message
	var decoded []any
	p := wire.Protocol{Key: wire.NewKey([]byte("secret"))}
	sizes := []int{1, 100, 5000, 70_000, 1 << 20, 3}
	for n := range 3 * len(sizes) {
		content := bytes.Repeat([]byte{byte(n)}, sizes[n%len(sizes)])
		frames, err := p.FormatIn(&b, fmt.Sprint("sender", n), fmt.Sprint("topic", n), content, fmt.Sprint("id", n))
		if err != nil {
			t.Fatal(err)
		}
		clear(content)
		arrived := make([][]byte, len(frames)) // as a transport hands them out
		for i, frame := range frames {
			arrived[i] = bytes.Clone(frame)
		}
		m, err := p.ParseLike(arrived, last)
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := p.Decode(&m, &v); err != nil {
			t.Fatal(err)
		}
		for _, frame := range arrived {
			clear(frame) // by whoever has the memory next
		}
		last = m
		messages, decoded = append(messages, m), append(decoded, v)
	}
	for n, m := range messages {
		if m.Sender != fmt.Sprint("sender", n) || m.Topic != fmt.Sprint("topic", n) || m.ID != fmt.Sprint("id", n) {
			t.Errorf("message %d is from %s on %s, %s", n, m.Sender, m.Topic, m.ID)
		}
		if got, ok := decoded[n].([]byte); !ok || !bytes.Equal(got, bytes.Repeat([]byte{byte(n)}, sizes[n%len(sizes)])) {
			t.Errorf("content %d has become another", n)
		}
	}
}
