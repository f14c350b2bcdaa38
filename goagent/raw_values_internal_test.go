package goagent

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math/big"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// wiretap keeps the contents of the requests that come to the sockets of a server, and of the
// answers.
type wiretap struct {
	transport.Network
	mu                sync.Mutex
	requests, answers [][]byte
	notified          [][]byte
}

func (w *wiretap) apply(c *config) error {
	w.Network = c.network
	c.network = w
	return nil
}

func (w *wiretap) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	l, err := w.Network.Listen(endpoint, s)
	return &tappedListener{l, w}, err
}

func (w *wiretap) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	p, err := w.Network.Publish(endpoint, s)
	return &tappedPublisher{p, w}, err
}

// keep keeps the content of a message whose content is a PSMessage.
func (w *wiretap) keep(list *[][]byte, frames [][]byte) {
	if len(frames) < 3 || !bytes.Contains(frames[2], []byte(psmessage.Tag)) && list != &w.notified {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	*list = append(*list, bytes.Clone(frames[2]))
}

// take returns what was kept, and forgets it.
func (w *wiretap) take(list *[][]byte) [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept := *list
	*list = nil
	return kept
}

type tappedListener struct {
	transport.Listener
	tap *wiretap
}

func (l *tappedListener) Poll() (transport.Request, bool, error) {
	r, ok, err := l.Listener.Poll()
	l.tap.keep(&l.tap.requests, r.Frames)
	return r, ok, err
}

func (l *tappedListener) Reply(to transport.Request, frames [][]byte) error {
	l.tap.keep(&l.tap.answers, frames)
	return l.Listener.Reply(to, frames)
}

func (l *tappedListener) ReplyAll(replies []transport.Reply) {
	for _, r := range replies {
		l.tap.keep(&l.tap.answers, r.Frames)
	}
	l.Listener.ReplyAll(replies)
}

type tappedPublisher struct {
	transport.Publisher
	tap *wiretap
}

func (p *tappedPublisher) Send(frames [][]byte) error {
	p.tap.keep(&p.tap.notified, frames)
	return p.Publisher.Send(frames)
}

// passOn is an interceptor that changes nothing, whose presence has all values made values of
// package py.
func passOn(ctx context.Context, call *Call, next Handler) (any, error) { return next(ctx, call) }

type rawRecord struct {
	Name   string
	At     int
	Values []float64
	Next   *rawRecord
	Place  rawPlace
}

type rawPlace struct {
	_    struct{} `pickle:",tuple"`
	X, Y float64
}

type rawText string

// rawArguments are arguments of each kind. What is made anew for each call is shared within it.
func rawArguments(t *testing.T) map[string][]any {
	t.Helper()
	shared := &rawRecord{Name: "shared", Values: []float64{1, 2}}
	text := strings.Repeat("text ", 3)
	list := py.NewList(text, int64(1))
	data := []byte("some bytes that are shared")
	array, err := py.NewArray([]float64{1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	other := *array // one array twice is one object, see TestSharedGraphs
	records := make([]rawRecord, 3000)
	for i := range records {
		records[i] = rawRecord{Name: text, At: i, Next: shared}
	}
	when := time.Date(2026, 11, 23, 1, 2, 3, 4000, time.FixedZone("", 3600))
	return map[string][]any{
		"none": nil, "nil": {nil, (*int)(nil), []int(nil), map[string]int(nil), error(nil)},
		"int": {1, int8(-2), uint16(300), int64(1) << 40, uint64(1) << 63}, "big": {big.NewInt(5), new(big.Int).Lsh(big.NewInt(1), 100)},
		"float": {1.5, float32(0.1)}, "complex": {complex64(1i), 2i, 2i}, "bool": {true, false}, "str": {"", "a", text, text, rawText("named")},
		"method name": {"same", "name", "args", psmessage.Tag, psmessage.DunderCall}, "bytes": {data, data, [3]byte{1, 2, 3}},
		"list": {[]int{1, 2}, []any{1, "x", nil, []int{1}}, []string{text, text}}, "tuple": {py.Tuple{int64(1), text}, py.Tuple{1, rawPlace{X: 1}}},
		"array": {[2]int{1, 2}}, "dict": {map[string]any{"b": 1, "a": []int{2}}, map[int]string{2: "x", 1: "y"}, py.StrDict(py.Item{Key: "k", Value: 1})},
		"set": {map[string]struct{}{"x": {}}}, "struct": {rawRecord{Name: "one"}, &rawRecord{Name: "two", Next: &rawRecord{}}, rawPlace{X: 1, Y: 2}},
		"structs": {records, 8, map[string]int{"x": 1}}, "shared by arguments": {shared, shared, []*rawRecord{shared, shared}},
		"graph shared by arguments": {list, list, py.Tuple{list}}, "time": {when, when.UTC(), time.Minute, []time.Time{when}},
		"standard": {uuid.UUID{1}, big.NewRat(1, 3), netip.MustParseAddr("10.1.2.3")}, "ndarray": {array, &other}, "error": {errors.New("broken")},
		"Kwargs":        {1, object.Kwargs{"b": shared, "a": []int{1}, "args": text, "name": 5}},
		"OrderedKwargs": {rawRecord{}, object.KwargsOf(py.StrDict(py.Item{Key: "z", Value: list}, py.Item{Key: "a", Value: int64(1)}))},
	}
}

// TestRawArguments calls with arguments of each kind, which are written from Go values, and demands
// the bytes of a proxy that makes values of package py of them.
func TestRawArguments(t *testing.T) {
	tap := &wiretap{}
	server := serveRaw(t, object.New("Sink").Method("same", func(_ object.Kwargs, _ ...any) {}).Property("value", nil, func(any) {}),
		commonOption{tap.apply}, WithUncheckedValues())
	for _, serializer := range []string{"pickle", "pickle0", "pickle1", "pickle2", "pickle3", "pickle5", "json"} {
		raw := dialRaw(t, server, WithSerializer(serializer))
		graph := dialRaw(t, server, WithSerializer(serializer), WithInterceptor(passOn))
		if raw.writesGo != (serializer != "json") || graph.writesGo {
			t.Errorf("%s: %v, %v", serializer, raw.writesGo, graph.writesGo)
		}
		for name, args := range rawArguments(t) {
			var written [2][][]byte
			for i, p := range []*Proxy{graph, raw} {
				tap.take(&tap.requests)
				err := p.Call(t.Context(), nil, "same", args...)
				if len(args) > 0 && err == nil {
					err = p.Set(t.Context(), "value", args[0])
				}
				if serializer != "json" && err != nil {
					t.Errorf("%s in %s: %v", name, serializer, err)
				}
				written[i] = tap.take(&tap.requests)
			}
			for i, want := range written[0] {
				if len(written[1]) != len(written[0]) || !bytes.Equal(written[1][i], want) {
					t.Errorf("%s in %s is written as\n%q, want\n%q", name, serializer, written[1], written[0])
					break
				}
			}
		}
	}
}

// TestRawResults uses values of each kind as results, notifications and attributes. They are
// written from Go values, with the same bytes as through values of package py.
func TestRawResults(t *testing.T) {
	rows := rawArguments(t)
	var taps [2]wiretap
	var proxies [2]*Proxy
	var changed [2]object.Signal
	for i := range taps {
		options := []ServeOption{commonOption{taps[i].apply}, WithEndpoint("tcp://127.0.0.1:0")}
		if i == 0 {
			options = append(options, WithInterceptor(passOn))
		}
		source := object.New("Source").Signal("changed", &changed[i]).
			Method("one", func(name string, n int) any { return rows[name][n] }).
			Method("all", func(name string) (any, any, int) {
				return rows[name][0], rows[name][len(rows[name])-1], len(rows[name])
			})
		for name := range rows {
			if len(rows[name]) > 0 {
				source.Property(strings.ReplaceAll(name, " ", "_"), func() any { return rows[name][0] }, nil)
			}
		}
		proxies[i] = dialRaw(t, serveRaw(t, source, options...))
		if err := proxies[i].peer.Notifications().ConfirmInTime(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, values := range rows {
		for n := range values {
			if _, isKwargs := values[n].(object.Kwargs); isKwargs {
				continue
			}
			if _, isKwargs := values[n].(object.OrderedKwargs); isKwargs {
				continue
			}
			var answers [2][][]byte
			for i, p := range proxies {
				taps[i].take(&taps[i].answers)
				err := errors.Join(p.Call(t.Context(), nil, "one", name, n), p.Call(t.Context(), nil, "all", name),
					p.GetObject(t.Context(), nil, strings.ReplaceAll(name, " ", "_")))
				if err != nil && !strings.Contains(name, "wargs") {
					t.Errorf("%s: %v", name, err)
				}
				answers[i] = taps[i].take(&taps[i].answers)
			}
			for i := range answers[0] {
				if len(answers[1]) != len(answers[0]) || !bytes.Equal(answers[1][i], answers[0][i]) {
					t.Errorf("%s is answered with\n%q, want\n%q", name, answers[1], answers[0])
					break
				}
			}
		}
	}
}

// TestUnwritable calls with what cannot be written, and returns it: the errors are the same as
// where values of package py are made first, and the next call works.
func TestUnwritable(t *testing.T) {
	loop := &rawRecord{Name: "loop"}
	loop.Next = loop
	rows := map[string]any{
		"channel": make(chan<- int), "function": func() {}, "inside": []any{1, struct{ F chan int }{}}, "loop": loop, "error inside": []any{errors.New("x")},
		"key": map[any]any{1: 1, 1.0: 2}, "far": time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), "unexported": struct{ x int }{1},
		"tuple": py.Tuple{int64(1), make(chan int)}, "marshaler": failingValue{},
	}
	source := object.New("Source").Method("back", func(name string) any { return rows[name] }).
		Method("pair", func(name string) (int, any) { return 1, rows[name] }).Method("take", func(_ object.Kwargs, _ ...any) {}).
		Property("held", func() any { return rows["inside"] }, func(any) {})
	servers := []*Server{serveRaw(t, source, WithInterceptor(passOn)), serveRaw(t, source)}
	proxies := []*Proxy{dialRaw(t, servers[0], WithInterceptor(passOn)), dialRaw(t, servers[1])}
	for name, value := range rows {
		var texts [2][]string
		for i, p := range proxies {
			ctx := t.Context()
			for _, err := range []error{
				p.Call(ctx, nil, "take", 1, value), p.Call(ctx, nil, "take", object.Kwargs{"k": value}), p.Set(ctx, "held", value),
				p.Call(ctx, nil, "back", name), p.Call(ctx, nil, "pair", name), p.Get(ctx, new(any), "held"),
				p.Agent().Request(ctx, p.endpoint, value, nil), servers[i].Publish("topic", value),
			} {
				if err == nil {
					t.Errorf("%s: no error", name)
					continue
				}
				texts[i] = append(texts[i], strings.ReplaceAll(err.Error(), p.endpoint, "endpoint"))
			}
			if err := p.Call(ctx, nil, "take", 1); err != nil {
				t.Errorf("%s: then %v", name, err)
			}
		}
		if strings.Join(texts[0], "\n") != strings.Join(texts[1], "\n") {
			t.Errorf("%s: the errors are\n%q, want\n%q", name, texts[1], texts[0])
		}
	}
}

type failingValue struct{}

func (failingValue) MarshalPython() (any, error) { return nil, errors.New("not today") }

// panickingValue panics when it is written.
type panickingValue struct{}

func (panickingValue) MarshalPython() (any, error) { panic("cannot be written") }

// TestPanicWhileWriting returns a value that panics when it is written: that is a RuntimeError of
// the caller, and the server goes on.
func TestPanicWhileWriting(t *testing.T) {
	p := dialRaw(t, serveRaw(t, object.New("Source").Method("bad", func() any { return []any{panickingValue{}} }).Method("good", func() int { return 1 }),
		WithLogger(slog.New(slog.DiscardHandler))))
	if err := p.Call(t.Context(), nil, "bad"); !errors.Is(err, pyerr.RuntimeError) || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("got %v", err)
	}
	if err := p.Call(t.Context(), nil, "good"); err != nil {
		t.Error(err)
	}
}

// TestSharedGraphs passes one list of package py twice that holds what is no Python value yet, and
// one array: as in Python, both arguments are the same object.
func TestSharedGraphs(t *testing.T) {
	var got []any
	sink := object.New("Sink").Method("same", func(values ...any) { got = values })
	p := dialRaw(t, serveRaw(t, sink))
	list := py.NewList(1, []int{2})
	array, err := py.NewArray([]float64{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Call(t.Context(), nil, "same", list, list, array, array); err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 || got[0] != got[1] || got[2] != got[3] {
		t.Errorf("got %v", got)
	}
}

func serveRaw(t *testing.T, served any, options ...ServeOption) *Server {
	t.Helper()
	s, err := Serve(served, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func dialRaw(t *testing.T, s *Server, options ...DialOption) *Proxy {
	t.Helper()
	p, err := Dial(t.Context(), s.Endpoint(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
