package psmessage

import (
	"reflect"
	"sync"

	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// The words that a request for a call begins with. Behind them stand the arguments.
const (
	wordName     = 3
	openingWords = 7
)

var openingOfCall = [openingWords]string{Tag, ActionExec, OptionName, "", OptionMethod, DunderCall, OptionArgs}

// MethodCalled returns the name of the method that a request calls with arguments that can be
// decoded into Go types. It reports false for any other request.
func MethodCalled(m *wire.Message) (name string, ok bool) {
	var words [openingWords][]byte
	if !m.IsPickle() || pickle.Opening(m.Body, words[:]) < openingWords {
		return "", false
	}
	for i, want := range openingOfCall {
		if i != wordName && string(words[i]) != want {
			return "", false
		}
	}
	return string(words[wordName]), !hasPayload(m)
}

// missing stands where no request has anything.
type missing struct{}

// ReadArguments decodes the arguments of a request for a call of a method into a struct of their
// types. It reports false where anything does not fit at once: that is decoded as values of package
// py.
func ReadArguments(protocol wire.Protocol, m *wire.Message, name string, types reflect.Type) (args reflect.Value, ok bool) {
	request := reflect.New(requestStruct(types))
	options := request.Elem().Field(requestOptions)
	kwargs := options.Field(optionsKwargs)
	kwargs.Set(reflect.ValueOf(missing{}))
	if protocol.Decode(m, request.Interface()) != nil {
		return args, false
	}
	for _, text := range []struct {
		field reflect.Value
		want  string
	}{
		{request.Elem().Field(requestMessage), Tag}, {request.Elem().Field(requestAction), ActionExec},
		{options.Field(optionsName), name}, {options.Field(optionsMethod), DunderCall},
	} {
		if text.field.String() != text.want {
			return args, false
		}
	}
	if kwargs.Interface() != any(missing{}) {
		return args, false
	}
	return options.Field(optionsArgs), true
}

// ReadAnswer stores the value that a call was answered with in a variable, with no values of
// package py between. It reports false, and leaves the variable as it was, when the answer is no
// value or does not fit at once.
func ReadAnswer(protocol wire.Protocol, m *wire.Message, into reflect.Value) bool {
	if !isReturn(m) || hasPayload(m) {
		return false
	}
	answer := reflect.New(answerStruct(into.Type()))
	value := answer.Elem().Field(3)
	value.Set(into)
	if protocol.Decode(m, answer.Interface()) != nil {
		return false
	}
	if answer.Elem().Field(1).String() != Tag || answer.Elem().Field(2).String() != AnswerReturn {
		return false
	}
	into.Set(value)
	return true
}

// isReturn reports whether a message begins as the answer to a call that has succeeded.
func isReturn(m *wire.Message) bool {
	var words [2][]byte
	return m.IsPickle() && pickle.Opening(m.Body, words[:]) == len(words) &&
		string(words[0]) == Tag && string(words[1]) == AnswerReturn
}

// payloadSize is the size in bytes of a content from which hasPayload looks at it.
const payloadSize = 64 << 10

// hasPayload reports whether most of a content are the bytes of one object, such as an array. A
// value of package py can take over their memory, a type of Go gets a copy.
func hasPayload(m *wire.Message) bool {
	return len(m.Body) >= payloadSize && pickle.PayloadAt(m.Body, len(m.Body)) > 0
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

// answerStruct is the struct that a PSMessage is decoded into whose third item is for a variable of
// a type. Its fields are those three.
func answerStruct(value reflect.Type) reflect.Type {
	return answerStructs.of(value, func() reflect.Type {
		return gotype.TupleOf(reflect.TypeFor[string](), reflect.TypeFor[string](), value)
	})
}

// answerStructs has the struct for each type of a value: there are as many as the program uses.
var answerStructs madeTypes

// madeTypes has a type that was made for each of some other types.
type madeTypes struct{ types sync.Map }

// of returns the type for another one, which is built when it is first needed.
func (m *madeTypes) of(t reflect.Type, build func() reflect.Type) reflect.Type {
	made, ok := m.types.Load(t)
	if !ok {
		made, _ = m.types.LoadOrStore(t, build())
	}
	return made.(reflect.Type) //nolint:forcetypeassert // The map holds nothing else.
}
