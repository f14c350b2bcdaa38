package goagent_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// answeredRequests are requests to an instrument, as literals of Python, whose answers are the same
// bytes from the original and from a Go server. The answer to inspect is not among them: it has
// sets, whose order is a matter of chance in Python.
var answeredRequests = []string{
	`'info and something'`, `''`, `None`, `5`, `('NoMessage', 'get', {})`, `['a', ('b',), {'c': 1.5}]`,
	`('PSMessage', 'get', {'name': 'gain'})`, `('PSMessage', 'get', {'name': 'name'})`, `('PSMessage', 'get', {'name': 'name', 'force_as_object': True})`,
	`('PSMessage', 'get', {'name': 'channels'})`, `('PSMessage', 'get', {'name': 'notes'})`, `('PSMessage', 'get', {'name': 'payload'})`,
	`('PSMessage', 'get', {'name': 'temperature'})`, `('PSMessage', 'get', {'name': 'scale'})`, `('PSMessage', 'get', {'name': 'measured'})`,
	`('PSMessage', 'get', {'name': 'colour'})`, `('PSMessage', 'get', {})`, `('PSMessage', 'dance', {})`,
	`('PSMessage', 'getattr', {'name': 'name'})`, `('PSMessage', 'getattr', {'name': 'notes'})`, `('PSMessage', 'getattr', {'name': 'colour'})`,
	`('PSMessage', 'setattr', {'name': 'gain', 'value': 2.5})`, `('PSMessage', 'getattr', {'name': 'payload'})`,
	`('PSMessage', 'setattr', {'name': 'temperature', 'value': -300})`, `('PSMessage', 'setattr', {'name': 'temperature', 'value': 'hot'})`,
	`('PSMessage', 'setattr', {'name': 'serial_number', 'value': 'mine'})`, `('PSMessage', 'setattr', {'name': 'gain'})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (8,)})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (8, 3.5)})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': ('ab', 3)})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (2147483647,), 'kwargs': {'factor': 7}})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (1, 2, 3)})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (1,), 'kwargs': {'colour': 2}})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (1,), 'kwargs': {'fator': 2}})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': '__call__', 'args': (1,), 'kwargs': {'x': 2}})`,
	`('PSMessage', 'exec', {'name': 'scale', 'method': 'nope'})`, `('PSMessage', 'exec', {'name': 'scale'})`,
	`('PSMessage', 'exec', {'name': 'gain', 'method': '__call__'})`, `('PSMessage', 'exec', {'name': 'colour', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'echo', 'method': '__call__', 'args': (1, 'a', None, [2], (3,))})`,
	`('PSMessage', 'exec', {'name': 'echo', 'method': '__call__', 'kwargs': {'k': [1]}})`,
	`('PSMessage', 'exec', {'name': 'same', 'method': '__call__', 'args': ({'a': [1.5, True, None, -1, 'é']},)})`,
	`('PSMessage', 'exec', {'name': 'zeros', 'method': '__call__', 'args': (300,)})`,
	`('PSMessage', 'exec', {'name': 'count_up_to', 'method': '__call__', 'args': (1500,)})`,
	`('PSMessage', 'exec', {'name': 'nothing', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__getitem__', 'args': (1,)})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__getitem__', 'args': ('three',)})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__setitem__', 'args': ('three', [3])})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__getitem__', 'args': ('three',)})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__contains__', 'args': (3,)})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__len__'})`,
	`('PSMessage', 'exec', {'name': 'notes', 'method': '__getitem__', 'args': (0,)})`,
	`('PSMessage', 'exec', {'name': 'notes', 'method': '__getitem__', 'args': (1,)})`,
	`('PSMessage', 'exec', {'name': 'notes', 'method': 'append', 'args': ('again',)})`,
	`('PSMessage', 'exec', {'name': 'notes', 'method': 'copy'})`,
	`('PSMessage', 'exec', {'name': 'name', 'method': '__getitem__', 'args': (0,)})`,
	`('PSMessage', 'exec', {'name': 'fail_value', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'fail_without_args', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'fail_unicode', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'fail_calibration', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'fail_key', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'fail_out_of_range', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__get__', 'args': ('owner',)})`,
	`('PSMessage', 'exec', {'name': 'channels', 'method': '__set__', 'args': ('owner', 1)})`,
	`('PSMessage', 'exec', {'name': 'temperature', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'measured', 'method': '__call__'})`,
	`('PSMessage', 'exec', {'name': 'measured', 'method': 'emit', 'args': (1, 2, 3)})`,
	`('PSMessage', 'exec', {'name': 'measure', 'method': '__call__', 'args': (1, 2)})`,
	`('PSMessage', 'exec', {'name': 'know', 'method': '__call__', 'args': (5,)})`,
	`('PSMessage', 'exec', {'name': 'think_in_vain', 'method': '__call__', 'kwargs': {'seconds': 0.01}})`,
	`('PSMessage', 'instantiate', {'class': 'instrument.Instrument', 'args': (), 'kwargs': {}})`,
}

// answeredWithoutObject are requests to a server that serves nothing at first.
var answeredWithoutObject = []string{
	`('PSMessage', 'get', {'name': 'factor'})`, `('PSMessage', 'getattr', {'name': 'factor'})`,
	`('PSMessage', 'setattr', {'name': 'factor', 'value': 1})`, `('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,)})`,
	`('PSMessage', 'instantiate', {'class': 'multiply_by.MultiplyBy', 'args': (), 'kwargs': {}})`,
	`('PSMessage', 'instantiate', {'class': 'multiply_by.MultiplyBy', 'args': (1, 2), 'kwargs': {}})`,
	`('PSMessage', 'instantiate', {'class': 'multiply_by.Nothing', 'args': (), 'kwargs': {}})`,
	`('PSMessage', 'instantiate', {'class': 'multiply_by.MultiplyBy', 'args': (), 'kwargs': {'factor': 2}})`,
	`('PSMessage', 'get', {'name': 'factor'})`, `('PSMessage', 'exec', {'name': 'calculate', 'method': '__call__', 'args': (8,)})`,
	`('PSMessage', 'instantiate', {'class': 'multiply_by.MultiplyBy', 'args': (3,), 'kwargs': {}})`,
	`'stop'`,
}

// TestAnswersByteForByte asks the original and Go servers the same, in json and at every pickle
// protocol, and compares what they answer and publish.
func TestAnswersByteForByte(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		major, minor, serializers := serializersOf(t, python)
		for _, serializer := range serializers {
			t.Run(python.Version+"/"+serializer, func(t *testing.T) {
				ctx := limit(t)
				original := python.Serve(t, pyenv.Instrument, pyenv.WithArgs("--serializer", serializer))
				theirs := dial(t, original.RepEndpoint, goagent.WithSerializer(serializer))
				ours := map[string]*goagent.Proxy{}
				servers := map[string]*goagent.Server{}
				for kind, object := range map[string]any{"reflected": newReflectedInstrument(), "built": newInstrument()} {
					servers[kind] = serve(t, object, asOriginal(goagent.WithPythonVersion(major, minor), goagent.WithSerializer(serializer))...)
					ours[kind] = dial(t, servers[kind].Endpoint(), goagent.WithSerializer(serializer))
				}
				for _, request := range answeredRequests {
					compareAnswers(ctx, t, request, literal(t, request), theirs, ours)
				}
				compareNotifications(t, original.RepEndpoint, servers["built"].Endpoint(), serializer)
			})
			t.Run(python.Version+"/"+serializer+"/nothing", func(t *testing.T) {
				original := python.Serve(t, "nothing", pyenv.WithArgs("--serializer", serializer))
				theirs := dial(t, original.RepEndpoint, goagent.WithSerializer(serializer))
				server := serve(t, nil, goagent.WithPythonVersion(major, minor), goagent.WithSerializer(serializer),
					goagent.WithClass("multiply_by.MultiplyBy", newDoubled, "factor"))
				ours := map[string]*goagent.Proxy{"class": dial(t, server.Endpoint(), goagent.WithSerializer(serializer))}
				for _, request := range answeredWithoutObject {
					compareAnswers(limit(t), t, request, literal(t, request), theirs, ours)
				}
			})
		}
	}
}

func newDoubled(factor int) *object.Object {
	return object.New("MultiplyBy").
		Property("factor", func() int { return factor }, nil).
		Method("calculate", func(x int) int { return x * factor }, "x")
}

// literal returns the value of a literal of Python.
func literal(t *testing.T, text string) any {
	t.Helper()
	value, err := py.ParseLiteral(text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func compareAnswers(ctx context.Context, t *testing.T, request string, content any, theirs *goagent.Proxy, ours map[string]*goagent.Proxy) {
	t.Helper()
	var want *wire.Message
	id := wire.NewID() // which the answer of a future holds
	for kind, p := range ours {
		got, err := goagent.Exchange(ctx, p, content, id)
		if err != nil {
			t.Fatal(request, err)
		}
		if bytes.HasPrefix(got.Body, []byte(`["PSMessage", "raise", `)) {
			continue // json cannot carry it, and the original would never answer anybody again
		}
		if want == nil {
			if want, err = goagent.Exchange(ctx, theirs, content, id); err != nil {
				t.Fatal(request, err)
			}
		}
		if !bytes.Equal(got.Body, want.Body) || got.Serializer != want.Serializer {
			t.Errorf("%s: %s answers\n%s %q, the original\n%s %q", request, kind, got.Serializer, got.Body, want.Serializer, want.Body)
		}
	}
}
