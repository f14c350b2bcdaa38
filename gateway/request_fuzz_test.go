package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// fuzzedGateway is in front of an object that takes everything.
func fuzzedGateway(f *testing.F) *gateway.Gateway {
	f.Helper()
	var value any
	object := object.New("Everything").
		Property("value", func() any { return value }, func(v any) { value = v }).
		Dict("items", &py.Dict{}).
		Method("echo", func(kwargs object.Kwargs, args ...any) (any, map[string]any) { return args, kwargs }).
		Signal("changed", &object.Signal{})
	server, err := goagent.Serve(object)
	if err != nil {
		f.Fatal(err)
	}
	c := config(server.Endpoint())
	c.Limits.Body = 1 << 20
	g, err := gateway.New(c, gateway.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		g.Drain()
		if err := g.Close(); err != nil {
			f.Error(err)
		}
		server.Close()
	})
	return g
}

// FuzzRequest sends any bytes as an HTTP request. Whatever they ask for is answered, by JSON, and
// what fails by a problem that is not the gateway's own.
func FuzzRequest(f *testing.F) {
	for _, seed := range []string{
		"GET /v1/robot/attributes/value HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /v1/robot HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
		"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /v1/robot/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "OPTIONS /v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://x\r\n\r\n",
		"GET /v1/robot/signals/changed HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n", "GET /v1/robot/signals/changed HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n",
		"GET /v1/robot/futures/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "DELETE /v1/robot/futures/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /v1//a HTTP/1.1\r\nHost: evil\r\n\r\n", "GET http://[::1/ HTTP/1.1\r\n\r\n",
		"GET /v1/robot/attributes/items/items/%7B%22$tuple%22:[1,2]%7D?mode=plain HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "DELETE /v1/robot/attributes/items/items/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
		withBody("PUT /v1/robot/attributes/items/items/%22a%22", `{"value": {"$complex": [1.0, 2.0]}}`), withBody("PUT /v1/robot/attributes/value?mode=plain", `{"value": [1, 2.5, null]}`),
		withBody("PUT /v1/robot/attributes/value", `{"value": {"$def": 1, "value": [{"$ref": 1}]}}`), withBody("PUT /v1/robot/attributes/value", `{"value": {"$array": {"dtype": "<f8", "shape": [1], "data": "AAAAAAAA8D8="}}}`),
		withBody("POST /v1/robot/methods/echo", `{"args": [{"$bytes": "AP8="}, {"$set": [1, 2]}], "kwargs": {"x": {"$tuple": []}}}`), withBody("POST /v1/robot/methods/echo?wait=1s", `{"args": 1}`),
		withBody("POST /v1/robot/methods/echo?mode=plain", `{"args": [{"$datetime": "2020-01-02T03:04:05"}, {"$decimal": "1.50"}, 1e400, "\ud800"]}`),
	} {
		f.Add([]byte(seed))
	}
	g := fuzzedGateway(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // ends the streams of signals
		defer cancel()
		if strings.Contains(r.URL.Path, "/signals/") {
			cancel()
		}
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r.WithContext(ctx))
		checkAnswer(t, w)
	})
}

func withBody(line, body string) string {
	var b strings.Builder
	r, err := http.NewRequestWithContext(context.Background(), strings.Fields(line)[0], "http://127.0.0.1"+strings.Fields(line)[1], strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if err := r.Write(&b); err != nil {
		panic(err)
	}
	return b.String()
}

func checkAnswer(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	if w.Code >= 400 {
		var details struct {
			Type   string
			Status int
			Origin string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &details); err != nil || kind != "application/problem+json" || details.Status != w.Code || details.Type == "" {
			t.Fatalf("%d is answered with %s %q: %v", w.Code, kind, w.Body, err)
		}
		if w.Code == http.StatusInternalServerError && details.Origin != "target" {
			t.Fatalf("%s", w.Body)
		}
		return
	}
	if kind == "application/json" && !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%q is no JSON", w.Body)
	}
}
