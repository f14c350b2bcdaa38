package goagent_test

import (
	"context"
	"testing"

	"github.com/pizco-go/pizco/goagent"
)

// TestInstantiateOnce has two clients ask at once a server that carries out calls side by side.
func TestInstantiateOnce(t *testing.T) {
	asked, making, made := make(chan struct{}, 2), make(chan struct{}, 2), make(chan struct{})
	server, err := goagent.Serve(nil, goagent.WithConcurrency(0), goagent.WithClass("lab.Busy", func() *busy {
		making <- struct{}{}
		<-made
		return newBusy()
	}), goagent.WithInterceptor(func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		asked <- struct{}{}
		return next(ctx, call)
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	p := dial(t, server.Endpoint())
	outcomes := make(chan error, 2)
	for range 2 {
		go func() { outcomes <- p.Instantiate(limit(t), "lab.Busy") }()
	}
	<-asked
	<-asked
	<-making
	close(made)
	if first, second := <-outcomes, <-outcomes; (first == nil) == (second == nil) {
		t.Errorf("instantiated twice: %v, %v", first, second)
	}
	if len(making) > 0 {
		t.Error("two were made at once")
	}
}
