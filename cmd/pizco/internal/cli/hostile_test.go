package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/goagent/tap"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// poison has what a terminal obeys or cannot show: escape sequences in C0 and C1, marks of
// direction, what is invisible, all that ends a line, and a line that looks like one of the tool's.
const poison = "\x1b[2J\x1b]0;owned\x07\u009b31m\x7f\b\r\u202e\u2066\u200b\ufeff\u2028\u2029\u0085\U000e0041\nfaked line"

// isHarmless checks that nothing of the poison is obeyed.
func isHarmless(t *testing.T, what, out string) {
	t.Helper()
	for i, r := range out {
		switch {
		case r == '\n', r == '\t', r == '\r' && strings.HasPrefix(out[i:], "\r\n"): // a terminal makes \r\n of \n
		case r == unicode.ReplacementChar, !unicode.IsPrint(r):
			t.Errorf("%s lets %U out: %q", what, r, out)
			return
		}
	}
	if strings.Contains(out, "\nfaked line") {
		t.Errorf("%s has a line that is faked: %q", what, out)
	}
}

// hostileClass is a module of Python whose every name and text is poison.
const hostileClass = `
import sys

from pizco import Signal

POISON = %s
sys.modules[POISON] = sys.modules[__name__]  # where pickle finds the class below: else the original answers nobody any more

def make(name, bases, attributes):
    made = type(name, bases, attributes)
    made.__module__ = POISON
    globals()[name] = made
    return made

Bad = make(POISON, (Exception,), {})

class Hostile(object):
    changed = Signal()
    text = POISON
    names = {POISON: POISON}

    def raises(self):
        raise Bad(POISON)

    def raises_plainly(self):
        raise ValueError(POISON)

    def hello(self):
        return POISON

    def emit(self):
        self.changed.emit(POISON, None)

def evil(self):
    pass

setattr(Hostile, POISON, evil)
setattr(Hostile, 'x' + chr(0x202e) + 'y', evil)
`

// hostileGo returns the endpoint of a server in Go that answers everything with poison.
func hostileGo(t *testing.T) string {
	t.Helper()
	bad := &py.Object{Callable: py.Class{Module: poison, Name: poison}, Args: py.Tuple{poison}, Kwargs: py.StrDict(py.Item{Key: poison, Value: poison}),
		How: py.NewObjEx, State: py.StrDict(py.Item{Key: poison, Value: poison}), HasState: true}
	answer := func(_ context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		switch call.Action {
		case "inspect":
			return py.Tuple{py.NewList("changed", "text", poison, "x\u202ey"), py.NewList(poison)}, nil
		case "exec", "get", "getattr":
			if call.Name == "raises" {
				return nil, &pyerr.RemoteError{Class: py.Class{Module: "builtins", Name: "ValueError"}, Args: py.Tuple{poison}, Message: poison}
			}
			if call.Name == "hello" || call.Name == "text" {
				return poison, nil
			}
			if call.Name == "emit" {
				return next(context.Background(), call)
			}
			return bad, nil
		}
		return nil, &pyerr.RemoteError{Class: py.Class{Module: poison, Name: poison}, Args: py.Tuple{poison}, Message: poison}
	}
	server, err := goagent.Serve(&emitter{}, goagent.WithEndpoint("tcp://127.0.0.1:*"), goagent.WithInterceptor(answer))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return server.Endpoint()
}

type emitter struct{ Changed object.Signal }

func (e *emitter) Emit() {
	e.Changed.Emit(&py.Object{Callable: py.Class{Module: poison, Name: poison}}, poison)
}

// hostilePython returns the endpoint of a server of the original that does.
func hostilePython(t *testing.T, interpreter string) string {
	t.Helper()
	folder := t.TempDir()
	source := strings.Replace(hostileClass, "%s", py.Repr(poison), 1)
	if err := os.WriteFile(filepath.Join(folder, "hostile.py"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "--python", "--interpreter", interpreter, "-p", folder, "--class", "hostile.Hostile", exampleAnyPort)
	p.WaitFor("the server", func(out string) bool { return strings.Contains(out, "Press CTRL+c") })
	_, rest, _ := strings.Cut(p.Output(), "Server started at ")
	endpoint, _, _ := strings.Cut(rest, "\n")
	return endpoint
}

// TestHostileServer goes through the commands that show what a server says, without a terminal and
// on one.
func TestHostileServer(t *testing.T) {
	servers := map[string]string{"go": hostileGo(t)}
	for _, python := range pyenv.Interpreters(t) {
		servers[python.Version] = hostilePython(t, python.PizcoPython)
	}
	for name, endpoint := range servers {
		for _, args := range [][]string{
			{"inspect", endpoint}, {"-o", "json", "inspect", endpoint}, {"-o", "python", "inspect", endpoint}, {"info", endpoint},
			{"call", endpoint, "raises"}, {"call", endpoint, "raises_plainly"}, {"-o", "json", "call", endpoint, "hello"}, {"-o", "python", "call", endpoint, "hello"},
			{"get", endpoint, "text"}, {"get", endpoint, "other"}, {"item", endpoint, "names", "1"}, {"set", endpoint, "nothing", "1"},
			{"instantiate", endpoint, "a.B"}, {"echo", endpoint, "['x']"}, {"bench", "-n", "1", endpoint, "raises"},
		} {
			if args[0] != "get" { // a whole str goes into a pipe as it is
				r := run(t, append([]string{"--timeout", "5s"}, args...)...)
				isHarmless(t, name+": "+strings.Join(args, " "), r.stdout+r.stderr)
			}
			term := newTerminal(t, []string{"NO_COLOR=1"}, append([]string{"--timeout", "5s"}, args...)...)
			term.Wait()
			out := strings.ReplaceAll(term.Output(), "\r\nfaked line", "") // of a text with lines of its own
			isHarmless(t, name+" on a terminal: "+strings.Join(args, " "), out)
		}
		completed := run(t, "__complete", "get", endpoint, "").stdout
		if !strings.Contains(completed, "changed\n") || strings.Contains(completed, "faked") || strings.Contains(completed, "202e") {
			t.Errorf("%s completes %q", name, completed)
		}
		script := "p.raises()\n"
		r := runWith(t, settings{stdin: "dir(p)\np.hello()\np.other\n" + script}, "shell", "--name", "p", endpoint)
		isHarmless(t, name+": shell", r.stdout+r.stderr)
		if raw := run(t, "--raw", "inspect", endpoint).stdout; !strings.Contains(raw, "\x1b[2J") {
			t.Errorf("%s: --raw is not raw: %q", name, raw)
		}
		watching := start(t, "watch", "-n", "1", endpoint, "changed")
		watching.WaitFor("watching", func(out string) bool { return strings.Contains(out, "watching") })
		run(t, "call", endpoint, "emit")
		watching.Wait()
		isHarmless(t, name+": watch", watching.Output())
	}
}

// TestHostilePickles shows pickles and messages that are poison.
func TestHostilePickles(t *testing.T) {
	bad := &py.Object{Callable: py.Class{Module: poison, Name: poison}, Args: py.Tuple{poison, py.Class{Module: "m", Name: poison}},
		Kwargs: py.StrDict(py.Item{Key: poison, Value: int64(1)}), How: py.NewObjEx}
	for what, value := range map[string]any{"a str": poison, "a class": py.Class{Module: "m", Name: poison}, "an object": bad, "a dict": py.StrDict(py.Item{Key: poison, Value: bad})} {
		data, err := pickle.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"pickle", "decode"}, {"pickle", "decode", "-o", "json"}, {"pickle", "decode", "-o", "python"}, {"pickle", "dis"},
		} {
			r := runWith(t, settings{stdin: string(data)}, args...)
			isHarmless(t, what+": "+strings.Join(args, " "), r.stdout+r.stderr)
			broken := runWith(t, settings{stdin: string(data[:len(data)-1])}, args...)
			isHarmless(t, what+", cut off: "+strings.Join(args, " "), broken.stdout+broken.stderr)
		}
	}
	frames, err := wire.Protocol{}.Format("SENDER", "TOPIC", py.Tuple{poison, bad}, "IDENTIFIER")
	if err != nil {
		t.Fatal(err)
	}
	for i := range frames {
		for _, word := range []string{"SENDER", "TOPIC", "IDENTIFIER"} {
			frames[i] = bytes.ReplaceAll(frames[i], []byte(word), []byte(poison))
		}
	}
	var recording bytes.Buffer
	recorder, err := tap.NewRecorder(&recording, "tcp://127.0.0.1:1", "tcp://127.0.0.1:2")
	if err != nil {
		t.Fatal(err)
	}
	for i, kind := range []tap.Kind{tap.Request, tap.Reply, tap.Notification, tap.Subscribe} {
		if err := recorder.Record(tap.Message{Number: uint64(i), Time: time.Now(), Kind: kind, Frames: frames}); err != nil {
			t.Fatal(err)
		}
	}
	if err := recorder.Record(tap.Message{Number: 9, Time: time.Now(), Kind: tap.Kind(poison), Frames: [][]byte{[]byte(poison)}}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "recording")
	if err := os.WriteFile(file, recording.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"tap", "show", file}, {"tap", "show", "--brief", file}, {"tap", "show", "--dis", file}, {"-o", "json", "tap", "show", file}} {
		r := run(t, args...)
		if r.stdout == "" {
			t.Errorf("%v: %s", args, r.stderr)
		}
		isHarmless(t, strings.Join(args, " "), r.stdout+r.stderr)
	}
}

// TestTextsAreNotTakenForSurrogates prints strs whose characters look like the escape of a
// surrogate.
func TestTextsAreNotTakenForSurrogates(t *testing.T) {
	for text, want := range map[string]string{
		`C:\udata`: `C:\udata`, `\ud800`: `\ud800`, `\\udead`: `\\udead`, `C:\udc80\x`: `C:\udc80\x`, "\xed\xa0\x80": `'\ud800'`,
	} {
		data, err := pickle.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		runWith(t, settings{stdin: string(data)}, "pickle", "decode").want(t, 0, want+"\n", "")
	}
	// A whole value goes as it is into a pipe, where it is data.
	endpoint := hostileGo(t)
	run(t, "call", endpoint, "hello").want(t, 0, poison+"\n", "")
}
