package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/wire"
)

// limit is the context of a test that must not hang.
func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func dial(t *testing.T, endpoint string, opts ...goagent.DialOption) *goagent.Proxy {
	t.Helper()
	p, err := goagent.Dial(limit(t), endpoint, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// pairing is one way in which a client and a server can understand each other.
type pairing struct {
	serializer string
	key        string
}

var pairings = []pairing{
	{"pickle", ""}, {"pickle", "geheim"}, {"pickle2", ""}, {"pickle2", "geheim"}, {"json", ""}, {"json", "geheim"},
}

func (p pairing) String() string {
	if p.key != "" {
		return p.serializer + " signed"
	}
	return p.serializer
}

// protocol returns the options of the Go side.
func (p pairing) protocol() goagent.Option {
	return goagent.WithProtocol(wire.Protocol{Serializer: p.serializer, Key: wire.NewKey([]byte(p.key))})
}

// python returns the options of the Python side.
func (p pairing) python() []pyenv.Option {
	return []pyenv.Option{pyenv.WithEnv("PZC_KEY", p.key), pyenv.WithArgs("--serializer", p.serializer)}
}

// TestProxyOfOriginal drives the original's server with a Go proxy.
func TestProxyOfOriginal(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for _, pair := range pairings {
			t.Run(fmt.Sprint(python, " ", pair), func(t *testing.T) {
				server := python.Serve(t, pyenv.Instrument, pair.python()...)
				p := dial(t, server.RepEndpoint, pair.protocol())
				checkInstrument(t, p, pair.serializer != "json")
				if err := p.StopServer(limit(t)); err != nil {
					t.Error(err)
				}
				if err := server.Wait(limit(t)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// checkInstrument uses every feature of an instrument once; exceptions and inspect only where
// the original's server can send them.
func checkInstrument(t *testing.T, p *goagent.Proxy, pickled bool) {
	checkCalls(t, p)
	checkAttributes(t, p, pickled)
	checkSignals(t, p)
	checkFutures(t, p, pickled)
	if pickled {
		checkErrors(t, p)
	}
}

func checkCalls(t *testing.T, p *goagent.Proxy) {
	t.Helper()
	ctx := limit(t)
	var n int
	if err := p.Call(ctx, &n, "scale", 8); err != nil || n != 16 {
		t.Errorf("scale(8) = %d, %v", n, err)
	}
	if err := p.Call(ctx, &n, "scale", 8, object.Kwargs{"factor": 3}); err != nil || n != 24 {
		t.Errorf("scale(8, factor=3) = %d, %v", n, err)
	}
	if err := p.Call(ctx, nil, "nothing"); err != nil {
		t.Errorf("nothing() = %v", err)
	}
	var text string
	if err := p.Call(ctx, &text, "describe", "x"); err != nil || text != "str: 'x'" {
		t.Errorf("describe('x') = %q, %v", text, err)
	}
	var list []int
	if err := p.Call(ctx, &list, "count_up_to", 3); err != nil || !slices.Equal(list, []int{0, 1, 2}) {
		t.Errorf("count_up_to(3) = %v, %v", list, err)
	}
}

func checkAttributes(t *testing.T, p *goagent.Proxy, pickled bool) {
	t.Helper()
	ctx := limit(t)
	var insist []goagent.GetOption
	if !pickled { // a property that raises would be the end of the server, and a read of one is refused
		insist = append(insist, goagent.WithInsist())
	}
	var name string
	if err := p.Get(ctx, &name, "name"); err != nil || name != "thermometer" {
		t.Errorf("name = %q, %v", name, err)
	}
	var temperature float64
	if err := p.Set(ctx, "temperature", 21.5); err != nil {
		t.Error(err)
	}
	if err := p.Get(ctx, &temperature, "temperature", insist...); err != nil || temperature != 21.5 {
		t.Errorf("temperature = %v, %v", temperature, err)
	}
	var inside string
	if err := p.Item(ctx, &inside, "channels", 1); err != nil || inside != "inside" {
		t.Errorf("channels[1] = %q, %v", inside, err)
	}
	if err := p.SetItem(ctx, "channels", 3, "roof"); err != nil {
		t.Error(err)
	}
	var size int
	if err := p.Exec(ctx, &size, "channels", "__len__"); err != nil || size != 3 {
		t.Errorf("len(channels) = %d, %v", size, err)
	}
	var remote *goagent.RemoteAttributeError
	if err := p.Get(ctx, nil, "scale", insist...); !errors.As(err, &remote) || remote.Name != "scale" {
		t.Errorf("scale = %v, want a *RemoteAttributeError", err)
	}
	var notes []string
	if err := p.Get(ctx, &notes, "notes"); err != nil || !slices.Equal(notes, []string{"calibrated"}) {
		t.Errorf("notes = %v, %v", notes, err)
	}
	if pickled {
		remotes, objects, err := p.Inspect(ctx)
		if err != nil || !slices.Contains(remotes, "scale") || !slices.Contains(remotes, "channels") ||
			slices.Contains(remotes, "gain") || len(objects) != 0 {
			t.Errorf("inspect = %v, %v, %v", remotes, objects, err)
		}
	}
}

// resend is how long a notification may be on its way before its signal is emitted again.
const resend = 250 * time.Millisecond

func checkSignals(t *testing.T, p *goagent.Proxy) {
	t.Helper()
	ctx := limit(t)
	calls := make(chan string, 1000)
	first, err := p.Connect(ctx, "temperature_changed", func(value, old float64) { calls <- fmt.Sprint("first ", value, " ", old) })
	if err != nil {
		t.Fatal(err)
	}
	second, err := p.Connect(ctx, "temperature_changed", func(value, _ float64, other any) { calls <- fmt.Sprint("second ", value, " ", other) })
	if err != nil {
		t.Fatal(err)
	}
	set := func(v float64) {
		t.Helper()
		if err := p.Set(ctx, "temperature", v); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string) {
		t.Helper()
		select {
		case got := <-calls:
			if got != want {
				t.Fatalf("slot says %q, want %q", got, want)
			}
		case <-ctx.Done():
			t.Fatalf("no slot was called, want %q", want)
		}
	}
	// An original server does not tell when a subscription has reached it: until a slot is called
	// the signal is emitted again.
	probe := 100.0
	for called := false; !called; probe++ {
		set(probe)
		select {
		case <-calls:
			called = true
		case <-time.After(resend):
		case <-ctx.Done():
			t.Fatal("the subscription is never in force")
		}
	}
	for last := ""; last != fmt.Sprint("second ", probe-1, " <nil>"); {
		select {
		case last = <-calls:
		case <-ctx.Done():
			t.Fatalf("no slot was called after %q", last)
		}
	}
	set(22)
	expect(fmt.Sprint("first 22 ", probe-1))
	expect("second 22 <nil>")
	if err := first.Disconnect(); err != nil {
		t.Fatal(err)
	}
	set(23)
	expect("second 23 <nil>")
	if err := second.Disconnect(); err != nil {
		t.Fatal(err)
	}
	set(24)
	// A second signal, on the same connection and behind whatever the first one would still bring.
	done, err := p.Connect(ctx, "alarm", func(n int) { calls <- fmt.Sprint("alarm ", n) })
	if err != nil {
		t.Fatal(err)
	}
	for called := false; !called; {
		if err := p.Call(ctx, nil, "sound_alarm", 2); err != nil {
			t.Fatal(err)
		}
		select {
		case got := <-calls:
			if called = true; got != "alarm 0" {
				t.Fatalf("slot says %q, want the first alarm", got)
			}
		case <-time.After(resend):
		case <-ctx.Done():
			t.Fatal("no alarm came")
		}
	}
	expect("alarm 1")
	if err := done.Disconnect(); err != nil {
		t.Fatal(err)
	}
	if err := p.Set(ctx, "temperature", 21.5); err != nil {
		t.Fatal(err)
	}
}

func checkFutures(t *testing.T, p *goagent.Proxy, pickled bool) {
	t.Helper()
	ctx := limit(t)
	futures := make([]*object.Future, 5)
	for i := range futures {
		f, err := p.Start(ctx, "think", i)
		if err != nil {
			t.Fatal(err)
		}
		futures[i] = f
	}
	for i, f := range futures {
		var n int
		if err := f.Wait(ctx, &n); err != nil || n != i {
			t.Errorf("future %d = %d, %v", i, n, err)
		}
	}
	var n int
	if err := p.Call(ctx, &n, "think", "six by nine"); err != nil || n != 42 {
		t.Errorf("think = %d, %v", n, err)
	}
	if err := p.Call(ctx, &n, "know", 7); err != nil || n != 7 {
		t.Errorf("know = %d, %v", n, err)
	}
	if pickled {
		if err := p.Call(ctx, nil, "think_in_vain"); !errors.Is(err, pyerr.ValueError) {
			t.Errorf("think_in_vain = %v, want a ValueError", err)
		}
	}
}

func checkErrors(t *testing.T, p *goagent.Proxy) {
	t.Helper()
	ctx := limit(t)
	for _, tt := range []struct {
		method string
		class  pyerr.Class
		text   string
	}{
		{"fail_value", pyerr.ValueError, "ValueError: ('not a valid age', 42)"},
		{"fail_key", pyerr.LookupError, "KeyError: 'missing'"},
		{"fail_without_args", pyerr.RuntimeError, "RuntimeError"},
		{"fail_calibration", pyerr.Exception, "instrument.CalibrationError: ('drift', 0.5)"},
		{"fail_unicode", pyerr.OSError, "FileNotFoundError: [Errno 2] no such file: 温度"},
	} {
		err := p.Call(ctx, nil, tt.method)
		var remote *pyerr.RemoteError
		if !errors.Is(err, tt.class) || !errors.As(err, &remote) || err.Error() != tt.text {
			t.Errorf("%s() = %v, want %s", tt.method, err, tt.text)
		}
	}
	if err := p.Get(ctx, nil, "colour"); !errors.Is(err, pyerr.AttributeError) {
		t.Errorf("colour = %v, want an AttributeError", err)
	}
	if err := p.Set(ctx, "temperature", -300); !errors.Is(err, pyerr.ValueError) {
		t.Errorf("temperature = -300: %v, want a ValueError", err)
	}
	if err := p.Instantiate(ctx, "instrument.Instrument"); !errors.Is(err, pyerr.Exception) {
		t.Errorf("instantiate = %v, want an Exception", err)
	}
}
