package cli

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/status"
	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/goagent"
)

// serveGo starts a server of the classes that this program knows.
func (t *tool) serveGo(ctx context.Context, s serveSettings, state *status.State) (running, error) {
	arguments, err := s.checkArguments()
	if err != nil {
		return nil, err
	}
	level := slog.LevelWarn
	if s.verbose {
		level = slog.LevelDebug
	}
	options := append(demo.Options(),
		goagent.WithEndpoint(s.rep, goagent.As(s.advertise)),
		goagent.WithPubEndpoint(s.pub),
		goagent.WithDialect(dialects[s.dialect]),
		goagent.WithProtocol(t.settings.protocol),
		goagent.WithLogger(slog.New(slog.NewTextHandler(t.stderr, &slog.HandlerOptions{Level: level}))),
		goagent.WithInterceptor(observe(state)),
		goagent.WithTopicHandler(state.Subscribers),
		goagent.WithPublishHandler(state.Published),
	)
	server, err := goagent.Serve(nil, options...)
	if err != nil || s.class == "" {
		return server, err
	}
	if err := t.instantiate(ctx, server, s.class, arguments); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return server, nil
}

// instantiate has a server make its object, by way of a proxy as everybody else does.
func (t *tool) instantiate(ctx context.Context, server *goagent.Server, class string, arguments arguments) error {
	proxy, err := t.dial(ctx, server.Agent().BoundEndpoints()[0]) // an advertised name may be known elsewhere only
	if err != nil {
		return err
	}
	ctx, cancel := t.withTimeout(ctx)
	defer cancel()
	return errors.Join(proxy.Instantiate(ctx, class, arguments.all()...), proxy.Close())
}

// observe returns an interceptor that counts a server's calls in the state.
func observe(state *status.State) goagent.Interceptor {
	return func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		value, err := next(ctx, call)
		request := status.Request{Time: time.Now(), Client: call.Peer, Action: call.Action, Name: call.Name}
		if err != nil {
			request.Error = errorText(err)
		}
		state.Requested(request)
		if call.Action == "instantiate" && err == nil {
			state.Serving(call.Name)
		}
		return value, err
	}
}
