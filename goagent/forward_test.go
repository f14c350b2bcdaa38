package goagent_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

const (
	outerKey = "the key outside"
	innerKey = "the key inside"
)

func forward(t *testing.T, target string, clients, server []goagent.Option) *goagent.Forwarder {
	t.Helper()
	options := []goagent.ForwardOption{goagent.WithServerSide(server...)}
	for _, o := range clients {
		options = append(options, o)
	}
	f, err := goagent.Forward(target, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// forwardKeys have a forwarder with a key of its own on each side.
func forwardKeys() (clients, server []goagent.Option) {
	classes := goagent.WithClasses("instrument.CalibrationError", "instrument.OutOfRange", "instrument.Instrument")
	return []goagent.Option{goagent.WithKey(wire.NewKey([]byte(outerKey))), classes}, []goagent.Option{goagent.WithKey(wire.NewKey([]byte(innerKey)))}
}

// TestForward has proxies of both kinds use an instrument of both kinds through a forwarder, with
// another key on each side.
func TestForward(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for name, serve := range map[string]func(t *testing.T) string{
			"original": func(t *testing.T) string {
				return python.Serve(t, pyenv.Instrument, pyenv.WithEnv(wire.EnvKey, innerKey)).RepEndpoint
			},
			"go": func(t *testing.T) string {
				return serve(t, newInstrument(), asOriginal(goagent.WithKey(wire.NewKey([]byte(innerKey))))...).Endpoint()
			},
		} {
			t.Run(python.Version+"/"+name, func(t *testing.T) {
				clients, server := forwardKeys()
				f := forward(t, serve(t), clients, server)
				python.CheckInstrument(t, f.Endpoint(), pyenv.WithEnv(wire.EnvKey, outerKey), pyenv.WithArgs("--except", "classes_and_functions"))
				again := forward(t, serve(t), clients, server) // to another one: the checks leave traces
				checkInstrument(t, dial(t, again.Endpoint(), goagent.WithKey(wire.NewKey([]byte(outerKey)))), true)
			})
		}
	}
}

// TestForwardRefuses refuses clients without a key or with another key, and requests to stop the
// server.
func TestForwardRefuses(t *testing.T) {
	clients, server := forwardKeys()
	target := serve(t, newInstrument(), goagent.WithKey(wire.NewKey([]byte(innerKey))))
	f := forward(t, target.Endpoint(), clients, server)
	for name, key := range map[string]string{"no key": "", "the key inside": innerKey} {
		if p, err := goagent.Dial(t.Context(), f.Endpoint(), goagent.WithProtocol(wire.Protocol{Key: wire.NewKey([]byte(key))})); err == nil {
			p.Close()
			t.Errorf("%s: let in", name)
		}
	}
	p := dial(t, f.Endpoint(), goagent.WithKey(wire.NewKey([]byte(outerKey))))
	if err := p.StopServer(t.Context()); !errors.Is(err, goagent.ErrStopRefused) {
		t.Errorf("stop: %v", err)
	}
	var name string
	if err := p.Get(t.Context(), &name, "name"); err != nil || name != "thermometer" {
		t.Errorf("%s, %v", name, err)
	}
}

// TestForwardServerComesBack tells clients that the server is away, and goes on when it is back,
// with what they had subscribed to.
func TestForwardServerComesBack(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			first := python.Serve(t, pyenv.MultiplyBy)
			f := forward(t, first.RepEndpoint, nil, nil)
			p := dial(t, f.Endpoint())
			changed := make(chan int, 100)
			if _, err := p.Connect(t.Context(), "factor_changed", func(value int) { changed <- value }); err != nil {
				t.Fatal(err)
			}
			first.CloseStdin()
			if err := first.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			var err error
			for err == nil { // the loss of the connection may be seen a moment later
				err = p.Call(t.Context(), nil, "calculate", 1)
			}
			if !errors.Is(err, pyerr.ConnectionError) || !strings.Contains(err.Error(), "cannot be reached") {
				t.Errorf("while the server is away: %v", err)
			}
			python.Serve(t, pyenv.MultiplyBy, pyenv.WithArgs("--endpoint", first.RepEndpoint))
			for err != nil {
				err = p.Call(t.Context(), nil, "calculate", 1)
			}
			for n := 10; ; n++ { // the original cannot confirm that the subscription is there again
				if err := p.Set(t.Context(), "factor", n); err != nil {
					t.Fatal(err)
				}
				var answer int
				if err := p.Call(t.Context(), &answer, "calculate", 1); err != nil || answer != n {
					t.Fatal(answer, err)
				}
				if len(changed) > 0 {
					break
				}
			}
		})
	}
}

// TestForwardInstantiatesNothing asks an original without an object, through a forwarder, to make
// one by what runs commands.
func TestForwardInstantiatesNothing(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			proof := filepath.Join(t.TempDir(), "proof")
			server := python.Serve(t, pyenv.Nothing)
			strict := forward(t, server.RepEndpoint, nil, nil)
			text := func(s string) any { // a str of numpy, which equals that of Python
				content := make([]byte, 0, 4*len(s))
				for _, c := range s {
					content = binary.LittleEndian.AppendUint32(content, uint32(c))
				}
				dtype := py.NewObject(py.Class{Module: "numpy", Name: "dtype"}, fmt.Sprintf("U%d", len(s)), false, true)
				dtype.How, dtype.HasState = py.Reduce, true
				dtype.State = py.Tuple{int64(3), "<", nil, nil, nil, int64(len(content)), int64(4), int64(8)}
				scalar := py.NewObject(py.Class{Module: "numpy.core.multiarray", Name: "scalar"}, dtype, content)
				scalar.How = py.Reduce
				return scalar
			}
			for name, c := range map[string]struct{ message, action, class any }{
				"text":   {"PSMessage", "instantiate", "os.system"},
				"bytes":  {"PSMessage", []byte("instantiate"), "os.system"},
				"action": {"PSMessage", text("instantiate"), "os.system"},
				"object": {"PSMessage", "instantiate", text("os.system")},
			} {
				options := py.StrDict(py.Item{Key: "class", Value: c.class},
					py.Item{Key: "args", Value: py.Tuple{"touch " + proof}}, py.Item{Key: "kwargs", Value: &py.Dict{}})
				var answer any
				err := dial(t, strict.Endpoint()).Echo(limit(t), &answer, py.Tuple{c.message, c.action, options})
				if _, made := os.Stat(proof); made == nil {
					t.Fatalf("%s: the command was run", name)
				}
				if err != nil || !strings.Contains(py.Repr(answer), "plain values") {
					t.Errorf("%s: %v, %v", name, py.Repr(answer), err)
				}
			}
			lax := dial(t, forward(t, server.RepEndpoint, []goagent.Option{goagent.WithClasses("multiply_by.MultiplyBy")}, nil).Endpoint())
			if err := lax.Instantiate(limit(t), "multiply_by.MultiplyBy", 2); err != nil {
				t.Errorf("a class that is named: %v", err)
			}
			var product int
			if err := dial(t, strict.Endpoint()).Call(limit(t), &product, "calculate", 4); err != nil || product != 8 {
				t.Errorf("calculate(4) = %d, %v", product, err)
			}
		})
	}
}
