package frames

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/interop/graph"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/pickle"
)

// Counts are how many messages were compared, and how that came out.
type Counts struct {
	// Exact are the messages that are the same, byte for byte.
	Exact int `json:"exact"`
	// SetOrder counts messages that differ only in the order of sets, which is random.
	SetOrder int `json:"set_order"`
	// Different counts messages that differ otherwise.
	Different int `json:"different"`
	// NoReference counts messages that have nothing of the original's to be compared with.
	NoReference int `json:"no_reference"`
}

// Add adds other counts.
func (c *Counts) Add(other Counts) {
	c.Exact += other.Exact
	c.SetOrder += other.SetOrder
	c.Different += other.Different
	c.NoReference += other.NoReference
}

// Difference is a message that is not what it should be.
type Difference struct {
	Problem string
	// Got and Want are the frames in words, Want is empty where there is no reference.
	Got, Want string
}

// Same reports whether two messages are the same, and whether they are so byte for byte or but for
// the order of sets.
func Same(got, want *Message) (same, exact bool) {
	if len(got.Frames) != len(want.Frames) {
		return false, false
	}
	exact = true
	for i := range got.Frames {
		if bytes.Equal(got.Frames[i], want.Frames[i]) {
			continue
		}
		if i != 2 || !sameButForSets(got, want) {
			return false, false
		}
		exact = false
	}
	return true, exact
}

// sameButForSets reports whether the contents hold sets and are equal but for their order.
func sameButForSets(got, want *Message) bool {
	if len(got.Frames[2]) != len(want.Frames[2]) || !bytes.Equal(got.Frames[1], want.Frames[1]) {
		return false
	}
	a, err := Content(got.Frames)
	if err != nil {
		return false
	}
	b, err := Content(want.Frames)
	if err != nil {
		return false
	}
	hasSet := false
	a.Walk(func(v value.Value) {
		hasSet = hasSet || (v.Tag == value.Set || v.Tag == value.FrozenSet) && len(v.Items) > 1
	})
	return hasSet && value.Equal(a, b)
}

// Content decodes a message's content.
func Content(frames [][]byte) (value.Value, error) {
	if len(frames) < 3 {
		return value.Value{}, fmt.Errorf("pizco/interop/frames: %d frames", len(frames))
	}
	if !strings.HasPrefix(string(frames[1]), "pickle") {
		return value.ParseJSON(frames[2])
	}
	var v any
	err := pickle.Unmarshal(frames[2], &v)
	return graph.ToValue(v), err
}

// Describe returns a message's frames in words: text as text, the content decoded and in
// hexadecimal.
func Describe(m *Message) string {
	if m == nil {
		return "(nothing)"
	}
	var b strings.Builder
	for i, frame := range m.Frames {
		if i != 2 {
			fmt.Fprintf(&b, "%d  %q\n", i, frame)
			continue
		}
		describeContent(&b, m.Frames)
	}
	return b.String()
}

// maxHex bounds the bytes of a content that are shown.
const maxHex = 512

func describeContent(b *strings.Builder, frames [][]byte) {
	content := frames[2]
	if v, err := Content(frames); err == nil {
		fmt.Fprintf(b, "2  %s\n", v)
	} else {
		fmt.Fprintf(b, "2  (cannot be decoded: %v)\n", err)
	}
	shown := content[:min(len(content), maxHex)]
	if strings.HasPrefix(string(frames[1]), "pickle") && len(content) <= maxHex {
		if err := pickle.Dis(b, content); err != nil {
			fmt.Fprintf(b, "   (%v)\n", err)
		}
	}
	for at := 0; at < len(shown); at += 16 {
		row := shown[at:min(at+16, len(shown))]
		fmt.Fprintf(b, "   %06x  % -48x  %s\n", at, row, printable(row))
	}
	if len(shown) < len(content) {
		fmt.Fprintf(b, "   … %d bytes in all\n", len(content))
	}
}

func printable(row []byte) string {
	out := make([]byte, len(row))
	for i, c := range row {
		out[i] = '.'
		if c >= ' ' && c < 0x7f {
			out[i] = c
		}
	}
	return string(out)
}
