package suite

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/pizco-go/pizco/interop/value"
)

// verbs maps a step's verb to what its text names.
var verbs = map[string]string{
	"call": "name", "get": "name", "set": "name", "getitem": "name", "setitem": "name", "start": "name",
	"result": "future", "subscribe": "name", "unsubscribe": "name", "events": "slot", "instantiate": "name",
	"send": "value", "inspect": "", "connect": "conn", "disconnect": "conn", "settle": "",
	"seen": "", "peek": "name", "poke": "name", "act": "name", "raw": "raw", "publish": "raw", "parallel": "parallel",
}

// UnmarshalYAML reads a step: its verb, what the verb takes, and what is expected.
func (s *Step) UnmarshalYAML(node *yaml.Node) error {
	s.Line, s.Conn, s.Arity, s.Kwargs, s.TimeoutMS = node.Line, "main", 3, value.OfDict(), 0
	for i := 0; i < len(node.Content); i += 2 {
		key, body := node.Content[i].Value, node.Content[i+1]
		var err error
		if _, isVerb := verbs[key]; isVerb && s.Op == "" {
			s.Op = key
			err = s.verb(key, body)
		} else {
			err = s.member(key, body)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", body.Line, key, err)
		}
	}
	if s.Op == "" {
		return fmt.Errorf("line %d: a step without a verb", node.Line)
	}
	return nil
}

func (s *Step) verb(verb string, body *yaml.Node) error {
	switch verbs[verb] {
	case "name":
		return decode(body, &s.Name)
	case "future":
		return decode(body, &s.Future)
	case "slot":
		return decode(body, &s.Slot)
	case "conn":
		return decode(body, &s.Conn)
	case "value":
		return s.Value.UnmarshalYAML(body)
	case "raw":
		s.Raw = &RawMessage{}
		return decode(body, s.Raw)
	case "parallel":
		return decode(body, &s.Parallel)
	}
	return nil
}

func (s *Step) member(key string, body *yaml.Node) error {
	switch key {
	case "conn":
		return decode(body, &s.Conn)
	case "args":
		return decodeValues(body, &s.Args)
	case "kwargs":
		return s.Kwargs.UnmarshalYAML(body)
	case "value":
		return s.Value.UnmarshalYAML(body)
	case "key":
		return s.Key.UnmarshalYAML(body)
	case "future":
		return decode(body, &s.Future)
	case "slot":
		return decode(body, &s.Slot)
	case "arity":
		return decode(body, &s.Arity)
	case "reads":
		return decode(body, &s.Reads)
	case "timeout_ms":
		return decode(body, &s.TimeoutMS)
	case "differs":
		return decode(body, &s.Differs)
	}
	return s.Expect.member(key, body)
}

// UnmarshalYAML reads a difference: when, why and an expectation.
func (d *Difference) UnmarshalYAML(node *yaml.Node) error {
	for i := 0; i < len(node.Content); i += 2 {
		key, body := node.Content[i].Value, node.Content[i+1]
		var err error
		switch key {
		case "when":
			err = decode(body, &d.When)
		case "why":
			err = decode(body, &d.Why)
		default:
			err = d.Expect.member(key, body)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", body.Line, key, err)
		}
	}
	return nil
}

func (e *Expectation) member(key string, body *yaml.Node) error {
	e.given = true
	switch key {
	case "returns":
		e.Returns = &value.Value{}
		return e.Returns.UnmarshalYAML(body)
	case "remote":
		return decode(body, &e.Remote)
	case "started":
		return decode(body, &e.Started)
	case "raises":
		return e.raises(body)
	case "fails":
		return decodeOneOrMany(body, &e.Fails)
	case "gives":
		return decodeValues(body, &e.Events)
	case "calls":
		return decodeValues(body, &e.Seen)
	case "replies":
		e.Replies = &Reply{}
		return decode(body, e.Replies)
	case "shows":
		e.Inspect = &Inspected{}
		return decode(body, e.Inspect)
	case "anything":
		e.given = false
		return nil
	}
	return fmt.Errorf("unknown member")
}

func (e *Expectation) raises(body *yaml.Node) error {
	e.Raises = &Raised{}
	if body.Kind == yaml.ScalarNode {
		e.Raises.Class = body.Value
		return nil
	}
	if err := decode(body, e.Raises); err != nil {
		return err
	}
	for i := 0; i < len(body.Content); i += 2 {
		if body.Content[i].Value == "args" {
			return decodeValues(body.Content[i+1], &e.Raises.Args)
		}
	}
	return nil
}

// decodeValues reads a list of values, of which the YAML package would leave null out.
func decodeValues(body *yaml.Node, into *[]value.Value) error {
	var list value.Value
	if err := list.UnmarshalYAML(body); err != nil {
		return err
	}
	if list.Tag != value.List {
		return fmt.Errorf("line %d: not a list", body.Line)
	}
	*into = list.Items
	return nil
}

func decodeOneOrMany(body *yaml.Node, into *[]string) error {
	if body.Kind == yaml.ScalarNode {
		*into = []string{body.Value}
		return nil
	}
	return decode(body, into)
}

// UnmarshalYAML reads a pattern, in which a single value stands for a list of one.
func (p *Pattern) UnmarshalYAML(node *yaml.Node) error {
	*p = Pattern{}
	for i := 0; i < len(node.Content); i += 2 {
		var allowed []string
		if err := decodeOneOrMany(node.Content[i+1], &allowed); err != nil {
			return err
		}
		(*p)[node.Content[i].Value] = allowed
	}
	return nil
}
