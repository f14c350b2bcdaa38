package goagent

import (
	"context"
	"reflect"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
)

// boundCall is a call of a method whose arguments have been decoded into the types of its
// parameters.
type boundCall struct {
	method *object.TypedMethod
	args   reflect.Value
}

func (b *boundCall) do(ctx context.Context) (any, error) { return b.method.Call(ctx, b.args) }

// readCall decodes a request for a call of a method into the types of the method's parameters, and
// returns it as a *Call. It reports false for any other request, and where anything does not fit at
// once: that is decoded as values of package py.
func (s *Server) readCall(r *serving.Request) (call any, ok bool) {
	name, ok := psmessage.MethodCalled(&r.Message)
	if !ok {
		return nil, false
	}
	o := s.served()
	if o == nil {
		return nil, false
	}
	method := o.TypedMethod(name)
	if method == nil {
		return nil, false
	}
	args, ok := psmessage.ReadArguments(s.agent.host.Reading(), &r.Message, name, method.Arguments())
	if !ok {
		return nil, false
	}
	made := s.newCall()
	made.Action, made.Name, made.Method = psmessage.ActionExec, name, psmessage.DunderCall
	made.bound = &boundCall{method, args}
	return made, true
}
