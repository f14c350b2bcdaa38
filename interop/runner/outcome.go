package runner

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/value"
)

// Outcome is what a step came to.
type Outcome struct {
	// Kind is the member that the peer's result had: "returned", "remote", "started", "raised",
	// "failed", "events", "seen", or "done" for none of them; of the suite's own steps it is
	// "replied".
	Kind string
	// Value is what was returned, the events as a list, or the calls as a list.
	Value value.Value
	// Class, Args and Message describe an exception that the server raised.
	Class   string
	Args    value.Value
	Message value.Value
	// Failure is the kind of a failure on the client's side, Detail its words.
	Failure string
	Detail  string
}

// readOutcome reads a peer's result.
func readOutcome(text json.RawMessage) (Outcome, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return Outcome{}, err
	}
	read := func(name string, into any) error {
		if raw, ok := members[name]; ok {
			return json.Unmarshal(raw, into)
		}
		return nil
	}
	o := Outcome{Kind: "done"}
	for _, kind := range []string{"returned", "remote", "started", "raised", "failed", "events", "seen"} {
		if _, ok := members[kind]; ok {
			o.Kind = kind
		}
	}
	var err error
	switch o.Kind {
	case "returned", "events", "seen":
		err = o.Value.UnmarshalJSON(members[o.Kind])
	case "raised":
		if err = read("raised", &o.Class); err == nil {
			if err = o.Args.UnmarshalJSON(orNull(members["args"])); err == nil {
				err = o.Message.UnmarshalJSON(orNull(members["message"]))
			}
		}
	case "failed":
		if err = read("failed", &o.Failure); err == nil {
			err = read("message", &o.Detail)
		}
	}
	return o, err
}

func orNull(text json.RawMessage) json.RawMessage {
	if text == nil {
		return json.RawMessage("null")
	}
	return text
}

// String returns the outcome in one line.
func (o Outcome) String() string {
	switch o.Kind {
	case "returned", "events", "seen", "replied":
		return o.Kind + " " + o.Value.String()
	case "raised":
		return fmt.Sprintf("raised %s%s with message %s", o.Class, o.Args, o.Message)
	case "failed":
		return fmt.Sprintf("failed (%s): %s", o.Failure, o.Detail)
	}
	return o.Kind
}

// sameAs compares with what the original came to, leaving out what is in each side's own words.
func (o Outcome) sameAs(original Outcome, free bool) bool {
	if o.Kind != original.Kind {
		return false
	}
	switch o.Kind {
	case "raised":
		if free {
			return o.Class == original.Class
		}
		return o.Class == original.Class && value.Equal(o.Args, original.Args) && value.Equal(o.Message, original.Message)
	case "failed":
		return o.Failure == original.Failure
	case "returned", "events", "seen", "replied":
		return value.Equal(o.Value, original.Value)
	}
	return true
}

// check says in what the outcome is not what is expected, or nothing.
func (o Outcome) check(e suite.Expectation) string {
	switch {
	case !e.Given():
		if o.Kind == "failed" {
			return "unexpectedly " + o.String()
		}
	case e.Returns != nil:
		return o.checkValue("returned", *e.Returns)
	case e.Remote:
		return o.checkKind("remote")
	case e.Started:
		return o.checkKind("started")
	case e.Raises != nil:
		return o.checkRaised(e.Raises)
	case e.Fails != nil:
		if o.Kind != "failed" || !slices.Contains(e.Fails, o.Failure) {
			return fmt.Sprintf("expected to fail (%s), but %s", strings.Join(e.Fails, " or "), o)
		}
	case e.Events != nil:
		return o.checkValue("events", value.OfList(e.Events...))
	case e.Seen != nil:
		return o.checkValue("seen", value.OfList(e.Seen...))
	case e.Inspect != nil:
		return o.checkInspect(e.Inspect)
	}
	return ""
}

func (o Outcome) checkKind(kind string) string {
	if o.Kind != kind {
		return fmt.Sprintf("expected %s, but %s", kind, o)
	}
	return ""
}

func (o Outcome) checkValue(kind string, want value.Value) string {
	if o.Kind != kind || !value.Equal(o.Value, want) {
		return fmt.Sprintf("expected %s %s, but %s", kind, want, o)
	}
	return ""
}

func (o Outcome) checkRaised(want *suite.Raised) string {
	if o.Kind != "raised" || o.Class != want.Class {
		return fmt.Sprintf("expected to raise %s, but %s", want.Class, o)
	}
	if want.Args != nil && !value.Equal(o.Args, value.OfTuple(want.Args...)) {
		return fmt.Sprintf("expected to raise %s%s, but %s", want.Class, value.OfTuple(want.Args...), o)
	}
	return ""
}

// checkInspect looks at a 2-tuple of sets of names.
func (o Outcome) checkInspect(want *suite.Inspected) string {
	if o.Kind != "returned" || len(o.Value.Items) != 2 {
		return fmt.Sprintf("expected two collections of names, but %s", o)
	}
	names := map[string]bool{}
	for _, item := range o.Value.Items[0].Items {
		names[item.Text] = true
	}
	for _, name := range want.Has {
		if !names[name] {
			return fmt.Sprintf("expected %q among the names, but %s", name, o)
		}
	}
	for _, name := range want.Lacks {
		if names[name] {
			return fmt.Sprintf("expected %q not to be among the names, but %s", name, o)
		}
	}
	return ""
}
