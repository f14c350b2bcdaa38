package zmtp

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	name, data, err := parseCommand([]byte("\x04PING\x00\x1econtext"))
	if err != nil || name != commandPing {
		t.Fatalf("got %q, %v", name, err)
	}
	if ttl, context, err := parsePing(data); err != nil || ttl != 3*time.Second || string(context) != "context" {
		t.Errorf("got %v, %q, %v", ttl, context, err)
	}
	if wire := string(appendCommand(nil, commandPing, appendPing(nil, 3*time.Second)...)); wire != "\x04PING\x00\x1e" {
		t.Errorf("wrote %q", wire)
	}
	if wire := string(appendPing(nil, 24*time.Hour)); wire != "\xff\xff" {
		t.Errorf("a day is %q", wire)
	}
	if wire := string(appendCommandFrame(nil, commandPong, []byte("x"))); wire != "\x04\x06\x04PONGx" {
		t.Errorf("wrote %q", wire)
	}
}

func TestCommandRefused(t *testing.T) {
	for _, body := range []string{"", "\x00", "\x05PING", "\xffx"} {
		if name, _, err := parseCommand([]byte(body)); !errors.Is(err, ErrCommand) {
			t.Errorf("%q: %q, %v", body, name, err)
		}
	}
	for _, data := range []string{"", "\x00", "\x00\x1e" + strings.Repeat("x", 17)} {
		if _, _, err := parsePing([]byte(data)); !errors.Is(err, ErrCommand) {
			t.Errorf("PING %q: %v", data, err)
		}
	}
	for data, want := range map[string]error{"": ErrCommand, "\x05x": ErrCommand, "\x01xy": ErrCommand, "\x03400": ErrRejected, "\x00": ErrRejected} {
		if err := parseError([]byte(data)); !errors.Is(err, want) {
			t.Errorf("ERROR %q: %v", data, err)
		}
	}
	if data := appendError(nil, strings.Repeat("x", 300)); len(data) != 256 || !errors.Is(parseError(data), ErrRejected) {
		t.Errorf("an ERROR with a long reason: %q", data)
	}
}

func TestSubscriptionFrames(t *testing.T) {
	for _, tt := range []struct {
		flags  byte
		body   string
		topic  string
		on, ok bool
	}{
		{0, "\x01topic", "topic", true, true},
		{0, "\x00topic", "topic", false, true},
		{0, "\x01", "", true, true},
		{flagCommand, "\x09SUBSCRIBEtopic", "topic", true, true},
		{flagCommand, "\x06CANCELtopic", "topic", false, true},
		{flagCommand, "\x09SUBSCRIBE", "", true, true},
		{flagCommand, "\x04PING", "", false, false},
		{flagCommand, "", "", false, false},
		{0, "\x02topic", "", false, false},
		{flagMore, "\x01topic", "", false, false},
		{0, "", "", false, false},
	} {
		topic, on, ok := parseSubscription(tt.flags, []byte(tt.body))
		if ok != tt.ok || ok && (string(topic) != tt.topic || on != tt.on) {
			t.Errorf("%#x %q: %q, %v, %v", tt.flags, tt.body, topic, on, ok)
		}
	}
	for _, tt := range []struct {
		v     version
		on    bool
		flags byte
		body  string
	}{
		{version{3, 0}, true, 0, "\x01topic"},
		{version{3, 0}, false, 0, "\x00topic"},
		{version{3, 1}, true, flagCommand, "\x09SUBSCRIBEtopic"},
		{version{3, 1}, false, flagCommand, "\x06CANCELtopic"},
	} {
		if flags, body := appendSubscription(nil, tt.v, "topic", tt.on); flags != tt.flags || string(body) != tt.body {
			t.Errorf("%v, %v: %#x %q", tt.v, tt.on, flags, body)
		}
	}
}

func TestMetadata(t *testing.T) {
	const libzmqReady = "\x0bSocket-Type\x00\x00\x00\x03REQ\x08Identity\x00\x00\x00\x00"
	for wire, want := range map[string]socketType{
		libzmqReady:                          typeReq,
		"\x0bSOCKET-type\x00\x00\x00\x03SUB": typeSub,
		"\x01x\x00\x00\x00\x01y\x0bSocket-Type\x00\x00\x00\x03PUB": typePub,
		"": "",
	} {
		if m, err := parseMetadata([]byte(wire)); err != nil || m.socketType != want {
			t.Errorf("%q: %+v, %v", wire, m, err)
		}
	}
	for _, wire := range []string{"\x00", "\x0bSocket-Type", "\x01x\x00\x00\x00", "\x01x\x00\x00\x00\x02y", "\x01x\xff\xff\xff\xffy"} {
		if m, err := parseMetadata([]byte(wire)); !errors.Is(err, ErrHandshake) {
			t.Errorf("%q: %+v, %v", wire, m, err)
		}
	}
	for own, others := range peers {
		m, err := parseMetadata(appendMetadata(nil, own))
		if err != nil || m.socketType != own {
			t.Errorf("%s: %+v, %v", own, m, err)
		}
		for _, other := range others {
			if err := checkPeer(own, metadata{socketType: other}); err != nil {
				t.Errorf("%s and %s: %v", own, other, err)
			}
		}
		if err := checkPeer(own, metadata{socketType: "PAIR"}); !errors.Is(err, ErrSocketType) {
			t.Errorf("%s and PAIR: %v", own, err)
		}
	}
}

func TestNull(t *testing.T) {
	router, dealer := null{typeRouter}.start(), null{typeDealer}.start()
	hello, err := dealer.begin()
	if err != nil {
		t.Fatal(err)
	}
	if answer, complete, err := router.next(hello); answer != nil || !complete || err != nil || router.peer().socketType != typeDealer {
		t.Errorf("got %q, %v, %v", answer, complete, err)
	}
	var refusal *refusalError
	if _, _, err := (null{typeXPub}).start().next(hello); !errors.As(err, &refusal) || !errors.Is(err, ErrSocketType) {
		t.Errorf("an XPUB and a DEALER: %v", err)
	}
	for command, want := range map[string]error{
		"\x05HELLO": ErrHandshake, "\x05ERROR\x03400": ErrRejected, "": ErrCommand, "\x05READY\x00": ErrHandshake,
	} {
		if _, complete, err := (null{typeXPub}).start().next([]byte(command)); complete || !errors.Is(err, want) {
			t.Errorf("%q: %v, %v", command, complete, err)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, seed := range []string{"\x04PING\x00\x1ex", "\x05READY\x0bSocket-Type\x00\x00\x00\x03REQ", "\x05ERROR\x03400", "\x09SUBSCRIBEa", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		name, data, err := parseCommand(body)
		if err != nil {
			return
		}
		if again := appendCommand(nil, name, data...); string(again) != string(body) {
			t.Fatalf("%q became %q", body, again)
		}
		switch name {
		case commandPing:
			_, _, _ = parsePing(data)
		case commandError:
			_ = parseError(data)
		case commandReady:
			_, _, _ = (null{typeRouter}).start().next(body)
		}
		parseSubscription(flagCommand, body)
	})
}
