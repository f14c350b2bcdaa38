package frames

import (
	"bytes"
	"crypto/hmac"
	"fmt"
	"regexp"
	"strings"

	"github.com/pizco-go/pizco/interop/tap"
)

// World is what has to be known of a recording.
type World struct {
	// RepEndpoint and PubEndpoint are the server's own.
	RepEndpoint, PubEndpoint string
	// ServerKey and ClientKey sign what each side sends; empty for none.
	ServerKey, ClientKey string
}

// Message is a message whose endpoints, id and signature are put away.
type Message struct {
	Kind   tap.Kind
	Frames [][]byte
	// Raw are the frames as they were sent.
	Raw [][]byte
	// Problems are what was wrong with the parts that were put away.
	Problems []string
}

// Exchange is a request and its reply. The reply is nil when there was none.
type Exchange struct{ Request, Reply *Message }

// Step is what was said during a step.
type Step struct {
	Exchanges     []Exchange
	Notifications []*Message
}

// Recording is what was sent during a case: steps by their labels, and the prefixes that were
// subscribed to. Notifications arrive at any time, so the notifications of all steps are under the
// empty label.
type Recording struct {
	Steps    map[string]*Step
	Prefixes map[string]bool
}

// Hidden is the label of what the runner has peers say for itself, which is not recorded.
const Hidden = "hidden"

// probePrefix begins the topics of the notifications that the runner has sent for itself.
const probePrefix = "probe_"

// probes is how many of those topics there are.
const probes = 8

// ProbeTopic returns the nth topic of the notifications that the runner has sent for itself. They
// take turns: the original may be slow to notice that a client has unsubscribed, and late
// notifications disturb it.
func ProbeTopic(n int) string {
	return probePrefix + string(rune('a'+n%probes))
}

const (
	idPrefix = "urn:uuid:"
	idLength = len(idPrefix) + 36
)

var idPattern = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// Normalise puts away what can never be the same.
func Normalise(messages []tap.Message, world World) *Recording {
	n := normaliser{world: world, ids: map[string]string{}, out: &Recording{Steps: map[string]*Step{}, Prefixes: map[string]bool{}}}
	for _, m := range messages {
		if m.Kind == tap.Request && len(m.Frames) > 3 {
			// All requests of a step share one id, since a client may ask for more than another on
			// the way.
			n.ids[string(m.Frames[3])] = placeholderID(m.Label)
		}
	}
	for _, m := range messages {
		n.add(m)
	}
	return n.out
}

// isHidden reports whether a topic is the runner's, or begins with underscores, which agents use
// for themselves. Topics of futures are not hidden.
func isHidden(header []byte) bool {
	topic := header[bytes.LastIndexByte(header, '+')+1:]
	return bytes.HasPrefix(topic, []byte(probePrefix)) || bytes.HasPrefix(topic, []byte("__")) && string(topic) != "__future__"
}

// ofAnother reports whether a notification is of a future that no request of this recording
// started: a late one of an earlier case, whose subscribers are still there.
func (n *normaliser) ofAnother(m tap.Message) bool {
	if len(m.Frames) < 3 || !bytes.HasSuffix(m.Frames[0], []byte("+__future__")) {
		return false
	}
	for id := range n.ids {
		if bytes.Contains(m.Frames[2], []byte(id)) {
			return false
		}
	}
	return true
}

func placeholderID(label string) string {
	sum := 0
	for _, c := range label {
		sum = sum*10 + int(c-'0')
	}
	return fmt.Sprintf("%s00000000-0000-4000-8000-%012d", idPrefix, sum&0xffffff)
}

type normaliser struct {
	world World
	ids   map[string]string
	out   *Recording
}

func (n *normaliser) add(m tap.Message) {
	label := m.Label
	switch {
	case m.Kind == tap.Subscribe && !isHidden(m.Frames[0]):
		n.out.Prefixes[string(n.endpoints(m.Frames[0]))] = true
		return
	case m.Kind == tap.Subscribe, m.Kind == tap.Unsubscribe:
		return
	case m.Kind == tap.Notification && isHidden(m.Frames[0]), m.Kind != tap.Notification && label == Hidden:
		return
	case m.Kind == tap.Notification && n.ofAnother(m):
		return
	case m.Kind == tap.Notification:
		label = ""
	}
	step := n.out.Steps[label]
	if step == nil {
		step = &Step{}
		n.out.Steps[label] = step
	}
	normal := n.message(m)
	switch m.Kind {
	case tap.Request:
		step.Exchanges = append(step.Exchanges, Exchange{Request: normal})
	case tap.Reply:
		n.reply(step, m, normal)
	default:
		step.Notifications = append(step.Notifications, normal)
	}
}

// reply finds the request that the reply is for: the one with its id, else the oldest that has
// none.
func (n *normaliser) reply(step *Step, m tap.Message, normal *Message) {
	for i := range step.Exchanges {
		e := &step.Exchanges[i]
		if e.Reply == nil && len(m.Frames) > 3 && len(e.Request.Raw) > 3 && bytes.Equal(m.Frames[3], e.Request.Raw[3]) {
			e.Reply = normal
			return
		}
	}
	normal.Problems = append(normal.Problems, "the reply has the id of no request of this step")
	for i := range step.Exchanges {
		if step.Exchanges[i].Reply == nil {
			step.Exchanges[i].Reply = normal
			return
		}
	}
	step.Exchanges = append(step.Exchanges, Exchange{Request: &Message{Kind: tap.Request}, Reply: normal})
}

func (n *normaliser) message(m tap.Message) *Message {
	out := &Message{Kind: m.Kind, Raw: m.Frames}
	problem := func(format string, args ...any) { out.Problems = append(out.Problems, fmt.Sprintf(format, args...)) }
	for _, frame := range m.Frames {
		out.Frames = append(out.Frames, n.endpoints(n.messageIDs(frame)))
	}
	if len(m.Frames) != 5 {
		problem("%d frames, not 5", len(m.Frames))
		return out
	}
	key := n.world.ServerKey
	if m.Kind == tap.Request {
		key = n.world.ClientKey
	}
	switch {
	case key == "" && len(m.Frames[4]) != 0:
		problem("a signature where there is no key")
	case key != "" && !hmac.Equal(tap.Signature([]byte(key), m.Frames[:4]), m.Frames[4]):
		problem("a wrong signature")
	case key != "":
		out.Frames[4] = []byte("<signed>")
	}
	if !idPattern.Match(m.Frames[3]) {
		problem("the message id %q is no urn of a UUID of version 4", m.Frames[3])
	} else if m.Kind == tap.Notification {
		out.Frames[3] = []byte("<id>")
	}
	sender, rest, problemText := splitHeader(m.Frames[0])
	switch {
	case problemText != "":
		problem("%s", problemText)
	case m.Kind == tap.Request:
		if !strings.Contains(sender, "://") {
			problem("the sender %q is no endpoint", sender)
		}
		out.Frames[0] = []byte("PZC00+<client>+" + rest)
	case sender != n.world.RepEndpoint:
		problem("the sender is %q, and not the server's endpoint %q", sender, n.world.RepEndpoint)
	}
	return out
}

func splitHeader(header []byte) (sender, topic, problem string) {
	parts := strings.Split(string(header), "+")
	if len(parts) != 3 || parts[0] != "PZC00" {
		return "", "", fmt.Sprintf("the header %q is not PZC00+sender+topic", header)
	}
	return parts[1], parts[2], ""
}

// endpoints puts text of the same length in the place of the server's endpoints.
func (n *normaliser) endpoints(b []byte) []byte {
	b = bytes.ReplaceAll(b, []byte(n.world.RepEndpoint), placeholder('R', n.world.RepEndpoint))
	return bytes.ReplaceAll(b, []byte(n.world.PubEndpoint), placeholder('P', n.world.PubEndpoint))
}

func placeholder(fill byte, endpoint string) []byte {
	return bytes.Repeat([]byte{fill}, len(endpoint))
}

// messageIDs puts the placeholders in the place of the ids of requests, wherever they are.
func (n *normaliser) messageIDs(b []byte) []byte {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(idPrefix))
		if i < 0 || at+i+idLength > len(b) {
			return b
		}
		at += i
		if known, ok := n.ids[string(b[at:at+idLength])]; ok {
			b = bytes.ReplaceAll(b, b[at:at+idLength], []byte(known))
		}
		at += idLength
	}
}
