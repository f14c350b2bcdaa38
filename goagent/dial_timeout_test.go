package goagent_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
)

// freeEndpoint returns an endpoint at which nothing listens.
func freeEndpoint(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return "tcp://" + l.Addr().String()
}

// listenTCP accepts connections, greets them with a text and does nothing else.
func listenTCP(t *testing.T, greeting string) (endpoint string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := conn.Write([]byte(greeting)); err != nil {
				return
			}
		}
	}()
	return "tcp://" + l.Addr().String()
}

// TestDialWithoutServer dials an endpoint without a server, without a deadline. That ends, and says
// why.
func TestDialWithoutServer(t *testing.T) {
	silent, chatty := listenTCP(t, ""), listenTCP(t, "220 mail.example ESMTP\r\n")
	for _, tt := range []struct{ name, endpoint, want string }{
		{"a listener that is silent", silent, "says nothing"},
		{"a listener of another protocol", chatty, "does not speak ZeroMQ"},
		{"nothing listens", freeEndpoint(t), "connection refused"},
		{"no such path", "ipc://" + t.TempDir() + "/nobody", "connection refused"},
		{"no such host", "tcp://nobody.invalid:8000", "nobody.invalid"},
		{"no port", "tcp://127.0.0.1:*", "names no port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := goagent.Dial(context.Background(), tt.endpoint, goagent.WithDialTimeout(4*time.Second))
			var lost *goagent.TransportError
			if !errors.As(err, &lost) || lost.Sent || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if goagent.DefaultDialTimeout != 10*time.Second {
		t.Errorf("the default is %v, not what README says", goagent.DefaultDialTimeout)
	}
}

// TestDialWaitsForServer dials a server that is started a moment later.
func TestDialWaitsForServer(t *testing.T) {
	endpoint := freeEndpoint(t)
	dialled := make(chan error, 1)
	go func() {
		p, err := goagent.Dial(context.Background(), endpoint, goagent.WithDialTimeout(time.Minute))
		if err == nil {
			err = p.Close()
		}
		dialled <- err
	}()
	serve(t, newInstrument(), goagent.WithEndpoint(endpoint))
	if err := <-dialled; err != nil {
		t.Error(err)
	}
}
