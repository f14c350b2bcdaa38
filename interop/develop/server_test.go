//go:build develop

package develop_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/develop"
	"github.com/pizco-go/pizco/interop/pyenv"
)

func serve(t *testing.T, opts ...goagent.ServeOption) *goagent.Server {
	t.Helper()
	s, err := goagent.Serve(develop.NewLab().Object(), append([]goagent.ServeOption{goagent.WithSerializer("pickle2")}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestServer serves clients of develop, which stop the server in the end.
func TestServer(t *testing.T) {
	for _, python := range pyenv.Develops(t) {
		for _, d := range []goagent.Dialect{goagent.Develop, goagent.Any} {
			for _, endpoint := range []string{"tcp://127.0.0.1:0", "tcp://*:0"} {
				t.Run(python.Version+"/"+d.String()+"/"+endpoint[6:], func(t *testing.T) {
					s := serve(t, goagent.WithDialect(d), goagent.WithEndpoint(endpoint))
					at := s.Endpoint()
					dialled := "tcp://127.0.0.1" + at[strings.LastIndexByte(at, ':'):]
					client := python.StartDevelop(t, "develop_client.py", pyenv.WithArgs(dialled, "stop", endpoint[6:7]))
					if err := client.Wait(limit(t)); err != nil {
						t.Fatalf("%v\n%s", err, client.Stderr())
					}
					select {
					case <-s.Done():
					case <-time.After(time.Minute):
						t.Error("the server goes on")
					}
				})
			}
		}
	}
}

// TestAnyServesAllAtOnce has clients of 0.1 and of develop use one server at once, as often as
// PIZCO_TIMES says.
func TestAnyServesAllAtOnce(t *testing.T) {
	times := 3
	if text := os.Getenv("PIZCO_TIMES"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		times = n
	}
	release, develops := pyenv.Oldest(t), pyenv.Develops(t) // two of the release fail at each other's futures
	for range times {
		s := serve(t, goagent.WithDialect(goagent.Any))
		var clients []*pyenv.Process
		for _, python := range develops {
			clients = append(clients, python.StartDevelop(t, "develop_client.py", pyenv.WithArgs(s.Endpoint())))
		}
		clients = append(clients, release.Start(t, "release_client.py", pyenv.WithArgs(s.Endpoint())))
		for _, client := range clients {
			if err := client.Wait(limit(t)); err != nil {
				t.Errorf("%s: %v\n%s", client, err, client.Stderr())
			}
		}
		_ = s.Close()
	}
}
