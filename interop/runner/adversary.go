package runner

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/suite"
	"github.com/pizco-go/pizco/interop/tap"
	"github.com/pizco-go/pizco/interop/value"
	"github.com/pizco-go/pizco/interop/zmtp"

	"github.com/google/uuid"
)

// adversary is a server that misbehaves as a case says. It writes its sockets' protocol by itself,
// and contents in json, which every client reads whatever it writes.
type adversary struct {
	spec     *suite.Adversary
	key      string
	rep, pub net.Listener

	mu          sync.Mutex
	next        int
	previous    [][]byte
	subscribers map[*zmtp.Conn]*subscriber
	changed     chan struct{}
	conns       map[net.Conn]bool
	closed      bool
	running     sync.WaitGroup
	ctx         context.Context
	cancel      context.CancelFunc
}

type subscriber struct{ prefixes map[string]bool }

func newAdversary(spec *suite.Adversary, host, key string) (*adversary, error) {
	a := &adversary{spec: spec, key: key, subscribers: map[*zmtp.Conn]*subscriber{}, conns: map[net.Conn]bool{}, changed: make(chan struct{})}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	var err error
	if a.rep, err = net.Listen("tcp", host+":0"); err != nil {
		return nil, err
	}
	if a.pub, err = net.Listen("tcp", host+":0"); err != nil {
		a.rep.Close()
		return nil, err
	}
	a.running.Go(func() { a.accept(a.rep, "ROUTER", a.answerAll) })
	a.running.Go(func() { a.accept(a.pub, "XPUB", a.subscriptions) })
	return a, nil
}

// served makes the adversary look like a server of the cell's.
func (a *adversary) served() *served {
	rep, pub := "tcp://"+a.rep.Addr().String(), "tcp://"+a.pub.Addr().String()
	return &served{dial: rep, record: &tap.Record{}, world: frames.World{RepEndpoint: rep, PubEndpoint: pub, ServerKey: a.key, ClientKey: a.key}}
}

func (a *adversary) accept(l net.Listener, socketType string, serve func(*zmtp.Conn)) {
	for {
		raw, err := l.Accept()
		if err != nil {
			return
		}
		if !a.track(raw) {
			raw.Close()
			return
		}
		a.running.Go(func() {
			defer raw.Close()
			if conn, err := zmtp.Handshake(raw, socketType); err == nil {
				serve(conn)
			}
		})
	}
}

func (a *adversary) track(c net.Conn) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.conns[c] = true
	}
	return !a.closed
}

// answerAll answers the requests of a connection.
func (a *adversary) answerAll(conn *zmtp.Conn) {
	for {
		envelope, err := conn.Receive()
		if err != nil {
			return
		}
		at := 0
		for at < len(envelope) && len(envelope[at]) > 0 {
			at++
		}
		if at+1 >= len(envelope) {
			continue
		}
		if !a.answer(conn, envelope[:at+1], envelope[at+1:]) {
			return
		}
	}
}

// answer answers one request; it reports whether the connection goes on.
func (a *adversary) answer(conn *zmtp.Conn, envelope, request [][]byte) bool {
	spec, content := a.decide(request)
	id := ""
	if len(request) > 3 {
		id = string(request[3])
	}
	message, err := build(&spec.RawMessage, "tcp://"+a.rep.Addr().String(), id, content, a.key)
	if err != nil {
		return false
	}
	a.mu.Lock()
	previous := a.previous
	a.previous = message
	a.mu.Unlock()
	if spec.Previous && previous != nil {
		message = previous
	}
	if spec.Close {
		return false
	}
	if spec.Never {
		return true
	}
	if spec.DelayMS > 0 {
		select {
		case <-a.ctx.Done():
			return false
		case <-time.After(time.Duration(spec.DelayMS) * time.Millisecond):
		}
	}
	for range max(1, spec.Times) {
		if err := conn.Send(append(append([][]byte(nil), envelope...), message...)...); err != nil {
			return false
		}
	}
	return true
}

// decide returns what to do about a request, and the content of a good answer.
func (a *adversary) decide(request [][]byte) (*suite.Answer, string) {
	asked, err := frames.Content(request)
	if err != nil {
		return &suite.Answer{}, `""`
	}
	if asked.Tag == value.Str {
		if asked.Text != "info" {
			return &suite.Answer{}, asked.String()
		}
		good := fmt.Sprintf(`{"rep_endpoint": "tcp://%s", "pub_endpoint": "tcp://%s"}`, a.rep.Addr(), a.pub.Addr())
		return orGood(a.spec.Info), good
	}
	action, argument := actionOf(asked)
	if action == "" {
		return &suite.Answer{}, echoOf(asked)
	}
	if action == "inspect" {
		return orGood(a.spec.Inspect), `["PSMessage", "return", [["same", "measured", "alarm"], []]]`
	}
	if action == "get" {
		return &suite.Answer{}, `["PSMessage", "remote", null]`
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	good := fmt.Sprintf(`["PSMessage", "return", %s]`, argument)
	if a.next >= len(a.spec.Answers) {
		return &suite.Answer{}, good
	}
	a.next++
	return &a.spec.Answers[a.next-1], good
}

func orGood(spec *suite.Answer) *suite.Answer {
	if spec == nil {
		return &suite.Answer{}
	}
	return spec
}

// echoOf returns a content in JSON, as an agent sends back what it does not understand.
func echoOf(asked value.Value) string {
	plain, err := value.ThroughJSON(asked)
	if err != nil {
		return "null"
	}
	return plain.String()
}

// actionOf returns a PSMessage's action and its first argument in JSON.
func actionOf(asked value.Value) (action, argument string) {
	argument = "null"
	if len(asked.Items) != 3 || asked.Items[0].Text != "PSMessage" {
		return "", argument
	}
	if args, ok := asked.Items[2].Lookup("args"); ok && len(args.Items) > 0 {
		if plain, err := value.ThroughJSON(args.Items[0]); err == nil {
			argument = plain.String()
		}
	}
	return asked.Items[1].Text, argument
}

// subscriptions takes the subscriptions of a connection.
func (a *adversary) subscriptions(conn *zmtp.Conn) {
	s := &subscriber{prefixes: map[string]bool{}}
	a.mu.Lock()
	a.subscribers[conn] = s
	a.mu.Unlock()
	for {
		message, err := conn.Receive()
		if err != nil {
			return
		}
		prefix, subscribe, ok := zmtp.Subscription(zmtp.Frame{Body: message[0]})
		if !ok {
			continue
		}
		a.mu.Lock()
		s.prefixes[string(prefix)] = subscribe
		close(a.changed)
		a.changed = make(chan struct{})
		a.mu.Unlock()
	}
}

// publish sends a message to all subscribers once somebody has subscribed to its topic. What it
// looks like does not matter to who gets it: the adversary does not filter.
func (a *adversary) publish(ctx context.Context, m *suite.RawMessage) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	for {
		conns, changed := a.subscribed(m.Topic)
		if len(conns) > 0 {
			message, err := build(m, "tcp://"+a.rep.Addr().String(), uuid.New().URN(), `["value", null, null]`, a.key)
			if err != nil {
				return err
			}
			for _, conn := range conns {
				if err := conn.Send(message...); err != nil {
					return err
				}
			}
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("nobody subscribed to %q", m.Topic)
		}
	}
}

func (a *adversary) subscribed(topic string) ([]*zmtp.Conn, <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var conns []*zmtp.Conn
	for conn, s := range a.subscribers {
		for prefix, on := range s.prefixes {
			if on && strings.HasSuffix(prefix, "+"+topic) {
				conns = append(conns, conn)
				break
			}
		}
	}
	return conns, a.changed
}

func (a *adversary) close() {
	a.cancel()
	a.rep.Close()
	a.pub.Close()
	a.mu.Lock()
	a.closed = true
	for c := range a.conns {
		c.Close()
	}
	a.mu.Unlock()
	a.running.Wait()
}
