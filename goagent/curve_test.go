package goagent_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/wire"
)

func keyPair(t *testing.T) curve.KeyPair {
	t.Helper()
	pair, err := curve.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// TestCurve uses every feature of an instrument between peers that encrypt.
func TestCurve(t *testing.T) {
	server, client := keyPair(t), keyPair(t)
	var others atomic.Int32
	s := serve(t, newInstrument(), goagent.WithCurve(server), goagent.WithCurveClients(client.Public()),
		goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
			if call.Client != client.Public() {
				others.Add(1)
			}
			return next(ctx, call)
		}))
	p := dial(t, s.Endpoint(), goagent.WithCurve(client), goagent.WithCurvePeer(server.Public()))
	checkInstrument(t, p, true)
	if n := others.Load(); n != 0 {
		t.Errorf("%d calls came without the client's key", n)
	}
}

// TestCurveAnonymousClient lets in a client without keys of its own.
func TestCurveAnonymousClient(t *testing.T) {
	server := keyPair(t)
	s := serve(t, newInstrument(), goagent.WithCurve(server))
	p := dial(t, s.Endpoint(), goagent.WithCurvePeer(server.Public(), s.Endpoint()))
	checkCalls(t, p)
}

// TestCurveRefusals has clients that are not let in each fail with an error that says why, while
// the server goes on with one that is.
func TestCurveRefusals(t *testing.T) {
	server, client, stranger := keyPair(t), keyPair(t), keyPair(t)
	encrypted := serve(t, newInstrument(), goagent.WithCurve(server), goagent.WithCurveClients(client.Public()))
	plain := serve(t, newInstrument())
	good := dial(t, encrypted.Endpoint(), goagent.WithCurve(client), goagent.WithCurvePeer(server.Public()))
	for _, tt := range []struct {
		name     string
		endpoint string
		options  []goagent.DialOption
		is       error
		says     string
	}{
		{"wrong server key", encrypted.Endpoint(),
			[]goagent.DialOption{goagent.WithCurve(client), goagent.WithCurvePeer(stranger.Public())},
			context.DeadlineExceeded, "is " + stranger.Public().String() + " the public key of the server"},
		{"unlisted client", encrypted.Endpoint(),
			[]goagent.DialOption{goagent.WithCurve(stranger), goagent.WithCurvePeer(server.Public())},
			goagent.ErrRefused, stranger.Public().String() + " among those that the server allows"},
		{"plain client", encrypted.Endpoint(), nil,
			goagent.ErrRefused, "it speaks CURVE, for which this side needs the public key of the server"},
		{"plain server", plain.Endpoint(),
			[]goagent.DialOption{goagent.WithCurve(client), goagent.WithCurvePeer(server.Public())},
			goagent.ErrRefused, "it does not speak CURVE"},
		{"no server key", encrypted.Endpoint(), []goagent.DialOption{goagent.WithCurve(client)},
			nil, "WithCurvePeer"},
		{"inproc", "inproc://curve", []goagent.DialOption{goagent.WithCurvePeer(server.Public())},
			transport.ErrNoCurve, "inproc endpoints stay inside of the program"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := dialInVain(t, tt.endpoint, tt.options, errors.Is(tt.is, context.DeadlineExceeded), tt.says)
			var lost *goagent.TransportError
			if !errors.As(err, &lost) || tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v (%T), want %v with %q", err, err, tt.is, tt.says)
			}
			checkCalls(t, good)
		})
	}
}

// dialInVain returns the error of Dial. When that is the deadline, longer and longer ones give a
// slow machine the time to find out what is wrong.
func dialInVain(t *testing.T, endpoint string, options []goagent.DialOption, late bool, says string) error {
	t.Helper()
	timeout := time.Minute
	if late {
		timeout = time.Second / 2
	}
	for {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		p, err := goagent.Dial(ctx, endpoint, options...)
		cancel()
		if err == nil {
			_ = p.Close()
			return nil
		}
		if timeout *= 2; !late || strings.Contains(err.Error(), says) || timeout > time.Minute {
			return err
		}
	}
}

// TestCurveRefusedWhileReconnecting has a server come back that does not let in a client that it
// had before: the proxy stays usable, says why its calls end, and is connected with its slots when
// it is let in again.
func TestCurveRefusedWhileReconnecting(t *testing.T) {
	server, client := keyPair(t), keyPair(t)
	var closed atomic.Bool
	options := []goagent.ServeOption{goagent.WithCurve(server), goagent.WithCurveClientsFunc(func(curve.PublicKey) bool { return !closed.Load() })}
	s := serve(t, newInstrument(), options...)
	statuses, reasons := make(chan goagent.Status, 10), make(chan error, 10)
	p := dial(t, s.Endpoint(), goagent.WithCurve(client), goagent.WithCurvePeer(server.Public()),
		goagent.WithStatusHandler(func(s goagent.Status, reason error) { statuses <- s; reasons <- reason }))
	heard := make(chan struct{}, 10)
	if _, err := p.Connect(limit(t), "alarm", func() { heard <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	awaitStatus(t, statuses, goagent.Connected)
	closed.Store(true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	serve(t, newInstrument(), append(options, goagent.WithEndpoint(s.Endpoint()))...)
	var lost *goagent.TransportError
	for refused := false; !refused; {
		select {
		case reason := <-reasons:
			refused = errors.Is(reason, goagent.ErrRefused) && errors.As(reason, &lost)
		case <-limit(t).Done():
			t.Fatal("nobody tells that the server refuses")
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Call(ctx, nil, "nothing"); !errors.Is(err, goagent.ErrRefused) || !errors.Is(err, context.DeadlineExceeded) ||
		!errors.As(err, &lost) || lost.Sent || p.Status() != goagent.Reconnecting {
		t.Errorf("%s: a call ends with %v", p.Status(), err)
	}
	closed.Store(false)
	awaitStatus(t, statuses, goagent.Connected)
	if err := p.Call(limit(t), nil, "sound_alarm", 1); err != nil {
		t.Fatal(err)
	}
	select {
	case <-heard:
	case <-limit(t).Done():
		t.Error("the slot is not called any more")
	}
}

// TestCurveNotificationsRefused has a server refuse the connection of the notifications alone: for
// the first time that fails Dial, later they are tried again.
func TestCurveNotificationsRefused(t *testing.T) {
	server := keyPair(t)
	var connections, refused atomic.Int32
	options := []goagent.ServeOption{goagent.WithCurve(server), goagent.WithCurveClientsFunc(func(curve.PublicKey) bool {
		return connections.Add(1) != refused.Load()
	})}
	s := serve(t, newInstrument(), options...)
	refused.Store(2)
	if p, err := goagent.Dial(limit(t), s.Endpoint(), goagent.WithCurvePeer(server.Public())); !errors.Is(err, goagent.ErrRefused) {
		t.Errorf("got %v, %v", p, err)
	}
	p := dial(t, s.Endpoint(), goagent.WithCurvePeer(server.Public()))
	heard := make(chan struct{}, 1000)
	if _, err := p.Connect(limit(t), "alarm", func() { heard <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	connections.Store(0)
	serve(t, newInstrument(), append(options, goagent.WithEndpoint(s.Endpoint()))...)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for ctx := limit(t); ; {
		if err := p.Call(ctx, nil, "sound_alarm", 1); err != nil {
			var lost *goagent.TransportError
			if !errors.As(err, &lost) || ctx.Err() != nil {
				t.Fatal(err)
			}
		}
		select {
		case <-heard:
			if n := connections.Load(); n < 3 {
				t.Errorf("heard after %d connections", n)
			}
			return
		case <-again.C:
		case <-ctx.Done():
			t.Fatal("the slot is not called any more")
		}
	}
}

// TestCurveClientsFunc lets in a client that was not let in before.
func TestCurveClientsFunc(t *testing.T) {
	server, client := keyPair(t), keyPair(t)
	var open atomic.Bool
	s := serve(t, newInstrument(), goagent.WithCurve(server), goagent.WithCurveClients(keyPair(t).Public()),
		goagent.WithCurveClientsFunc(func(key curve.PublicKey) bool { return open.Load() && key == client.Public() }))
	options := []goagent.DialOption{goagent.WithCurve(client), goagent.WithCurvePeer(server.Public())}
	if p, err := goagent.Dial(limit(t), s.Endpoint(), options...); !errors.Is(err, goagent.ErrRefused) {
		t.Errorf("got %v, %v", p, err)
	}
	open.Store(true)
	checkCalls(t, dial(t, s.Endpoint(), options...))
}

func TestCurveSettings(t *testing.T) {
	pair := keyPair(t)
	for name, options := range map[string][]goagent.ServeOption{
		"no pair":      {goagent.WithCurve(curve.KeyPair{})},
		"no peer":      {goagent.WithCurvePeer(curve.PublicKey{})},
		"only clients": {goagent.WithCurveClients(pair.Public())},
		"no function":  {goagent.WithCurve(pair), goagent.WithCurveClientsFunc(nil)},
		"inproc":       {goagent.WithCurve(pair), goagent.WithEndpoint("inproc://curve-settings")},
	} {
		if s, err := goagent.Serve(newInstrument(), options...); err == nil {
			t.Errorf("%s: no error", name)
			_ = s.Close()
		} else if strings.Contains(err.Error(), pair.Secret()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// certificates writes the certificates of a server and a client into a folder.
func certificates(t *testing.T) (folder string, server curve.KeyPair) {
	t.Helper()
	folder, server = t.TempDir(), keyPair(t)
	if err := errors.Join(server.WriteCertificates(filepath.Join(folder, "server")), keyPair(t).WriteCertificates(filepath.Join(folder, "client"))); err != nil {
		t.Fatal(err)
	}
	return folder, server
}

// TestCurvePyzmqClient has pyzmq's own sockets talk to a Go server, with the keys from certificates
// and on its list.
func TestCurvePyzmqClient(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for _, serializer := range []string{"pickle", "json"} {
			t.Run(fmt.Sprint(python, " ", serializer), func(t *testing.T) {
				folder, server := certificates(t)
				clients, err := curve.ReadPublic(filepath.Join(folder, "client.key"))
				if err != nil {
					t.Fatal(err)
				}
				s := serve(t, newInstrument(), goagent.WithSerializer(serializer), goagent.WithCurve(server), goagent.WithCurveClients(clients...))
				out := python.Run(limit(t), t, "curve_peer.py", pyenv.WithArgs("client", folder, serializer, s.Endpoint()))
				answer, err := json.Marshal([]any{"PSMessage", "return", 16})
				if err != nil {
					t.Fatal(err)
				}
				for _, want := range []string{
					fmt.Sprintf(`{"info": {"rep_endpoint": %q, "pub_endpoint": %q}}`, s.Endpoint(), s.PubEndpoint()),
					`{"req": ` + string(answer) + `}`, `{"dealer": ` + string(answer) + `}`, `{"alarm": [0, null, null]}`,
				} {
					line, rest, _ := strings.Cut(string(out), "\n")
					if out = []byte(rest); compact(t, line) != compact(t, want) {
						t.Errorf("got %s, want %s", line, want)
					}
				}
			})
		}
	}
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return fmt.Sprint(v)
}

// TestCurvePyzmqServer asks a REP socket of pyzmq.
func TestCurvePyzmqServer(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			folder, server := certificates(t)
			client, err := curve.ReadSecret(filepath.Join(folder, "client.key_secret"))
			if err != nil {
				t.Fatal(err)
			}
			process := python.Start(t, "curve_peer.py", pyenv.WithArgs("server", folder, "pickle"))
			var ready struct {
				Endpoint string `json:"rep_endpoint"`
			}
			process.Ready(&ready)
			a, err := goagent.NewAgent(goagent.WithCurve(client), goagent.WithCurvePeer(server.Public(), ready.Endpoint),
				goagent.WithProtocol(wire.Protocol{Serializer: "pickle2"}))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = a.Close() }()
			for n := range 10 {
				var got int
				if err := a.Request(limit(t), ready.Endpoint, n, &got); err != nil || got != n {
					t.Fatalf("got %d, %v, want %d", got, err, n)
				}
			}
			if err := a.Request(limit(t), "tcp://127.0.0.1:1", 1, nil); err == nil || !strings.Contains(err.Error(), "WithCurvePeer") {
				t.Errorf("a request to a server whose key is not known: %v", err)
			}
		})
	}
}
