package goagent_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/wire"
)

// TestKeyPerClient serves clients that have a key each, one of them the original's.
func TestKeyPerClient(t *testing.T) {
	names := []string{"first", "second", "third"}
	keys := map[string]wire.Key{}
	for _, name := range names {
		keys[name] = wire.NewKey([]byte(name))
	}
	var mu sync.Mutex
	calls := map[string]int{}
	s := serve(t, newInstrument(), goagent.WithKey(wire.NewKey([]byte("first"))), goagent.WithKeys(keys["second"]), goagent.WithKeys(keys["third"]),
		goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
			mu.Lock()
			for name, key := range keys {
				if call.Key.Equal(key) {
					calls[name]++
				}
			}
			mu.Unlock()
			return next(ctx, call)
		}))
	watched := map[string]chan int{}
	for _, name := range names {
		p := dial(t, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte(name))))
		events := make(chan int, 100)
		if _, err := p.Connect(limit(t), "alarm", func(n int) { events <- n }); err != nil {
			t.Fatal(err)
		}
		watched[name] = events
		checkFutures(t, p, true)
		checkErrors(t, p)
	}
	loud := dial(t, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("second"))))
	if err := loud.Call(limit(t), nil, "sound_alarm", 3); err != nil {
		t.Fatal(err)
	}
	for name, events := range watched {
		for want := range 3 {
			select {
			case n := <-events:
				if n != want {
					t.Errorf("%s hears %d, want %d", name, n, want)
				}
			case <-limit(t).Done():
				t.Fatalf("%s does not hear alarm %d", name, want)
			}
		}
	}
	for _, key := range []string{"", "fourth"} {
		var rejected *goagent.RejectedError
		p, err := goagent.Dial(limit(t), s.Endpoint(), goagent.WithKey(wire.NewKey([]byte(key))))
		if err == nil {
			_ = p.Close()
		}
		if !errors.As(err, &rejected) && !errors.Is(err, wire.ErrSignature) {
			t.Errorf("with the key %q: %v", key, err)
		}
	}
	mu.Lock()
	counted := fmt.Sprint(calls)
	for _, name := range names {
		if calls[name] == 0 {
			t.Errorf("no calls with the key %s: %s", name, counted)
		}
	}
	mu.Unlock()
	// The answer to a message that no key has signed is signed with the first of all.
	pyenv.Newest(t).CheckInstrument(t, s.Endpoint(), pyenv.WithEnv("PZC_KEY", "third"), pyenv.WithArgs("--except", "messages_that_cannot_be_parsed,classes_and_functions"))
}

// TestKeySources takes a key from each place that it may be in.
func TestKeySources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PIZCO_TEST_KEY", "geheim")
	fromFile, err := wire.KeyFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	fromEnv, err := wire.KeyFromEnv("PIZCO_TEST_KEY")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, newInstrument(), goagent.WithKey(fromFile))
	for name, key := range map[string]wire.Key{"code": wire.NewKey([]byte("geheim")), "file": fromFile, "environment": fromEnv} {
		t.Run(name, func(t *testing.T) { checkCalls(t, dial(t, s.Endpoint(), goagent.WithKey(key))) })
	}
	if p, err := goagent.Dial(limit(t), s.Endpoint(), goagent.WithKeys(wire.Key{})); err == nil {
		t.Error("a key that is zero is taken")
		_ = p.Close()
	}
}

// TestKeyOfExposedFile sees the log warn of a key whose file others may read.
func TestKeyOfExposedFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // its permissions say nothing
	}
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	key, err := wire.KeyFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	serve(t, newInstrument(), goagent.WithKey(key), goagent.WithLogger(slog.New(slog.NewTextHandler(&logged, nil))))
	if !strings.Contains(logged.String(), "others may read") {
		t.Errorf("the log says %q", &logged)
	}
}

// TestPeerKeys has one agent talk to servers with different keys, and keeps them out of what it
// logs.
func TestPeerKeys(t *testing.T) {
	var logged bytes.Buffer
	var endpoints []string
	var options []goagent.AgentOption
	for _, key := range []string{"topsecret1", "topsecret2"} {
		s := serve(t, newInstrument(), goagent.WithKey(wire.NewKey([]byte(key))))
		endpoints = append(endpoints, s.Endpoint())
		options = append(options, goagent.WithPeerKey(s.Endpoint(), wire.NewKey([]byte(key))))
	}
	options = append(options, goagent.WithLogger(slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	a, err := goagent.NewAgent(options...)
	if err != nil {
		t.Fatal(err)
	}
	for _, endpoint := range endpoints {
		var echo string
		if err := a.Request(limit(t), endpoint, "hello", &echo); err != nil || echo != "hello" {
			t.Errorf("%s answers %q, %v", endpoint, echo, err)
		}
		if _, err := a.Subscribe(limit(t), endpoint, "alarm", func(goagent.Notification) {}); err != nil {
			t.Error(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if strings.Contains(logged.String(), "topsecret") {
		t.Errorf("a key is logged:\n%s", &logged)
	}
}
