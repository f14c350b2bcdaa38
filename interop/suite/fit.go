package suite

import (
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/interop/value"
)

// Settings are what a case runs with in a cell.
type Settings struct {
	// Request is the client's serializer, Server the server's, Reply the one that answers are
	// written in.
	Request, Server, Reply string
	// Key is the server's, ClientKey the client's.
	Key, ClientKey string
	// Inspect reports whether a client may ask for the list of attributes.
	Inspect bool
}

// Settings returns what the case runs with in a cell.
func (c *Case) Settings(cell Cell) Settings {
	s := Settings{Request: cell.Serializer, Server: cell.Serializer, Key: cell.Key(), ClientKey: cell.Key()}
	if c.Mix[0] != "" {
		s.Request, s.Server = c.Mix[0], c.Mix[1]
	}
	if spec := c.Server; spec != nil {
		if spec.Key != nil {
			s.Key = *spec.Key
		}
		if spec.ClientKey != nil {
			s.ClientKey = *spec.ClientKey
		}
	}
	s.Reply = ReplySerializer(cell.Server, s.Request, s.Server)
	s.Inspect = c.Adversary != nil || !(isJSON(s.Reply) && IsOriginal(cell.Server))
	return s
}

// Excluded says why a case cannot run in a cell, or nothing.
func (c *Case) Excluded(cell Cell) string {
	if c.Only != nil && !c.Only.Matches(cell) {
		return c.Why
	}
	for _, not := range c.Not {
		if not.When.Matches(cell) {
			return not.Why
		}
	}
	if reason := c.needless(cell); reason != "" {
		return reason
	}
	s := c.Settings(cell)
	for _, serializer := range []string{s.Request, s.Server} {
		probe := cell
		probe.Serializer = serializer
		if reason := probe.impossible(); reason != "" {
			return reason
		}
	}
	for i := range c.Steps {
		if reason := c.Steps[i].excluded(cell, s); reason != "" {
			return reason
		}
	}
	return ""
}

// needless says why a case would only repeat in a cell what it does in another.
func (c *Case) needless(cell Cell) string {
	switch {
	case c.Mix[0] != "" && cell.Serializer != "pickle":
		return "the case names its own serializers: it runs where the axis says pickle"
	case c.Adversary != nil && (cell.Client != cell.Server || cell.Transport != "tcp" || cell.Dialect != "0.1"):
		return "the suite stands in for the server: it runs where client and server are the same, over tcp"
	case c.isRaw() && (cell.Client != cell.Server || cell.Transport != "tcp" || cell.Dialect != "0.1"):
		return "the suite stands in for the client: it runs where client and server are the same, over tcp"
	}
	return ""
}

func (c *Case) isRaw() bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Op == "raw" })
}

func (s *Step) excluded(cell Cell, set Settings) string {
	for i := range s.Parallel {
		if reason := s.Parallel[i].excluded(cell, set); reason != "" {
			return reason
		}
	}
	if s.Op == "act" || s.Op == "poke" || s.Op == "peek" || s.Op == "raw" {
		return ""
	}
	if isJSON(set.Request) {
		for _, v := range slices.Concat(s.Args, []value.Value{s.Kwargs, s.Value, s.Key}) {
			if v.Tag == "" {
				continue
			}
			if _, err := value.ThroughJSON(v); err != nil {
				return err.Error()
			}
		}
	}
	return s.unanswerable(cell, set)
}

// unanswerable says why the answer that is expected cannot be written.
func (s *Step) unanswerable(cell Cell, set Settings) string {
	expect := s.Expectation(cell)
	if (s.Op == "subscribe" || s.Op == "start") && !cell.Notifies() {
		return "with pyzmq after version 16, the original's proxies get no notifications over inproc"
	}
	if isJSON(set.Reply) && IsOriginal(cell.Server) && (expect.Raises != nil || expect.Inspect != nil) {
		return "the original cannot write exceptions and sets in json: its socket never answers again"
	}
	if expect.Raises != nil && isJSON(set.Reply) && IsOriginal(cell.Client) {
		return "the original's proxy cannot raise what json can say of an exception"
	}
	if expect.Returns != nil && isJSON(set.Reply) {
		if _, err := value.ThroughJSON(*expect.Returns); err != nil {
			return err.Error()
		}
	}
	if s.Op == "events" && isJSON(set.Server) {
		for _, event := range expect.Events {
			if _, err := value.ThroughJSON(event); err != nil {
				return err.Error()
			}
		}
	}
	return ""
}

// Projected returns the expectation as it is after the values have been through the case's
// serializers.
func (s *Step) Projected(cell Cell, set Settings) (Expectation, error) {
	e := *s.Expectation(cell)
	var err error
	switch {
	case e.Returns != nil && s.Op != "peek" && s.Op != "act":
		v := *e.Returns
		if isJSON(set.Reply) {
			v, err = value.ThroughJSON(v)
		}
		e.Returns = &v
	case s.Op == "events" && isJSON(set.Server):
		e.Events, err = eachItem(e.Events)
	case s.Op == "seen" && isJSON(set.Request):
		e.Seen, err = seenThroughJSON(e.Seen)
	}
	return e, err
}

// eachItem sends the items of tuples through json, not the tuples.
func eachItem(tuples []value.Value) ([]value.Value, error) {
	out := make([]value.Value, len(tuples))
	for i, tuple := range tuples {
		projected, err := value.ThroughJSON(tuple)
		if err != nil {
			return nil, err
		}
		out[i] = value.Value{Tag: tuple.Tag, Items: projected.Items}
	}
	return out, nil
}

// seenThroughJSON sends what calls are expected through json: [name, arguments, keyword arguments].
func seenThroughJSON(calls []value.Value) ([]value.Value, error) {
	out := make([]value.Value, len(calls))
	for i, call := range calls {
		if len(call.Items) != 3 {
			return nil, fmt.Errorf("pizco/interop: a call is [name, arguments, keyword arguments]")
		}
		args, err := eachItem([]value.Value{call.Items[1]})
		if err != nil {
			return nil, err
		}
		kwargs, err := value.ThroughJSON(call.Items[2])
		if err != nil {
			return nil, err
		}
		out[i] = value.OfList(call.Items[0], args[0], kwargs)
	}
	return out, nil
}
