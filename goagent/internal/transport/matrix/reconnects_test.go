//go:build zmtpmatrix

package matrix_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

var reconnects = []row{
	{name: "a DEALER finds its Listener again", run: dealerReturns},
	{name: "a SUB finds its Publisher again", run: subReturns},
	{name: "a Subscriber finds its XPUB again", run: subscriberReturns},
	{name: "a Conn waits for its ROUTER", run: dialWaits},
}

// again calls try until it succeeds: what is sent while a peer is away may be lost.
func again(t *testing.T, try func() bool) {
	t.Helper()
	for ctx := limit(t); !try(); {
		if ctx.Err() != nil {
			t.Fatal("in vain")
		}
	}
}

func dealerReturns(t *testing.T, s *scene) {
	first := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", first.Endpoint(), nil)
	for round, l := range []func() *transport.Receiving{
		func() *transport.Receiving { return first },
		func() *transport.Receiving { return s.listen(t, first.Endpoint()) },
		func() *transport.Receiving { return s.listen(t, first.Endpoint()) },
	} {
		l := l()
		go echo(l)
		again(t, func() bool {
			s.peer.send(t, "dealer", "", fmt.Sprint(round))
			for {
				got, ok := s.peer.recv(t, "dealer", silence)
				if !ok || same(got, []string{"", fmt.Sprint(round)}) {
					return ok
				}
			}
		})
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// subReturns has a Publisher go and come back. A SUB of libzmq repeats its subscriptions when
// somebody polls it.
func subReturns(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), nil)
	s.subscribes(t, "sub", "a", "b", "a")
	for range 3 {
		changedWhile(t, p, func() error { s.peer.expectNothing(t, "sub"); return t.Context().Err() }, "+a", "+b")
		publish(t, p, "a", "x")
		publish(t, p, "b", "y")
		s.peer.expect(t, "sub", "a", "x")
		s.peer.expect(t, "sub", "b", "y")
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		p = s.publish(t, p.Endpoint())
	}
}

// subscriberReturns has a publisher go and come back, which reports each subscription that it gets,
// the repeated ones too.
func subscriberReturns(t *testing.T, s *scene) {
	verbose := options{"XPUB_VERBOSE": 1}
	endpoint := s.binds(t, "xpub 0", "XPUB", nil)
	u := s.subscribe(t, endpoint)
	if err := errors.Join(u.Subscribe("a"), u.Subscribe("b"), u.Subscribe("a"), u.Subscribe("gone"), u.Unsubscribe("gone")); err != nil {
		t.Fatal(err)
	}
	notifications := make(chan string)
	go func() {
		defer close(notifications)
		for {
			frames, err := u.Recv()
			if err != nil {
				return
			}
			select {
			case notifications <- fmt.Sprintf("%q", frames):
			case <-t.Context().Done():
				return
			}
		}
	}()
	for round := range 3 {
		name := fmt.Sprint("xpub ", round)
		if round > 0 {
			if s.encrypted {
				verbose = curveServer(s.theirs).with(verbose)
			}
			s.peer.tell(t, nil, "open", name, "XPUB", verbose)
			s.peer.bind(t, name, endpoint)
			s.told(t, name, "\x01a", "\x01b")
			s.peer.expectNothing(t, name)
		} else {
			s.told(t, name, "\x01a", "\x01b")
			for { // what else was said of the one that is gone
				if _, ok := s.peer.recv(t, name, silence); !ok {
					break
				}
			}
		}
		s.peer.send(t, name, "a", "x")
		if got := <-notifications; got != `["a" "x"]` {
			t.Errorf("got %s", got)
		}
		s.peer.tell(t, nil, "close", name)
	}
}

func dialWaits(t *testing.T, s *scene) {
	endpoint := s.binds(t, "before", "ROUTER", nil)
	s.peer.tell(t, nil, "close", "before")
	again(t, func() bool { // libzmq closes its sockets a little later
		probe, err := net.Dial("tcp", strings.TrimPrefix(endpoint, "tcp://"))
		if err == nil {
			_ = probe.Close()
		}
		return err != nil
	})
	type dialled struct {
		transport.Conn
		error
	}
	result := make(chan dialled, 1)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	go func() {
		c, err := s.Dial(ctx, endpoint, s.dialling())
		result <- dialled{c, err}
	}()
	select {
	case d := <-result:
		t.Fatalf("dialled nobody: %v", d.error)
	case <-time.After(silence):
	}
	kind := options{}
	if s.encrypted {
		kind = curveServer(s.theirs)
	}
	s.peer.tell(t, nil, "open", "after", "ROUTER", kind)
	s.peer.bind(t, "after", endpoint)
	d := <-result
	if d.error != nil {
		t.Fatal(d.error)
	}
	if err := d.Send(ctx, 7, bytesOf("x")); err != nil {
		t.Fatal(err)
	}
	s.routeOf(t, "after", "x")
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
