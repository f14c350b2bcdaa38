//go:build zmtpmatrix

package matrix_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

var notifications = []row{
	{name: "a SUB gets what begins with its prefixes", run: subPrefixes},
	{name: "a SUB subscribes to everything", run: subToAll},
	{name: "a SUB unsubscribes twice", run: subUnsubscribesTwice},
	{name: "of two SUBs one goes", run: oneOfTwoGoes},
	{name: "a Subscriber gets what begins with its prefixes", run: ownPrefixes},
	{name: "a Subscriber subscribes to everything", run: ownToAll},
	{name: "a Subscriber unsubscribes twice", run: ownUnsubscribesTwice},
	{name: "a Subscriber of a PUB", run: ofPub},
}

// changed checks the next changes of a Publisher's subscriptions, which may come in any order:
// "+topic" and "-topic".
func changed(t *testing.T, p transport.Publisher, want ...string) {
	t.Helper()
	changedWhile(t, p, p.Wait, want...)
}

// changedWhile is changed with something else to do for as long as there are no changes.
func changedWhile(t *testing.T, p transport.Publisher, wait func() error, want ...string) {
	t.Helper()
	var got []string
	for len(got) < len(want) {
		change, ok, err := p.Poll()
		if err == nil && !ok {
			err = wait()
		}
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		if ok {
			sign := "-"
			if change.On {
				sign = "+"
			}
			got = append(got, sign+change.Topic)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("subscriptions changed by %q, want %q", got, want)
	}
}

func publish(t *testing.T, p transport.Publisher, frames ...string) {
	t.Helper()
	if err := p.Send(bytesOf(frames...)); err != nil {
		t.Fatal(err)
	}
}

func (s *scene) subscribes(t *testing.T, name string, prefixes ...string) {
	t.Helper()
	for _, prefix := range prefixes {
		s.peer.tell(t, nil, "subscribe", name, written([]string{prefix})[0])
	}
}

func (s *scene) unsubscribes(t *testing.T, name, prefix string) {
	t.Helper()
	s.peer.tell(t, nil, "unsubscribe", name, written([]string{prefix})[0])
}

func subPrefixes(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), nil)
	s.subscribes(t, "sub", "topic", "tea", "topic/long")
	changed(t, p, "+topic", "+tea", "+topic/long")
	for _, topic := range []string{"top", "topic", "Topic", "", "tea", "te", "topic/long/er"} {
		publish(t, p, topic, "of "+topic, "")
	}
	for _, topic := range []string{"topic", "tea", "topic/long/er"} {
		s.peer.expect(t, "sub", topic, "of "+topic, "")
	}
	s.peer.expectNothing(t, "sub")
}

func subToAll(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), nil)
	s.subscribes(t, "sub", "")
	changed(t, p, "+")
	large := strings.Repeat("l", 3<<20)
	publish(t, p, "", "empty")
	publish(t, p, "x", large)
	s.peer.expect(t, "sub", "", "empty")
	s.peer.expect(t, "sub", "x", large)
	s.peer.expectNothing(t, "sub")
}

// subUnsubscribesTwice has a SUB subscribe twice: its first unsubscribing changes nothing, its
// second ends it.
func subUnsubscribesTwice(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), nil)
	s.subscribes(t, "sub", "a", "a")
	changed(t, p, "+a")
	s.unsubscribes(t, "sub", "a")
	s.subscribes(t, "sub", "b")
	changed(t, p, "+b")
	publish(t, p, "a", "still")
	s.peer.expect(t, "sub", "a", "still")
	s.unsubscribes(t, "sub", "a")
	changed(t, p, "-a")
	publish(t, p, "a", "no more")
	publish(t, p, "b", "next")
	s.peer.expect(t, "sub", "b", "next")
	s.subscribes(t, "sub", "a")
	changed(t, p, "+a")
	publish(t, p, "a", "again")
	s.peer.expect(t, "sub", "a", "again")
}

func oneOfTwoGoes(t *testing.T, s *scene) {
	p := s.publish(t, anyPort)
	for _, name := range []string{"one", "two"} {
		s.connects(t, name, "SUB", p.Endpoint(), nil)
		s.subscribes(t, name, "both", name)
	}
	changed(t, p, "+both", "+one", "+two")
	s.peer.tell(t, nil, "close", "one")
	changed(t, p, "-one")
	publish(t, p, "both", "x")
	s.peer.expect(t, "two", "both", "x")
	s.peer.tell(t, nil, "close", "two")
	changed(t, p, "-both", "-two")
}

// told checks the next subscriptions that an XPUB of the process reports, in any order.
func (s *scene) told(t *testing.T, name string, want ...string) {
	t.Helper()
	left := slices.Clone(want)
	for len(left) > 0 {
		got, ok := s.peer.recv(t, name, soon)
		at := slices.IndexFunc(left, func(w string) bool { return same(got, []string{w}) })
		if !ok || at < 0 {
			t.Fatalf("pyzmq's %s was told %s, want one of %q", name, got, left)
		}
		left = slices.Delete(left, at, at+1)
	}
}

// receive checks the next notification of a Subscriber.
func receive(t *testing.T, u transport.Subscriber, want ...string) {
	t.Helper()
	got, err := u.Recv()
	if err != nil || !slices.Equal(stringsOf(got), want) {
		t.Fatalf("got %.200q, %v, want %.200q", got, err, want)
	}
}

func ownPrefixes(t *testing.T, s *scene) {
	u := s.subscribe(t, s.binds(t, "xpub", "XPUB", nil))
	if err := errors.Join(u.Subscribe("topic"), u.Connected(limit(t)), u.Subscribe("tea")); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01topic", "\x01tea")
	for _, topic := range []string{"top", "topic", "", "tea", "topic/long"} {
		s.peer.send(t, "xpub", topic, "of "+topic, "")
	}
	for _, topic := range []string{"topic", "tea", "topic/long"} {
		receive(t, u, topic, "of "+topic, "")
	}
}

func ownToAll(t *testing.T, s *scene) {
	u := s.subscribe(t, s.binds(t, "xpub", "XPUB", nil))
	if err := u.Subscribe(""); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01")
	large := strings.Repeat("l", 3<<20)
	s.peer.send(t, "xpub", "")
	s.peer.send(t, "xpub", "x", large, "")
	receive(t, u, "")
	receive(t, u, "x", large, "")
}

// ownUnsubscribesTwice is subUnsubscribesTwice the other way round.
func ownUnsubscribesTwice(t *testing.T, s *scene) {
	u := s.subscribe(t, s.binds(t, "xpub", "XPUB", nil))
	if err := errors.Join(u.Connected(limit(t)), u.Subscribe("a"), u.Subscribe("a")); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01a")
	if err := errors.Join(u.Unsubscribe("a"), u.Subscribe("b")); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01b")
	s.peer.send(t, "xpub", "a", "still")
	receive(t, u, "a", "still")
	if err := u.Unsubscribe("a"); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x00a")
	s.peer.send(t, "xpub", "a", "no more")
	s.peer.send(t, "xpub", "b", "next")
	receive(t, u, "b", "next")
	if err := u.Subscribe("a"); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01a")
	s.peer.send(t, "xpub", "a", "again")
	receive(t, u, "a", "again")
}

// ofPub subscribes to a PUB. A PUB does not report subscriptions, so it sends until a message
// arrives.
func ofPub(t *testing.T, s *scene) {
	u := s.subscribe(t, s.binds(t, "pub", "PUB", nil))
	if err := errors.Join(u.Subscribe("a"), u.Connected(limit(t))); err != nil {
		t.Fatal(err)
	}
	first := make(chan string, 1)
	go func() {
		frames, err := u.Recv()
		first <- fmt.Sprintf("%q %v", frames, err)
	}()
	for {
		s.peer.send(t, "pub", "b", "not asked for")
		s.peer.send(t, "pub", "a", "asked for")
		select {
		case got := <-first:
			if want := `["a" "asked for"] <nil>`; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		default:
		}
	}
}
