package zmtp

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// taken is what a reader has made of a connection's bytes.
type taken struct {
	*reader
	messages [][][]byte
	commands []string
}

func newTaken(t testing.TB, s transport.Settings) *taken {
	t.Helper()
	l, err := limitsOf(s, roleServer)
	if err != nil {
		t.Fatal(err)
	}
	r := &taken{}
	r.reader = &reader{
		limits:  &l,
		account: newBudget(1 << 40).open(nil),
		message: func(frames [][]byte) error { r.messages = append(r.messages, frames); return nil },
		command: func(body []byte) error { r.commands = append(r.commands, string(body)); return nil },
	}
	return r
}

// take reads bytes as a connection does, in pieces of the sizes that size returns.
func (r *taken) take(wire []byte, size func() int) error {
	for len(wire) > 0 {
		n := max(1, min(size(), len(wire)))
		if room := r.room(); room != nil {
			n = copy(room, wire[:n])
			if err := r.filled(n); err != nil {
				return err
			}
		} else {
			piece := bytes.Clone(wire[:n])
			if err := r.feed(piece); err != nil {
				return err
			}
			clear(piece) // the reader must not have kept it
		}
		wire = wire[n:]
	}
	return nil
}

// TestReader reads messages and commands in pieces of all sizes.
func TestReader(t *testing.T) {
	large, huge := strings.Repeat("l", 70_000), strings.Repeat("h", 3_000_000)
	messages := [][]string{{"a"}, {"", "b", ""}, {"x", large, "y"}, {huge}, {strings.Repeat("s", 255), strings.Repeat("t", 256)}, {""}, {"end", huge}}
	var wire []byte
	for i, m := range messages {
		for j, frame := range m {
			wire = appendFrame(wire, moreFlag(j < len(m)-1), []byte(frame))
			if i%2 == 1 {
				wire = appendCommandFrame(wire, commandPong, []byte{byte(i)}) // between two frames as well
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for name, size := range map[string]func() int{
		"at once": func() int { return len(wire) }, "in chance pieces": func() int { return random.IntN(50_000) },
		"in small pieces": func() int { return 7 }, "as it is read": func() int { return readMost },
	} {
		r := newTaken(t, transport.Settings{})
		if err := r.take(wire, size); err != nil {
			t.Fatal(err)
		}
		if len(r.messages) != len(messages) || len(r.commands) != 3+1+1 {
			t.Fatalf("%s: %d messages, %d commands", name, len(r.messages), len(r.commands))
		}
		for i, m := range messages {
			for j, frame := range r.messages[i] {
				if string(frame) != m[j] {
					t.Errorf("%s: frame %d of message %d is %.20q of %d bytes", name, j, i, frame, len(frame))
				}
			}
		}
		if used := r.account.used.Load(); used != 0 {
			t.Errorf("%s: %d bytes are held", name, used)
		}
	}
}

// TestReaderLimits sends more than is taken: that is an error before it has come.
func TestReaderLimits(t *testing.T) {
	s := transport.Settings{MaxFrame: 1000, Limits: transport.Limits{MaxMessage: 2500, MaxParts: 16}}
	header := func(flags byte, size int) string { return string(appendHeader(nil, flags, size)) }
	frame := func(flags byte, size int) string { return string(appendFrame(nil, flags, make([]byte, size))) }
	for name, tt := range map[string]struct {
		wire string
		want error
	}{
		"the largest frame":    {frame(0, 1000), nil},
		"a larger frame":       {header(0, 1001), ErrLimit},
		"the largest message":  {frame(flagMore, 1000) + frame(flagMore, 1000) + frame(0, 500), nil},
		"a larger message":     {frame(flagMore, 1000) + frame(flagMore, 1000) + header(flagMore, 501), ErrLimit},
		"the most frames":      {strings.Repeat(frame(flagMore, 1), 15) + frame(0, 1), nil},
		"one frame more":       {strings.Repeat(frame(flagMore, 0), 16) + header(0, 0), ErrLimit},
		"a command that large": {header(flagCommand, 1<<20), ErrLimit},
		"a size of 63 bits":    {"\x02\x7f\xff\xff\xff\xff\xff\xff\xff", ErrLimit},
		"a size of 64 bits":    {"\x02\xff\xff\xff\xff\xff\xff\xff\xff", ErrFrame},
		"a reserved flag":      {"\x10\x00", ErrFrame},
		"a command with more":  {"\x05\x01x", ErrFrame},
	} {
		r := newTaken(t, s)
		if err := r.take([]byte(tt.wire), func() int { return 100 }); !errors.Is(err, tt.want) || err != nil && tt.want == nil {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// TestReaderMemory announces much and sends less: what is held is at most a quarter more than has
// come, and 64 kB.
func TestReaderMemory(t *testing.T) {
	r := newTaken(t, transport.Settings{})
	wire := appendHeader(nil, 0, 1<<30)
	if err := r.feed(wire); err != nil {
		t.Fatal(err)
	}
	sent := int64(0)
	piece := make([]byte, 10_000)
	for range 1000 {
		if err := r.take(piece, func() int { return len(piece) }); err != nil {
			t.Fatal(err)
		}
		sent += int64(len(piece))
		if held := r.account.used.Load(); held < sent || held > sent+sent/4+64<<10 {
			t.Fatalf("%d bytes are held after %d", held, sent)
		}
	}
	if r.drop(); r.account.used.Load() != 0 {
		t.Errorf("%d bytes are held afterwards", r.account.used.Load())
	}
}

// TestReaderCopies sees that messages share no memory with each other.
func TestReaderCopies(t *testing.T) {
	r := newTaken(t, transport.Settings{})
	wire := message{body: [][]byte{[]byte("one"), []byte("two")}}.append(nil, nil)
	if err := r.feed(slices.Concat(wire, wire)); err != nil {
		t.Fatal(err)
	}
	for _, m := range r.messages {
		for _, frame := range m {
			_ = append(frame, "over the end"...)
		}
	}
	if a, b := r.messages[0], r.messages[1]; string(a[0])+string(a[1])+string(b[0])+string(b[1]) != "onetwoonetwo" {
		t.Errorf("got %q and %q", a, b)
	}
}

// FuzzReader reads any bytes at once and byte by byte, which must come to the same.
func FuzzReader(f *testing.F) {
	f.Add([]byte("\x00\x01a\x01\x01b\x00\x00"))
	f.Add([]byte("\x04\x05\x04PING\x02\x00\x00\x00\x00\x00\x00\x00\x01x"))
	f.Add([]byte("\x03\x00\x00\x00\x00\x00\x00\xff\xffabc"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		s := transport.Settings{MaxFrame: 1 << 20}
		whole, pieces := newTaken(t, s), newTaken(t, s)
		wholeErr := whole.take(wire, func() int { return len(wire) })
		piecesErr := pieces.take(wire, func() int { return 1 })
		if (wholeErr == nil) != (piecesErr == nil) || len(whole.messages) != len(pieces.messages) || !slices.Equal(whole.commands, pieces.commands) {
			t.Fatalf("at once: %v, %q, %q; in pieces: %v, %q, %q", wholeErr, whole.messages, whole.commands, piecesErr, pieces.messages, pieces.commands)
		}
		for i, m := range whole.messages {
			if !slices.EqualFunc(m, pieces.messages[i], bytes.Equal) {
				t.Fatalf("message %d is %q, in pieces %q", i, m, pieces.messages[i])
			}
		}
		if held := whole.account.used.Load(); held > int64(len(wire))*5/4+64<<10 {
			t.Fatalf("%d bytes are held for %d", held, len(wire))
		}
	})
}
