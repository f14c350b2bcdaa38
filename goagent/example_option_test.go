package goagent_test

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// Recorder has a method with keyword arguments of its own, as **tags in Python.
type Recorder struct{}

// Record returns what it was given.
func (*Recorder) Record(value float64, tags object.Kwargs) string {
	return fmt.Sprint(value, " ", slices.Sorted(maps.Keys(tags)))
}

func ExampleKwargs() {
	ctx := context.Background()
	server, err := goagent.Serve(&Recorder{})
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

	// As in Python: proxy.record(2.5, unit='K', room=7)
	var text string
	err = proxy.Call(ctx, &text, "record", 2.5, object.Kwargs{"unit": "K", "room": 7})
	fmt.Println(text, err)
	// Output: 2.5 [room unit] <nil>
}

func ExampleWithKeys() {
	ctx := context.Background()
	operator, visitor := wire.NewKey([]byte("operator's key")), wire.NewKey([]byte("visitor's key"))
	// The visitor may look, and change nothing.
	readOnly := func(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
		if call.Key.Equal(visitor) && call.Action == "setattr" {
			return nil, pyerr.PermissionError.New("visitors change nothing")
		}
		return next(ctx, call)
	}
	server, err := goagent.Serve(&Multiplier{factor: 2}, goagent.WithKeys(operator, visitor), goagent.WithInterceptor(readOnly))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()
	for _, key := range []string{"operator's key", "visitor's key"} {
		proxy, err := goagent.Dial(ctx, server.Endpoint(), goagent.WithKey(wire.NewKey([]byte(key))))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(proxy.Set(ctx, "factor", 3))
		_ = proxy.Close()
	}
	// Output:
	// <nil>
	// PermissionError: visitors change nothing
}

// Drive needs names and defaults that reflection cannot see.
type Drive struct{ position int }

// MoveTo moves the drive and returns the seconds that it takes.
func (d *Drive) MoveTo(position, speed int) int {
	seconds := (position - d.position) / speed
	d.position = position
	return seconds
}

// Where returns the position.
func (d *Drive) Where() int { return d.position }

// Calibrate is not for clients.
func (d *Drive) Calibrate() {}

// DescribePizco implements object.Described.
func (d *Drive) DescribePizco(description *object.Description) {
	description.Class("Drive")
	description.Params("MoveTo", "position", object.Default("speed", 10))
	description.Rename("Where", "position")
	description.Property("Where")
	description.Hide("Calibrate")
}

func ExampleDescription() {
	ctx := context.Background()
	server, err := goagent.Serve(&Drive{})
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

	// As in Python: drive.move_to(position=50), then drive.position
	var seconds, position int
	fmt.Println(proxy.Call(ctx, &seconds, "move_to", object.Kwargs{"position": 50}), seconds)
	fmt.Println(proxy.Get(ctx, &position, "position"), position)
	fmt.Println(proxy.Call(ctx, nil, "calibrate"))
	// Output:
	// <nil> 5
	// <nil> 50
	// AttributeError: 'Drive' object has no attribute 'calibrate'
}
