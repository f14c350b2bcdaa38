package frames_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/tap"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

const (
	rep = "tcp://127.0.0.1:40001"
	pub = "tcp://127.0.0.1:40002"
	id  = "urn:uuid:12345678-1234-4678-9234-567812345678"
)

// message returns the frames of a message, signed when there is a key.
func message(sender, topic, content, id, key string) [][]byte {
	m := [][]byte{[]byte("PZC00+" + sender + "+" + topic), []byte("json"), []byte(content), []byte(id)}
	if key == "" {
		return append(m, nil)
	}
	return append(m, tap.Signature([]byte(key), m))
}

// signed returns a message of these frames with the signature that they need.
func signed(header []byte, others ...[]byte) [][]byte {
	m := append([][]byte{header}, others...)
	return append(m, tap.Signature([]byte("key"), m))
}

func world(key string) frames.World {
	return frames.World{RepEndpoint: rep, PubEndpoint: pub, ServerKey: key, ClientKey: key}
}

// TestNormalise puts endpoints, ids and signatures of a request and its reply away.
func TestNormalise(t *testing.T) {
	for _, key := range []string{"", "key"} {
		r := frames.Normalise([]tap.Message{
			{Kind: tap.Request, Label: "1", Frames: message("tcp://127.0.0.1:5", "", `"info"`, id, key)},
			{Kind: tap.Reply, Label: "1", Frames: message(rep, "", `{"rep_endpoint": "`+rep+`", "id": "`+id+`"}`, id, key)},
			{Kind: tap.Subscribe, Label: "1", Frames: [][]byte{[]byte("PZC00+" + rep + "+measured")}},
			{Kind: tap.Subscribe, Label: "1", Frames: [][]byte{[]byte("PZC00+" + rep + "+" + frames.ProbeTopic(3))}},
			{Kind: tap.Request, Label: frames.Hidden, Frames: message("tcp://127.0.0.1:5", "", `1`, id, key)},
		}, world(key))
		if len(r.Steps) != 1 || len(r.Steps["1"].Exchanges) != 1 {
			t.Fatalf("steps %+v", r.Steps)
		}
		e := r.Steps["1"].Exchanges[0]
		if len(e.Request.Problems)+len(e.Reply.Problems) > 0 {
			t.Errorf("problems %q, %q", e.Request.Problems, e.Reply.Problems)
		}
		content := string(e.Reply.Frames[2])
		if strings.Contains(content, rep) || strings.Contains(content, id) || len(content) != len(`{"rep_endpoint": "`+rep+`", "id": "`+id+`"}`) {
			t.Errorf("the content is %s", content)
		}
		if want := "PZC00+" + strings.Repeat("R", len(rep)) + "+measured"; len(r.Prefixes) != 1 || !r.Prefixes[want] {
			t.Errorf("subscribed to %v", r.Prefixes)
		}
	}
}

// TestProblems breaks each part that is put away; each must be found out.
func TestProblems(t *testing.T) {
	good := func() [][]byte { return message(rep, "", `1`, id, "key") }
	for _, tt := range []struct {
		name, problem string
		frames        [][]byte
	}{
		{"four frames", "4 frames, not 5", good()[:4]},
		{"another sender", "the sender is", message("tcp://127.0.0.1:40009", "", `1`, id, "key")},
		{"another magic", "not PZC00", signed([]byte("PZC01+"+rep+"+"), good()[1:4]...)},
		{"a plus in the topic", "not PZC00", message(rep, "a+b", `1`, id, "key")},
		{"an id of version 1", "no urn", message(rep, "", `1`, "urn:uuid:12345678-1234-1678-9234-567812345678", "key")},
		{"another key", "wrong signature", message(rep, "", `1`, id, "yek")},
		{"no signature", "wrong signature", message(rep, "", `1`, id, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := frames.Normalise([]tap.Message{{Kind: tap.Notification, Frames: tt.frames}}, world("key"))
			if problems := r.Steps[""].Notifications[0].Problems; len(problems) == 0 || !strings.Contains(problems[0], tt.problem) {
				t.Errorf("problems %q", problems)
			}
		})
	}
	r := frames.Normalise([]tap.Message{{Kind: tap.Notification, Frames: good()}}, world(""))
	if problems := r.Steps[""].Notifications[0].Problems; len(problems) != 1 || !strings.Contains(problems[0], "no key") {
		t.Errorf("signed without a key: %q", problems)
	}
}

// exchange records a request and its reply.
func exchange(request, reply, replyID string) *frames.Step {
	return frames.Normalise([]tap.Message{
		{Kind: tap.Request, Label: "1", Frames: message("tcp://127.0.0.1:5", "", request, id, "")},
		{Kind: tap.Reply, Label: "1", Frames: message(rep, "", reply, replyID, "")},
	}, world("")).Steps["1"]
}

func TestCompareStep(t *testing.T) {
	const otherID = "urn:uuid:12345678-1234-4678-9234-000000000000"
	reference := &frames.Recording{Steps: map[string]*frames.Step{"1": exchange(`[1, 2]`, `true`, id)}}
	for _, tt := range []struct {
		name, request, reply, replyID string
		strict                        bool
		counts                        frames.Counts
		problem                       string
	}{
		{"the same", `[1, 2]`, `true`, id, true, frames.Counts{Exact: 2}, ""},
		{"another reply", `[1, 2]`, `false`, id, true, frames.Counts{Exact: 1, Different: 1}, "reply: the original replies otherwise"},
		{"another reply, not strict", `[1, 2]`, `false`, id, false, frames.Counts{Exact: 1, NoReference: 1}, ""},
		{"another request", `[1,2]`, `true`, id, true, frames.Counts{Different: 1, NoReference: 1}, "request: the original sends no such request"},
		{"another id", `[1, 2]`, `true`, otherID, true, frames.Counts{Exact: 1, Different: 1}, "reply: the reply has the id of no request of this step"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			find := func(*frames.Message, bool) ([]frames.Candidate, bool) {
				return []frames.Candidate{{}, {Recording: reference}}, tt.strict
			}
			counts, differences := frames.CompareStep("1", exchange(tt.request, tt.reply, tt.replyID), find, true)
			if counts != tt.counts {
				t.Errorf("counts %+v, want %+v", counts, tt.counts)
			}
			if (len(differences) > 0) != (tt.problem != "") || tt.problem != "" && differences[0].Problem != tt.problem {
				t.Errorf("differences %+v", differences)
			}
		})
	}
}

// TestSetOrder takes contents that differ in nothing but the order of sets for the same, and says
// that they are not exactly so.
func TestSetOrder(t *testing.T) {
	pickled := func(serializer string, v any) *frames.Message {
		content, err := pickle.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return &frames.Message{Frames: [][]byte{[]byte("h"), []byte(serializer), content, []byte("id"), nil}}
	}
	set := func(items ...any) any {
		s, err := py.NewSet(items...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, tt := range []struct {
		a, b        *frames.Message
		same, exact bool
	}{
		{pickled("pickle", set("a", "b")), pickled("pickle", set("a", "b")), true, true},
		{pickled("pickle", set("a", "b")), pickled("pickle", set("b", "a")), true, false},
		{pickled("pickle", set("a", "b")), pickled("pickle4", set("b", "a")), false, false},
		{pickled("pickle", set("a", "b")), pickled("pickle", set("a", "c")), false, false},
		{pickled("pickle", py.NewList("a", "b")), pickled("pickle", py.NewList("b", "a")), false, false},
	} {
		if same, exact := frames.Same(tt.a, tt.b); same != tt.same || exact != tt.exact {
			t.Errorf("%s%s%v, %v", frames.Describe(tt.a), frames.Describe(tt.b), same, exact)
		}
	}
}
