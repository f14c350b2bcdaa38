package psmessage

import (
	"errors"
	"testing"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// seedCalls are calls of every action.
func seedCalls() []*Call {
	kwargs := py.StrDict(py.Item{Key: "y", Value: int64(3)}, py.Item{Key: "name", Value: "x"})
	return []*Call{
		{Action: ActionExec, Name: "calculate", Method: DunderCall, Args: py.Tuple{int64(8)}, Kwargs: kwargs},
		{Action: ActionExec, Name: "table", Method: DunderGetItem, Args: py.Tuple{"key"}},
		{Action: ActionGetattr, Name: "factor"}, {Action: ActionGet, Name: "factor", ForceAsObject: true}, {Action: ActionGet, Name: "factor"},
		{Action: ActionSetattr, Name: "factor", Value: py.NewList(1.5, nil)}, {Action: ActionInspect}, {Action: ActionDescribe},
		{Action: ActionInstantiate, Name: "m.C", Args: py.Tuple{"a"}, Kwargs: kwargs}, {Action: ActionCancel, Name: "urn:uuid:1"},
	}
}

// seedContents are what peers write, and what is near it.
func seedContents(tb testing.TB) (contents [][]byte, serializers []string) {
	tb.Helper()
	values := []any{
		"info", "stop", py.Tuple{Tag}, py.Tuple{Tag, ActionExec, py.Tuple{}}, py.Tuple{Tag, nil, &py.Dict{}}, py.Tuple{Tag, "fly", &py.Dict{}},
		py.Tuple{Tag, ActionExec, py.StrDict(py.Item{Key: OptionName, Value: int64(1)})}, py.Tuple{Tag, ActionExec, py.StrDict(py.Item{Key: OptionArgs, Value: "ab"})},
		py.Tuple{Tag, AnswerReturn, py.NewList(int64(1))}, py.Tuple{Tag, AnswerRaise, py.NewObject(pyerr.ValueError.Class(), "no")},
		py.Tuple{Tag, AnswerRaise, py.Tuple{py.NewObject(pyerr.KeyError.Class(), int64(1)), py.NewList("line")}}, py.Tuple{Tag, AnswerRaise, pyerr.OSError.Class()},
		py.Tuple{Tag, AnswerRaise, py.StrDict(py.Item{Key: "class", Value: "builtins.OSError"}, py.Item{Key: "args", Value: py.NewList(int64(2), "no")})},
		py.Tuple{Tag, AnswerFuture, "id"}, py.Tuple{Tag, AnswerRemote, nil},
	}
	for _, c := range seedCalls() {
		values = append(values, messageOf(c))
	}
	for _, v := range values {
		for _, serializer := range []string{"pickle2", "pickle4", "json"} {
			body, err := wire.Protocol{Serializer: serializer}.Encode(v)
			if err != nil {
				continue // json has no exceptions
			}
			contents, serializers = append(contents, body), append(serializers, serializer)
		}
	}
	return contents, serializers
}

// FuzzPSMessage reads contents as a server and as a proxy do: what is a call of an action that a
// proxy knows is written as a PSMessage that reads as the same call, and every failure is an
// exception that the peer can be answered with.
func FuzzPSMessage(f *testing.F) {
	contents, serializers := seedContents(f)
	for i := range contents {
		f.Add(contents[i], serializers[i])
	}
	limits, err := pickle.DecodeOptions(pickle.WithMaxElements(1<<16), pickle.WithMaxDepth(200), pickle.WithMaxIntDigits(1000))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, serializer string) {
		p := wire.Protocol{PickleDecode: limits}
		var content any
		if p.Decode(&wire.Message{Serializer: serializer, Body: body}, &content) != nil {
			return
		}
		_ = IsFeatureQuery(content)
		_ = ParseFeatures(content)
		action, options, ok := Parse(content)
		if !ok {
			return
		}
		if e, ok := pyerr.Parse(options); ok && (e.Error() == "" || e.Class.Name == "") {
			t.Fatalf("an exception without words: %+v", e)
		}
		call := &Call{}
		err := call.Read(action, options)
		if err != nil {
			answerable(t, p, err)
			return
		}
		again := readCall(t, p, call)
		if again == nil {
			return
		}
		if was, is := reprOf(call), reprOf(again); was != is {
			t.Fatalf("%s\nbecame\n%s", was, is)
		}
	})
}

// messageOf returns the PSMessage that asks for a call.
func messageOf(c *Call) any {
	m := newMessage()
	c.fill(m)
	return m.Content
}

// readCall writes a call as a proxy does and reads it as a server does. It returns nil if the
// values cannot be written.
func readCall(t *testing.T, p wire.Protocol, call *Call) *Call {
	t.Helper()
	p.Serializer = "pickle4"
	written, err := p.Encode(messageOf(call))
	if err != nil {
		return nil
	}
	var content any
	if err := p.Decode(&wire.Message{Serializer: "pickle4", Body: written}, &content); err != nil {
		return nil
	}
	action, options, ok := Parse(content)
	if !ok {
		t.Fatalf("%q is no PSMessage", written)
	}
	again := &Call{}
	err = again.Read(action, options)
	if err != nil {
		t.Fatalf("%q: %v", written, err)
	}
	return again
}

// answerable demands that a request which failed can be answered, in pickle and in json, with an
// exception that a proxy reads.
func answerable(t *testing.T, p wire.Protocol, failed error) {
	t.Helper()
	var exception *pyerr.Error
	if !errors.As(failed, &exception) {
		t.Fatalf("no exception: %v", failed)
	}
	p.Serializer = "json"
	body, err := p.Encode(py.Tuple{Tag, AnswerRaise, pyerr.Describe(failed, true)})
	if err != nil {
		t.Fatalf("%v cannot be answered: %v", failed, err)
	}
	var content any
	if err := p.Decode(&wire.Message{Serializer: "json", Body: body}, &content); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	_, options, _ := Parse(content)
	if e, ok := pyerr.Parse(options); !ok || !e.Is(exception.Class) {
		t.Fatalf("%v is read as %v", failed, e)
	}
}

func reprOf(c *Call) string {
	kwargs := c.Kwargs
	if kwargs == nil {
		kwargs = &py.Dict{}
	}
	return py.Repr(py.Tuple{c.Action, c.Name, c.Method, c.Args, kwargs, c.Value, c.ForceAsObject}, py.WithReprLength(1<<16))
}
