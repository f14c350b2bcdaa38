package dialects_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dialects"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	futures = "PZC00+tcp://127.0.0.1:8000+__future__"
	host    = "10.0.0.1:"
	status  = "PZC00+tcp://127.0.0.1:8000+__status__"
)

// lab is a server with clients of all dialects.
type lab struct {
	*dialects.Clients
	at *serving.Endpoint
}

func newLab() *lab {
	return &lab{dialects.New(), &serving.Endpoint{Dialect: psmessage.Any}}
}

// asks has a client on a host make a request.
func (l *lab) asks(peer string, tagged bool, content any) dialects.Client {
	r := &serving.Request{Endpoint: l.at, From: transport.Request{Peer: peer, Address: host + "4", Tagged: tagged}}
	l.Notice(r, content)
	return dialects.Of(r)
}

// pass lets the clock of a test go on.
func pass(d time.Duration) { <-time.After(d) }

// TestAwait has the first 'inspect' of clients wait for what they subscribe to.
func TestAwait(t *testing.T) {
	for _, tt := range []struct {
		name  string
		subs  func(*lab)
		want  psmessage.Dialect
		after time.Duration
	}{
		{"both at once", func(l *lab) {
			l.Subscribed("s", host+"5", futures)
			l.Subscribed("s", host+"5", status)
		}, psmessage.Develop, 0},
		{"the second one late", func(l *lab) {
			l.Subscribed("s", host+"5", futures)
			pass(40 * time.Millisecond)
			l.Subscribed("s", host+"5", status)
		}, psmessage.Develop, 40 * time.Millisecond},
		{"both late", func(l *lab) {
			pass(100 * time.Millisecond)
			l.Subscribed("s", host+"5", futures)
			l.Subscribed("s", host+"5", status)
		}, psmessage.Develop, 100 * time.Millisecond},
		{"the first one alone", func(l *lab) { l.Subscribed("s", host+"5", futures) }, psmessage.Release01, 60 * time.Millisecond},
		{"of another host", func(l *lab) { l.Subscribed("s", "10.0.0.2:5", status) }, psmessage.Release01, 200 * time.Millisecond},
		{"gone", func(l *lab) {
			l.Subscribed("s", host+"5", status)
			l.SubscriberLeft("s")
		}, psmessage.Release01, 200 * time.Millisecond},
		{"none", func(*lab) {}, psmessage.Release01, 200 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab()
				c := l.asks("r", false, "info")
				began := time.Now()
				go tt.subs(l)
				synctest.Wait()
				l.Await(t.Context(), c)
				if d, known := l.Dialect(c); d != tt.want || !known || time.Since(began) != tt.after {
					t.Errorf("%v, known %v, after %v; want %v after %v", d, known, time.Since(began), tt.want, tt.after)
				}
			})
		})
	}
}

// TestAwaitInOrder has two clients of one host start in the same moment, with one of each dialect.
func TestAwaitInOrder(t *testing.T) {
	for _, developFirst := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := newLab()
			first := l.asks("a", false, "info")
			pass(time.Millisecond)
			second := l.asks("b", false, "info")
			done := make(chan struct{}, 2)
			for _, c := range []dialects.Client{first, second} {
				go func() {
					l.Await(t.Context(), c)
					done <- struct{}{}
				}()
			}
			l.Subscribed("x", host+"2", futures)
			if developFirst {
				l.Subscribed("x", host+"2", status)
			}
			pass(time.Millisecond)
			l.Subscribed("y", host+"3", futures)
			if !developFirst {
				l.Subscribed("y", host+"3", status)
			}
			<-done
			<-done
			got, _ := l.Dialect(first)
			other, _ := l.Dialect(second)
			if (got == psmessage.Develop) != developFirst || (other == psmessage.Develop) == developFirst {
				t.Errorf("develop first: %v; got %v and %v", developFirst, got, other)
			}
		})
	}
}

// TestAwaitBesideKnown has a client of the release start in the same moment as one of develop that
// has shown that by its first request.
func TestAwaitBesideKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		l.asks("develop", false, "ping")
		c := l.asks("release", false, "info")
		go func() {
			l.Subscribed("x", host+"2", futures)
			pass(time.Millisecond)
			l.Subscribed("x", host+"2", status)
			l.Subscribed("y", host+"3", futures)
		}()
		l.Await(t.Context(), c)
		if d, _ := l.Dialect(c); d != psmessage.Release01 {
			t.Errorf("the client is taken for one of dialect %v", d)
		}
	})
}

// TestAwaitSubscriptions has a client that is known to speak develop wait for its subscriptions.
func TestAwaitSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLab()
		for _, wait := range []time.Duration{30 * time.Millisecond, time.Second} {
			c := l.asks(wait.String(), false, "ping")
			if l.Settled(c) {
				t.Error("there is nothing to wait for")
			}
			began := time.Now()
			go func() {
				pass(wait)
				l.Subscribed(wait.String(), host+"2", futures)
				l.Subscribed(wait.String(), host+"2", status)
			}()
			l.Await(t.Context(), c)
			if took := time.Since(began); took != min(wait, 200*time.Millisecond) {
				t.Errorf("subscribed after %v: waited for %v", wait, took)
			}
		}
		pass(time.Second)
	})
}

// TestNotice has requests show what their clients speak.
func TestNotice(t *testing.T) {
	l := newLab()
	for _, tt := range []struct {
		peer    string
		tagged  bool
		content any
		want    psmessage.Dialect
		known   bool
	}{
		{"pings", false, "ping", psmessage.Develop, true},
		{"asks", false, "info", psmessage.Release01, false},
		{"agent", true, "info", psmessage.Release01, true},
		{"forwarder", true, "ping", psmessage.Release01, true},
	} {
		c := l.asks(tt.peer, tt.tagged, tt.content)
		if d, known := l.Dialect(c); d != tt.want || known != tt.known {
			t.Errorf("%s: %v, %v", tt.peer, d, known)
		}
		l.Left(c)
		if _, known := l.Dialect(c); known {
			t.Errorf("%s: is known when it has left", tt.peer)
		}
	}
	fixed := &serving.Request{Endpoint: &serving.Endpoint{}}
	l.Notice(fixed, "ping")
	if _, known := l.Dialect(dialects.Of(fixed)); known {
		t.Error("a client is watched at an endpoint of one dialect")
	}
}

// TestAwaitEnds ends waiting with the server.
func TestAwaitEnds(t *testing.T) {
	l := newLab()
	c := l.asks("r", false, "info")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l.Await(ctx, c)
	if _, known := l.Dialect(c); known {
		t.Error("the client is known")
	}
}
