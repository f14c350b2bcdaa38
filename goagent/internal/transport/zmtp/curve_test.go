package zmtp

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/internal/transport/zmtp/curvezmq"
)

func keyPair(t *testing.T) curve.KeyPair {
	t.Helper()
	p, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// introduce plays the handshake of two mechanisms and returns how each side ended.
func introduce(t *testing.T, client, server mechanism) (clientErr, serverErr error) {
	t.Helper()
	command, err := client.begin()
	if err != nil {
		t.Fatal(err)
	}
	if first, err := server.begin(); first != nil || err != nil {
		t.Fatalf("the server begins with %q, %v", first, err)
	}
	for to, other := server, client; command != nil; to, other = other, to {
		answer, complete, err := to.next(command)
		var refused *refusalError
		if errors.As(err, &refused) {
			_, _, otherErr := other.next(appendError(appendCommand(nil, commandError), refused.reason))
			return otherErr, err
		}
		switch {
		case err != nil && to == server:
			return nil, err
		case err != nil || complete && answer == nil:
			return err, nil
		}
		command = answer
	}
	return nil, nil
}

// secured returns the security of a socket.
func secured(t *testing.T, kind socketType, side role, c transport.Curve) security {
	t.Helper()
	s, err := curveSecurity(kind, side, &c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCurveMechanism has the four sockets of the seam meet the types that fit.
func TestCurveMechanism(t *testing.T) {
	server, client := keyPair(t), keyPair(t)
	for _, tt := range []struct{ dials, binds socketType }{{typeDealer, typeRouter}, {typeSub, typeXPub}} {
		binds := secured(t, tt.binds, roleServer, transport.Curve{Pair: server, Allowed: func(k curve.PublicKey) bool { return k == client.Public() }}).start()
		dials := secured(t, tt.dials, roleClient, transport.Curve{Pair: client, Server: server.Public()}).start()
		if clientErr, serverErr := introduce(t, dials, binds); clientErr != nil || serverErr != nil {
			t.Fatalf("%s to %s: %v, %v", tt.dials, tt.binds, clientErr, serverErr)
		}
		if p := binds.peer(); p.key != client.Public() || p.socketType != tt.dials {
			t.Errorf("the server met %+v", p)
		}
		if p := dials.peer(); p.socketType != tt.binds {
			t.Errorf("the client met %+v", p)
		}
		for _, flags := range []byte{0, flagMore, flagCommand} {
			for _, size := range []int{0, 1, shortMost - curvezmq.Overhead, shortMost - curvezmq.Overhead + 1, 100_000} {
				body := bytes.Repeat([]byte("x"), size)
				wire := dials.box().seal(nil, flags, body)
				outer, length, err := parseHeader(wire)
				if err != nil || outer != 0 || len(wire) != dials.box().sealedSize(size) ||
					int(length) != size+dials.box().overhead() || len(wire) != headerSize(wire[0])+int(length) {
					t.Fatalf("%d bytes with flags %x: header %x %d, %v, %d bytes", size, flags, outer, length, err, len(wire))
				}
				gotFlags, got, err := binds.box().open(nil, wire[headerSize(wire[0]):])
				if err != nil || gotFlags != flags || !bytes.Equal(got, body) {
					t.Errorf("%d bytes with flags %x came as %d with %x, %v", size, flags, len(got), gotFlags, err)
				}
			}
		}
	}
}

// TestCurveRefuses has handshakes fail, and looks at what either side says of it.
func TestCurveRefuses(t *testing.T) {
	server, client, stranger := keyPair(t), keyPair(t), keyPair(t)
	only := func(k curve.PublicKey) bool { return k == client.Public() }
	for _, tt := range []struct {
		name                 string
		kind                 socketType
		pair                 curve.KeyPair
		named                curve.PublicKey
		clientIs, serverIs   error
		clientSays, servSays string
	}{
		{"a client that is not listed", typeDealer, stranger, server.Public(), transport.ErrRefused, ErrKey,
			"(status 400): is this side's public key " + stranger.Public().String() + " among those that the server allows?", stranger.Public().String()},
		{"a client that takes the server for another", typeDealer, client, stranger.Public(), nil, ErrHandshake, "", "HELLO: cannot be decrypted"},
		{"a socket that does not fit", typeSub, client, server.Public(), transport.ErrRefused, ErrSocketType, "Invalid socket type", "the peer is a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			binds := secured(t, typeRouter, roleServer, transport.Curve{Pair: server, Allowed: only}).start()
			dials := secured(t, tt.kind, roleClient, transport.Curve{Pair: tt.pair, Server: tt.named}).start()
			clientErr, serverErr := introduce(t, dials, binds)
			for _, end := range []struct {
				err, is error
				says    string
			}{{clientErr, tt.clientIs, tt.clientSays}, {serverErr, tt.serverIs, tt.servSays}} {
				if !errors.Is(end.err, end.is) || end.is != nil && !strings.Contains(end.err.Error(), end.says) {
					t.Errorf("got %v, want %v with %q", end.err, end.is, end.says)
				}
			}
		})
	}
}

// TestCurveBoxRefuses opens what no peer may send.
func TestCurveBoxRefuses(t *testing.T) {
	server, client := keyPair(t), keyPair(t)
	binds := secured(t, typeRouter, roleServer, transport.Curve{Pair: server}).start()
	dials := secured(t, typeDealer, roleClient, transport.Curve{Pair: client, Server: server.Public()}).start()
	if clientErr, serverErr := introduce(t, dials, binds); clientErr != nil || serverErr != nil {
		t.Fatal(clientErr, serverErr)
	}
	for name, sealed := range map[string][]byte{
		"nothing":                   nil,
		"a command that has more":   dials.box().seal(nil, flagMore|flagCommand, nil)[shortest:],
		"what it has sealed itself": binds.box().seal(nil, 0, []byte("x"))[shortest:],
		"a command without a box":   appendCommand(nil, commandPing, 0, 0),
	} {
		if flags, body, err := binds.box().open(nil, sealed); !errors.Is(err, ErrFrame) {
			t.Errorf("%s: %x, %q, %v", name, flags, body, err)
		}
	}
}

// TestCurveNeedsKeys makes sockets without them.
func TestCurveNeedsKeys(t *testing.T) {
	for name, c := range map[string]transport.Curve{
		"no pair":   {Server: keyPair(t).Public()},
		"no server": {Pair: keyPair(t)},
	} {
		if _, err := curveSecurity(typeDealer, roleClient, &c); !errors.Is(err, curve.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
