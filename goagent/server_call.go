package goagent

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/errtext"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// serve takes the requests that are PSMessages.
func (s *Server) serve(in *incoming) bool {
	call := s.callOf(in)
	var err error
	if call.bound == nil {
		action, options, ok := psmessage.Parse(in.content)
		if !ok {
			return false
		}
		err = call.read(action, options)
	}
	switch {
	case err != nil:
		s.raise(in, err)
	case !in.admit():
		s.raise(in, errOverloaded)
	default:
		s.admitted(in, call)
	}
	return true
}

// admitted begins a call that there is room for.
func (s *Server) admitted(in *incoming, call *Call) {
	call.Peer, call.ID, call.Client, call.Key = in.msg.Sender, in.msg.ID, in.request.Client, in.key
	if in.first || in.receiver == nil {
		// Before the call counts: what connects to a signal may shut the server down.
		if err := s.agent.takeSubscriptions(); err != nil {
			s.agent.ended("subscriptions", err)
		}
	}
	if !s.begin() {
		s.raise(in, errShuttingDown)
		return
	}
	s.carryOut(in, call)
}

// callOf returns the memory for the call that a request asks for: the request's, unless there are
// interceptors, which may keep the call for longer.
func (s *Server) callOf(in *incoming) *Call {
	if len(s.agent.cfg.interceptors) > 0 {
		return new(Call)
	}
	return &in.call
}

// carryOut has an admitted call carried out: in the goroutine that has received it if calls are
// quick, else in one of its own, as a rule when its turn has come.
func (s *Server) carryOut(in *incoming, call *Call) {
	began := time.Now()
	if r := in.receiver; r != nil && s.agent.cfg.concurrency == 1 && s.pace.quick() && r.overtaken.Load() == 0 {
		s.answerHere(in, call, began)
		return
	}
	// Close does not wait for it: a call may take for ever, and may be what calls Close.
	if s.waitsFirst(call) {
		in.handOver()
		s.turns.Enter(in.request.Peer, func(err error) { s.answerInTurn(in, call, began, err) })
		return
	}
	in.inBackground(func() {
		defer s.end()
		s.answer(in, call, began, s.turnOf(in))
	})
}

// answerHere answers a call in the goroutine that receives.
func (s *Server) answerHere(in *incoming, call *Call, began time.Time) {
	defer func() {
		in.release()
		if in.ending == nil { // it has ended its goroutine
			s.end()
		}
	}()
	t := s.turnOf(in)
	if len(s.agent.cfg.interceptors) == 0 { // which take their time before the turn
		t.came = began
	}
	s.answer(in, call, began, t)
	in.done, in.ending = t.ended, s
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
func (s *Server) answerInTurn(in *incoming, call *Call, began time.Time, err error) {
	defer in.release()
	defer s.end()
	if err != nil {
		s.logCall(call, began, err)
		s.raise(in, err)
		return
	}
	t := s.turnOf(in)
	t.begin(time.Time{})
	s.answer(in, call, began, t)
}

// answer carries out a call that came at a time, and sends what came of it.
func (s *Server) answer(in *incoming, call *Call, began time.Time, turn *turn) {
	defer turn.end() // not before the answer is written: its value may be part of the object
	if s.agent.cfg.concurrency != 1 {
		defer s.emissions.Enter(&turn.Call)()
	}
	s.emissions.Follow(&turn.Call)
	defer s.letEmissionsGo(in, turn)
	value, err := s.handled(turn, call)
	if s.agent.log.Enabled(s.agent.ctx, slog.LevelDebug) {
		s.logCall(call, began, err)
	}
	if err != nil {
		s.raise(in, err)
		return
	}
	switch value := value.(type) {
	case *object.Future:
		s.send(in, psmessage.AnswerFuture, in.msg.ID)
		s.futures.register(in, value)
	case remoteAnswer:
		s.send(in, psmessage.AnswerRemote, nil)
	default:
		s.send(in, psmessage.AnswerReturn, value)
	}
}

// letEmissionsGo has the notifications leave that wait for the answer of a call, now if that has
// been sent, else when the goroutine that receives has sent it.
func (s *Server) letEmissionsGo(in *incoming, t *turn) {
	switch {
	case !t.Emitted():
	case in.receiver == nil:
		s.emissions.Replied(&t.Call)
	default:
		in.emitted = t
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
		return s.inspect()
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

// inspect answers with two sets of names. It mirrors Server.inspect.
func (s *Server) inspect() (any, error) {
	var remotes, objects []string
	if o := s.served(); o != nil {
		remotes, objects = o.Inspect()
	}
	return py.Tuple{nameSet(remotes), nameSet(objects)}, nil
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
		return pyerr.Exception.New("Cannot instantiate another object.")
	}
	o, err := s.construct(ctx, call)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.object = o
	s.mu.Unlock()
	s.signals.connectSubscribed()
	return nil
}

// send answers with a PSMessage, or raises a TypeError when its value cannot be sent.
func (s *Server) send(in *incoming, action, value any) {
	if s.sendRaw(in, action, value) {
		return
	}
	graph, err := s.graphOf(value)
	if err != nil && s.writesGo {
		s.raise(in, err) // as if the value had been converted by the call
		return
	}
	if err == nil {
		value = graph
		if !in.msg.IsPickle() {
			graph = psmessage.Jsonable(graph)
		}
		err = in.replyGraph(py.Tuple{psmessage.Tag, action, graph})
	}
	if err == nil {
		return
	}
	s.agent.log.Warn("result cannot be sent", "peer", in.msg.Sender, "id", in.msg.ID, "error", err)
	s.raise(in, unsendable(value, err))
}

// sendRaw answers with a PSMessage that is written from Go values. It reports false when that is
// not to be, or something in them cannot be written.
func (s *Server) sendRaw(in *incoming, action, value any) (sent bool) {
	if !s.writesGo || !in.msg.IsPickle() {
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
	return in.replyGraph(py.Tuple{psmessage.Tag, action, value}) == nil
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

// raise answers with an exception, in the server's dialect, and in plain words to a client that
// speaks json.
func (s *Server) raise(in *incoming, err error) {
	exception := s.exception(in, err)
	sendErr := in.reply(py.Tuple{psmessage.Tag, psmessage.AnswerRaise, exception})
	if sendErr == nil {
		return
	}
	// Its arguments cannot be sent: their text can.
	s.agent.log.Warn("exception cannot be sent", "peer", in.msg.Sender, "id", in.msg.ID, "error", sendErr)
	plain := pyerr.From(err)
	text := pyerr.RuntimeError.New(plain.Error())
	if err := in.reply(py.Tuple{psmessage.Tag, psmessage.AnswerRaise, s.exception(in, text)}); err != nil {
		in.reject(err)
	}
}

func (s *Server) exception(in *incoming, err error) any {
	master := s.agent.cfg.dialect == Master
	if !in.msg.IsPickle() {
		return pyerr.Describe(err, master)
	}
	return picklable(err, master, s.pythonOf(&in.msg))
}

// picklable returns the exception for an error as it is sent in a pickle: with its traceback in the
// dialect master.
func picklable(err error, master bool, python pyerr.Version) any {
	exception := pyerr.Reduce(err, python)
	if !master {
		return exception
	}
	lines := &py.List{}
	for _, line := range pyerr.Traceback(err) {
		lines.Append(line)
	}
	return py.Tuple{exception, lines}
}

// pythonOf returns the version of Python as which exceptions are written: the one that is set, or a
// guess.
func (s *Server) pythonOf(m *wire.Message) pyerr.Version {
	if set := s.agent.cfg.object.Python; set != (pyerr.Version{}) {
		return set
	}
	return pythonOf(m)
}

// pythonOf guesses the version of a client's Python from the newest pickle protocol that it knows.
func pythonOf(m *wire.Message) pyerr.Version {
	if protocol, ok := m.PickleProtocol(); ok && protocol < 5 {
		return pyerr.Version{Major: 3, Minor: 7}
	}
	return pyerr.Newest
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
