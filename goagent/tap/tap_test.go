package tap_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent/tap"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

const password = "open sesame"

// watcher keeps what a tap saw.
type watcher struct {
	mu   sync.Mutex
	seen []tap.Message
}

func (w *watcher) observe(m tap.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, m)
}

func (w *watcher) messages() []tap.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]tap.Message(nil), w.seen...)
}

func start(t *testing.T, target string, options tap.Options) *tap.Tap {
	t.Helper()
	tapped, err := tap.Start("tcp://127.0.0.1:0", target, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tapped.Close(); err != nil {
			t.Error(err)
		}
	})
	return tapped
}

// TestOriginalOnBothSides plays the manual's example through a tap: calls, attributes and
// notifications, signed and not, with pickle and with the oldest protocol.
func TestOriginalOnBothSides(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for name, settings := range map[string][]pyenv.Option{
			"plain":   nil,
			"signed":  {pyenv.WithEnv(wire.EnvKey, password)},
			"pickle0": {pyenv.WithEnv(wire.EnvSerializer, "pickle0")},
		} {
			t.Run(python.Version+"/"+name, func(t *testing.T) {
				t.Parallel()
				var protocol wire.Protocol
				if name == "signed" {
					protocol.Key = wire.NewKey([]byte(password))
				}
				server := python.Serve(t, pyenv.MultiplyBy, settings...)
				w := new(watcher)
				tapped := start(t, server.RepEndpoint, tap.Options{Protocol: protocol, Observe: w.observe})
				out := python.Run(t.Context(), t, "client.py", append(settings, pyenv.WithArgs(tapped.Endpoint()))...)
				if !strings.HasPrefix(string(out), "2 * 8 = 16\n") || !strings.HasSuffix(string(out), "\n5 * 8 = 40\n") {
					t.Errorf("the client printed\n%s", out)
				}
				checkSeen(t, w.messages(), protocol, server.RepEndpoint)
			})
		}
	}
}

func checkSeen(t *testing.T, seen []tap.Message, protocol wire.Protocol, server string) {
	t.Helper()
	kinds := map[tap.Kind]int{}
	requests := map[uint64]string{}
	results := map[string]string{}
	for i, m := range seen {
		kinds[m.Kind]++
		if m.Number != uint64(i+1) {
			t.Errorf("message %d has the number %d", i+1, m.Number)
		}
		if m.Kind == tap.Subscribe || m.Kind == tap.Unsubscribe {
			continue
		}
		d := m.Decode(protocol)
		if d.Err != nil || d.Signature != wantSignature(protocol) {
			t.Errorf("message %d: %v, signature %s", m.Number, d.Err, d.Signature)
		}
		switch m.Kind {
		case tap.Request:
			requests[m.Number] = py.Repr(d.Content)
		case tap.Reply:
			results[requests[m.Answers]] = py.Repr(d.Content)
		}
		if m.Kind != tap.Request && d.Header.Sender != server {
			t.Errorf("message %d is shown as of %s, the server is %s", m.Number, d.Header.Sender, server)
		}
	}
	if kinds[tap.Request] != kinds[tap.Reply] || kinds[tap.Notification] < 3 || kinds[tap.Subscribe] < 2 || kinds[tap.Lost] > 0 {
		t.Errorf("saw %v", kinds)
	}
	call := "('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,)})"
	if got := results[call]; got != "('PSMessage', 'return', 40)" {
		t.Errorf("the last answer to %s is %s, among %v", call, got, results)
	}
}

func wantSignature(protocol wire.Protocol) tap.Signature {
	if protocol.Key.IsZero() {
		return tap.Unsigned
	}
	return tap.Valid
}

func TestServerGoesAwayAndComesBack(t *testing.T) {
	python := pyenv.Newest(t)
	server := python.Serve(t, pyenv.MultiplyBy)
	w := new(watcher)
	tapped := start(t, server.RepEndpoint, tap.Options{Observe: w.observe})
	first := python.Run(t.Context(), t, "client.py", pyenv.WithArgs(tapped.Endpoint()))
	server.CloseStdin()
	if err := server.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	python.Serve(t, pyenv.MultiplyBy, pyenv.WithArgs("--endpoint", server.RepEndpoint))
	if again := python.Run(t.Context(), t, "client.py", pyenv.WithArgs(tapped.Endpoint())); !bytes.Equal(again, first) {
		t.Errorf("before:\n%s\nafter:\n%s", first, again)
	}
}

func TestRecordAndReplay(t *testing.T) {
	python := pyenv.Newest(t)
	server := python.Serve(t, pyenv.MultiplyBy)
	w := new(watcher)
	tapped := start(t, server.RepEndpoint, tap.Options{Observe: w.observe})
	python.Run(t.Context(), t, "client.py", pyenv.WithArgs(tapped.Endpoint()))

	// The client's unsubscribing may still be seen while the recording is written.
	seen := w.messages()
	var file bytes.Buffer
	recorder, err := tap.NewRecorder(&file, tapped.Endpoint(), server.RepEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range seen {
		if err := recorder.Record(m); err != nil {
			t.Fatal(err)
		}
	}
	player, err := tap.NewPlayer(bytes.NewReader(file.Bytes()))
	if err != nil || player.Recording.Target != server.RepEndpoint || player.Recording.Listen != tapped.Endpoint() {
		t.Fatalf("%+v, %v", player, err)
	}
	for _, want := range seen {
		got, err := player.Next()
		if err != nil || got.Number != want.Number || got.Answers != want.Answers || got.Kind != want.Kind ||
			!got.Time.Equal(want.Time) || !bytes.Equal(bytes.Join(got.Frames, nil), bytes.Join(want.Frames, nil)) {
			t.Fatalf("read %+v, %v, recorded %+v", got, err, want)
		}
	}
	if _, err := player.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last message: %v", err)
	}
	replay(t, file.Bytes(), python.Serve(t, pyenv.MultiplyBy).RepEndpoint)
}

// replay sends the recorded requests to another server and expects the recorded answers, except
// where they name the server.
func replay(t *testing.T, recording []byte, target string) {
	player, err := tap.NewPlayer(bytes.NewReader(recording))
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	err = tap.Replay(t.Context(), player, target, func(e tap.Exchange) error {
		asked, then, now := e.Request.Decode(wire.Protocol{}), e.Recorded.Decode(wire.Protocol{}), e.Reply.Decode(wire.Protocol{})
		if asked.Content == "info" {
			return nil
		}
		compared++
		// A set has another order in another process.
		if same, err := py.Equal(then.Content, now.Content); err != nil || !same {
			t.Errorf("%v: then %v, now %v", asked.Content, then.Content, now.Content)
		}
		return nil
	})
	if err != nil || compared < 10 {
		t.Errorf("%d exchanges, %v", compared, err)
	}
}

func TestPlayerRefuses(t *testing.T) {
	for _, text := range []string{"", "nothing", `{"pizco_tap": 2}`} {
		if _, err := tap.NewPlayer(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "pizco/tap: ") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestStartFails(t *testing.T) {
	if tapped, err := tap.Start("nonsense", "tcp://127.0.0.1:1", tap.Options{}); err == nil {
		_ = tapped.Close()
		t.Error("a tap listens at nonsense")
	}
}
