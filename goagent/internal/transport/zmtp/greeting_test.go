package zmtp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// libzmqGreeting is what libzmq 4.3.5 sends with the mechanism NULL.
const libzmqGreeting = "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01NULL"

func padded(start string) []byte {
	return append([]byte(start), make([]byte, greetingSize-len(start))...)
}

func TestGreeting(t *testing.T) {
	wire := greeting{version: ours, mechanism: "NULL"}.bytes()
	if !bytes.Equal(wire, padded(libzmqGreeting)) {
		t.Errorf("wrote %q", wire)
	}
	for _, tt := range []struct {
		name string
		wire []byte
		want greeting
	}{
		{"libzmq 4.3", padded(libzmqGreeting), greeting{version{3, 1}, "NULL", false}},
		{"libzmq 4.1", padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x00NULL"), greeting{version{3, 0}, "NULL", false}},
		{"a signature with other padding", padded("\xff1234567\x01\x7f\x03\x01NULL"), greeting{version{3, 1}, "NULL", false}},
		{"a later version", padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x04\x00NULL"), greeting{version{4, 0}, "NULL", false}},
		{"a CURVE server", greeting{ours, "CURVE", true}.bytes(), greeting{ours, "CURVE", true}},
		{"a mechanism of 20 characters", padded(libzmqGreeting[:12] + strings.Repeat("X", 20)), greeting{ours, strings.Repeat("X", 20), false}},
		{"a filler", append(padded(libzmqGreeting)[:40], bytes.Repeat([]byte{7}, 24)...), greeting{ours, "NULL", false}},
	} {
		if got, err := parseGreeting(tt.wire); err != nil || got != tt.want {
			t.Errorf("%s: got %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}

func TestGreetingRefused(t *testing.T) {
	for name, wire := range map[string][]byte{
		"HTTP":                      padded("GET / HTTP/1.1\r\n"),
		"ZMTP 1.0, anonymous":       padded("\x01\x00"),
		"ZMTP 1.0, long length":     padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00"),
		"ZMTP 2.0":                  padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x01\x00"),
		"no mechanism":              padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01"),
		"a mechanism in lower case": padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01null"),
		"a mechanism with a gap":    padded("\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03\x01NU\x00LL"),
		"cut":                       padded(libzmqGreeting)[:63],
	} {
		if got, err := parseGreeting(wire); !errors.Is(err, ErrGreeting) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// TestGreetingAtOnce refuses other protocols by their first bytes.
func TestGreetingAtOnce(t *testing.T) {
	for wire, ok := range map[string]bool{
		"": true, "\xff": true, "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f": true, "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x03": true,
		"G": false, "\x01": false, "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x00": false, "\xff\x00\x00\x00\x00\x00\x00\x00\x01\x7f\x02": false,
	} {
		if err := checkGreeting([]byte(wire)); (err == nil) != ok {
			t.Errorf("%q: %v", wire, err)
		}
	}
}

func FuzzGreeting(f *testing.F) {
	f.Add(padded(libzmqGreeting))
	f.Add(padded("GET / HTTP/1.1"))
	f.Fuzz(func(t *testing.T, wire []byte) {
		g, err := parseGreeting(wire)
		if err != nil {
			return
		}
		again, err := parseGreeting(g.bytes())
		if err != nil || again != g {
			t.Fatalf("%+v became %+v, %v", g, again, err)
		}
		if err := checkGreeting(wire[:len(wire)/2]); err != nil {
			t.Fatalf("half of a good greeting: %v", err)
		}
	})
}
