package goagent_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// uses are what both proxies do, in the words of each.
var uses = []struct {
	python string
	do     func(ctx context.Context, p *goagent.Proxy) error
}{
	{"proxy.age", func(ctx context.Context, p *goagent.Proxy) error { return p.Get(ctx, nil, "age") }},
	{"proxy.forced", func(ctx context.Context, p *goagent.Proxy) error { return p.GetObject(ctx, nil, "forced") }},
	{"proxy.age = 28", func(ctx context.Context, p *goagent.Proxy) error { return p.Set(ctx, "age", 28) }},
	{"proxy.value = [1, 'x', None]", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Set(ctx, "value", []any{1, "x", nil})
	}},
	{"proxy.calculate()", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "calculate") }},
	{"proxy.calculate(8)", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "calculate", 8) }},
	{"proxy.calculate(8, 2.5, True, 'text')", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "calculate", 8, 2.5, true, "text")
	}},
	{"proxy.calculate(8, factor=3)", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "calculate", 8, object.Kwargs{"factor": 3})
	}},
	{"proxy.echo(name=1, args=2, kwargs=3)", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "echo", object.KwargsOf(py.StrDict(
			py.Item{Key: "name", Value: int64(1)}, py.Item{Key: "args", Value: int64(2)}, py.Item{Key: "kwargs", Value: int64(3)})))
	}},
	{"proxy.move(move=(1, 2))", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Call(ctx, nil, "move", object.Kwargs{"move": py.Tuple{1, 2}})
	}},
	{"proxy.name()", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "name") }},
	{"proxy.kwargs(1)", func(ctx context.Context, p *goagent.Proxy) error { return p.Call(ctx, nil, "kwargs", 1) }},
	{"proxy.channels[1]", func(ctx context.Context, p *goagent.Proxy) error { return p.Item(ctx, nil, "channels", 1) }},
	{"proxy.channels[2] = 'outside'", func(ctx context.Context, p *goagent.Proxy) error {
		return p.SetItem(ctx, "channels", 2, "outside")
	}},
	{"proxy.channels.__get__('owner')", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Exec(ctx, nil, "channels", "__get__", "owner")
	}},
	{"proxy.channels.__set__('owner', [1])", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Exec(ctx, nil, "channels", "__set__", "owner", []any{1})
	}},
	{"agent.request_server('getattr', {'name': 'age'})", func(ctx context.Context, p *goagent.Proxy) error {
		_, err := goagent.Send(ctx, p, &goagent.Call{Action: "getattr", Name: "age"})
		return err
	}},
	{"agent.request_server('inspect', {})", func(ctx context.Context, p *goagent.Proxy) error { _, _, err := p.Inspect(ctx); return err }},
	{"agent.instantiate('example.MultiplyBy', (2,), {})", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Instantiate(ctx, "example.MultiplyBy", 2)
	}},
	{"agent.instantiate('example.Robot', ('Robbie',), {'age': 3, 'name': 'example.Robot'})", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Instantiate(ctx, "example.Robot", "Robbie", object.KwargsOf(py.StrDict(
			py.Item{Key: "age", Value: int64(3)}, py.Item{Key: "name", Value: "example.Robot"})))
	}},
	{"agent.instantiate('example.Robot', (), {})", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Instantiate(ctx, "example.Robot")
	}},
	{"agent.request('', 'info')", func(ctx context.Context, p *goagent.Proxy) error { _, err := p.Info(ctx); return err }},
	{"agent.request('', ['hello', 1, None])", func(ctx context.Context, p *goagent.Proxy) error {
		return p.Echo(ctx, nil, []any{"hello", 1, nil})
	}},
	{"proxy._proxy_stop_server()", func(ctx context.Context, p *goagent.Proxy) error { return p.StopServer(ctx) }},
}

// TestRequestsByteForByte compares what a Go proxy sends with what the original's Proxy sends, in
// json and at every pickle protocol. The proxy writes as the CPython does that it is compared with:
// 3.6 writes an int in protocol 0 in another way than later ones.
func TestRequestsByteForByte(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		major, minor, serializers := serializersOf(t, python)
		for _, serializer := range serializers {
			t.Run(fmt.Sprint(python, " ", serializer), func(t *testing.T) {
				checkRequests(t, python, serializer, pickle.WriteAs(major, minor))
			})
		}
	}
}

// serializersOf returns the version of an interpreter and the serializers that it knows: pickle5
// came with Python 3.8.
func serializersOf(t *testing.T, python pyenv.Interpreter) (major, minor int, names []string) {
	t.Helper()
	if _, err := fmt.Sscanf(python.Version, "%d.%d", &major, &minor); err != nil {
		t.Fatal(err)
	}
	names = []string{"json", "pickle0", "pickle1", "pickle2", "pickle3", "pickle4", "pickle5"}
	if minor < 8 {
		names = names[:6]
	}
	return major, minor, names
}

func checkRequests(t *testing.T, python pyenv.Interpreter, serializer string, as pickle.EncodeOption) {
	want := originalRequests(t, python, serializer)
	publisher, err := goagent.NewAgent()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = publisher.Close() })
	info := py.StrDict(
		py.Item{Key: "rep_endpoint", Value: "tcp://127.0.0.1:1"},
		py.Item{Key: "pub_endpoint", Value: publisher.PubEndpoint()},
	)
	protocol := wire.Protocol{Serializer: serializer}
	contents := make(chan []byte, 10)
	var dialled atomic.Bool
	endpoint := rawServer(t, func(_ int, frames [][]byte) [][]byte {
		var content any
		msg, err := protocol.Parse(frames)
		if err == nil {
			err = protocol.Decode(&msg, &content)
		}
		if err != nil {
			t.Error(err)
			return nil
		}
		answer := any(py.Tuple{"PSMessage", "return", nil})
		if content == "info" {
			answer = info
		}
		if dialled.Load() {
			contents <- msg.Body
		}
		reply, err := protocol.Format("tcp://127.0.0.1:1", "", answer, msg.ID)
		if err != nil {
			t.Error(err)
		}
		return reply
	})
	p := dial(t, endpoint, goagent.WithProtocol(wire.Protocol{Serializer: serializer, PickleEncode: as}), goagent.WithInsist())
	dialled.Store(true)
	for i, use := range uses {
		_ = use.do(limit(t), p) // the answer is not what it should be
		if content := <-contents; !bytes.Equal(content, want[i]) {
			t.Errorf("%s:\n got %q\nwant %q", use.python, content, want[i])
		}
	}
}

// originalRequests returns the contents that the original's Proxy sends for the uses.
func originalRequests(t *testing.T, python pyenv.Interpreter, serializer string) [][]byte {
	t.Helper()
	args := []string{serializer}
	for _, use := range uses {
		args = append(args, use.python)
	}
	lines := strings.Fields(string(python.Run(limit(t), t, "proxy_requests.py", pyenv.WithArgs(args...))))
	if len(lines) != len(uses) {
		t.Fatalf("%d requests for %d uses", len(lines), len(uses))
	}
	contents := make([][]byte, len(lines))
	for i, line := range lines {
		content, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			t.Fatal(err)
		}
		contents[i] = content
	}
	return contents
}
