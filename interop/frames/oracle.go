package frames

import (
	"fmt"
	"strings"
	"sync"
)

// Oracle holds what the original said, by case and cell. Its methods may be called from any
// goroutine.
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

// Candidate is a recording of the original's that a message may be compared with. Serializer, if
// not empty, is the name to be put into the recording's frames.
type Candidate struct {
	Recording  *Recording
	Serializer string
}

// Reference returns the recordings that a message is compared with; a nil recording is skipped. If
// strict is set, the message must be the same as in one of them. Otherwise a message that is in
// none of them has no reference.
type Reference func(m *Message, fromClient bool) (candidates []Candidate, strict bool)

// CompareStep compares what was said in a step with the original's. A client may choose its
// requests, as long as the original makes each of them in the same step. The replies to them must
// be the same.
func CompareStep(label string, got *Step, find Reference, replies bool) (Counts, []Difference) {
	c := comparison{label: label, find: find}
	for _, e := range got.Exchanges {
		at := c.request(e.Request)
		if replies {
			c.reply(e, at)
		}
	}
	for _, m := range got.Notifications {
		c.problems(m)
		c.among(m, false, "the original publishes no such notification", func(s *Step) []*Message { return s.Notifications })
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
	problem := "the original sends no such request"
	if isGet(m) {
		problem = "" // whether an attribute is asked for depends on what the server's inspect lists
	}
	return c.among(m, true, problem, func(s *Step) []*Message {
		requests := make([]*Message, len(s.Exchanges))
		for i, e := range s.Exchanges {
			requests[i] = e.Request
		}
		return requests
	})
}

// isGet reports whether a request is a PSMessage of the action get.
func isGet(m *Message) bool {
	content, err := Content(m.Frames)
	return err == nil && len(content.Items) == 3 && content.Items[1].Text == "get"
}

// reply compares the reply to what is the step's exchange of that index in the original.
func (c *comparison) reply(e Exchange, at int) {
	if e.Reply == nil {
		return
	}
	c.problems(e.Reply)
	if at < 0 {
		c.counts.NoReference++
		return
	}
	c.among(e.Reply, false, "the original replies otherwise", func(s *Step) []*Message {
		if at >= len(s.Exchanges) || s.Exchanges[at].Reply == nil {
			return nil
		}
		return []*Message{s.Exchanges[at].Reply}
	})
}

// among looks for a message among the original's, and returns its index, or -1. If problem is
// empty, a message that is not found counts as one without a reference.
func (c *comparison) among(m *Message, fromClient bool, problem string, of func(*Step) []*Message) int {
	var nearest *Message
	candidates, strict := c.find(m, fromClient)
	for n, candidate := range candidates {
		if candidate.Recording == nil || candidate.Recording.Steps[c.label] == nil {
			continue
		}
		for i, sent := range of(candidate.Recording.Steps[c.label]) {
			want := sent.named(candidate.Serializer)
			if same, exact := Same(m, want); same {
				c.same(exact)
				return i
			}
			if nearest == nil || i == 0 && n == 0 {
				nearest = want
			}
		}
	}
	if nearest == nil || problem == "" || !strict {
		c.counts.NoReference++
	} else {
		c.different(problem, m, nearest)
	}
	return -1
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
	c.differences = append(c.differences, Difference{
		Problem: fmt.Sprintf("%s: %s", got.Kind, problem), Got: Describe(got), Want: Describe(want),
	})
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

// PickleProtocol returns the protocol that a message's content says that it is pickled with, or
// false when it is no pickle or says nothing.
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

// MissingPrefixes returns the subscriptions that this recording lacks, and the ones that only it
// has.
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
