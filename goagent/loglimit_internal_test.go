package goagent

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/object"
)

// TestAskAndLeave has clients ask and leave before they are answered. The log does not grow with
// them.
func TestAskAndLeave(t *testing.T) {
	var out bytes.Buffer
	server, err := Serve(object.New("Quiet"), WithLogger(slog.New(slog.NewTextHandler(&out, nil))), WithEndpoint("inproc://ask-and-leave"))
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		server.agent.host.Unanswered(transport.Request{}, transport.ErrPeerBusy)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "answer not sent"); n == 0 || n > 100 {
		t.Errorf("%d lines", n)
	}
}
