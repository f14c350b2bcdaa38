package zmtp_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// The tables of this file follow libzmq's test_mock_pub_sub, test_xpub_*, test_sub_forward and
// test_hwm_pubsub, for the sockets of this package.

// subscription is a form in which a subscription reaches a publisher.
type subscription struct {
	name    string
	speaks  speaks
	say     func(t *testing.T, r *raw, topic string, on bool)
	command bool
}

func sayMessage(t *testing.T, r *raw, topic string, on bool) {
	t.Helper()
	if on {
		r.send(t, "\x01"+topic)
	} else {
		r.send(t, "\x00"+topic)
	}
}

func sayCommand(t *testing.T, r *raw, topic string, on bool) {
	t.Helper()
	if on {
		r.command(t, "\x09SUBSCRIBE"+topic)
	} else {
		r.command(t, "\x06CANCEL"+topic)
	}
}

// forms are all forms of subscriptions, including forms that a peer of that version would not
// choose.
var forms = []subscription{
	{"messages of ZMTP 3.0", old("SUB"), sayMessage, false},
	{"messages from a peer of 3.1", recent("SUB"), sayMessage, false},
	{"commands of ZMTP 3.1", recent("SUB"), sayCommand, true},
	{"commands from a peer of 3.0", old("SUB"), sayCommand, true},
	{"messages of an XSUB", recent("XSUB"), sayMessage, false},
}

// changed checks the next changes of a publisher's subscriptions: "+topic" and "-topic".
func changed(t *testing.T, p transport.Publisher, want ...string) {
	t.Helper()
	for _, w := range want {
		change, ok, err := p.Poll()
		for ; err == nil && !ok; change, ok, err = p.Poll() {
			if err := p.Wait(); err != nil {
				t.Fatalf("before %q: %v", w, err)
			}
		}
		if got := map[bool]string{true: "+", false: "-"}[change.On] + change.Topic; err != nil || got != w {
			t.Fatalf("got %q, %v, want %q", got, err, w)
		}
	}
}

func notify(t *testing.T, p transport.Publisher, frames ...string) {
	t.Helper()
	out := make([][]byte, len(frames))
	for i, f := range frames {
		out[i] = []byte(f)
	}
	if err := p.Send(out); err != nil {
		t.Fatal(err)
	}
}

// TestRawSubscriber subscribes and unsubscribes, in each form.
func TestRawSubscriber(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			p := publish(t, settings())
			r := dialRaw(t, p.Endpoint()).shake(t, form.speaks)
			form.say(t, r, "A", true)
			changed(t, p, "+A")
			notify(t, p, "ALOL", "more")
			r.expect(t, "ALOL", "more")
			form.say(t, r, "A", false)
			changed(t, p, "-A")
			notify(t, p, "ALOL")
			form.say(t, r, "B", true)
			changed(t, p, "+B")
			notify(t, p, "B")
			r.expect(t, "B")
		})
	}
}

// TestSubscriptionsAreASet repeats subscriptions of one connection, and ends subscriptions that do
// not exist.
func TestSubscriptionsAreASet(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			p := publish(t, settings())
			one, two := dialRaw(t, p.Endpoint()).shake(t, form.speaks), dialRaw(t, p.Endpoint()).shake(t, form.speaks)
			form.say(t, one, "A", true)
			changed(t, p, "+A")
			form.say(t, one, "A", true)
			form.say(t, one, "never begun", false)
			form.say(t, one, "", false)
			form.say(t, one, "end of one", true)
			changed(t, p, "+end of one")
			form.say(t, two, "A", true)
			form.say(t, two, "end of two", true)
			changed(t, p, "+end of two")
			notify(t, p, "A")
			one.expect(t, "A") // once, though it has been asked for twice
			two.expect(t, "A")
			form.say(t, one, "A", false)
			form.say(t, one, "end of one", false)
			changed(t, p, "-end of one")
			notify(t, p, "A")
			two.expect(t, "A")
			if err := two.Close(); err != nil {
				t.Fatal(err)
			}
			ended := []string{next(t, p), next(t, p)}
			slices.Sort(ended)
			if fmt.Sprint(ended) != "[-A -end of two]" {
				t.Errorf("with the last subscriber ended %q", ended)
			}
			one.expectNothing(t, silence)
		})
	}
}

// next returns the next change.
func next(t *testing.T, p transport.Publisher) string {
	t.Helper()
	for {
		change, ok, err := p.Poll()
		if ok {
			return map[bool]string{true: "+", false: "-"}[change.On] + change.Topic
		}
		if err == nil {
			err = p.Wait()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestPublisherIgnores has a subscriber send what is no subscription. It goes on being served.
func TestPublisherIgnores(t *testing.T) {
	for name, say := range map[string]func(*testing.T, *raw){
		"a message for the program":   func(t *testing.T, r *raw) { r.send(t, "\x02hello") },
		"a message of several frames": func(t *testing.T, r *raw) { r.send(t, "\x01A", "more") },
		"an empty message":            func(t *testing.T, r *raw) { r.send(t, "") },
		"an unknown command":          func(t *testing.T, r *raw) { r.command(t, "\x07UNKNOWN of the future") },
		"a PONG that nobody asked":    func(t *testing.T, r *raw) { r.command(t, "\x04PONG") },
	} {
		t.Run(name, func(t *testing.T) {
			p := publish(t, settings())
			r := dialRaw(t, p.Endpoint()).shake(t, recent("XSUB"))
			say(t, r)
			r.command(t, "\x09SUBSCRIBEB")
			changed(t, p, "+B")
			notify(t, p, "B", "x")
			r.expect(t, "B", "x")
		})
	}
}

// TestRawPublisher has a subscriber connect to publishers of either version, with subscriptions
// from before and after.
func TestRawPublisher(t *testing.T) {
	for _, tt := range []struct {
		speaks          speaks
		command         bool
		subscribe, stop string
	}{
		{old("PUB"), false, "\x01", "\x00"},
		{old("XPUB"), false, "\x01", "\x00"},
		{recent("PUB"), true, "\x09SUBSCRIBE", "\x06CANCEL"},
		{speaks{9, "XPUB", "NULL"}, true, "\x09SUBSCRIBE", "\x06CANCEL"},
	} {
		t.Run(fmt.Sprintf("3.%d %s", tt.speaks.minor, tt.speaks.kind), func(t *testing.T) {
			endpoint, accept := listenRaw(t)
			u := subscribe(t, endpoint, settings())
			if err := errors.Join(u.Subscribe("A"), u.Subscribe("A"), u.Subscribe("")); err != nil {
				t.Fatal(err)
			}
			told := func(r *raw, want ...string) {
				t.Helper()
				for _, w := range want {
					if f := r.frame(t); f.Command != tt.command || f.More || string(f.Body) != w {
						t.Fatalf("told %q, command %v, want %q", f.Body, f.Command, w)
					}
				}
			}
			r := accept().shake(t, tt.speaks)
			told(r, tt.subscribe, tt.subscribe+"A")
			if err := errors.Join(u.Unsubscribe(""), u.Unsubscribe("A"), u.Subscribe("B")); err != nil {
				t.Fatal(err)
			}
			told(r, tt.stop, tt.subscribe+"B") // A has been asked for twice and taken back once
			r.send(t, "C", "not asked for")
			r.send(t, "A", "x", "")
			if frames, err := u.Recv(); err != nil || fmt.Sprintf("%q", frames) != `["A" "x" ""]` {
				t.Errorf("got %q, %v", frames, err)
			}
			// Another connection is told of each once, before anything else.
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			r = accept().shake(t, tt.speaks)
			told(r, tt.subscribe+"A", tt.subscribe+"B")
			r.expectNothing(t, silence)
			if err := u.Unsubscribe("A"); err != nil {
				t.Fatal(err)
			}
			told(r, tt.stop+"A")
		})
	}
}

// TestForwarder puts a publisher and a subscriber between two, which hand on subscriptions and
// notifications.
func TestForwarder(t *testing.T) {
	front, back := publish(t, settings()), publish(t, settings())
	middle := subscribe(t, back.Endpoint(), settings())
	go func() {
		for {
			frames, err := middle.Recv()
			if err != nil || front.Send(frames) != nil {
				return
			}
		}
	}()
	forward := func(want string) {
		t.Helper()
		change := next(t, front)
		if change != want {
			t.Fatalf("the front is told %q, want %q", change, want)
		}
		hand := middle.Subscribe
		if change[0] == '-' {
			hand = middle.Unsubscribe
		}
		if err := hand(change[1:]); err != nil {
			t.Fatal(err)
		}
		changed(t, back, want)
	}
	r := dialRaw(t, front.Endpoint()).shake(t, recent("SUB"))
	sayCommand(t, r, "A", true)
	forward("+A")
	notify(t, back, "A", "through both")
	r.expect(t, "A", "through both")
	sayCommand(t, r, "A", false)
	forward("-A")
	notify(t, back, "A", "to nobody")
	r.expectNothing(t, silence)
}

// TestPublisherHighWater has a subscriber read nothing. It loses whole messages, never the first
// ones, and gets new ones when it has read.
func TestPublisherHighWater(t *testing.T) {
	s := settings()
	s.HighWater = 11
	p := publish(t, s)
	slow, quick := dialRaw(t, p.Endpoint()).shake(t, recent("SUB")), dialRaw(t, p.Endpoint()).shake(t, recent("SUB"))
	sayCommand(t, slow, "A", true)
	changed(t, p, "+A")
	sayCommand(t, quick, "A", true)
	sayCommand(t, quick, "quick", true)
	changed(t, p, "+quick")
	const count = 200
	filler := strings.Repeat("x", 200_000)
	for n := range count {
		notify(t, p, "A", strconv.Itoa(n), filler)
		quick.expect(t, "A", strconv.Itoa(n), filler) // whom the slow one does not hold up
	}
	got := 0
	for last := -1; ; got++ {
		f, ok := slow.within(t, silence)
		if !ok {
			break
		}
		number := slow.frame(t)
		n, err := strconv.Atoi(string(number.Body))
		body := slow.frame(t)
		if string(f.Body) != "A" || err != nil || n <= last || got < s.HighWater && n != got || len(body.Body) != len(filler) || body.More {
			t.Fatalf("after %d comes %q %q with %d bytes", last, f.Body, number.Body, len(body.Body))
		}
		last = n
	}
	if got < s.HighWater || got == count {
		t.Errorf("%d of %d messages have come", got, count)
	}
	notify(t, p, "A", "again")
	slow.expect(t, "A", "again")
	quick.expect(t, "A", "again")
}

// TestReconnectInterval closes each connection of a subscriber at once: it tries again after at
// least 100 ms each.
func TestReconnectInterval(t *testing.T) {
	endpoint, accept := listenRaw(t)
	subscribe(t, endpoint, settings())
	var before time.Time
	for attempt := range 4 {
		r := accept()
		now := time.Now()
		if pause := now.Sub(before); attempt > 0 && pause < 95*time.Millisecond {
			t.Errorf("attempt %d comes %v after the one before it", attempt, pause)
		}
		if before = now; r.Close() != nil {
			t.Error("closing")
		}
	}
	accept().shake(t, recent("PUB"))
}
