//go:build zmtpmatrix

package matrix_test

import (
	"errors"
	"io"
	"testing"
	"time"
)

const (
	// heartbeat is the time between two pings, of which three may be missed.
	heartbeat = 400 * time.Millisecond
	// idle is longer than a peer is waited for that answers none.
	idle = 2 * time.Second
)

var heartbeats = []row{
	{name: "pings of a DEALER are answered", run: answersDealer, when: pings},
	{name: "pings of a SUB are answered", run: answersSub, when: pings},
	{name: "an idle Conn lives", run: idleConn},
	{name: "an idle Subscriber lives", run: idleSubscriber},
	{name: "a peer that is stopped is given up", run: stopped, when: isPinged},
	{name: "a peer that is stopped and cannot be asked goes on later", run: stoppedUnasked,
		when: func(s *scene) bool { return !s.reference && !isPinged(s) }},
}

// pings reports whether the peer's sockets have heartbeats: libzmq has them since 4.2.
func pings(s *scene) bool { return s.peer.series >= 17 }

// isPinged reports whether the transport pings such a peer. The one in Go pings only peers that
// greet with ZMTP 3.1, as libzmq does since 4.3.3. libzmq pings every peer.
func isPinged(s *scene) bool { return s.reference && s.peer.series >= 17 || s.peer.series >= 20 }

// disturbed reports whether the transport pings a peer that does not know what that is. libzmq does
// so with libzmq 4.1, which hands the ping to the program and never answers it.
func disturbed(s *scene) bool { return s.reference && s.peer.series < 17 }

// impatient are the options of a socket of the process that pings.
var impatient = options{
	"HEARTBEAT_IVL": int(heartbeat / time.Millisecond), "HEARTBEAT_TIMEOUT": int(3 * heartbeat / time.Millisecond),
	"HEARTBEAT_TTL": int(3 * heartbeat / time.Millisecond),
}

// answersDealer has a DEALER that pings be idle. It would have made another connection if its pings
// had not been answered.
func answersDealer(t *testing.T, s *scene) {
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), impatient)
	s.peer.send(t, "dealer", "", "first")
	first := request(t, l)
	if got, ok := s.peer.recv(t, "dealer", idle); ok {
		t.Fatalf("got %s", got)
	}
	s.peer.send(t, "dealer", "", "second")
	if second := request(t, l); second.Peer != first.Peer {
		t.Error("the DEALER has connected again")
	}
	reply(t, l, first, "late")
	s.peer.expect(t, "dealer", "", "late")
}

// answersSub has a SUB that pings be idle. Its subscription would have ended and begun again if its
// pings had not been answered.
func answersSub(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), impatient)
	s.subscribes(t, "sub", "a")
	changed(t, p, "+a")
	if got, ok := s.peer.recv(t, "sub", idle); ok {
		t.Fatalf("got %s", got)
	}
	publish(t, p, "a", "x")
	s.peer.expect(t, "sub", "a", "x")
	s.subscribes(t, "sub", "b")
	changed(t, p, "+b")
}

func idleConn(t *testing.T, s *scene) {
	s.settings.Heartbeat = heartbeat
	c := s.dial(t, s.binds(t, "router", "ROUTER", nil))
	if disturbed(s) {
		if got, ok := s.peer.recv(t, "router", soon); !ok {
			t.Errorf("libzmq 4.1 has learnt to answer pings: %s", got)
		}
		c.Lost()
		return
	}
	if got, ok := s.peer.recv(t, "router", idle); ok {
		t.Fatalf("the program gets %s", got)
	}
	if err := c.Send(limit(t), 1, bytesOf("x")); err != nil {
		t.Fatal(err)
	}
	route := s.routeOf(t, "router", "x")
	s.peer.send(t, "router", append(route, "", "y")...)
	if tag, frames := answered(t, c); tag != 1 || frames[0] != "y" {
		t.Errorf("got %d, %q", tag, frames)
	}
}

func idleSubscriber(t *testing.T, s *scene) {
	s.settings.Heartbeat = heartbeat
	u := s.subscribe(t, s.binds(t, "xpub", "XPUB", nil))
	if err := errors.Join(u.Subscribe("a"), u.Connected(limit(t))); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01a")
	got, ok := s.peer.recv(t, "xpub", idle)
	switch {
	case disturbed(s) && !ok:
		t.Error("libzmq 4.1 has learnt to answer pings")
	case !disturbed(s) && ok:
		t.Fatalf("the program gets %s", got)
	case !ok:
		s.peer.send(t, "xpub", "a", "x")
		receive(t, u, "a", "x")
	}
}

func stopped(t *testing.T, s *scene) {
	s.settings.Heartbeat = heartbeat
	c := s.dial(t, s.binds(t, "rep", "REP", nil))
	s.peer.stop(t)
	lost := make(chan struct{})
	go func() {
		defer close(lost)
		c.Lost()
	}()
	select {
	case <-lost:
	case <-limit(t).Done():
		t.Fatal("nobody notices")
	}
	if _, _, err := c.Recv(limit(t)); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
}

// stoppedUnasked stops a peer that cannot be asked for a sign of life. Its system still answers for
// it, so it looks like a busy peer. It is kept, and answers when it runs again.
func stoppedUnasked(t *testing.T, s *scene) {
	s.settings.Heartbeat = heartbeat
	c := s.dial(t, s.binds(t, "rep", "REP", nil))
	s.peer.stop(t)
	if err := c.Send(limit(t), 7, bytesOf("x")); err != nil {
		t.Fatal(err)
	}
	lost := make(chan struct{})
	go func() {
		defer close(lost)
		c.Lost()
	}()
	select {
	case <-lost:
		t.Fatal("it is given up")
	case <-time.After(idle):
	}
	s.peer.resume(t)
	s.peer.expect(t, "rep", "x")
	s.peer.send(t, "rep", "y")
	if tag, frames := answered(t, c); tag != 7 || len(frames) != 1 || frames[0] != "y" {
		t.Errorf("tag %d came with %q", tag, frames)
	}
}
