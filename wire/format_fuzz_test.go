package wire_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/wire"
)

// FuzzFormat checks that what is formed parses to what it was formed of, or is refused for what no
// header can carry; and that a signature is of every byte that it covers.
func FuzzFormat(f *testing.F) {
	for _, row := range []struct{ sender, topic, id, serializer, body, key string }{
		{"tcp://127.0.0.1:8000", "", "urn:uuid:12345678-1234-4234-8234-123456789abc", "pickle", "\x80\x04K\x01.", ""},
		{"s", "t", "", "pickle2", "", "secret"},
		{"", "", "\u00e9", "json", "[1]", "schl\u00fcssel"},
		{"a+b", "t", "id", "pickle5", "N.", "k"},
		{"s", "\xff", "id", "pickle", "N.", "k"},
		{"s", "t", "\xff", "pickle", "N.", "k"},
		{"s", "t", "id", "marshal", "N.", "k"},
	} {
		f.Add(row.sender, row.topic, row.id, row.serializer, []byte(row.body), row.key, uint(17))
	}
	f.Fuzz(func(t *testing.T, sender, topic, id, serializer string, body []byte, key string, flip uint) {
		p := wire.Protocol{Key: wire.NewKey([]byte(key)), Serializer: serializer}
		frames, err := p.FormatBody(sender, topic, body, id)
		var refused *wire.Error
		if err != nil {
			if !errors.As(err, &refused) || refused.FromPeer {
				t.Fatalf("%v", err)
			}
			return
		}
		m, err := p.Parse(frames, wire.FromSender(sender))
		if err != nil {
			if !errors.As(err, &refused) || !errors.Is(err, wire.ErrSerializer) && !errors.Is(err, wire.ErrEncoding) && !errors.Is(err, wire.ErrTooLarge) {
				t.Fatalf("%q does not parse: %v", frames, err)
			}
			return
		}
		if m.Sender != sender || m.Topic != topic || id != "" && m.ID != id || m.ID == "" || !bytes.Equal(m.Body, body) {
			t.Fatalf("%q is parsed as %+v", frames, m)
		}
		if key == "" {
			return
		}
		changed := slices.Clone(frames)
		at := int(flip % uint(len(frames)))
		if len(frames[at]) == 0 {
			return
		}
		changed[at] = slices.Clone(frames[at])
		changed[at][flip/uint(len(frames))%uint(len(frames[at]))] ^= 1
		if _, err := p.Parse(changed); !errors.Is(err, wire.ErrSignature) {
			t.Fatalf("%q: %v", changed, err)
		}
	})
}
