package goagent_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// TestFaultOf asks about the errors of real requests: who said it, may the call have run, is it
// worth trying again.
func TestFaultOf(t *testing.T) {
	ctx := limit(t)
	entered, leave := make(chan struct{}, 1), make(chan struct{})
	s := serve(t, object.New("Slow").
		Method("fail", func() error { return pyerr.ValueError.New("bad") }).
		Method("wait", func(ctx context.Context) {
			entered <- struct{}{}
			select {
			case <-leave:
			case <-ctx.Done():
			}
		}), goagent.WithKey(wire.NewKey([]byte("geheim"))))
	p := dial(t, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("geheim"))))

	abandoned, cancel := context.WithCancel(ctx)
	go func() {
		<-entered
		cancel()
	}()
	unanswered := p.Call(abandoned, nil, "wait")
	close(leave) // the server does not know that the client has stopped waiting
	var typed *goagent.UnansweredError
	if !errors.As(unanswered, &typed) || typed.Endpoint != s.Endpoint() || !errors.Is(unanswered, context.Canceled) {
		t.Errorf("a call that is given up fails with %v", unanswered)
	}
	_, rejected := goagent.Dial(ctx, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("another"))))
	brief, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	_, absent := goagent.Dial(brief, freeEndpoint(t))
	closed, err := goagent.Dial(ctx, s.Endpoint(), goagent.WithKey(wire.NewKey([]byte("geheim"))))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		err  error
		want goagent.Fault
	}{
		"none":           {nil, goagent.Fault{}},
		"an exception":   {p.Call(ctx, nil, "fail"), goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"an unsendable":  {p.Call(ctx, nil, "fail", make(chan int)), goagent.Fault{}},
		"given up":       {unanswered, goagent.Fault{Origin: goagent.OriginNetwork, MayHaveRun: true, Temporary: true}},
		"another key":    {rejected, goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"no server":      {absent, goagent.Fault{Origin: goagent.OriginNetwork, Temporary: true}},
		"a closed proxy": {closed.Call(ctx, nil, "fail"), goagent.Fault{MayHaveRun: true}},
	} {
		if got := goagent.FaultOf(row.err); got != row.want || name != "none" && row.err == nil {
			t.Errorf("%s: %v is %+v, want %+v", name, row.err, got, row.want)
		}
	}
}

// TestFaultOfEveryError asks about each kind of error, wrapped as a program may have it.
func TestFaultOfEveryError(t *testing.T) {
	for name, row := range map[string]struct {
		err  error
		want goagent.Fault
	}{
		"a lost connection":       {&goagent.TransportError{Sent: true, Err: io.EOF}, goagent.Fault{Origin: goagent.OriginNetwork, MayHaveRun: true, Temporary: true}},
		"no connection":           {&goagent.TransportError{Err: io.EOF}, goagent.Fault{Origin: goagent.OriginNetwork, Temporary: true}},
		"a refused connection":    {&goagent.TransportError{Err: goagent.ErrRefused}, goagent.Fault{Origin: goagent.OriginNetwork}},
		"no notifications":        {&goagent.NotificationsError{Err: context.DeadlineExceeded}, goagent.Fault{Origin: goagent.OriginNetwork, Temporary: true}},
		"notifications at home":   {&goagent.NotificationsError{Err: addressing.ErrOwnHostOnly}, goagent.Fault{Origin: goagent.OriginNetwork}},
		"foreign notifications":   {&goagent.NotificationsError{Err: addressing.ErrForeign}, goagent.Fault{Origin: goagent.OriginNetwork}},
		"a missed outcome":        {&goagent.NotificationsError{Err: goagent.ErrOutcomeMissed}, goagent.Fault{Origin: goagent.OriginNetwork, MayHaveRun: true, Temporary: true}},
		"a rejected request":      {&goagent.RejectedError{}, goagent.Fault{Origin: goagent.OriginPeer}},
		"a malformed answer":      {&goagent.ResponseError{}, goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"an attribute used there": {&goagent.RemoteAttributeError{Name: "x"}, goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"a bad message":           {&wire.Error{Kind: wire.ErrSignature, FromPeer: true}, goagent.Fault{Origin: goagent.OriginPeer, MayHaveRun: true}},
		"an unwritable message":   {&wire.Error{Kind: wire.ErrContent}, goagent.Fault{}},
		"another package's":       {io.ErrUnexpectedEOF, goagent.Fault{}},
	} {
		if got := goagent.FaultOf(fmt.Errorf("the program: %w", row.err)); got != row.want {
			t.Errorf("%s is %+v, want %+v", name, got, row.want)
		}
	}
	for origin, want := range map[goagent.Origin]string{goagent.OriginHere: "here", goagent.OriginPeer: "peer", goagent.OriginNetwork: "network"} {
		if origin.String() != want {
			t.Errorf("%d is %q, want %q", origin, origin, want)
		}
	}
}
