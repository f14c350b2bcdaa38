package goagent_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// Multiplier is served by reflection: Python sees calculate, the property factor and the signal
// factor_changed.
type Multiplier struct {
	FactorChanged object.Signal

	factor int
}

// Calculate returns x times the factor.
func (m *Multiplier) Calculate(x int) int { return x * m.factor }

// Factor is the getter of factor.
func (m *Multiplier) Factor() int { return m.factor }

// SetFactor is the setter of factor.
func (m *Multiplier) SetFactor(factor int) error {
	if factor == 0 {
		return pyerr.ValueError.New("the factor cannot be zero")
	}
	old := m.factor
	m.factor = factor
	m.FactorChanged.Emit(factor, old)
	return nil
}

func Example() {
	ctx := context.Background()
	server, err := goagent.Serve(&Multiplier{factor: 2})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	proxy, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = proxy.Close() }()

	changed := make(chan string)
	if _, err := proxy.Connect(ctx, "factor_changed", func(value, old int) {
		changed <- fmt.Sprintf("changed from %d to %d", old, value)
	}); err != nil {
		fmt.Println(err)
		return
	}
	var product int
	if err := proxy.Call(ctx, &product, "calculate", 8); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(product)
	if err := proxy.Set(ctx, "factor", 3); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-changed)
	err = proxy.Set(ctx, "factor", 0)
	fmt.Println(err, errors.Is(err, pyerr.ValueError))
	// Output:
	// 16
	// changed from 2 to 3
	// ValueError: the factor cannot be zero true
}

func ExampleProxy_Watch() {
	ctx := context.Background()
	server, err := goagent.Serve(&Multiplier{factor: 2}, goagent.WithEndpoint("inproc://watched"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	proxy, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = proxy.Close() }()

	for event, err := range proxy.Watch(ctx, "factor_changed") {
		if err != nil {
			fmt.Println(err)
			return
		}
		var factor int
		if err := event.Scan(&factor); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Signal, factor)
		break
	}
	// factor_changed is emitted by another client, when this one may be watching.
}

func ExampleWithInterceptor() {
	ctx := context.Background()
	refuse := func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		if call.Action == "setattr" {
			return nil, pyerr.PermissionError.New("read only")
		}
		return next(ctx, call)
	}
	server, err := goagent.Serve(&Multiplier{factor: 2}, goagent.WithInterceptor(refuse))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	proxy, err := goagent.Dial(ctx, server.Endpoint())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = proxy.Close() }()
	fmt.Println(proxy.Set(ctx, "factor", 3))
	// Output: PermissionError: read only
}

func ExampleAgent() {
	ctx := context.Background()
	agent, err := goagent.NewAgent()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = agent.Close() }()
	other, err := goagent.NewAgent(goagent.WithRequestHandler(func(_ context.Context, r *goagent.Request) (any, error) {
		return fmt.Sprint("you said ", r.Content), nil
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = other.Close() }()

	var answer string
	if err := agent.Request(ctx, other.Endpoint(), "hello", &answer); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer)
	// Output: you said hello
}
