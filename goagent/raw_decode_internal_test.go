package goagent

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// rawSink has methods whose arguments are decoded into the types of their parameters.
type rawSink struct{ got []any }

func (s *rawSink) Records(records []rawRecord)                   { s.got = []any{records} }
func (s *rawSink) Mixed(n int, r *rawRecord, m map[string][]int) { s.got = []any{n, r, m} }
func (s *rawSink) Places(places [2]rawPlace, names []string) (int, error) {
	s.got = []any{places, names}
	if len(names) == 0 {
		return 0, errors.New("no names")
	}
	return len(names), nil
}
func (s *rawSink) Times(times []time.Time, spans map[string]time.Duration) {
	s.got = []any{times, spans}
}
func (s *rawSink) Any(r rawRecord, v any)    { s.got = []any{r, v} }
func (s *rawSink) Panic(records []rawRecord) { panic(fmt.Sprint(len(records))) }

// TestRawRequests calls methods with arguments that fit their parameters and with others, by
// position and by name. A server that decodes the arguments into these types answers with the same
// bytes, and has the same values, as one that makes values of package py first.
func TestRawRequests(t *testing.T) {
	var taps [2]wiretap
	var sinks [2]rawSink
	var servers [2]*Server
	var proxies [2][4]*Proxy // for each pickle protocol from 2 on
	for i := range proxies {
		options := []ServeOption{commonOption{taps[i].apply}, typedAlways(), WithLogger(slog.New(slog.DiscardHandler))}
		if i == 0 {
			options = append(options, WithInterceptor(passOn))
		}
		servers[i] = serveRaw(t, &sinks[i], options...)
		for n := range proxies[i] {
			proxies[i][n] = dialRaw(t, servers[i], WithSerializer(fmt.Sprintf("pickle%d", n+2)))
		}
	}
	shared := &rawRecord{Name: "shared"}
	record := py.StrDict(py.Item{Key: "name", Value: "n"}, py.Item{Key: "at", Value: int64(1)})
	when := time.Date(2026, 11, 23, 1, 2, 3, 4000, time.UTC)
	for _, row := range []struct {
		method string
		args   []any
		direct bool // decoded into the types of the parameters
	}{
		{"records", []any{[]rawRecord{{Name: "a", At: 1, Values: []float64{1}, Next: shared}, {Next: shared}}}, true},
		{"records", []any{py.NewList(record, record, py.StrDict(py.Item{Key: "unknown", Value: py.NewList(1)}))}, true},
		{"records", []any{py.Tuple{record}}, true}, {"records", []any{[]rawRecord{}}, true}, {"records", []any{nil}, true},
		{"records", []any{5}, false}, {"records", []any{[]any{1}}, false}, {"records", []any{[]any{py.StrDict(py.Item{Key: "at", Value: "text"})}}, false},
		{"records", nil, false}, {"records", []any{nil, nil}, false}, {"records", []any{[]rawRecord{}, object.Kwargs{"x": 1}}, false},
		{"records", []any{object.Kwargs{"arg1": []rawRecord{}}}, false}, {"records", []any{py.NewList(py.StrDict(py.Item{Key: "at", Value: true}))}, false},
		{"mixed", []any{7, shared, map[string][]int{"k": {1}}}, true}, {"mixed", []any{7, nil, nil}, true}, {"mixed", []any{true, shared, nil}, false},
		{"mixed", []any{1.0, shared, nil}, false}, {"mixed", []any{1.5, shared, nil}, false}, {"mixed", []any{uint64(1) << 63, shared, nil}, false},
		{"mixed", []any{7, shared, py.StrDict(py.Item{Key: "k", Value: py.Tuple{int64(1), int64(2)}})}, true},
		{"places", []any{[]rawPlace{{X: 1}, {Y: 2}}, []string{"a"}}, true}, {"places", []any{[]rawPlace{{}, {}}, []string{}}, true},
		{"places", []any{[]rawPlace{{}}, []string{"a"}}, false}, {"places", []any{[]any{py.Tuple{1, 2}, py.Tuple{1}}, []string{}}, false},
		{"times", []any{[]time.Time{when, when}, map[string]time.Duration{"s": time.Second}}, true}, {"times", []any{[]int{1}, nil}, false},
		{"any", []any{rawRecord{}, []int{1}}, false}, {"panic", []any{[]rawRecord{{}, {}}}, true}, {"missing", []any{[]rawRecord{}}, false},
	} {
		for protocol := range proxies[0] {
			var answers [2]string
			var direct bool
			for i := range sinks {
				sinks[i].got = nil
				taps[i].take(&taps[i].answers)
				taps[i].take(&taps[i].requests)
				err := proxies[i][protocol].Call(t.Context(), nil, row.method, row.args...)
				answers[i] = strings.ReplaceAll(fmt.Sprintf("%q %v", taps[i].take(&taps[i].answers), err), servers[i].Endpoint(), "endpoint")
				for _, body := range taps[i].take(&taps[i].requests) {
					_, direct = servers[i].readCall(&serving.Request{Message: wire.Message{Serializer: "pickle", Body: body}})
				}
			}
			if answers[0] != answers[1] || !reflect.DeepEqual(sinks[0].got, sinks[1].got) {
				t.Errorf("%s%v: got %v and %s, want %v and %s", row.method, row.args, sinks[1].got, answers[1], sinks[0].got, answers[0])
			}
			if direct != row.direct {
				t.Errorf("%s%v in protocol %d: decoded at once: %v", row.method, row.args, protocol+2, direct)
			}
		}
	}
}

// TestRawAnswers decodes values into targets of many types, whether they fit or not. Targets and
// errors must be the same as through values of package py.
func TestRawAnswers(t *testing.T) {
	values := map[string]any{}
	for name, args := range rawArguments(t) {
		if !strings.HasSuffix(name, "wargs") {
			for i, arg := range args {
				values[fmt.Sprint(name, i)] = arg
			}
		}
	}
	values["raises"] = nil
	s := serveRaw(t, object.New("Source").Method("value", func(name string) (any, error) {
		if name == "raises" {
			return nil, errors.New("no value")
		}
		return values[name], nil
	}))
	direct, graph := dialRaw(t, s, typedAlways()), dialRaw(t, s, WithInterceptor(passOn))
	for name := range values {
		for _, kind := range []reflect.Type{
			reflect.TypeFor[[]rawRecord](), reflect.TypeFor[rawRecord](), reflect.TypeFor[*rawRecord](), reflect.TypeFor[rawPlace](),
			reflect.TypeFor[[]any](), reflect.TypeFor[map[string]any](), reflect.TypeFor[map[string]int](), reflect.TypeFor[[2]int](), reflect.TypeFor[[]int](),
			reflect.TypeFor[[]string](), reflect.TypeFor[map[string]struct{}](), reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[[]byte](),
			reflect.TypeFor[time.Time](), reflect.TypeFor[[]time.Time](), reflect.TypeFor[py.Tuple](), reflect.TypeFor[*py.List](), reflect.TypeFor[py.Dict](),
			reflect.TypeFor[py.Array[float64]](), reflect.TypeFor[*[]float64](), reflect.TypeFor[uuid.UUID](), reflect.TypeFor[struct{ A [1]any }](),
		} {
			var got [2]reflect.Value
			var errs [2]error
			for i, p := range []*Proxy{graph, direct} {
				got[i] = reflect.New(kind)
				if place, ok := got[i].Interface().(*rawRecord); ok {
					*place = rawRecord{At: 5, Next: &rawRecord{Name: "next"}}
				}
				errs[i] = p.Call(t.Context(), got[i].Interface(), "value", name)
			}
			if fmt.Sprint(errs[0]) != fmt.Sprint(errs[1]) || errs[0] == nil && !reflect.DeepEqual(got[0].Interface(), got[1].Interface()) {
				t.Errorf("%s into %v: got %+v, %v; want %+v, %v", name, kind, got[1].Elem(), errs[1], got[0].Elem(), errs[0])
			}
		}
	}
}

// typedAlways has contents of any size decoded into Go types at once.
func typedAlways() Option {
	return commonOption{func(c *config) error {
		c.typedFrom = 0
		return nil
	}}
}

// TestWhoSeesGraphs holds that options of the program's own for pickles, which may have hooks, see
// values of package py, and that a server which writes as another version of Python needs none.
func TestWhoSeesGraphs(t *testing.T) {
	s := serveRaw(t, object.New("Empty"), WithPythonVersion(3, 6))
	if !s.writesGo || s.agent.host.Read == nil {
		t.Error("a version of Python is taken for a hook")
	}
	hooks := wire.Protocol{PickleEncode: pickle.WithEncodeDepth(100), PickleDecode: pickle.WithMaxDepth(100)}
	if p := dialRaw(t, s, WithProtocol(hooks)); p.writesGo || p.readsGo {
		t.Error("a proxy with options for pickles writes Go values")
	}
	s = serveRaw(t, object.New("Empty"), WithPythonVersion(3, 6), WithProtocol(hooks))
	if s.writesGo || s.agent.host.Read != nil {
		t.Error("a server with options for pickles writes Go values")
	}
	if s = serveRaw(t, object.New("Empty"), WithInterceptor(passOn)); s.writesGo || s.agent.host.Read != nil {
		t.Error("a server with an interceptor writes Go values")
	}
}
