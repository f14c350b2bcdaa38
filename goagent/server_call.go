package goagent

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
)

// serve takes the requests that are PSMessages.
func (s *Server) serve(r *serving.Request, to *serving.Responder, content any) bool {
	call, known := content.(*Call) // which readCall has made
	if !known {
		action, options, ok := psmessage.Parse(content)
		if !ok {
			return false
		}
		if action == psmessage.ActionPing && r.Endpoint.Dialect.MayBeDevelop() {
			s.send(r, to, psmessage.ActionPing, nil)
			return true
		}
		call = s.newCall()
		if err := call.read(action, options); err != nil {
			to.Raise(s.inWordsOf(r, action, err))
			return true
		}
	}
	if to.Admit() {
		s.admitted(r, to, call)
	} else {
		to.Raise(serving.ErrOverloaded)
	}
	return true
}

// spareServed are calls that can be used again.
var spareServed = sync.Pool{New: func() any { return new(Call) }}

func (s *Server) newCall() *Call {
	call, _ := spareServed.Get().(*Call)
	return call
}

// forget leaves the memory of a call to another one, unless there are interceptors, which may keep
// it.
func (s *Server) forget(call *Call) {
	if len(s.agent.cfg.interceptors) == 0 {
		*call = Call{}
		spareServed.Put(call)
	}
}

// admitted begins a call that there is room for.
func (s *Server) admitted(r *serving.Request, to *serving.Responder, call *Call) {
	call.Peer, call.ID, call.Client, call.Key = r.Message.Sender, r.Message.ID, r.From.Client, r.Key
	call.at = r.Endpoint.Dialect
	call.dialect = s.agent.clientDialect(r)
	if r.First || !to.Receives() {
		// Before the call counts: what connects to a signal may shut the server down.
		if err := s.agent.takeSubscriptions(); err != nil {
			s.agent.ended("subscriptions", err)
		}
	}
	if !s.work.Begin() {
		to.Raise(errShuttingDown)
		return
	}
	s.carryOut(r, to, call)
}

// carryOut has an admitted call carried out: in the goroutine that has received it if calls are
// quick, else in one of its own, as a rule when its turn has come.
func (s *Server) carryOut(r *serving.Request, to *serving.Responder, call *Call) {
	began := time.Now()
	if s.awaitsDialect(r, call) {
		to.Background(func() {
			defer s.work.End()
			s.awaitDialect(r, call)
			s.answer(r, to, call, began, s.turnOf(r))
		})
		return
	}
	if s.agent.cfg.concurrency == 1 && s.pace.Quick() && to.MayStay() {
		s.answerHere(r, to, call, began)
		return
	}
	// Close does not wait for it: a call may take for ever, and may be what calls Close.
	if s.waitsFirst(call) {
		to.PassOn()
		s.turns.Enter(r.From.Peer, func(err error) { s.answerInTurn(r, to, call, began, err) })
		return
	}
	to.Background(func() {
		defer s.work.End()
		s.answer(r, to, call, began, s.turnOf(r))
	})
}

// answerHere answers a call in the goroutine that receives.
func (s *Server) answerHere(r *serving.Request, to *serving.Responder, call *Call, began time.Time) {
	t := s.turnOf(r)
	if len(s.agent.cfg.interceptors) == 0 { // which take their time before the turn
		t.came = began
	}
	returned := false
	defer func() {
		if !returned { // it has ended its goroutine
			to.Finish()
			t.AnswerSent()
		}
	}()
	s.answer(r, to, call, began, t)
	to.Then(t, t.Emitted(), t.ended)
	returned = true
}

// waitsFirst reports whether a call does nothing before it has its turn. Interceptors run without a
// turn.
func (s *Server) waitsFirst(call *Call) bool {
	switch call.Action {
	case psmessage.ActionInspect, psmessage.ActionDescribe, psmessage.ActionCancel:
		return false
	}
	return s.turns != nil && len(s.agent.cfg.interceptors) == 0
}

// answerInTurn answers a call that has its turn, or an error instead of it.
func (s *Server) answerInTurn(r *serving.Request, to *serving.Responder, call *Call, began time.Time, err error) {
	defer to.Finish()
	defer s.work.End()
	if err != nil {
		s.logCall(call, began, err)
		to.Raise(err)
		return
	}
	t := s.turnOf(r)
	t.begin(time.Time{})
	s.answer(r, to, call, began, t)
}

// answer carries out a call that came at a time, and sends what came of it.
func (s *Server) answer(r *serving.Request, to *serving.Responder, call *Call, began time.Time, turn *turn) {
	defer turn.end() // not before the answer is written: its value may be part of the object
	if s.agent.cfg.concurrency != 1 {
		defer s.emissions.Enter(&turn.Call)()
	}
	s.emissions.Follow(&turn.Call)
	if !to.Receives() {
		defer s.letEmissionsGo(turn)
	}
	value, err := s.handled(turn, call)
	if s.agent.log.Enabled(s.agent.ctx, slog.LevelDebug) {
		s.logCall(call, began, err)
	}
	s.forget(call)
	if err != nil {
		to.Raise(err)
		return
	}
	switch value := value.(type) {
	case *object.Future:
		s.send(r, to, psmessage.AnswerFuture, r.Message.ID)
		s.futures.register(r, to.Protocol(), value)
	case remoteAnswer:
		s.send(r, to, psmessage.AnswerRemote, nil)
	default:
		s.send(r, to, psmessage.AnswerReturn, value)
	}
}

// letEmissionsGo has the notifications leave that wait for the answer of a call, which has been
// sent.
func (s *Server) letEmissionsGo(t *turn) {
	if t.Emitted() {
		s.emissions.Replied(&t.Call)
	}
}

// remoteAnswer is the result of 'get' for an attribute that is used remotely.
type remoteAnswer struct{}

// handled carries out a call, through the interceptors, and turns panics into errors.
func (s *Server) handled(turn *turn, call *Call) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.agent.log.Error("call panicked", "action", call.Action, "name", call.Name, "panic", p)
			err = pyerr.Panic(p)
		}
	}()
	return s.handle(turn, call)
}

// handledName is the name of the function that is inside of every call of a served object.
var handledName = runtime.FuncForPC(reflect.ValueOf((*Server).handled).Pointer()).Name()

// insideCall reports whether the goroutine carries out a call of a served object.
func insideCall() bool { return emission.OnStack(handledName) }

// perform carries out a call on the object. It mirrors Server.on_request.
func (s *Server) perform(ctx context.Context, call *Call) (any, error) {
	switch call.Action {
	case psmessage.ActionInspect:
		return s.inspect(call.dialect)
	case psmessage.ActionDescribe:
		return s.describe()
	case psmessage.ActionCancel:
		return nil, s.futures.cancel(ctx, call.Name)
	}
	t, ok := ctx.Value(turnKey{}).(*turn)
	if !ok { // an interceptor has put another context in its place
		t = newTurn(s, call.Peer, emission.ReplyLead)
		defer func() {
			t.end()
			if t.Emitted() {
				s.emissions.Replied(&t.Call) // as soon as can be known here
			}
		}()
	}
	if err := t.take(ctx); err != nil {
		return nil, err
	}
	if call.Action == psmessage.ActionInstantiate {
		return nil, s.instantiate(ctx, call)
	}
	o := s.served()
	if o == nil {
		return nil, s.withoutObject(call)
	}
	switch call.Action {
	case psmessage.ActionExec:
		if call.bound != nil {
			return call.bound.do(ctx)
		}
		if answer, ok := s.declared(o, call); ok {
			return answer, nil
		}
		return o.Exec(ctx, call.Name, call.Method, call.Args, call.Kwargs)
	case psmessage.ActionGetattr:
		return o.GetAttr(ctx, call.Name)
	case psmessage.ActionSetattr:
		return nil, o.SetAttr(ctx, call.Name, call.Value)
	case psmessage.ActionGet:
		value, remote, err := o.Get(ctx, call.Name, call.ForceAsObject)
		if err == nil && remote {
			return remoteAnswer{}, nil
		}
		return value, err
	}
	return nil, psmessage.InvalidAction(call.Action)
}

// withoutObject is what Python says of a call on None, which is what a server serves that has no
// object yet.
func (s *Server) withoutObject(call *Call) error {
	if call.Action == psmessage.ActionSetattr {
		return pyerr.UnknownAttribute(s.agent.cfg.object.Python, "NoneType", call.Name)
	}
	return pyerr.MissingAttribute("NoneType", call.Name)
}

// inspect answers with two sets of names, or with a third one, of signals, in the dialect develop.
// It mirrors Server.inspect.
func (s *Server) inspect(d psmessage.Dialect) (any, error) {
	var remotes, objects, signals []string
	o := s.served()
	if o != nil {
		remotes, objects = o.Inspect()
	}
	if d != psmessage.Develop {
		return py.Tuple{nameSet(remotes), nameSet(objects)}, nil
	}
	for _, name := range remotes {
		if _, isSignal := o.Signal(name); isSignal {
			signals = append(signals, name)
		}
	}
	return py.Tuple{nameSet(remotes), nameSet(objects), nameSet(signals)}, nil
}

func nameSet(names []string) *py.Set {
	set := &py.Set{}
	for _, name := range names {
		_ = set.Add(name) // a string always has a hash
	}
	return set
}

// instantiate makes the object to serve. It mirrors the action of that name in Server.on_request.
func (s *Server) instantiate(ctx context.Context, call *Call) error {
	select {
	case s.making <- struct{}{}:
		defer func() { <-s.making }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if s.served() != nil {
		return &psmessage.Untraced{Err: pyerr.Exception.New("Cannot instantiate another object.")}
	}
	o, err := s.construct(ctx, call)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.object = o
	s.mu.Unlock()
	s.signals.ConnectSubscribed()
	return nil
}

// send answers with a PSMessage, or raises a TypeError when its value cannot be sent.
func (s *Server) send(r *serving.Request, to *serving.Responder, action, value any) {
	if s.sendRaw(r, to, action, value) {
		return
	}
	graph, err := s.graphOf(value)
	if err != nil && s.writesGo {
		to.Raise(err) // as if the value had been converted by the call
		return
	}
	if err == nil {
		value = graph
		if !r.Message.IsPickle() {
			graph = psmessage.Jsonable(graph)
		}
		err = to.Reply(py.Tuple{psmessage.Tag, action, graph})
	}
	if err == nil {
		return
	}
	s.agent.log.Warn("result cannot be sent", "peer", r.Message.Sender, "id", r.Message.ID, "error", err)
	to.Raise(unsendable(value, err))
}

// sendRaw answers with a PSMessage that is written from Go values. It reports false when that is
// not to be, or something in them cannot be written.
func (s *Server) sendRaw(r *serving.Request, to *serving.Responder, action, value any) (sent bool) {
	if !s.writesGo || !r.Message.IsPickle() {
		return false
	}
	defer func() {
		if recover() != nil { // in a method of the value's, which graphOf calls again
			sent = false
		}
	}()
	if several, ok := value.(object.Results); ok {
		value = several.Raw()
	}
	return to.Reply(py.Tuple{psmessage.Tag, action, value}) == nil
}

// graphOf returns the result of a call as a value of package py, and turns panics of its methods
// into errors.
func (s *Server) graphOf(value any) (graph any, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.agent.log.Error("result panicked", "panic", p, "stack", string(debug.Stack()))
			err = pyerr.Panic(p)
		}
	}()
	if several, ok := value.(object.Results); ok {
		return several.Graph()
	}
	return pyerr.FromGo(value)
}

// unsendable is the TypeError for a value that the serializer of the request cannot write.
func unsendable(value any, reason error) error {
	return pyerr.TypeError.New(fmt.Sprintf("cannot send a value of type %s: %s", typeNameOf(value), errtext.Bare(reason.Error())))
}

// describe answers 'describe', which is this library's own, with all members and what is known of
// them without running code of the served object.
func (s *Server) describe() (any, error) {
	o := s.served()
	if o == nil {
		return py.NewList(), nil
	}
	return py.FromGo(o.Describe())
}
