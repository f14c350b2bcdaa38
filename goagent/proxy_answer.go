package goagent

import (
	"reflect"
	"sync"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/internal/gotype"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// inTarget is the result of a call whose value has been stored in the call's target already.
type inTarget struct{}

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

// readAnswer stores the value that a call was answered with in what target points to, with no
// values of package py between. It reports false, and leaves the target to py.Assign, when the
// answer is no value or does not fit at once.
func readAnswer(protocol wire.Protocol, m *wire.Message, target any) bool {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() || !object.IsComposite(v.Type().Elem()) || !isReturn(m) || hasPayload(m) {
		return false
	}
	v = v.Elem()
	answer := reflect.New(answerStruct(v.Type()))
	value := answer.Elem().Field(3)
	value.Set(v)
	if protocol.Decode(m, answer.Interface()) != nil {
		return false
	}
	if answer.Elem().Field(1).String() != psmessage.Tag || answer.Elem().Field(2).String() != psmessage.AnswerReturn {
		return false
	}
	v.Set(value)
	return true
}

// isReturn reports whether a message begins as the answer to a call that has succeeded.
func isReturn(m *wire.Message) bool {
	var words [2][]byte
	return m.IsPickle() && pickle.Opening(m.Body, words[:]) == len(words) &&
		string(words[0]) == psmessage.Tag && string(words[1]) == psmessage.AnswerReturn
}

// payloadSize is the size in bytes of a content from which hasPayload looks at it.
const payloadSize = 64 << 10

// hasPayload reports whether most of a content are the bytes of one object, such as an array. A
// value of package py can take over their memory, a type of Go gets a copy.
func hasPayload(m *wire.Message) bool {
	return len(m.Body) >= payloadSize && pickle.PayloadAt(m.Body, len(m.Body)) > 0
}
