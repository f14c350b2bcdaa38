package goagent_test

import (
	"errors"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

func TestObjectOptions(t *testing.T) {
	ctx := limit(t)
	t.Run("exposed", func(t *testing.T) {
		p := dial(t, serve(t, newInstrument(), goagent.WithExposed("scale", "gain")).Endpoint())
		var x float64
		if err := p.Call(ctx, &x, "scale", 8); err != nil || x != 16 {
			t.Errorf("scale(8) = %v, %v", x, err)
		}
		if err := p.Get(ctx, &x, "temperature"); !errors.Is(err, pyerr.AttributeError) {
			t.Errorf("temperature: %v", err)
		}
		if err := p.Set(ctx, "payload", 1); !errors.Is(err, pyerr.AttributeError) {
			t.Errorf("payload: %v", err)
		}
		remotes, _, err := p.Inspect(ctx)
		if len(remotes) != 1 || err != nil {
			t.Errorf("inspect: %v, %v", remotes, err)
		}
	})
	t.Run("version", func(t *testing.T) {
		for minor, want := range map[int]string{
			6:  "TypeError: scale() missing 1 required positional argument: 'x'",
			13: "TypeError: Instrument.scale() missing 1 required positional argument: 'x'",
		} {
			p := dial(t, serve(t, newInstrument(), goagent.WithPythonVersion(3, minor)).Endpoint())
			if err := p.Call(ctx, nil, "scale"); err == nil || err.Error() != want {
				t.Errorf("3.%d: %v, want %s", minor, err, want)
			}
			err := p.Call(ctx, nil, "missing")
			remote, ok := errors.AsType[*pyerr.RemoteError](err)
			if !ok {
				t.Fatalf("3.%d: %v", minor, err)
			}
			if _, has := remote.Attr("name"); has != (minor >= 12) {
				t.Errorf("3.%d: the AttributeError carries its name: %v", minor, has)
			}
		}
		if _, err := goagent.Serve(nil, goagent.WithPythonVersion(2, 7)); err == nil {
			t.Error("serves as Python 2.7")
		}
	})
	t.Run("hooks", func(t *testing.T) {
		asked := func(name string, value any) bool { return name == "name" && value == "thermometer" }
		p := dial(t, serve(t, newInstrument(), goagent.WithForceAsObject(asked)).Endpoint())
		remotes, _, err := p.Inspect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range remotes {
			if name == "name" || name == "gain" {
				t.Errorf("%s is remote", name)
			}
		}
		var s string
		if err := p.Get(ctx, &s, "name"); s != "thermometer" || err != nil {
			t.Errorf("name = %q, %v", s, err)
		}
		all := func(string, any) bool { return true }
		p = dial(t, serve(t, newInstrument(), goagent.WithReturnAsRemote(all)).Endpoint())
		if err := p.Exec(ctx, nil, "gain", "nope"); !errors.Is(err, pyerr.AttributeError) {
			t.Errorf("gain.nope: %v", err)
		}
	})
}
