package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// limit bounds everything that a test waits for.
const limit = 60 * time.Second

// peer is a server of the fixtures' robot: the original on one Python, or one of Go.
type peer struct {
	name  string
	serve func(t *testing.T) string
}

func peers(t *testing.T) []peer {
	t.Helper()
	all := []peer{{"go", serveGoRobot}}
	for _, python := range pyenv.Interpreters(t) {
		all = append(all, peer{python.Version, func(t *testing.T) string { return python.Serve(t, pyenv.Robot).RepEndpoint }})
	}
	return all
}

func withPeers(t *testing.T, test func(t *testing.T, endpoint string, isGo bool)) {
	t.Helper()
	for _, p := range peers(t) {
		t.Run(p.name, func(t *testing.T) { test(t, p.serve(t), p.name == "go") })
	}
}

func serveGoRobot(t *testing.T) string {
	t.Helper()
	robot, err := demo.NewRobot("Robbie", 3)
	if err != nil {
		t.Fatal(err)
	}
	return serveGo(t, robot)
}

func serveGo(t *testing.T, object any, options ...goagent.ServeOption) string {
	t.Helper()
	server, err := goagent.Serve(object, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server.Endpoint()
}

// syncBuffer collects a log.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// client talks to a gateway that is served for a test.
type client struct {
	t     *testing.T
	url   string
	token string
	log   *syncBuffer
	host  string
}

// config returns settings with one target, named robot.
func config(endpoint string) gateway.Config {
	c := gateway.DefaultConfig()
	c.Targets = []gateway.Target{{Name: "robot", Endpoint: endpoint}}
	c.Limits.Rate = 0
	return c
}

func start(t *testing.T, c gateway.Config) *client {
	t.Helper()
	log := &syncBuffer{}
	g, err := gateway.New(c, gateway.WithLogger(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g)
	t.Cleanup(func() {
		g.Drain()
		server.Close()
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return &client{t: t, url: server.URL, log: log}
}

// response is an answer that was read to its end.
type response struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   string
}

// setHeaders sets headers, each a name followed by its value.
func setHeaders(r *http.Request, headers []string) {
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[len(pair)-1])
	}
}

// do sends a request. A body that is not empty is JSON.
func (c *client) do(method, path, body string, headers ...string) response {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), limit)
	defer cancel()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, reader)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.host != "" {
		r.Host = c.host
	}
	setHeaders(r, headers)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return response{c.t, method + " " + path + " " + body, answer.StatusCode, answer.Header, strings.TrimSuffix(string(text), "\n")}
}

// want checks status and body.
func (r response) want(status int, body string) {
	r.t.Helper()
	if r.status != status || r.body != body {
		r.t.Errorf("%s: %d %s\nwant %d %s", r.what, r.status, r.body, status, body)
	}
}

// problem checks that the answer is problem details of a type, and returns them.
func (r response) problem(status int, name string) map[string]any {
	r.t.Helper()
	if typ := r.header.Get("Content-Type"); r.status != status || typ != "application/problem+json" {
		r.t.Errorf("%s: %d, %s: %s\nwant %d", r.what, r.status, typ, r.body, status)
	}
	details := r.object()
	typ, _ := details["type"].(string)
	if !strings.HasSuffix(typ, "docs/gateway.md#"+name) || details["status"] != float64(status) || details["title"] == "" {
		r.t.Errorf("%s: %s\nwant a problem %s", r.what, r.body, name)
	}
	return details
}

func (r response) object() map[string]any {
	r.t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(r.body), &object); err != nil {
		r.t.Errorf("%s: %v: %s", r.what, err, r.body)
	}
	return object
}

func sprint(values ...any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprint(v)
	}
	return strings.Join(texts, " ")
}
