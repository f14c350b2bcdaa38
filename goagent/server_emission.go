package goagent

import (
	"github.com/pizco-go/pizco/goagent/internal/emission"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// emissionForm is how a dialect sends what a signal is emitted with.
type emissionForm interface {
	// raw returns the content as Go values, and graph as values of package py.
	raw() any
	graph(convert func(any) (any, error)) (any, error)
}

// publishSignal publishes an emission in the forms of the dialects of the server's clients.
func (s *Server) publishSignal(topic string, values []any) error {
	var body emission.Body
	plain, develop := s.agent.cfg.emissionForms()
	if plain {
		content, err := s.encodeEmission(releaseForm(values))
		if err != nil {
			return err
		}
		body.Plain = content
	}
	if develop {
		content, err := s.encodeEmission(newDevelopForm(values))
		if err != nil {
			return err
		}
		body.Develop = content
	}
	s.agent.announce(topic)
	return s.emissions.Publish(topic, body)
}

// emissionForms returns which forms the clients of the endpoints read.
func (c *config) emissionForms() (plain, develop bool) {
	if len(c.dialectAt) == 0 {
		return c.dialect != Develop, c.dialect >= Develop
	}
	for _, e := range c.endpoints {
		d := c.dialectOf(e.Bind)
		plain, develop = plain || d != Develop, develop || d >= Develop
	}
	return plain, develop
}

// encodeEmission writes an emission from Go values where that can be, else from values of package
// py.
func (s *Server) encodeEmission(form emissionForm) ([]byte, error) {
	protocol := s.agent.publishing()
	if body, ok := s.agent.encodeRaw(protocol, form.raw()); ok {
		return body, nil
	}
	content, err := form.graph(func(v any) (any, error) {
		graph, err := pyerr.FromGo(v)
		if err == nil && protocol.Serializer == "json" {
			graph = psmessage.Jsonable(graph)
		}
		return graph, err
	})
	if err != nil {
		return nil, err
	}
	return protocol.Encode(content)
}

// releaseForm sends three values, of which missing ones are None.
type releaseForm []any

func (f releaseForm) values() []any {
	values := make([]any, maxSlotValues)
	copy(values, f)
	return values
}

func (f releaseForm) raw() any { return object.Results(f.values()).Raw() }

func (f releaseForm) graph(convert func(any) (any, error)) (any, error) {
	return convertAll(f.values(), convert)
}

func convertAll(values []any, convert func(any) (any, error)) (py.Tuple, error) {
	tuple := make(py.Tuple, len(values))
	for i, v := range values {
		var err error
		if tuple[i], err = convert(v); err != nil {
			return nil, err
		}
	}
	return tuple, nil
}

// developForm sends all values, and the last one by name when it is [object.Kwargs] or
// [object.OrderedKwargs].
type developForm struct {
	args   []any
	kwargs *py.Dict // with Go values
}

func newDevelopForm(values []any) developForm {
	f := developForm{args: values, kwargs: &py.Dict{}}
	if len(values) == 0 {
		return f
	}
	var c Call
	switch kwargs := values[len(values)-1].(type) {
	case object.Kwargs:
		c.raw = true
		_ = c.takeKwargs(kwargs) // which fails for no Go values
	case object.OrderedKwargs:
		c.Kwargs = kwargs.Dict()
	default:
		return f
	}
	f.args, f.kwargs = values[:len(values)-1], c.Kwargs
	return f
}

func (f developForm) raw() any { return py.Tuple{object.Results(f.args).Raw(), f.kwargs} }

func (f developForm) graph(convert func(any) (any, error)) (any, error) {
	args, err := convertAll(f.args, convert)
	if err != nil {
		return nil, err
	}
	kwargs := &py.Dict{}
	for name, value := range f.kwargs.All() {
		converted, err := convert(value)
		if err == nil {
			err = kwargs.Set(name, converted)
		}
		if err != nil {
			return nil, err
		}
	}
	return py.Tuple{args, kwargs}, nil
}
