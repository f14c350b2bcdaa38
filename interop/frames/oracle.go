package frames

import (
	"fmt"
	"strings"
	"sync"
)

// Oracle holds what the original said, by case and cell. Its methods may be called from any goroutine.
type Oracle struct {
	mu         sync.Mutex
	recordings map[string]*Recording
}

// Store keeps a recording under a name.
func (o *Oracle) Store(name string, r *Recording) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.recordings == nil {
		o.recordings = map[string]*Recording{}
	}
	o.recordings[name] = r
}

// Load returns the recording of that name, or nil.
func (o *Oracle) Load(name string) *Recording {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.recordings[name]
}

// Reference finds the recording that a message has to be compared with, and the serializer's name to be put into its
// frames; nil when there is none.
type Reference func(m *Message, fromClient bool) (recording *Recording, serializer string)

// CompareStep compares what was said in a step with the original's. Which requests a client makes is its own affair,
// as long as each is one that the original makes in the same step; the replies to them must be the same.
func CompareStep(label string, got *Step, find Reference, replies bool) (Counts, []Difference) {
	c := comparison{label: label, find: find}
	for _, e := range got.Exchanges {
		at := c.request(e.Request)
		if replies {
			c.reply(e, at)
		}
	}
	for _, m := range got.Notifications {
		c.notification(m)
	}
	return c.counts, c.differences
}

type comparison struct {
	label       string
	find        Reference
	counts      Counts
	differences []Difference
}

// request compares a request and returns which of the step's exchanges it is, or -1.
func (c *comparison) request(m *Message) int {
	c.problems(m)
	recording, serializer := c.find(m, true)
	if recording == nil || recording.Steps[c.label] == nil {
		c.counts.NoReference++
		return -1
	}
	var nearest *Message
	for i, e := range recording.Steps[c.label].Exchanges {
		want := e.Request.named(serializer)
		if same, exact := Same(m, want); same {
			c.same(exact)
			return i
		}
		nearest = want
	}
	c.different("the original sends no such request", m, nearest)
	return -1
}

func (c *comparison) reply(e Exchange, at int) {
	if e.Reply == nil {
		return
	}
	c.problems(e.Reply)
	recording, serializer := c.find(e.Reply, false)
	if at < 0 || recording == nil || recording.Steps[c.label] == nil || at >= len(recording.Steps[c.label].Exchanges) {
		c.counts.NoReference++
		return
	}
	want := recording.Steps[c.label].Exchanges[at].Reply
	if want == nil {
		c.counts.NoReference++
		return
	}
	c.compare(e.Reply, want.named(serializer), "the original replies otherwise")
}

// notification compares a notification with all of the original's: their order is that of the events that came of them,
// and futures have none.
func (c *comparison) notification(m *Message) {
	c.problems(m)
	recording, serializer := c.find(m, false)
	if recording == nil || recording.Steps[c.label] == nil {
		c.counts.NoReference++
		return
	}
	var nearest *Message
	for _, published := range recording.Steps[c.label].Notifications {
		want := published.named(serializer)
		if same, exact := Same(m, want); same {
			c.same(exact)
			return
		}
		nearest = want
	}
	c.different("the original publishes no such notification", m, nearest)
}

func (c *comparison) compare(got, want *Message, problem string) {
	if same, exact := Same(got, want); same {
		c.same(exact)
		return
	}
	c.different(problem, got, want)
}

func (c *comparison) same(exact bool) {
	if exact {
		c.counts.Exact++
	} else {
		c.counts.SetOrder++
	}
}

func (c *comparison) different(problem string, got, want *Message) {
	c.counts.Different++
	d := Difference{Problem: fmt.Sprintf("%s: %s", got.Kind, problem), Got: Describe(got)}
	if want != nil {
		d.Want = Describe(want)
	}
	c.differences = append(c.differences, d)
}

func (c *comparison) problems(m *Message) {
	for _, problem := range m.Problems {
		c.differences = append(c.differences, Difference{Problem: fmt.Sprintf("%s: %s", m.Kind, problem), Got: Describe(m)})
	}
}

// named returns the message with another serializer's name, where one is given.
func (m *Message) named(serializer string) *Message {
	if serializer == "" || len(m.Frames) < 2 {
		return m
	}
	renamed := *m
	renamed.Frames = append([][]byte(nil), m.Frames...)
	renamed.Frames[1] = []byte(serializer)
	return &renamed
}

// PickleProtocol returns the protocol that a message's content says that it is pickled with, or false when it is no
// pickle or says nothing.
func (m *Message) PickleProtocol() (int, bool) {
	if len(m.Frames) < 3 || !strings.HasPrefix(string(m.Frames[1]), "pickle") {
		return 0, false
	}
	content := m.Frames[2]
	if len(content) < 2 || content[0] != 0x80 {
		return 0, false
	}
	return int(content[1]), true
}

// MissingPrefixes returns the subscriptions that the original makes in a case and this recording lacks, and those that
// it has beyond.
func MissingPrefixes(got, want *Recording) (missing, beyond []string) {
	for prefix := range want.Prefixes {
		if !got.Prefixes[prefix] {
			missing = append(missing, prefix)
		}
	}
	for prefix := range got.Prefixes {
		if !want.Prefixes[prefix] {
			beyond = append(beyond, prefix)
		}
	}
	return missing, beyond
}
