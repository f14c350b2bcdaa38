//go:build zmtpmatrix

package matrix_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

var limits = []row{
	{name: "a SUB that does not read loses whole messages", run: slowSub},
	{name: "a Subscriber that does not read loses whole messages", run: slowSubscriber},
	{name: "a ROUTER that does not read is busy", run: slowRouter},
	{name: "a DEALER that does not read is busy", run: slowDealer},
	{name: "a frame that is too large", run: tooLarge},
}

const (
	fewMessages = 10
	burst       = 300
	bodySize    = 200_000
)

func slowSub(t *testing.T, s *scene) {
	s.settings.HighWater = fewMessages
	p := s.publish(t, anyPort)
	s.connects(t, "sub", "SUB", p.Endpoint(), options{"RCVHWM": fewMessages})
	s.subscribes(t, "sub", "a")
	changed(t, p, "+a")
	filler := strings.Repeat("x", bodySize)
	for n := range burst {
		publish(t, p, "a", strconv.Itoa(n), filler)
	}
	// The last message is sent until it comes through.
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				stopped <- nil
				return
			case <-tick.C:
			}
			if err := p.Send(bytesOf("a", strconv.Itoa(burst), filler)); err != nil {
				stopped <- err
				return
			}
		}
	}()
	var drained struct {
		Numbers []int
		Broken  []any
	}
	s.peer.tell(t, &drained, "drain", "sub", bodySize, burst)
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if len(drained.Broken) != 0 {
		t.Errorf("broken messages: %v", drained.Broken)
	}
	checkOrder(t, drained.Numbers)
}

// checkOrder checks that messages arrived in order, although some were dropped.
func checkOrder(t *testing.T, numbers []int) {
	t.Helper()
	if len(numbers) < fewMessages || len(numbers) > burst || numbers[0] != 0 || numbers[len(numbers)-1] != burst {
		t.Errorf("%d of %d messages have come, %v", len(numbers), burst, numbers)
	}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] <= numbers[i-1] {
			t.Errorf("%d came after %d", numbers[i], numbers[i-1])
		}
	}
}

func slowSubscriber(t *testing.T, s *scene) {
	s.settings.HighWater = fewMessages
	u := s.subscribe(t, s.binds(t, "xpub", "XPUB", options{"SNDHWM": fewMessages}))
	if err := u.Subscribe("a"); err != nil {
		t.Fatal(err)
	}
	s.told(t, "xpub", "\x01a")
	topic := written([]string{"a"})[0]
	s.peer.tell(t, nil, "burst", "xpub", topic, 0, burst, bodySize)
	var numbers []int
	done := make(chan error, 1)
	go func() {
		for {
			frames, err := u.Recv()
			if err != nil {
				done <- err
				return
			}
			n, err := strconv.Atoi(string(frames[1]))
			if len(frames) != 3 || err != nil || len(frames[2]) != bodySize {
				done <- fmt.Errorf("a message of %d frames, the second %q", len(frames), frames[1])
				return
			}
			if numbers = append(numbers, n); n == burst {
				done <- nil
				return
			}
		}
	}()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			checkOrder(t, numbers)
			return
		default:
			s.peer.tell(t, nil, "burst", "xpub", topic, burst, 1, bodySize)
		}
	}
}

// slowRouter sends to a ROUTER that does not read until there is no more room, and sees that all
// that was sent comes.
func slowRouter(t *testing.T, s *scene) {
	s.settings.HighWater = fewMessages
	c := s.dial(t, s.binds(t, "router", "ROUTER", options{"RCVHWM": fewMessages}))
	filler := strings.Repeat("x", 1<<20)
	sent := 0
	for {
		n, err := c.TrySend([]transport.Outgoing{{Tag: uint32(sent), Frames: bytesOf(strconv.Itoa(sent), filler)}})
		sent += n
		if errors.Is(err, transport.ErrPeerBusy) {
			break
		}
		if err != nil || sent > 10*burst {
			t.Fatalf("after %d: %v", sent, err)
		}
	}
	for n := range sent {
		s.routeOf(t, "router", strconv.Itoa(n), filler)
	}
	if err := c.Send(limit(t), 0, bytesOf("there is room")); err != nil {
		t.Fatal(err)
	}
	s.routeOf(t, "router", "there is room")
}

// slowDealer answers a DEALER that does not read, until its answers are refused. It gets the
// answers that were not refused.
func slowDealer(t *testing.T, s *scene) {
	s.settings.HighWater = fewMessages
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), options{"RCVHWM": fewMessages})
	s.peer.send(t, "dealer", "", "question")
	r := request(t, l)
	filler := strings.Repeat("x", 1<<20)
	sent := 0
	for ; ; sent++ {
		err := l.Reply(r, bytesOf(strconv.Itoa(sent), filler))
		if errors.Is(err, transport.ErrPeerBusy) {
			break
		}
		if err != nil || sent > 10*burst {
			t.Fatalf("after %d: %v", sent, err)
		}
	}
	for n := range sent {
		s.peer.expect(t, "dealer", "", strconv.Itoa(n), filler)
	}
}

// tooLarge has a peer send more than is taken: its connection ends, and the next one works.
func tooLarge(t *testing.T, s *scene) {
	s.settings.MaxFrame = 100_000
	l := s.listen(t, anyPort)
	s.connects(t, "dealer", "DEALER", l.Endpoint(), nil)
	most := int(s.settings.MaxFrame)
	if s.reference && s.encrypted {
		most -= 33 // libzmq counts what CURVE adds
	}
	s.peer.send(t, "dealer", "", strings.Repeat("x", most))
	fits := request(t, l)
	if len(fits.Frames) != 1 || len(fits.Frames[0]) != most {
		t.Fatalf("got %d frames", len(fits.Frames))
	}
	s.peer.send(t, "dealer", "", strings.Repeat("x", int(s.settings.MaxFrame)+1_000))
	got := make(chan transport.Request, 1)
	go func() {
		r, err := l.Recv()
		if err == nil {
			got <- r
		}
	}()
	again(t, func() bool {
		s.peer.send(t, "dealer", "", "small")
		select {
		case r := <-got:
			if string(r.Frames[0]) != "small" || r.Peer == fits.Peer {
				t.Errorf("got %.20q from the same peer: %v", r.Frames, r.Peer == fits.Peer)
			}
			return true
		case <-time.After(silence):
			return false
		}
	})
}
