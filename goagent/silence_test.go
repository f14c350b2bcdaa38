package goagent_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"strings"
	"sync"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// TestSlotThatDoesNotFit connects slots whose parameters do not fit what is emitted, and one that
// fails: their errors are told.
func TestSlotThatDoesNotFit(t *testing.T) {
	for _, tt := range []struct {
		name string
		slot any
		want string
	}{
		{"a value of another type", func(string) {}, "value 1"},
		{"a value out of range", func(int8) {}, "value 1"},
		{"the second value", func(int, bool) {}, "value 2"},
		{"an error of its own", func(int) error { return errors.New("broken") }, "broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := &emitter{}
			failed := make(chan *goagent.SlotError, 1)
			p := dial(t, serve(t, e).Endpoint(), goagent.WithSlotErrorHandler(func(err *goagent.SlotError) { failed <- err }))
			c, err := p.Connect(limit(t), "changed", tt.slot)
			if err != nil {
				t.Fatal(err)
			}
			e.Changed.Emit(1000, "x")
			select {
			case err := <-failed:
				if err.Signal != "changed" || !strings.Contains(err.Error(), tt.want) || !errors.Is(c.Err(), error(err)) {
					t.Errorf("got %v and %v", err, c.Err())
				}
			case <-limit(t).Done():
				t.Error("nobody tells")
			}
		})
	}
}

// lockedWriter is a buffer that several goroutines may use, and says when it is written to.
type lockedWriter struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	wrote chan struct{}
	once  sync.Once
}

func (w *lockedWriter) Write(data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.once.Do(func() { close(w.wrote) })
	return w.buf.Write(data)
}

// TestSlotErrorsAreLogged has nothing set up: the error of a slot goes to the program's own log.
func TestSlotErrorsAreLogged(t *testing.T) {
	w := &lockedWriter{wrote: make(chan struct{})}
	before := log.Writer()
	log.SetOutput(w) // to which slog's default writes
	defer log.SetOutput(before)
	e := &emitter{}
	p := dial(t, serve(t, e).Endpoint())
	if _, err := p.Connect(limit(t), "changed", func(string) {}); err != nil {
		t.Fatal(err)
	}
	e.Changed.Emit(1)
	select {
	case <-w.wrote:
	case <-limit(t).Done():
		t.Fatal("nothing is logged")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if text := w.buf.String(); !strings.Contains(text, "slot failed") || !strings.Contains(text, "signal=changed") {
		t.Errorf("logged %s", text)
	}
}

// TestNoSignalOfGo connects to what a server of Go has that is no signal.
func TestNoSignalOfGo(t *testing.T) {
	p := dial(t, serve(t, &emitter{}).Endpoint())
	for _, name := range []string{"emit", "factor", "missing", "chnged"} {
		var no *goagent.NoSignalError
		if _, err := p.Connect(limit(t), name, func() {}); !errors.As(err, &no) || no.Name != name {
			t.Errorf("Connect to %s ends with %v", name, err)
		}
		for _, err := range p.Watch(limit(t), name) {
			if !errors.As(err, &no) || no.Name != name {
				t.Errorf("Watch of %s ends with %v", name, err)
			}
		}
	}
}

// TestWatchEndsWithConnection stops a server that is watched: the loop ends with the reason.
func TestWatchEndsWithConnection(t *testing.T) {
	e := &emitter{}
	s := serve(t, e)
	p := dial(t, s.Endpoint())
	began := make(chan struct{})
	go func() {
		<-began
		_ = s.Close()
	}()
	go func() {
		for {
			select {
			case <-began:
				return
			case <-s.Done():
				return
			default:
				e.Changed.Emit(1)
			}
		}
	}()
	var once sync.Once
	for _, err := range p.Watch(limit(t), "changed") {
		var lost *goagent.TransportError
		if err != nil && !errors.As(err, &lost) {
			t.Errorf("ends with %v", err)
		}
		once.Do(func() { close(began) })
	}
	if limit(t).Err() != nil {
		t.Error("it does not end")
	}
}

// TestDefaultsOfAny leaves out arguments of any type: their defaults have the types that a peer's
// values have.
func TestDefaultsOfAny(t *testing.T) {
	for _, value := range []any{7, int8(7), uint(7), float32(1.5), []any{1, "x"}, []int{1}, map[string]any{"a": 1}} {
		var got any
		o := object.New("O").Method("same", func(v any) string { got = v; return py.TypeName(v) }, object.Default("v", value))
		p := dial(t, serve(t, o).Endpoint())
		if err := p.Call(limit(t), nil, "same"); err != nil {
			t.Fatal(err)
		}
		left := got
		if err := p.Call(limit(t), nil, "same", value); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprintf("%T", left) != fmt.Sprintf("%T", got) || py.Repr(left) != py.Repr(got) {
			t.Errorf("a default of %T arrives as %T, an argument as %T", value, left, got)
		}
	}
}
