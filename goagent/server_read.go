package goagent

import (
	"context"
	"reflect"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/pickle"
)

// boundCall is a call of a method whose arguments have been decoded into the types of its
// parameters.
type boundCall struct {
	method *object.TypedMethod
	args   reflect.Value
}

func (b *boundCall) do(ctx context.Context) (any, error) { return b.method.Call(ctx, b.args) }

// The words that a request for a call begins with. Behind them stand the arguments.
const (
	wordName     = 3
	openingWords = 7
)

var openingOfCall = [openingWords]string{psmessage.Tag, psmessage.ActionExec, psmessage.OptionName, "", psmessage.OptionMethod, psmessage.DunderCall, psmessage.OptionArgs}

// readCall decodes a request for a call of a method into the types of the method's parameters, and
// returns it as a *Call. It reports false for any other request, and where anything does not fit at
// once: that is decoded as values of package py.
func (s *Server) readCall(r *serving.Request) (call any, ok bool) {
	var words [openingWords][]byte
	if !r.Message.IsPickle() || pickle.Opening(r.Message.Body, words[:]) < openingWords {
		return nil, false
	}
	for i, want := range openingOfCall {
		if i != wordName && string(words[i]) != want {
			return nil, false
		}
	}
	o := s.served()
	if o == nil {
		return nil, false
	}
	name := string(words[wordName])
	method := o.TypedMethod(name)
	if method == nil || hasPayload(&r.Message) {
		return nil, false
	}
	request := reflect.New(requestStruct(method.Arguments()))
	options := request.Elem().Field(requestOptions)
	kwargs := options.Field(optionsKwargs)
	kwargs.Set(reflect.ValueOf(inTarget{})) // which no request has
	if s.agent.host.Unpack(r, request.Interface()) != nil {
		return nil, false
	}
	for _, text := range []struct {
		field reflect.Value
		want  string
	}{
		{request.Elem().Field(requestMessage), psmessage.Tag}, {request.Elem().Field(requestAction), psmessage.ActionExec},
		{options.Field(optionsName), name}, {options.Field(optionsMethod), psmessage.DunderCall},
	} {
		if text.field.String() != text.want {
			return nil, false
		}
	}
	if kwargs.Interface() != any(inTarget{}) {
		return nil, false
	}
	made := s.newCall()
	made.Action, made.Name, made.Method = psmessage.ActionExec, name, psmessage.DunderCall
	made.bound = &boundCall{method, options.Field(optionsArgs)}
	return made, true
}

// The fields of the struct that a request for a call is decoded into, and of that of its options.
const (
	requestMessage = 1
	requestAction  = 2
	requestOptions = 3

	optionsName   = 0
	optionsMethod = 1
	optionsArgs   = 2
	optionsKwargs = 3
)

// requestStruct returns the struct that a request for a call is decoded into whose arguments are
// decoded into one of a type.
func requestStruct(args reflect.Type) reflect.Type {
	return requestStructs.of(args, func() reflect.Type {
		text := reflect.TypeFor[string]()
		options := reflect.StructOf([]reflect.StructField{
			{Name: "Name", Type: text}, {Name: "Method", Type: text}, {Name: "Args", Type: args}, {Name: "Kwargs", Type: reflect.TypeFor[any]()},
		})
		return gotype.TupleOf(text, text, options)
	})
}

// requestStructs has the struct for each type of arguments: there are as many as methods have.
var requestStructs madeTypes
