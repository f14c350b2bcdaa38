package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// rawRequest sends a content as it is and returns the content of the answer.
func rawRequest(t *testing.T, endpoint, topic, serializer string, body []byte, more ...[]byte) any {
	t.Helper()
	c, err := zmtp.Dial(limit(t), endpoint, "REQ")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	frames, err := wire.Protocol{Serializer: "pickle"}.FormatBody("tcp://127.0.0.1:1", topic, body, "")
	if err != nil {
		t.Fatal(err)
	}
	frames[1] = []byte(serializer)
	if err := c.Send(append(append([][]byte{nil}, frames...), more...)...); err != nil {
		t.Fatal(err)
	}
	if err := c.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := c.Receive()
	if err != nil {
		t.Fatal(err)
	}
	var content any
	m := wire.Message{Serializer: string(got[2]), Body: got[3]}
	if err := (wire.Protocol{}).Decode(&m, &content); err != nil {
		t.Fatal(err)
	}
	return content
}

func pickled(t *testing.T, v any) []byte {
	t.Helper()
	data, err := pickle.Marshal(v, pickle.Protocol(2))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// stops are contents that unpickle to something that equals 'stop' in one Python or another, or
// that hide it.
func stops(t *testing.T) map[string][]byte {
	class := func(module, name string) py.Class { return py.Class{Module: module, Name: name} }
	dtype := py.NewObject(class("numpy", "dtype"), "U4", false, true)
	dtype.HasState, dtype.State = true, py.Tuple{int64(3), "<", nil, nil, nil, int64(16), int64(4), int64(8)}
	array := py.NewObject(class("numpy.core.multiarray", "scalar"), dtype, []byte("s\x00\x00\x00t\x00\x00\x00o\x00\x00\x00p\x00\x00\x00"))
	return map[string][]byte{
		"plain":                  pickled(t, "stop"),
		"REDUCE str":             pickled(t, py.NewObject(class("builtins", "str"), "stop")),
		"REDUCE str.join":        pickled(t, py.NewObject(class("builtins", "getattr"), "", "join")),
		"subclass of str":        pickled(t, &py.Object{How: py.NewObj, Callable: class("lab", "Text"), Args: py.Tuple{"stop"}}),
		"codecs":                 pickled(t, py.NewObject(class("_codecs", "encode"), "stop", "utf-8")),
		"bytes":                  pickled(t, []byte("stop")),
		"bytearray":              pickled(t, &py.ByteArray{Bytes: []byte("stop")}),
		"numpy":                  pickled(t, array),
		"UserString":             pickled(t, py.NewObject(class("collections", "UserString"), "stop")),
		"behind the end":         append(pickled(t, "fine"), pickled(t, "stop")...),
		"ext":                    []byte("\x80\x02\x82\x01."),
		"persistent id":          []byte("Pstop\n."),
		"STRING":                 []byte("S'stop'\n."),
		"empty":                  nil,
		"PSMessage with a call":  pickled(t, py.Tuple{"PSMessage", "exec", py.StrDict(py.Item{Key: "name", Value: py.NewObject(class("builtins", "str"), "name")}, py.Item{Key: "method", Value: "__str__"})}),
		"PSMessage as an object": pickled(t, py.NewObject(class("builtins", "tuple"), py.NewList("PSMessage", "inspect", &py.Dict{}))),
	}
}

// TestForwardStopsNothing sends a forwarder what stops servers, in all forms, in front of a server
// of the original and of one of Go.
func TestForwardStopsNothing(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			for name, target := range map[string]string{
				"original": python.Serve(t, pyenv.MultiplyBy).RepEndpoint,
				"go":       serve(t, newInstrument(), asOriginal()...).Endpoint(),
			} {
				f := forward(t, target, nil, nil)
				for kind, body := range stops(t) {
					for _, serializer := range []string{"pickle", "pickle2", "pickleX", "json"} {
						content := body
						if serializer == "json" {
							content = []byte(`"stop"`)
						}
						if got := rawRequest(t, f.Endpoint(), "", serializer, content, []byte("stop")); got == "stopping" {
							t.Errorf("%s, %s as %s: the answer is %v", name, kind, serializer, got)
						}
					}
				}
				p := dial(t, f.Endpoint())
				if err := p.Call(limit(t), nil, map[string]string{"original": "calculate", "go": "scale"}[name], []any{1, 2}[:map[string]int{"original": 1, "go": 2}[name]]...); err != nil {
					t.Errorf("%s: afterwards: %v", name, err)
				}
			}
		})
	}
}

// TestForwardWritesAnew compares what the server behind a forwarder gets and what the client gets
// with what the other side has sent.
func TestForwardWritesAnew(t *testing.T) {
	asked := make(chan any, 10)
	agent, err := goagent.NewAgent(goagent.WithRequestHandler(func(_ context.Context, r *goagent.Request) (any, error) {
		asked <- r.Content
		return r.Content, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { agent.Close() })
	f := forward(t, agent.Endpoint(), nil, nil)
	hidden := append(pickled(t, py.Tuple{"a", int64(1)}), []byte("cos\nsystem\n.")...)
	answer := rawRequest(t, f.Endpoint(), "", "pickle2", hidden, []byte("a sixth frame"))
	got := <-asked
	if fmt.Sprint(got) != "[a 1]" || fmt.Sprint(answer) != "[a 1]" {
		t.Errorf("the server got %v, the client %v", got, answer)
	}
}

// TestForwardPlainValues passes plain values on in both directions, and objects of the classes that
// are named.
func TestForwardPlainValues(t *testing.T) {
	point := py.NewObject(py.Class{Module: "lab", Name: "Point"}, int64(1))
	var signal object.Signal
	object := object.New("Object").
		Method("same", func(v any) any { return v }).
		Method("point", func() any { return point }).
		Method("fail", func() error { return pyerr.Class("lab:Trouble").New("deep") }).
		Method("later", func() *object.Future { f := object.NewFuture(); f.Resolve(point); return f }).
		Method("emit", func(n int) { signal.Emit(point); signal.Emit(n) }).
		Signal("signal", &signal)
	target := serve(t, object, asOriginal()...)
	strict := dial(t, forward(t, target.Endpoint(), nil, nil).Endpoint())
	lax := dial(t, forward(t, target.Endpoint(), []goagent.Option{goagent.WithClasses("lab.Point", "lab.Trouble")}, nil).Endpoint())
	refused := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, pyerr.TypeError) || !strings.Contains(err.Error(), "plain values") || !strings.Contains(err.Error(), "lab.") {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("argument", strict.Call(limit(t), nil, "same", point))
	refused("result", strict.Call(limit(t), nil, "point"))
	refused("outcome", strict.Call(limit(t), nil, "later"))
	err := strict.Call(limit(t), nil, "fail")
	refused("exception", err)
	if !strings.Contains(err.Error(), "deep") {
		t.Errorf("the text of the exception is missing in %v", err)
	}
	for _, what := range []string{"point", "later"} {
		var got any
		if err := lax.Call(limit(t), &got, what); err != nil || got.(*py.Object).Class() != point.Class() {
			t.Errorf("%s of a class that is named: %v, %v", what, got, err)
		}
	}
	if err := lax.Call(limit(t), nil, "fail"); !errors.Is(err, pyerr.Class("lab:Trouble")) {
		t.Errorf("an exception of a class that is named: %v", err)
	}
	emitted := make(chan any, 10)
	if _, err := strict.Connect(limit(t), "signal", func(v any) { emitted <- v }); err != nil {
		t.Fatal(err)
	}
	if err := strict.Call(limit(t), nil, "emit", 5); err != nil {
		t.Fatal(err)
	}
	if v := <-emitted; v != any(int64(5)) {
		t.Errorf("the first notification that came holds %v", v)
	}
}

// TestForwardNeedsKey refuses to answer everybody on more than the loopback interface.
func TestForwardNeedsKey(t *testing.T) {
	for name, c := range map[string]struct {
		options []goagent.ForwardOption
		refused bool
	}{
		"every interface":                  {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://*:0")}, true},
		"every interface, IPv4":            {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://0.0.0.0:0")}, true},
		"notifications everywhere":         {[]goagent.ForwardOption{goagent.WithPubEndpoint("tcp://*:0")}, true},
		"a second endpoint everywhere":     {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://127.0.0.1:0"), goagent.WithEndpoint("tcp://*:0")}, true},
		"every interface with a key":       {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://*:0"), goagent.WithKey(wire.NewKey([]byte("k")))}, false},
		"every interface, though insecure": {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://*:0"), goagent.WithInsecure()}, false},
		"loopback":                         {[]goagent.ForwardOption{goagent.WithEndpoint("tcp://127.0.0.1:0")}, false},
		"ipc":                              {[]goagent.ForwardOption{goagent.WithEndpoint("ipc://" + t.TempDir() + "/s")}, false},
	} {
		f, err := goagent.Forward("tcp://127.0.0.1:1", c.options...)
		if err == nil {
			f.Close()
		}
		if errors.Is(err, goagent.ErrInsecure) != c.refused || err != nil && !c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestForwardManySubscriptions has a stranger subscribe to many topics while a client calls,
// subscribes and is told what is emitted.
func TestForwardManySubscriptions(t *testing.T) {
	const topics = 20_000
	var signal object.Signal
	object := object.New("Object").Method("emit", func(n int) { signal.Emit(n) }).Signal("signal", &signal)
	target := serve(t, object)
	f := forward(t, target.Endpoint(), nil, []goagent.Option{goagent.WithMaxRequests(10)})
	stranger, err := zmtp.Dial(limit(t), f.PubEndpoint(), "SUB")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	p := dial(t, f.Endpoint())
	for n := range topics {
		header, err := wire.Header(f.Endpoint(), fmt.Sprintf("nonsense-%d", n))
		if err != nil {
			t.Fatal(err)
		}
		if err := stranger.Send(append([]byte{1}, header...)); err != nil {
			t.Fatal(err)
		}
	}
	emitted := make(chan int, 10)
	if _, err := p.Connect(limit(t), "signal", func(n int) { emitted <- n }); err != nil {
		t.Fatal(err)
	}
	if err := p.Call(limit(t), nil, "emit", 7); err != nil {
		t.Fatal(err)
	}
	if n := <-emitted; n != 7 {
		t.Error(n)
	}
	forwarded := 0
	for n := range topics {
		forwarded += target.Agent().Subscribers(fmt.Sprintf("nonsense-%d", n))
	}
	if forwarded > 1000 {
		t.Errorf("%d topics of a stranger are subscribed to at the server", forwarded)
	}
}
