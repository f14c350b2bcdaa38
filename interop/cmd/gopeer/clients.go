package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/interop/graph"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// clients performs the client's operations.
type clients struct {
	mu    sync.Mutex
	conns map[string]*connection
}

// connection is a proxy with its slots and futures.
type connection struct {
	proxy   *goagent.Proxy
	timeout time.Duration
	builder graph.Builder

	mu      sync.Mutex
	slots   map[string]*slot
	futures map[string]*object.Future
}

func newClients() *clients { return &clients{conns: map[string]*connection{}} }

func (c *clients) ops() map[string]func(*request) (result, error) {
	ops := map[string]func(*request) (result, error){"connect": c.connect, "disconnect": c.disconnect}
	for name, op := range map[string]func(*connection, context.Context, *request) (result, error){
		"call": (*connection).call, "get": (*connection).get, "set": (*connection).set, "getitem": (*connection).getItem,
		"setitem": (*connection).setItem, "start": (*connection).start, "result": (*connection).result,
		"subscribe": (*connection).subscribe, "unsubscribe": (*connection).unsubscribe, "events": (*connection).events,
		"inspect": (*connection).inspect, "instantiate": (*connection).instantiate, "send": (*connection).send,
	} {
		ops[name] = func(r *request) (result, error) { return c.on(r, op) }
	}
	return ops
}

// on performs an operation on a connection, within the time that the connection has for answers.
func (c *clients) on(r *request, op func(*connection, context.Context, *request) (result, error)) (result, error) {
	c.mu.Lock()
	conn := c.conns[r.Conn]
	c.mu.Unlock()
	if conn == nil {
		return result{"failed": "broken", "message": "no connection " + r.Conn}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), conn.timeout)
	defer cancel()
	return op(conn, ctx, r)
}

// orderedKey is the key of the keyword arguments in their order in a call's context.
type orderedKey struct{}

// inOrder puts the keyword arguments into the order in which the suite gives them, which a map does
// not have.
func inOrder(ctx context.Context, call *goagent.Call, next goagent.Handler) (any, error) {
	if ordered, ok := ctx.Value(orderedKey{}).(*py.Dict); ok && ordered.Len() > 0 {
		call.Kwargs = ordered
	}
	return next(ctx, call)
}

func (c *clients) connect(r *request) (result, error) {
	timeout := time.Duration(r.TimeoutMS) * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	// The suite compares what the original's client sends, which insists.
	proxy, err := goagent.Dial(ctx, r.Endpoint, goagent.WithKey(wire.NewKey([]byte(r.Secret))), goagent.WithSerializer(r.Serializer),
		goagent.WithInterceptor(inOrder), goagent.WithInsist())
	if err != nil {
		return outcome(nil, err), nil
	}
	protocol := wire.DefaultPlainPickle
	if n, ok := strings.CutPrefix(r.Serializer, "pickle"); ok && n != "" {
		if protocol, err = strconv.Atoi(n); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns[r.Conn] = &connection{
		proxy: proxy, timeout: timeout, builder: graph.Builder{Protocol: protocol, NumPy: r.NumPy},
		slots: map[string]*slot{}, futures: map[string]*object.Future{},
	}
	return result{"returned": nil}, nil
}

func (c *clients) disconnect(r *request) (result, error) {
	c.mu.Lock()
	conn := c.conns[r.Conn]
	delete(c.conns, r.Conn)
	c.mu.Unlock()
	if conn == nil {
		return result{}, nil
	}
	return result{}, conn.proxy.Close()
}

func (c *clients) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.proxy.Close() // the program ends
	}
}

// outcome describes what came of an operation.
func outcome(v any, err error) result {
	var (
		remote    *pyerr.RemoteError
		attribute *goagent.RemoteAttributeError
		transport *goagent.TransportError
	)
	switch {
	case err == nil:
		return result{"returned": graph.ToValue(v)}
	case errors.As(err, &remote):
		return result{
			"raised": remote.Class.String(), "args": graph.ToValue(remote.Args), "message": value.OfString(remote.Message),
		}
	case errors.As(err, &attribute):
		return result{"remote": true}
	case errors.Is(err, context.DeadlineExceeded):
		return result{"failed": "timeout", "message": err.Error()}
	case errors.As(err, &transport), errors.Is(err, goagent.ErrClosed):
		return result{"failed": "broken", "message": err.Error()}
	}
	return result{"failed": "protocol", "message": err.Error()}
}

// arguments returns a request's arguments for a proxy, and the context that keeps the order of
// those by name.
func (c *connection) arguments(ctx context.Context, r *request) (context.Context, []any, error) {
	args, err := c.builder.Args(r.Args)
	if err != nil {
		return nil, nil, err
	}
	if len(r.Kwargs.Pairs) == 0 {
		return ctx, args, nil
	}
	built, err := c.builder.Graph(r.Kwargs)
	if err != nil {
		return nil, nil, err
	}
	dict, ok := built.(*py.Dict)
	if !ok {
		return nil, nil, errors.New("kwargs are no dict")
	}
	kwargs := object.Kwargs{}
	for key, v := range dict.All() {
		kwargs[fmt.Sprint(key)] = v
	}
	return context.WithValue(ctx, orderedKey{}, dict), append(args, kwargs), nil
}

func (c *connection) call(ctx context.Context, r *request) (result, error) {
	ctx, args, err := c.arguments(ctx, r)
	if err != nil {
		return nil, err
	}
	var v any
	err = c.proxy.Call(ctx, &v, r.Name, args...)
	return outcome(v, err), nil
}

func (c *connection) get(ctx context.Context, r *request) (result, error) {
	var v any
	err := c.proxy.Get(ctx, &v, r.Name)
	return outcome(v, err), nil
}

func (c *connection) set(ctx context.Context, r *request) (result, error) {
	v, err := c.builder.Graph(r.Value)
	if err != nil {
		return nil, err
	}
	return outcome(nil, c.proxy.Set(ctx, r.Name, v)), nil
}

func (c *connection) getItem(ctx context.Context, r *request) (result, error) {
	key, err := c.builder.Graph(r.Item)
	if err != nil {
		return nil, err
	}
	var v any
	err = c.proxy.Item(ctx, &v, r.Name, key)
	return outcome(v, err), nil
}

func (c *connection) setItem(ctx context.Context, r *request) (result, error) {
	key, err := c.builder.Graph(r.Item)
	if err != nil {
		return nil, err
	}
	v, err := c.builder.Graph(r.Value)
	if err != nil {
		return nil, err
	}
	return outcome(nil, c.proxy.SetItem(ctx, r.Name, key, v)), nil
}

func (c *connection) start(ctx context.Context, r *request) (result, error) {
	ctx, args, err := c.arguments(ctx, r)
	if err != nil {
		return nil, err
	}
	future, err := c.proxy.Start(ctx, r.Name, args...)
	if err != nil {
		return outcome(nil, err), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.futures[r.Future] = future
	return result{"started": true}, nil
}

func (c *connection) result(ctx context.Context, r *request) (result, error) {
	c.mu.Lock()
	future := c.futures[r.Future]
	c.mu.Unlock()
	if future == nil {
		return nil, fmt.Errorf("no future %q", r.Future)
	}
	var v any
	err := future.Wait(ctx, &v)
	return outcome(v, err), nil
}

func (c *connection) inspect(ctx context.Context, _ *request) (result, error) {
	remotes, objects, err := c.proxy.Inspect(ctx)
	if err != nil {
		return outcome(nil, err), nil
	}
	return result{"returned": value.OfTuple(names(remotes), names(objects))}, nil
}

func names(list []string) value.Value {
	out := value.Value{Tag: value.Set}
	for _, name := range list {
		out.Items = append(out.Items, value.OfString(name))
	}
	return out
}

func (c *connection) instantiate(ctx context.Context, r *request) (result, error) {
	ctx, args, err := c.arguments(ctx, r)
	if err != nil {
		return nil, err
	}
	return outcome(nil, c.proxy.Instantiate(ctx, r.Name, args...)), nil
}

func (c *connection) send(ctx context.Context, r *request) (result, error) {
	content, err := c.builder.Graph(r.Content)
	if err != nil {
		return nil, err
	}
	var answer any
	err = c.proxy.Agent().Request(ctx, c.proxy.Endpoint(), content, &answer)
	return outcome(answer, err), nil
}
