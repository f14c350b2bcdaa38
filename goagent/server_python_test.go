package goagent_test

import (
	"fmt"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestServerOfOriginalsProxy has the original's Proxy use a Go server.
func TestServerOfOriginalsProxy(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		for _, pair := range pairings {
			t.Run(fmt.Sprint(python, " ", pair), func(t *testing.T) {
				s := serve(t, newInstrument(), asOriginal(pair.protocol())...)
				python.CheckInstrument(t, s.Endpoint(), pair.python()...)
			})
		}
	}
}

// TestServerOfGo has a Go proxy use a Go server.
func TestServerOfGo(t *testing.T) {
	for _, pair := range pairings {
		t.Run(pair.String(), func(t *testing.T) {
			s := serve(t, newInstrument(), asOriginal(pair.protocol())...)
			p := dial(t, s.Endpoint(), pair.protocol())
			checkInstrument(t, p, true)
			if err := p.StopServer(limit(t)); err != nil {
				t.Error(err)
			}
			if err := s.Wait(limit(t)); err != nil {
				t.Error(err)
			}
		})
	}
}
