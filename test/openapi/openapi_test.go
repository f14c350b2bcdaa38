//go:build openapi

// Package openapi has a validator read the documents of the gateway. `make test-gateway` runs it:
// the validator takes long to compile.
package openapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/gateway"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// endpoints returns the endpoints of a robot in Go, and of the original's on each Python.
func endpoints(t *testing.T) map[string]string {
	t.Helper()
	robot, err := demo.NewRobot("Robbie", 3)
	if err != nil {
		t.Fatal(err)
	}
	server, err := goagent.Serve(robot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	all := map[string]string{"go": server.Endpoint()}
	for _, python := range pyenv.Interpreters(t) {
		all[python.Version] = python.Serve(t, pyenv.Robot).RepEndpoint
	}
	return all
}

// serve serves a gateway with one target, named robot, and returns its address.
func serve(t *testing.T, endpoint string) string {
	t.Helper()
	c := gateway.DefaultConfig()
	c.Targets = []gateway.Target{{Name: "robot", Endpoint: endpoint}}
	g, err := gateway.New(c)
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
	})
	return server.URL
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, response.Status, err)
	}
	return body
}

// TestOpenAPIValidator has a validator read the documents of the gateway and of a target of each
// kind.
func TestOpenAPIValidator(t *testing.T) {
	for name, endpoint := range endpoints(t) {
		t.Run(name, func(t *testing.T) {
			url := serve(t, endpoint)
			for _, path := range []string{"/openapi.json", "/v1/robot/openapi.json"} {
				document, err := libopenapi.NewDocument(get(t, url+path))
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				v, errs := validator.NewValidator(document)
				if len(errs) > 0 {
					t.Fatalf("%s: %v", path, errs)
				}
				if ok, problems := v.ValidateDocument(); !ok {
					for _, p := range problems {
						t.Errorf("%s: %s: %s %v", path, p.Message, p.Reason, p.SchemaValidationErrors)
					}
				}
			}
		})
	}
}
