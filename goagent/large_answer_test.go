package goagent_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
)

// TestAnswerBeyondTheLimit says what limit an answer may be beyond, in place of an end of file.
func TestAnswerBeyondTheLimit(t *testing.T) {
	object := object.New("Large").Method("text", func() string { return strings.Repeat("x", 1<<20) })
	server, err := goagent.Serve(object, goagent.WithEndpoint("tcp://127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	proxy, err := goagent.Dial(ctx, server.Endpoint(), goagent.WithMaxMessage(64<<10))
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	var lost *goagent.TransportError
	err = proxy.Call(ctx, nil, "text")
	if !errors.As(err, &lost) || !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "WithMaxMessage(65536)") || strings.Contains(err.Error(), "EOF") {
		t.Errorf("%v", err)
	}
}
