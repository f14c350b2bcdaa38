package goagent_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestEndpoints serves and dials every kind of endpoint, also by names other than the bound one.
func TestEndpoints(t *testing.T) {
	folder := t.TempDir()
	for _, tt := range []struct {
		name       string
		opts       []goagent.ServeOption
		dial, want func(string) string
	}{
		{name: "default"},
		{name: "without port", opts: []goagent.ServeOption{goagent.WithEndpoint("tcp://127.0.0.1")}},
		{name: "ipv6", opts: []goagent.ServeOption{goagent.WithEndpoint("tcp://[::1]:0"), goagent.WithPubEndpoint("tcp://[::1]:0")}},
		{name: "ipc", opts: []goagent.ServeOption{goagent.WithEndpoint("ipc://" + folder + "/r"), goagent.WithPubEndpoint("ipc://" + folder + "/p")}},
		{name: "inproc", opts: []goagent.ServeOption{goagent.WithEndpoint("inproc://r"), goagent.WithPubEndpoint("inproc://p")}},
		{
			name: "every interface",
			opts: []goagent.ServeOption{goagent.WithEndpoint("tcp://*:0"), goagent.WithPubEndpoint("tcp://*:0")},
			dial: func(e string) string { return strings.Replace(e, "*", "127.0.0.1", 1) },
		},
		{
			name: "zero address",
			opts: []goagent.ServeOption{goagent.WithEndpoint("tcp://0.0.0.0:0"), goagent.WithPubEndpoint("tcp://0.0.0.0:0")},
			dial: func(e string) string { return strings.Replace(e, "0.0.0.0", "localhost", 1) },
		},
		{
			name: "advertised",
			opts: []goagent.ServeOption{goagent.WithEndpoint("tcp://*:0", "tcp://localhost:0")},
		},
		{
			name: "other name",
			dial: func(e string) string { return strings.Replace(e, "127.0.0.1", "localhost", 1) },
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, newInstrument(), tt.opts...)
			endpoint := s.Endpoint()
			if tt.dial != nil {
				endpoint = tt.dial(endpoint)
			}
			checkInstrument(t, dial(t, endpoint), true)
		})
	}
}

// TestSeveralEndpoints serves at three endpoints at once, each under a name of its own.
func TestSeveralEndpoints(t *testing.T) {
	s := serve(t, newInstrument(), goagent.WithEndpoint("tcp://127.0.0.1:0"),
		goagent.WithEndpoint("tcp://*:0", "tcp://localhost:0"), goagent.WithEndpoint("ipc://"+t.TempDir()+"/r"))
	if n := len(s.Endpoints()); n != 3 {
		t.Fatalf("%d endpoints, want 3", n)
	}
	for _, endpoint := range s.Endpoints() {
		info, err := dial(t, endpoint).Info(limit(t))
		if err != nil || info.RepEndpoint != endpoint {
			t.Errorf("%s says %+v, %v", endpoint, info, err)
		}
		checkInstrument(t, dial(t, endpoint), true)
	}
	python := pyenv.Newest(t)
	for _, endpoint := range s.Endpoints() {
		python.CheckInstrument(t, endpoint, pyenv.WithArgs("--only", "info,calls,futures,signal_with_two_slots"))
	}
}
