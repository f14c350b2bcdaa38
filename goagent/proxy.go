package goagent

import (
	"context"
	"fmt"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/queue"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// Proxy is a client of one served object. Any number of goroutines may use it, and they do not wait
// for one another: a server of this library takes many requests at a time over the one connection.
// The original takes one after the other. It mirrors pizco.Proxy.
//
// A lost connection is made again, and the signals are subscribed to again. Calls that were under
// way fail with a *[TransportError], because it is not known whether the server has carried them
// out. Calls made while there is no connection wait for it as long as their contexts allow, also
// while the server refuses it ([ErrRefused]). [WithStatusHandler] reports all changes.
//
// An error of a call is a *[pyerr.RemoteError] when the server raised an exception. It is a
// *[TransportError] or the context's error when there is no answer. It is a *[RejectedError],
// *[ResponseError] or *[wire.Error] when the peers do not understand each other. Any other error is
// local.
type Proxy struct {
	agent    *Agent
	peer     *peer.Peer
	handle   Handler
	endpoint string
	writesGo bool // calls hold Go values as the program gave them
	readsGo  bool // answers are decoded into the targets of calls

	futures pendingFutures
	signals proxySignals
	status  *queue.Queue[statusChange]
}

// Endpoint returns the endpoint that was dialled.
func (p *Proxy) Endpoint() string { return p.endpoint }

// Agent returns the agent that the proxy speaks through. It is closed with the proxy.
func (p *Proxy) Agent() *Agent { return p.agent }

// Status returns the state of the connection.
func (p *Proxy) Status() Status { return Status(p.peer.Status()) }

// Get reads an attribute into target, a non-nil pointer; containers arrive as copies. It fails with
// a *[RemoteAttributeError] for methods and signals, which are used remotely and have no value.
// (The original's own proxy does not return a str either, because it has items.) It mirrors
// Proxy.__getattr__.
//
// A server of the original never answers again once it has been asked for a value that it cannot
// pickle. So it is asked for the value's repr instead. The repr is enough for None, numbers, str,
// bytes, containers of these, and what [py.ParseRepr] knows of the standard library. Arrays of
// numpy pickle themselves. That takes two requests, three for an array; the value's class is the
// second.
//
// For any other value Get fails with an *[UnsafeReadError]. [WithInsist] asks for the value itself,
// in one to three requests. Inside a container the repr is all there is: an object of another class
// whose repr is that of a plain value arrives as that value.
func (p *Proxy) Get(ctx context.Context, target any, name string, options ...GetOption) error {
	value, err := p.get(ctx, target, name, options)
	if err != nil {
		return err
	}
	return p.resolve(ctx, target, value)
}

// GetObject is Get for an attribute of any kind, such as an object that has items. From a server of
// the original it reads what Get does, unless [WithInsist] is among the options. Then the server is
// asked for the value itself, and never answers again when it cannot be pickled.
func (p *Proxy) GetObject(ctx context.Context, target any, name string, options ...GetOption) error {
	ask, err := p.mayAsk(ctx, options)
	if err != nil {
		return err
	}
	if !ask {
		return p.Get(ctx, target, name)
	}
	return p.into(ctx, target, &Call{Action: psmessage.ActionGet, Name: name, ForceAsObject: true})
}

// Set assigns a value to an attribute. It mirrors Proxy.__setattr__.
func (p *Proxy) Set(ctx context.Context, name string, value any) error {
	call := &Call{Action: psmessage.ActionSetattr, Name: name, raw: p.writesGo}
	var err error
	if call.Value, err = outgoing(value, call.raw); err != nil {
		return err
	}
	return p.into(ctx, nil, call)
}

// Call calls a method and stores its result in result, a non-nil pointer, or nil when the result is
// of no interest. The arguments may be followed by [object.Kwargs]. A method that returns a future
// is waited for. It mirrors RemoteAttribute.__call__.
func (p *Proxy) Call(ctx context.Context, result any, method string, args ...any) error {
	return p.Exec(ctx, result, method, psmessage.DunderCall, args...)
}

// Item reads the item under a key of a container into target, a non-nil pointer. It mirrors
// RemoteAttribute.__getitem__.
//
// A server of the original is asked for the repr of the whole container first, as by [Proxy.Get].
// Item fails with an *[UnsafeReadError] when anything in it is not plain. [WithInsist] asks for the
// item itself, in one request.
func (p *Proxy) Item(ctx context.Context, target any, name string, key any, options ...GetOption) error {
	ask, err := p.mayAsk(ctx, options)
	if err != nil {
		return err
	}
	if ask {
		return p.Exec(ctx, target, name, psmessage.DunderGetItem, key)
	}
	k, err := pyerr.FromGo(key)
	if err != nil {
		return err
	}
	value, err := p.original().ReadItem(ctx, name, k)
	if err != nil {
		return err
	}
	return p.resolve(ctx, target, value)
}

// SetItem stores a value under a key of a container. It mirrors RemoteAttribute.__setitem__.
func (p *Proxy) SetItem(ctx context.Context, name string, key, value any) error {
	return p.Exec(ctx, nil, name, psmessage.DunderSetItem, key, value)
}

// Exec calls a method of an attribute, such as "__contains__" of a dict or "append" of a list, and
// stores its result as [Proxy.Call] does.
func (p *Proxy) Exec(ctx context.Context, result any, name, method string, args ...any) error {
	call, err := p.newExec(name, method, args)
	if err != nil {
		return err
	}
	err = p.into(ctx, result, call)
	if len(p.agent.cfg.interceptors) == 0 { // which may keep it
		*call = Call{}
		spareExecs.Put(call)
	}
	return err
}

// Start calls a method as [Proxy.Call] does and returns its future: the one that the method
// returned, or, when it returned something else, one that has ended with that.
func (p *Proxy) Start(ctx context.Context, method string, args ...any) (*object.Future, error) {
	call, err := p.newExec(method, psmessage.DunderCall, args)
	if err != nil {
		return nil, err
	}
	value, err := p.handle(ctx, call)
	if err != nil {
		return nil, err
	}
	if f, ok := value.(*object.Future); ok {
		return f, nil
	}
	f := object.NewFuture()
	f.Resolve(value)
	return f, nil
}

// Instantiate has a server that serves nothing yet make an object of a class, named "module.Class",
// and serve it. The arguments may be followed by [object.Kwargs]. It mirrors
// ProxyAgent.instantiate.
func (p *Proxy) Instantiate(ctx context.Context, class string, args ...any) error {
	call, err := p.newExec("", "", args)
	if err != nil {
		return err
	}
	call.Action, call.Name, call.Method = psmessage.ActionInstantiate, class, ""
	return p.into(ctx, nil, call)
}

// StopServer asks the server to stop, which it does a moment after it has answered. It fails with
// ErrStopRefused when the server does not.
func (p *Proxy) StopServer(ctx context.Context) error { return p.agent.Stop(ctx, p.endpoint) }

// Echo sends a content that is no call, which a server sends back, and stores what comes back in
// target.
func (p *Proxy) Echo(ctx context.Context, target, content any) error {
	return p.agent.Request(ctx, p.endpoint, content, target)
}

// Info asks the server for its endpoints.
func (p *Proxy) Info(ctx context.Context) (Info, error) { return p.agent.Info(ctx, p.endpoint) }

// RemoteAttributeError reports that an attribute has no value to return, because it is used
// remotely.
type RemoteAttributeError struct {
	// Name is the name of the attribute.
	Name string
}

// Error names the attribute.
func (e *RemoteAttributeError) Error() string {
	return fmt.Sprintf("pizco/goagent: attribute %q is used remotely: call it, ask for its items or connect to it", e.Name)
}

// into carries out a call, waits for its future if it returns one, and stores the result.
func (p *Proxy) into(ctx context.Context, target any, call *Call) error {
	if p.readsGo {
		call.target = target
	}
	value, err := p.handle(ctx, call)
	if err != nil {
		return err
	}
	return p.resolve(ctx, target, value)
}

// resolve stores a value, or what a future ends with.
func (p *Proxy) resolve(ctx context.Context, target, value any) error {
	switch value := value.(type) {
	case inTarget:
		return nil
	case *object.Future:
		return value.Wait(ctx, target)
	}
	if target != nil && py.CanTakeOver(value) && len(p.agent.cfg.interceptors) == 0 { // which may keep it
		return py.Assign(target, value, new(py.Takeover))
	}
	return assign(target, value)
}

// send asks the server for a call. The result is a value of package py or a *Future.
func (p *Proxy) send(ctx context.Context, call *Call) (any, error) {
	id := wire.NewID()
	p.futures.expect(id)
	registered, settled := false, p.peer.Notifications().IsSettled()
	defer func() {
		if !registered {
			p.futures.forget(id)
		}
	}()
	content, by, err := p.request(ctx, call, id)
	if err != nil {
		return nil, err
	}
	if content == any(inTarget{}) {
		return content, nil
	}
	items, ok := psmessage.Items(content)
	if !ok || len(items) != 3 || items[0] != psmessage.Tag {
		return nil, &ResponseError{p.endpoint, "not a PSMessage but a " + py.TypeName(content)}
	}
	switch items[1] {
	case psmessage.AnswerReturn:
		return items[2], nil
	case psmessage.AnswerRemote:
		return nil, &RemoteAttributeError{call.Name}
	case psmessage.AnswerRaise:
		return nil, p.raised(items[2])
	case psmessage.AnswerFuture:
		if items[2] != id {
			return nil, &ResponseError{p.endpoint, "a future of another request"}
		}
		registered = true
		future := p.futures.register(id, by.Lost)
		future.Attach(func(ctx context.Context) error { return p.cancelFuture(ctx, id) }, func() { p.futures.forget(id) })
		if !settled {
			go p.awaitOutcome(id)
		}
		return future, nil
	}
	return nil, &ResponseError{p.endpoint, "unknown answer " + py.Repr(items[1])}
}

// request sends a call and returns the content of the answer, inTarget where that is stored
// already, and by which connection it came.
func (p *Proxy) request(ctx context.Context, call *Call, id string) (content any, by peer.Connection, err error) {
	message := call.message()
	answer, err := p.peer.Exchange(ctx, message.Content, id)
	if p.agent.cfg.protocol.PickleEncode == nil { // whose hooks may keep what they are shown
		message.GiveBack() // whatever has come of it, it has been written or never will
	}
	if call.raw && isUnwritten(err) {
		if err := call.makeGraph(); err != nil {
			return nil, by, err
		}
		return p.request(ctx, call, id)
	}
	if err != nil {
		return nil, by, err
	}
	m := &answer.Message
	if call.target != nil && len(m.Body) >= p.agent.cfg.typedFrom && readAnswer(p.peer.Protocol(), m, call.target) {
		return inTarget{}, answer.By, nil
	}
	content, err = p.peer.Decode(m)
	return content, answer.By, err
}

// raised returns the error for an exception that the server has sent.
func (p *Proxy) raised(exception any) error {
	if remote, ok := pyerr.Parse(exception); ok {
		return remote
	}
	return &ResponseError{p.endpoint, "an exception that is a " + py.TypeName(exception)}
}
