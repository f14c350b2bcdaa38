package goagent_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// byteKeeper keeps the arguments that it is given.
type byteKeeper struct {
	Kept  object.Signal
	mu    sync.Mutex
	all   [][]byte
	anies []any
}

func (k *byteKeeper) Keep(b []byte) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, b)
	return len(k.all)
}

func (k *byteKeeper) KeepAny(v any) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.anies = append(k.anies, v)
	return len(k.anies)
}

func (k *byteKeeper) Emit(b []byte) { k.Kept.Emit(b) }

func (k *byteKeeper) Back(i int) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.all[i]
}

// filled returns bytes that are most of their message, so that they may share its memory.
func filled(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 60_000) }

func isFilled(t *testing.T, what string, i int, v any) {
	t.Helper()
	if b, ok := v.([]byte); !ok || !bytes.Equal(b, filled(i)) {
		t.Errorf("%s %d has become another", what, i)
	}
}

// TestMemoryOfMessages holds that what arrived is not changed by messages that come later, nor what
// was sent by its receiver.
func TestMemoryOfMessages(t *testing.T) {
	const count = 12
	for _, endpoint := range []string{"tcp://127.0.0.1:*", "inproc://memory-of-messages"} {
		t.Run(endpoint, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			served := &byteKeeper{}
			server, err := goagent.Serve(served, goagent.WithEndpoint(endpoint))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = server.Close() }()
			proxy, err := goagent.Dial(ctx, server.Endpoint())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = proxy.Close() }()
			emitted := make(chan any, count)
			if _, err := proxy.Connect(ctx, "kept", func(value any) { emitted <- value }); err != nil {
				t.Fatal(err)
			}
			var results []any
			for i := range count {
				sent := filled(i)
				for _, method := range []string{"keep", "keep_any", "emit"} {
					if err := proxy.Call(ctx, nil, method, sent); err != nil {
						t.Fatal(err)
					}
				}
				for j := range sent {
					sent[j] = '-'
				}
				var back any
				if err := proxy.Call(ctx, &back, "back", i); err != nil {
					t.Fatal(err)
				}
				results = append(results, back)
			}
			for i := range count {
				isFilled(t, "argument", i, served.all[i])
				isFilled(t, "any argument", i, served.anies[i])
				isFilled(t, "result", i, results[i])
				select {
				case value := <-emitted:
					isFilled(t, "notification", i, value)
				case <-ctx.Done():
					t.Fatal("a notification is missing")
				}
			}
			if b, ok := results[0].([]byte); ok {
				b[0] = '-'
			}
			isFilled(t, "argument after its answer was changed,", 0, served.all[0])
		})
	}
}
