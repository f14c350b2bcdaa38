package goagent_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// A method that returns a future lets its caller go on; Start hands the future out, where Call
// waits for it.
func ExampleGo() {
	ctx := context.Background()
	begun := make(chan struct{})
	server, err := goagent.Serve(object.New("Robot").
		Method("think", func(ctx context.Context, _ string) *object.Future {
			return object.Go(ctx, func(context.Context) (any, error) { return 42, nil })
		}).
		Method("brood", func(ctx context.Context) *object.Future {
			return object.Go(ctx, func(ctx context.Context) (any, error) {
				close(begun)
				<-ctx.Done()
				return nil, ctx.Err()
			})
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	robot, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = robot.Close() }()

	thought, err := robot.Start(ctx, "think", "What do you get if you multiply six by nine?")
	if err != nil {
		fmt.Println(err)
		return
	}
	var answer int
	fmt.Println(thought.Wait(ctx, &answer), answer)

	thought, err = robot.Start(ctx, "brood")
	if err != nil {
		fmt.Println(err)
		return
	}
	<-begun
	fmt.Println(thought.Cancel(ctx))
	fmt.Println(errors.Is(thought.Wait(ctx, nil), pyerr.CancelledError))
	// Output:
	// <nil> 42
	// <nil>
	// true
}

// A forwarder gives a server another endpoint, with a key of its own.
func ExampleForward() {
	ctx := context.Background()
	server, err := goagent.Serve(&Multiplier{factor: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	forwarder, err := goagent.Forward(server.Endpoint(), goagent.WithKey(wire.NewKey([]byte("for clients"))))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = forwarder.Close() }()
	proxy, err := goagent.Dial(ctx, forwarder.Endpoint(), goagent.WithKey(wire.NewKey([]byte("for clients"))))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = proxy.Close() }()
	var product int
	fmt.Println(proxy.Call(ctx, &product, "calculate", 8), product)
	// Output: <nil> 16
}

// A call that ends its server hands Shutdown its own context: it is answered first.
func ExampleServer_Shutdown() {
	ctx := context.Background()
	var server *goagent.Server
	server, err := goagent.Serve(object.New("Robot").
		Method("retire", func(ctx context.Context) (string, error) { return "goodbye", server.Shutdown(ctx) }))
	if err != nil {
		fmt.Println(err)
		return
	}
	robot, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = robot.Close() }()
	var words string
	fmt.Println(robot.Call(ctx, &words, "retire"), words)
	fmt.Println(server.Wait(ctx))
	// Output:
	// <nil> goodbye
	// <nil>
}
