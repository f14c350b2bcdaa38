// Command server is the server of the manual's "Pizco in action", written in Go.
//
// It prints one line of JSON with its endpoints once it answers, and serves until its standard
// input ends or a client asks it to stop.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// MultiplyBy multiplies by a factor and tells when that changes. Python clients see calculate,
// factor and factor_changed.
type MultiplyBy struct {
	FactorChanged object.Signal

	mu     sync.Mutex
	factor int
}

// Calculate returns x times the factor.
func (m *MultiplyBy) Calculate(x int) int { return x * m.Factor() }

// Factor is, with SetFactor, the property factor.
func (m *MultiplyBy) Factor() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.factor
}

// SetFactor sets the factor and emits factor_changed with the new and the old one if they differ.
func (m *MultiplyBy) SetFactor(factor int) {
	m.mu.Lock()
	old := m.factor
	m.factor = factor
	m.mu.Unlock()
	if factor != old {
		m.FactorChanged.Emit(factor, old)
	}
}

func main() {
	endpoint := flag.String("endpoint", "tcp://127.0.0.1:0", "where to answer requests; port 0 is one that the system chooses")
	flag.Parse()
	if err := run(*endpoint, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run(endpoint string, stdin io.Reader, stdout io.Writer) error {
	srv, err := goagent.Serve(&MultiplyBy{factor: 2}, goagent.WithEndpoint(endpoint))
	if err != nil {
		return err
	}
	ready := struct {
		Rep string `json:"rep_endpoint"`
		Pub string `json:"pub_endpoint"`
	}{srv.Endpoint(), srv.PubEndpoint()}
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, stdin) // until it ends, however it does
		_ = srv.Close()                   // Wait returns its error
	}()
	return srv.Wait(context.Background())
}
