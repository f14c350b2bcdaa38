package subprocess

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/wire"
)

// ServeChild serves in a process that [Serve] has started from this program. A program that uses
// Serve for classes of its own calls it at the start of its main. In the process that Serve has
// started it serves, with these options, until it is to end, and reports true: main should return
// then. In any other process it reports false at once.
//
//	func main() {
//		if child, err := subprocess.ServeChild(context.Background(), goagent.WithClass("myproject.Robot", NewRobot)); child {
//			if err != nil {
//				log.Fatal(err)
//			}
//			return
//		}
//		...
//	}
//
// Endpoints, key and serializer are set by Serve.
func ServeChild(ctx context.Context, opts ...goagent.ServeOption) (child bool, err error) {
	if os.Getenv(childVariable) == "" {
		return false, nil
	}
	if err := os.Unsetenv(childVariable); err != nil { // it is not for what this process starts
		return true, fmt.Errorf("pizco/subprocess: %w", err)
	}
	ready, lifeline := inheritedFile(3), inheritedFile(4)
	defer func() { err = errors.Join(err, lifeline.Close()) }()
	parent := bufio.NewReader(lifeline)
	line, err := parent.ReadBytes('\n')
	if err != nil {
		return true, fmt.Errorf("pizco/subprocess: the parent process sent no configuration: %w", err)
	}
	var config childConfig
	if err := json.Unmarshal(line, &config); err != nil {
		return true, fmt.Errorf("pizco/subprocess: the parent process sent a wrong configuration: %w", err)
	}
	server, err := goagent.Serve(nil, append(opts[:len(opts):len(opts)], config.options()...)...)
	if err != nil {
		return true, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !config.Detached {
		go func() { // ends with the parent, or when lifeline is closed
			_, _ = io.Copy(io.Discard, parent) // whatever ends it, the parent is not there any more
			cancel()
		}()
	}
	err = json.NewEncoder(ready).Encode(childEndpoints{server.Endpoint(), server.PubEndpoint()})
	if err = errors.Join(err, ready.Close()); err != nil {
		return true, errors.Join(fmt.Errorf("pizco/subprocess: the parent process does not listen: %w", err), server.Close())
	}
	if err := server.Wait(ctx); err != nil && ctx.Err() == nil {
		return true, errors.Join(err, server.Close())
	}
	return true, server.Close()
}

// options returns the server's options in the configuration.
func (c *childConfig) options() []goagent.ServeOption {
	opts := []goagent.ServeOption{goagent.WithEndpoint(c.RepEndpoint), goagent.WithPubEndpoint(c.PubEndpoint)}
	if c.Key != nil {
		opts = append(opts, goagent.WithKey(wire.NewKey([]byte(*c.Key))))
	}
	if c.Serializer != "" {
		opts = append(opts, goagent.WithSerializer(c.Serializer))
	}
	return opts
}
