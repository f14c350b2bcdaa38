package serving

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// limit bounds what a test waits for.
const limit = time.Minute

// TestEveryAgentAnswers asks what every agent answers, and something that is sent back.
func TestEveryAgentAnswers(t *testing.T) {
	stopped := 0
	s := newScene(t, func(h *Host) { h.Stop = func() { stopped++ } })
	s.ask(s.request("1", psmessage.Info), s.request("2", "echo"), s.request("3", psmessage.FeatureQuery()), s.request("4", psmessage.Stop))
	s.answered(at, "echo", psmessage.AllFeatures(), psmessage.Stopping)
	if stopped != 1 {
		t.Errorf("stopped %d times", stopped)
	}
	s = newScene(t, nil)
	s.ask(s.request("1", psmessage.Stop))
	s.answered(psmessage.Stop)
	if requests, rejected := s.host.Counts(); requests != 1 || rejected != 0 {
		t.Errorf("%d requests, %d rejected", requests, rejected)
	}
}

// TestMalformed has requests come that cannot be parsed or decoded. They are rejected in their
// turn, under ids of their own.
func TestMalformed(t *testing.T) {
	s := newScene(t, nil)
	short := transport.Request{Frames: [][]byte{[]byte("no")}}
	bad := s.request("2", "x")
	bad.Frames[2] = []byte("no pickle")
	s.ask(short, bad, s.request("3", "good"))
	var contents []any
	var ids []string
	for len(contents) < 3 {
		more, moreIDs := s.next()
		contents, ids = append(contents, more...), append(ids, moreIDs...)
	}
	if got := py.Repr(py.Tuple(contents)); got != "('', '', 'good')" || ids[1] == "2" || ids[2] != "3" {
		t.Errorf("answered %s under %q", got, ids)
	}
	if requests, rejected := s.host.Counts(); requests != 3 || rejected != 2 {
		t.Errorf("%d requests, %d rejected", requests, rejected)
	}
}

// TestAnswersOnce has a request answered twice, by the goroutine that receives and by another one.
// The second answer is logged and not sent.
func TestAnswersOnce(t *testing.T) {
	for _, background := range []bool{false, true} {
		s := newScene(t, func(h *Host) {
			h.Serve = func(_ *Request, to *Responder, _ any) bool {
				twice := func() {
					to.Answer("first")
					to.Raise(errors.New("second"))
				}
				if background {
					to.Background(twice)
				} else {
					twice()
				}
				return true
			}
		})
		s.ask(s.request("1", "x"))
		s.answered("first")
		s.ask(s.request("2", "x"))
		s.answered("first")
		s.silent()
		if !strings.Contains(s.log.String(), "a second answer") {
			t.Errorf("nothing is logged: %s", s.log.String())
		}
	}
}

// TestPassedOn has a request left to another goroutine. The answers to others do not wait for it,
// and it stays as it was while the memory of others is used again.
func TestPassedOn(t *testing.T) {
	later := make(chan func(), 1)
	s := newScene(t, func(h *Host) {
		h.Serve = func(r *Request, to *Responder, content any) bool {
			if content != "later" {
				return false
			}
			if !to.Receives() || !to.MayStay() {
				t.Error("it is not with the goroutine that receives")
			}
			to.PassOn()
			if to.Receives() || to.MayStay() {
				t.Error("it is still with the goroutine that receives")
			}
			later <- func() {
				defer to.Finish()
				to.Answer(r.Message.ID)
			}
			return true
		}
	})
	s.ask(s.request("1", "later"), s.request("2", "now"))
	s.answered("now")
	for range 3 {
		s.ask(s.request("3", "again"))
		s.answered("again")
	}
	(<-later)()
	s.answered("1")
}

// sent counts the answers that have been sent.
type sent struct{ count int }

func (s *sent) AnswerSent() { s.count++ }

// TestThen has a handler told when its answers have been sent: an urgent one at once, others
// together.
func TestThen(t *testing.T) {
	told := &sent{}
	s := newScene(t, func(h *Host) {
		h.Serve = func(_ *Request, to *Responder, content any) bool {
			if told.count != 0 && content == "second" {
				t.Error("it is told before the answer has been sent")
			}
			if content != "silent" {
				to.Answer(content)
			}
			to.Then(told, content == "urgent", time.Now().Add(-time.Hour)) // no time passes between two
			return true
		}
	})
	s.ask(s.request("1", "first"), s.request("2", "second"))
	s.answered("first", "second")
	if told.count != 2 {
		t.Errorf("told %d times", told.count)
	}
	s.ask(s.request("3", "urgent"), s.request("4", "last"))
	s.answered("urgent")
	s.answered("last")
	s.ask(s.request("5", "silent"))
	if s.silent(); told.count != 5 {
		t.Errorf("told %d times", told.count)
	}
}

// TestAdmits has a client ask for more than the host may hold, small and large. What is too much is
// refused until the rest is finished.
func TestAdmits(t *testing.T) {
	release := make(chan struct{})
	s := newScene(t, func(h *Host) {
		h.Handle = func(_ *Request, content any) (any, error) {
			<-release
			if content == "bad" {
				panic(content)
			}
			return "done", nil
		}
	})
	large := strings.Repeat("x", inlineSize)
	s.ask(s.request("1", "held"), s.request("2", "too much"), s.request("3", large))
	s.answered("") // the large one is answered at once
	s.answered("")
	release <- struct{}{}
	s.answered("done")
	awaitRoom(s)
	s.ask(s.request("4", large))
	release <- struct{}{}
	s.answered("done")
	awaitRoom(s)
	s.ask(s.request("5", "bad"))
	release <- struct{}{}
	s.answered("")
}

// awaitRoom waits until the client's place is free.
func awaitRoom(s *scene) {
	s.Helper()
	for end := time.Now().Add(limit); !s.host.Load.Admit("a"); runtime.Gosched() {
		if time.Now().After(end) {
			s.Fatal("a finished request is still counted")
		}
	}
	s.host.Load.Release("a")
}

// TestRefusesLarge has a server refuse a large request with an exception, before it is decoded.
func TestRefusesLarge(t *testing.T) {
	s := newScene(t, func(h *Host) {
		h.Load = dispatch.NewLoad(0)
		h.Serve = func(*Request, *Responder, any) bool {
			t.Error("it was decoded")
			return true
		}
	})
	s.ask(s.request("1", strings.Repeat("x", inlineSize)))
	contents, _ := s.next()
	_, exception, ok := psmessage.Parse(contents[0])
	e, isError := pyerr.Parse(exception)
	if !ok || !isError || !errors.Is(e, pyerr.RuntimeError) || !strings.Contains(e.Message, "overloaded") {
		t.Errorf("answered %s", py.Repr(contents[0]))
	}
}

// TestGoexit has a handler end the goroutine that receives. Another one goes on.
func TestGoexit(t *testing.T) {
	s := newScene(t, func(h *Host) {
		h.Serve = func(_ *Request, _ *Responder, content any) bool {
			if content == "end" {
				runtime.Goexit()
			}
			return false
		}
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.ask(s.request("1", "end"), s.request("2", "next"))
		t.Error("the goroutine goes on")
	}()
	<-ended
	s.answered("next")
}

// TestSlowRequest has a request take long. Another goroutine receives meanwhile, and the late
// answer leaves by itself.
func TestSlowRequest(t *testing.T) {
	release := make(chan struct{})
	told := &sent{}
	s := newScene(t, func(h *Host) {
		h.Serve = func(_ *Request, to *Responder, content any) bool {
			if content == "slow" {
				<-release
				to.Answer("late")
				to.Then(told, true, time.Time{})
				return true
			}
			if to.MayStay() {
				t.Error("another call may hold this goroutine up as well")
			}
			return false
		}
	})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.ask(s.request("1", "slow"), s.request("2", "quick"))
	}()
	s.answered("quick")
	close(release)
	s.answered("late")
	<-ended
	if told.count != 1 {
		t.Errorf("told %d times", told.count)
	}
}

// TestKeys has requests signed with several keys. Each is answered with its own, a bad one with the
// first. Notifications are signed with the keys that have been used.
func TestKeys(t *testing.T) {
	first, second, other := wire.NewKey([]byte("first")), wire.NewKey([]byte("second")), wire.NewKey([]byte("other"))
	keys := NewKeys(wire.Protocol{Key: first}, []wire.Key{second})
	for _, row := range []struct {
		signed, want wire.Key
		err          error
	}{{second, second, nil}, {second, second, nil}, {first, first, nil}, {other, first, wire.ErrSignature}} {
		frames, err := wire.Protocol{Key: row.signed}.Format(asker, "", "x", "1")
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := keys.Parse(frames, wire.Message{}); !got.Equal(row.want) || !errors.Is(err, row.err) {
			t.Errorf("%v, %v", got, err)
		}
	}
	if used := keys.Publishing(); len(used) != 2 || !used[0].Equal(second) || !used[1].Equal(first) {
		t.Errorf("%d keys are used", len(used))
	}
	if only := NewKeys(wire.Protocol{Key: first}, nil).Publishing(); len(only) != 1 || !only[0].Equal(first) {
		t.Errorf("%d keys", len(only))
	}
}

// TestFirst has requests come together. The second is no first one.
func TestFirst(t *testing.T) {
	var firsts []bool
	s := newScene(t, func(h *Host) {
		h.Serve = func(r *Request, _ *Responder, _ any) bool {
			firsts = append(firsts, r.First)
			return false
		}
	})
	s.ask(s.request("1", "x"), s.request("2", "x"))
	s.answered("x", "x")
	if len(firsts) != 2 || firsts[1] {
		t.Errorf("%v", firsts)
	}
}
