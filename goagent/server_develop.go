package goagent

import (
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/dialects"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// signalQuestion returns the name of the attribute that a call asks a signal for, if it is one that
// a client of develop asks for when it starts.
func (c *Call) signalQuestion() (name string, ok bool) {
	if c.Action != psmessage.ActionExec || c.Method != "__getattribute__" || len(c.Args) != 1 || c.Kwargs != nil && c.Kwargs.Len() > 0 {
		return "", false
	}
	name, _ = c.Args[0].(string)
	switch name {
	case psmessage.SignalNargs, psmessage.SignalKwargs, psmessage.SignalVarargs, psmessage.SignalVarkwargs:
		return name, true
	}
	return "", false
}

// declared answers what clients of develop ask a signal for.
func (s *Server) declared(o *object.Served, call *Call) (answer any, ok bool) {
	if !call.at.MayBeDevelop() {
		return nil, false
	}
	question, ok := call.signalQuestion()
	if !ok {
		return nil, false
	}
	signal, ok := o.Signal(call.Name)
	if !ok {
		return nil, false
	}
	return answerQuestion(signal, question), true
}

// answerQuestion returns an attribute of a signal of develop. Values of -1 mean that it takes any
// slot.
func answerQuestion(signal object.SignalSource, question string) any {
	d := &object.Declaration{Values: -1}
	if known, ok := signal.(object.Declared); ok {
		if declared := known.Declaration(); declared != nil {
			d = declared
		}
	}
	switch question {
	case psmessage.SignalNargs:
		return int64(d.Values)
	case psmessage.SignalVarargs:
		return d.MoreValues
	case psmessage.SignalVarkwargs:
		return d.MoreKeywords
	}
	names := py.NewList()
	for _, name := range d.Keywords {
		names.Append(name)
	}
	return names
}

// inWordsOf returns the exception for a call that cannot be read, in the words of the client's
// dialect.
func (s *Server) inWordsOf(r *serving.Request, action any, err error) error {
	if errors.Is(err, psmessage.ErrInvalidAction) && s.agent.clientDialect(r) == psmessage.Develop {
		return &psmessage.Untraced{Err: pyerr.Exception.New("invalid message action %s", action)}
	}
	return err
}

// awaitsDialect reports whether a call is to wait until more is known of its client.
func (s *Server) awaitsDialect(r *serving.Request, call *Call) bool {
	if r.Endpoint.Dialect != psmessage.Any || call.Action != psmessage.ActionInspect {
		return false
	}
	return !s.agent.clients.Settled(dialects.Of(r))
}

// awaitDialect waits until more is known of the client of a call.
func (s *Server) awaitDialect(r *serving.Request, call *Call) {
	s.agent.clients.Await(s.agent.ctx, dialects.Of(r))
	call.dialect = s.agent.clientDialect(r)
}
