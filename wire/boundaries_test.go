package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// TestFrameLimits parses frames of one byte less than their limit, of exactly the limit, and of one
// byte more, for each frame of a message, with the default limits and with other ones.
func TestFrameLimits(t *testing.T) {
	for _, limits := range []wire.Limits{{Content: 100}, {Text: 60, Content: 100}, {Text: 60, Content: 1}, {Text: 255, Content: 256}, {Text: 65_536, Content: 65_535}} {
		p := wire.Protocol{Limits: limits}
		for frame := range 5 {
			limit := limits.Text
			if limit == 0 {
				limit = wire.DefaultMaxText
			}
			if frame == 2 {
				limit = limits.Content
			}
			for _, size := range []int{limit - 1, limit, limit + 1} {
				_, err := p.Parse(messageWith(frame, size))
				if errors.Is(err, wire.ErrTooLarge) != (size > limit) {
					t.Errorf("%+v: frame %d of %d bytes: %v", limits, frame, size, err)
				}
				if want := fmt.Sprintf("frame %d has %d bytes, the limit is %d", frame, size, limit); size > limit && !strings.Contains(fmt.Sprint(err), want) {
					t.Errorf("got %v, want %s", err, want)
				}
			}
		}
	}
}

// messageWith returns a message, one of whose frames has a size.
func messageWith(frame, size int) [][]byte {
	frames := split("PZC00++", "json", "1", "id", "")
	frames[frame] = append(frames[frame], bytes.Repeat([]byte("x"), max(0, size-len(frames[frame])))...)[:size]
	return frames
}

// TestFrameCounts parses messages with up to seven frames: less than five are refused, and the ones
// beyond are ignored, however large.
func TestFrameCounts(t *testing.T) {
	p := wire.Protocol{Limits: wire.Limits{Text: 10}}
	all := append(split("PZC00++", "json", "1", "id", ""), make([]byte, 1000), nil)
	for count := range len(all) + 1 {
		m, err := p.Parse(all[:count])
		if count < 5 {
			if !errors.Is(err, wire.ErrFrameCount) || !strings.Contains(err.Error(), fmt.Sprintf("expected 5, received %d", count)) {
				t.Errorf("%d frames: %v", count, err)
			}
		} else if err != nil || m.ID != "id" || m.Serializer != "json" || string(m.Body) != "1" {
			t.Errorf("%d frames: %+v, %v", count, m, err)
		}
	}
}

// TestMessageSizes writes and parses messages whose parts have lengths at which buffers grow: what
// is parsed is what was written, also when the same buffer writes all of them.
func TestMessageSizes(t *testing.T) {
	sizes := []int{0, 1, 63, 64, 65, 255, 256, 257, 4095, 4096, 4097, 65_000}
	buffer := new(wire.Buffer)
	for _, p := range []wire.Protocol{{Serializer: "json"}, {Serializer: "pickle4"}, {Serializer: "pickle", Key: wire.NewKey([]byte("key"))}} {
		for _, n := range sizes {
			text := strings.Repeat("y", n)
			sender, topic, id := text[:n/2], text[n/2:], "i"+text
			frames, err := p.FormatIn(buffer, sender, topic, text, id)
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("PZC00+%s+%s", sender, topic); string(frames[0]) != want {
				t.Errorf("%d: header of %d bytes, want %d", n, len(frames[0]), len(want))
			}
			m, err := p.Parse(frames)
			if err != nil || m.Sender != sender || m.Topic != topic || m.ID != id {
				t.Fatalf("%d: %v", n, err)
			}
			var got string
			if err := p.Decode(&m, &got); err != nil || got != text {
				t.Errorf("%d: read %d bytes, %v", n, len(got), err)
			}
		}
	}
}

// TestLongParts writes and parses messages, one of whose parts is long and all others short: the
// room for the small frames is their sum.
func TestLongParts(t *testing.T) {
	for _, n := range []int{64, 255, 256, 4096, 65_000} {
		long := strings.Repeat("0", n)
		for _, want := range []wire.Message{
			{Sender: long, Topic: "t", Serializer: "json", ID: "i"}, {Sender: "s", Topic: long, Serializer: "json", ID: "i"},
			{Sender: "s", Topic: "t", Serializer: "pickle" + long + "2", ID: "i"}, {Sender: "s", Topic: "t", Serializer: "json", ID: long},
		} {
			for _, key := range []wire.Key{{}, wire.NewKey([]byte("key"))} {
				p := wire.Protocol{Serializer: want.Serializer, Key: key}
				frames, err := p.Format(want.Sender, want.Topic, nil, want.ID)
				if err != nil {
					t.Fatal(err)
				}
				got, err := p.Parse(frames)
				if got.Body = nil; err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%d: %+v, %v", n, got, err)
				}
			}
		}
	}
}

// TestOutputLimit writes json of exactly as many bytes as are allowed, and of one more.
func TestOutputLimit(t *testing.T) {
	for _, limit := range []int{2, 3, 255, 256, 65_536} {
		p := wire.Protocol{Serializer: "json", Limits: wire.Limits{JSON: limit}}
		if _, err := p.Format("", "", strings.Repeat("z", limit-2), "id"); err != nil {
			t.Errorf("%d bytes within %[1]d: %v", limit, err)
		}
		if _, err := p.Format("", "", strings.Repeat("z", limit-1), "id"); !errors.Is(err, wire.ErrContent) {
			t.Errorf("%d bytes within %d: %v", limit+1, limit, err)
		}
	}
}

// TestClippedNames shortens what a peer says in an error above 200 bytes, and not at 200.
func TestClippedNames(t *testing.T) {
	var p wire.Protocol
	for n, clipped := range map[int]bool{199: false, 200: false, 201: true} {
		_, err := p.Parse(split("PZC00++", strings.Repeat("n", n), "1", "id", ""))
		text := fmt.Sprint(err)
		if strings.Contains(text, "…") != clipped || strings.Count(text, "n") < min(n, 200) || !errors.Is(err, wire.ErrSerializer) {
			t.Errorf("%d: %s", n, text)
		}
	}
}

// TestTrim keeps the memory of small messages for the next one, and gives up what a large content
// or a long header took.
func TestTrim(t *testing.T) {
	p := wire.Protocol{Serializer: "pickle4"}
	for _, row := range []struct {
		content, topic int
		keepsBody      bool
		keepsTexts     bool
	}{{100, 100, true, true}, {2000, 100, true, true}, {20_000, 100, false, true}, {100, 20_000, true, false}, {20_000, 20_000, false, false}} {
		var b wire.Buffer
		place := func(content, topic int) (body, header *byte) {
			t.Helper()
			frames, err := p.FormatIn(&b, "", strings.Repeat("t", topic), strings.Repeat("c", content), "id")
			if err != nil {
				t.Fatal(err)
			}
			return &frames[2][0], &frames[0][0]
		}
		body, header := place(row.content, row.topic)
		b.Trim()
		nextBody, nextHeader := place(1, 1)
		if (body == nextBody) != row.keepsBody || (header == nextHeader) != row.keepsTexts {
			t.Errorf("%+v: body kept %v, texts kept %v", row, body == nextBody, header == nextHeader)
		}
	}
}

// TestDigits names serializers by the digits of every script, which Python's int() reads: from the
// zero to the nine of each, and nothing before or after them.
func TestDigits(t *testing.T) {
	var digits []rune // of scripts whose rows Unicode lays out one after the other, too
	for _, row := range unicode.Nd.R16 {
		for r := rune(row.Lo); r <= rune(row.Hi); r++ {
			digits = append(digits, r)
		}
	}
	for _, row := range unicode.Nd.R32 {
		for r := rune(row.Lo); r <= rune(row.Hi); r++ {
			digits = append(digits, r)
		}
	}
	for i, r := range digits {
		s, err := wire.Lookup("pickle" + string(r))
		switch want := i % 10; {
		case want > 5:
			if err == nil || !strings.Contains(err.Error(), "pickle protocol must be <= 5") {
				t.Errorf("%q: %v", r, err)
			}
		case err != nil:
			t.Errorf("%q: %v", r, err)
		default:
			got, err := s.Marshal(nil)
			if expected, _ := pickle.Marshal(nil, pickle.Protocol(want)); err != nil || !bytes.Equal(got, expected) {
				t.Errorf("%q: wrote %q, %v", r, got, err)
			}
		}
		for _, other := range []rune{r - 1, r + 1} {
			if !slices.Contains(digits, other) {
				if _, err := wire.Lookup("pickle" + string(other)); err == nil || !strings.Contains(err.Error(), "invalid literal for int()") {
					t.Errorf("%q: %v", other, err)
				}
			}
		}
	}
}
