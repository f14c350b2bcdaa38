package suite

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/pizco-go/pizco/interop/value"
)

// File is a file of cases of one area.
type File struct {
	Area  string `yaml:"area"`
	About string `yaml:"about"`
	// FramesFree lists cells in which frames are not compared, with reasons.
	FramesFree []Exception `yaml:"frames_free"`
	Cases      []Case      `yaml:"cases"`
	Values     []ValueCase `yaml:"values"`
}

// Case is what a client does, and what both sides must see.
type Case struct {
	// Area is the file's area.
	Area  string `yaml:"-"`
	Name  string `yaml:"name"`
	About string `yaml:"about"`
	// Only picks the cells that the case runs in; Why says why not in others.
	Only Pattern `yaml:"only"`
	Why  string  `yaml:"why"`
	// Not lists cells that the case does not run in, with reasons.
	Not []Exception `yaml:"not"`
	// Needs lists features that the peers' hello must name.
	Needs []string `yaml:"needs"`
	// Server, if given, has the case served by a server of its own.
	Server *ServerSpec `yaml:"server"`
	// Adversary, if given, stands in the server's place.
	Adversary *Adversary `yaml:"adversary"`
	// Mixes are pairs of the client's and the server's serializer; the case is run once for each.
	Mixes [][2]string `yaml:"mixes"`
	// Frames is "exact" (the default), "free" or "any", and FramesWhy says why. "free" frames are not
	// compared with the original's, but must be good messages; "any" frames need not be good messages.
	Frames    string `yaml:"frames"`
	FramesWhy string `yaml:"frames_why"`
	Steps     []Step `yaml:"steps"`

	// Mix is the pair of Mixes that this case is for.
	Mix [2]string `yaml:"-"`

	framesFree []Exception // the file's
}

// FramesAreFree reports whether frames are not compared with the original's in a cell.
func (c *Case) FramesAreFree(cell Cell) bool {
	return c.Frames == "free" || slices.ContainsFunc(c.framesFree, func(e Exception) bool { return e.When.Matches(cell) })
}

// ID returns the name of the case with its area.
func (c *Case) ID() string { return c.Area + "/" + c.Name }

// ValueCase is a value that is sent there and back.
type ValueCase struct {
	Name      string      `yaml:"name"`
	Value     value.Value `yaml:"value"`
	Not       []Exception `yaml:"not"`
	Needs     []string    `yaml:"needs"`
	Frames    string      `yaml:"frames"`
	FramesWhy string      `yaml:"frames_why"`
}

// Exception is a pattern of cells with a reason.
type Exception struct {
	When Pattern `yaml:"when"`
	Why  string  `yaml:"why"`
}

// ServerSpec describes a server that a case needs for itself.
type ServerSpec struct {
	// Object is "bench" (the default) or "nothing".
	Object string `yaml:"object"`
	// Key and ClientKey replace the cell's, where they are given.
	Key       *string `yaml:"key"`
	ClientKey *string `yaml:"client_key"`
	// Bind is "any" where the server listens on every interface, and not only on its own.
	Bind Host `yaml:"bind"`
	// Dial is how clients call the server's host, and Advertise how the server itself does:
	// "address" or "alias", another name for the same. Where they are empty, both take what the
	// server binds.
	Dial      Host `yaml:"dial"`
	Advertise Host `yaml:"advertise"`
}

// Host is a way to name the server's host.
type Host string

// The ways to name a host. An empty Host is the default way.
const (
	AnyInterface Host = "any"
	Address      Host = "address"
	Alias        Host = "alias"
)

// NamesHost reports whether a server is to be reached in a way of its own. No tap stands in front
// of such one.
func (s *ServerSpec) NamesHost() bool { return s.Bind != "" || s.Dial != "" || s.Advertise != "" }

// NeedsAlias reports whether the server's host must have another name.
func (s *ServerSpec) NeedsAlias() bool { return s.Dial == Alias || s.Advertise == Alias }

// Expectation is what a step must come to. Exactly one member is given, or none where nothing is
// expected.
type Expectation struct {
	Returns *value.Value
	Remote  bool
	Started bool
	Raises  *Raised
	Fails   []string
	Events  []value.Value
	Seen    []value.Value
	Replies *Reply
	Inspect *Inspected
	given   bool
}

// Given reports whether there is any expectation.
func (e *Expectation) Given() bool { return e.given }

// Raised is an exception that the server raised.
type Raised struct {
	Class string `yaml:"class"`
	// Args are the arguments; nil leaves them to the oracle.
	Args []value.Value `yaml:"-"`
	// Free is set when arguments and message may differ between implementations.
	Free bool `yaml:"free"`
	// FreeState is set when the exception's state beside its arguments may differ between
	// implementations.
	FreeState bool `yaml:"free_state"`
}

// Inspected lists names that inspect must and must not show.
type Inspected struct {
	Has   []string `yaml:"has"`
	Lacks []string `yaml:"lacks"`
}

// Difference is another expectation in some cells.
type Difference struct {
	When   Pattern
	Why    string
	Expect Expectation
}

// Step is one thing that is done, by the client unless the verb is one of the server's.
type Step struct {
	// Op is the verb.
	Op string
	// Conn is the connection, "main" by default.
	Conn string
	// Name is the attribute, method or signal.
	Name   string
	Args   []value.Value
	Kwargs value.Value
	Value  value.Value
	Key    value.Value
	Future string
	Slot   string
	Arity  int
	// Reads is the attribute that the slot reads from its own connection for each event.
	Reads string
	// TimeoutMS is how long connect's connection waits for answers.
	TimeoutMS int
	// Raw is a message of the suite's own.
	Raw *RawMessage
	// Parallel are steps that are done at the same time, each connection's in their order.
	Parallel []Step
	Expect   Expectation
	Differs  []Difference
	// Line is where the step stands in its file.
	Line int
}

// Expectation returns what is expected in a cell.
func (s *Step) Expectation(c Cell) *Expectation {
	for i := range s.Differs {
		if s.Differs[i].When.Matches(c) {
			return &s.Differs[i].Expect
		}
	}
	return &s.Expect
}

// Title returns the step in one line.
func (s *Step) Title() string {
	title := s.Op
	if s.Conn != "" && s.Conn != "main" {
		title += " (" + s.Conn + ")"
	}
	if s.Name != "" {
		title += " " + s.Name
	}
	if len(s.Args) > 0 {
		title += " " + value.OfTuple(s.Args...).String()
	}
	if len(s.Kwargs.Pairs) > 0 {
		title += " " + s.Kwargs.String()
	}
	for _, v := range []value.Value{s.Key, s.Value} {
		if v.Tag != "" {
			title += " " + v.String()
		}
	}
	return title
}

// expandValues makes a case of each value.
func (f *File) expandValues() {
	for _, v := range f.Values {
		if v.Value.Tag == "" {
			v.Value = value.Nil // the YAML package leaves null out
		}
		seen := value.OfList(value.OfString("same"), value.OfTuple(v.Value), value.OfDict())
		f.Cases = append(f.Cases, Case{
			Name: v.Name, About: "there and back", Not: v.Not, Needs: v.Needs, Frames: v.Frames, FramesWhy: v.FramesWhy,
			Steps: []Step{
				{Op: "call", Conn: "main", Name: "same", Args: []value.Value{v.Value}, Kwargs: value.OfDict(), Expect: Expectation{Returns: &v.Value, given: true}},
				{Op: "seen", Expect: Expectation{Seen: []value.Value{seen}, given: true}},
			},
		})
	}
	f.Values = nil
}

// expandMixes makes a case of each pair of serializers.
func (f *File) expandMixes() {
	var cases []Case
	for _, c := range f.Cases {
		if len(c.Mixes) == 0 {
			cases = append(cases, c)
			continue
		}
		for _, mix := range c.Mixes {
			mixed := c
			mixed.Name = fmt.Sprintf("%s-%s-to-%s", c.Name, mix[0], mix[1])
			mixed.Mix = mix
			if mixed.Server == nil {
				mixed.Server = &ServerSpec{}
			}
			cases = append(cases, mixed)
		}
	}
	f.Cases = cases
}

// decode reads a YAML node that the schema has already accepted.
func decode(node *yaml.Node, into any) error {
	if err := node.Decode(into); err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	return nil
}
