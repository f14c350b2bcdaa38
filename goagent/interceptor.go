package goagent

import (
	"context"

	"github.com/pizco-go/pizco/goagent/curve"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// Call is what a proxy asks of a server: one PSMessage.
type Call struct {
	// Action is "exec", "getattr", "setattr", "get", "inspect" or "instantiate".
	Action string
	// Name is the attribute, or the class to instantiate; it is empty for inspect.
	Name string
	// Method is the method of the attribute that exec calls, such as "__call__" or "__getitem__".
	Method string
	// Args and Kwargs are the arguments of exec and instantiate; Kwargs may be nil.
	Args   py.Tuple
	Kwargs *py.Dict
	// Value is what setattr sets.
	Value any
	// ForceAsObject asks get for the value itself where the server would answer that it is to be
	// used remotely.
	ForceAsObject bool
	// Peer is the sender of the request on the serving side, and the dialled endpoint on the
	// calling side.
	Peer string
	// Client is the CURVE key of the client on the serving side; it is zero without CURVE
	// ([WithCurve]) and on the calling side.
	Client curve.PublicKey
	// Key is the key that the request is signed with on the serving side ([WithKeys]); it is zero
	// without one and on the calling side.
	Key wire.Key
	// ID is the message id of the request; it is empty on the calling side.
	ID string

	// raw is set when Args, Kwargs and Value hold the program's own Go values. There are no
	// interceptors then. given are the arguments as the program gave them.
	raw   bool
	given []any

	// target, if not nil, is where the value of the answer goes that is decoded at once.
	target any

	// bound, if not nil, is the method to call and its arguments, which Args and Kwargs do not have.
	bound *boundCall

	// uncallable asks exec for a method that is not to be called: its arguments cannot be taken
	// apart, which is a TypeError.
	uncallable bool

	// dialect is that of the client on the serving side, as far as it is known, and at is that of its
	// endpoint.
	dialect, at psmessage.Dialect
}

// Handler carries out a call and returns its result. On the calling side the result is a value of
// package py. On the serving side it is any value that can be sent, or a *[object.Future].
type Handler func(ctx context.Context, call *Call) (any, error)

// Interceptor stands around the calls of a proxy or of a server. It can look at the call, change or
// refuse it, call next (or not), and look at the result. It must be safe for concurrent use.
type Interceptor func(ctx context.Context, call *Call, next Handler) (any, error)

// intercepted returns the handler with the interceptors around it, the first outermost.
func intercepted(h Handler, by []Interceptor) Handler {
	for i := len(by) - 1; i >= 0; i-- {
		interceptor, next := by[i], h
		h = func(ctx context.Context, call *Call) (any, error) { return interceptor(ctx, call, next) }
	}
	return h
}

// message returns the PSMessage that asks for the call, until it is given back.
func (c *Call) message() *psmessage.Message {
	return psmessage.Take(&psmessage.Call{
		Action: c.Action, Name: c.Name, Method: c.Method, Args: c.Args, Kwargs: c.Kwargs, Value: c.Value,
		ForceAsObject: c.ForceAsObject, Uncallable: c.uncallable,
	})
}

// read makes an empty call the one that a PSMessage asks for.
func (c *Call) read(action, options any) error {
	var asked psmessage.Call
	err := asked.Read(action, options)
	c.Action, c.Name, c.Method, c.Args, c.Kwargs = asked.Action, asked.Name, asked.Method, asked.Args, asked.Kwargs
	c.Value, c.ForceAsObject = asked.Value, asked.ForceAsObject
	return err
}
