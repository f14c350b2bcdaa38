package cli

import (
	"context"
	"os"
	"time"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/pyserver"
	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/status"
)

// servePython starts the original in a child process.
func (t *tool) servePython(ctx context.Context, s serveSettings, state *status.State) (running, error) {
	if _, err := s.checkArguments(); err != nil {
		return nil, err
	}
	kwargs, err := keywordArguments(s.kwargs)
	if err != nil {
		return nil, err
	}
	server, err := pyserver.Start(ctx, pyserver.Config{
		Python: s.interpreter, Rep: s.rep, Pub: s.pub, Path: s.path, Class: s.class, Args: s.args, Kwargs: kwargs,
		Key: t.settings.key, Serializer: t.settings.protocol.Serializer, Verbose: s.verbose,
		Stdout: os.Stdout, Stderr: os.Stderr,
		Report: func(e pyserver.Event) { report(state, e) },
	})
	if err != nil {
		return nil, err
	}
	return server, nil
}

// report enters an event of the child into the state.
func report(state *status.State, e pyserver.Event) {
	switch e.Event {
	case "class":
		state.Serving(e.Name)
	case "request":
		state.Requested(status.Request{Time: time.Now(), Client: e.Sender, Action: e.Action, Name: e.Name, Error: e.Error})
	case "subscribers":
		state.Subscribers(e.Topic, e.Count)
	case "notification":
		state.Published(e.Topic)
	}
}
