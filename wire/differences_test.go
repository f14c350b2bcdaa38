package wire_test

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// The differences between this package and the original's class Protocol, each with its reason. The
// tests against the original hold everything else to be the same.

// TestHeadersThatNobodyCanParse: the original sends a "+" within a sender or topic, and no peer can
// parse that; Go says so at once.
func TestHeadersThatNobodyCanParse(t *testing.T) {
	o := startOriginal(t, pyenv.Newest(t))
	for _, part := range [][2]string{{"a+b", "t"}, {"s", "a+b"}} {
		theirs := o.ask(request{Content: hex.EncodeToString(pickled(t, nil, 2)), Sender: part[0], Topic: part[1], ID: "id"})
		if theirs.Error != "" {
			t.Errorf("the original does not send %q: %s", part, theirs.Error)
		} else if back := o.parse("", unhex(t, theirs.Frames...), "", ""); !errors.Is(kindOf(back.Error), wire.ErrEncoding) {
			t.Errorf("the original parses %q: %+v", part, back)
		}
		if _, err := (wire.Protocol{}).Format(part[0], part[1], nil, ""); !errors.Is(err, wire.ErrUnsendable) {
			t.Errorf("Go sends %q: %v", part, err)
		}
	}
}

// TestPlainPickle: the original writes the highest protocol of its own Python, which an older peer
// may not know; Go does not know its peers' Python, and writes 4, which each Python that runs the
// original can read.
func TestPlainPickle(t *testing.T) {
	frames, err := wire.Protocol{}.Format("s", "t", py.NewList(true), "")
	if err != nil || frames[2][1] != wire.DefaultPlainPickle {
		t.Fatalf("%q, %v", frames, err)
	}
	for _, python := range pyenv.Interpreters(t) {
		o := startOriginal(t, python)
		if o.Highest < wire.DefaultPlainPickle {
			t.Errorf("Python %s reads protocols up to %d", python.Version, o.Highest)
		}
		if back := o.parse("", frames, "", ""); back.Error != "" {
			t.Errorf("Python %s: %s", python.Version, back.Error)
		}
	}
}

// TestContentIsNotRun: the original calls what a pickle says, which is any function there is; Go
// keeps it as an object.
func TestContentIsNotRun(t *testing.T) {
	body := []byte("cbuiltins\nlen\n(V12345\ntR.")
	frames := split("PZC00+s+t", "pickle", string(body), "id", "")
	back := startOriginal(t, pyenv.Newest(t)).parse("", frames, "", "")
	var called any
	if err := pickle.Unmarshal(unhex(t, back.Content)[0], &called); err != nil || called != int64(5) {
		t.Errorf("the original has %v, %v", called, err)
	}
	m, err := wire.Protocol{}.Parse(frames)
	if err != nil {
		t.Fatal(err)
	}
	var kept any
	if err := (wire.Protocol{}).Decode(&m, &kept); err != nil {
		t.Fatal(err)
	}
	if o, ok := kept.(*py.Object); !ok || o.Class() != (py.Class{Module: "builtins", Name: "len"}) {
		t.Errorf("Go has %#v", kept)
	}
}

// TestFramesAreLimited: the original takes frames of any size; Go's limits keep a peer from filling
// the memory.
func TestFramesAreLimited(t *testing.T) {
	frames := split("PZC00+s+"+strings.Repeat("t", wire.DefaultMaxText), "json", "1", "id", "")
	if back := startOriginal(t, pyenv.Newest(t)).parse("", frames, "", ""); back.Error != "" {
		t.Errorf("the original: %s", back.Error)
	}
	if _, err := (wire.Protocol{}).Parse(frames); !errors.Is(err, wire.ErrTooLarge) {
		t.Errorf("Go: %v", err)
	}
	if _, err := (wire.Protocol{Limits: wire.Limits{Text: 1 << 20}}).Parse(frames); err != nil {
		t.Errorf("Go, with a higher limit: %v", err)
	}
}
