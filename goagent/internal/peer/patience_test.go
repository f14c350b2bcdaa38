package peer

import (
	"context"
	"errors"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// TestLinkContexts ends the contexts of requests that wait for their answers, of the one that
// receives and of one that does not. Each ends at once, and the last one still gets its answer.
func TestLinkContexts(t *testing.T) {
	conn := newNarrowConn(3)
	l := newLink(conn)
	type outcome struct {
		got reply
		err error
	}
	cause := errors.New("no longer wanted")
	ask := func(ctx context.Context) (tag uint32, ended chan outcome) {
		ended = make(chan outcome, 1)
		go func() {
			got, err := l.roundTrip(ctx, [][]byte{[]byte("request")})
			ended <- outcome{got, err}
		}()
		return (<-conn.room).Tag, ended
	}
	receiver, endReceiver := context.WithCancelCause(t.Context())
	defer endReceiver(nil)
	waiter, endWaiter := context.WithCancelCause(t.Context())
	defer endWaiter(nil)
	_, first := ask(receiver)
	_, second := ask(waiter)
	tag, third := ask(t.Context())
	for _, step := range []struct {
		name  string
		end   context.CancelCauseFunc
		ended chan outcome
	}{{"one that waits", endWaiter, second}, {"the one that receives", endReceiver, first}} {
		step.end(cause)
		if o := <-step.ended; !errors.Is(o.err, cause) {
			t.Errorf("%s ends with %v, want the cause of its context's end", step.name, o.err)
		}
	}
	const answer = "answer"
	conn.answers <- transport.Outgoing{Tag: tag, Frames: [][]byte{[]byte(answer)}}
	if o := <-third; o.err != nil || string(o.got.frames[0]) != answer {
		t.Errorf("the last one ends with %q, %v", o.got.frames, o.err)
	}
	near, cancel := context.WithTimeout(t.Context(), shortDeadline-patienceTick)
	defer cancel()
	_, fourth := ask(near)
	if o := <-fourth; !errors.Is(o.err, context.DeadlineExceeded) {
		t.Errorf("one with a deadline ends with %v", o.err)
	}
	close(conn.gone)
	l.watch()
}
