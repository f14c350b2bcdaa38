package zmtp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestFrame(t *testing.T) {
	for _, tt := range []struct {
		name  string
		flags byte
		body  string
		wire  string
	}{
		{"empty", 0, "", "\x00\x00"},
		{"short", 0, "ab", "\x00\x02ab"},
		{"more", flagMore, "ab", "\x01\x02ab"},
		{"command", flagCommand, "\x04PING", "\x04\x05\x04PING"},
		{"longest short", 0, strings.Repeat("x", 255), "\x00\xff" + strings.Repeat("x", 255)},
		{"shortest long", flagMore, strings.Repeat("x", 256), "\x03\x00\x00\x00\x00\x00\x00\x01\x00" + strings.Repeat("x", 256)},
	} {
		wire := appendFrame(nil, tt.flags, []byte(tt.body))
		if string(wire) != tt.wire {
			t.Errorf("%s: wrote %q, want %q", tt.name, wire, tt.wire)
		}
		size := headerSize(wire[0])
		flags, length, err := parseHeader(wire[:size])
		if err != nil || flags != tt.flags || length != uint64(len(tt.body)) {
			t.Errorf("%s: read flags %#x, size %d, %v", tt.name, flags, length, err)
		}
	}
}

func TestFrameRefused(t *testing.T) {
	for name, wire := range map[string]string{
		"a reserved bit":       "\x08\x00",
		"another reserved bit": "\x80\x00",
		"a command with more":  "\x05\x00",
		"a size over 63 bits":  "\x02\x80\x00\x00\x00\x00\x00\x00\x00",
	} {
		if _, _, err := parseHeader([]byte(wire)); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFrame(f *testing.F) {
	for _, seed := range []string{"\x00\x00", "\x01\x02", "\x02\x00\x00\x00\x00\x00\x00\x01\x00", "\x04\x05", "\x08\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		if len(wire) == 0 || len(wire) < headerSize(wire[0]) {
			return
		}
		flags, size, err := parseHeader(wire[:headerSize(wire[0])])
		if err != nil || size > 1<<20 {
			return
		}
		again := appendFrame(nil, flags, make([]byte, size))
		flagsAgain, sizeAgain, err := parseHeader(again[:headerSize(again[0])])
		if err != nil || flagsAgain != flags || sizeAgain != size || !bytes.Equal(again[headerSize(again[0]):], make([]byte, size)) {
			t.Fatalf("flags %#x, size %d became %#x, %d, %v", flags, size, flagsAgain, sizeAgain, err)
		}
	})
}
