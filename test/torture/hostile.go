package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/wire"
)

// hostile is a peer that means no good, and what its victim promises.
type hostile struct {
	name string
	run  func(settings, *tally) error
}

var hostiles = []hostile{
	{"oversized frames", oversizedFrames},
	{"slow loris", slowLoris},
	{"a subscriber that never reads", stuckSubscriber},
	{"distinct topics", manyTopics},
	{"messages that never end", endless},
	{"large topics", largeTopics},
	{"connections of one identity", oneIdentity},
	{"garbage", garbage},
	{"answers that are not read", unread},
	{"ask and leave", askAndLeave},
	{"signature guesses", signatureGuesses},
	{"a flood from one client", flood},
	{"no files left", filesExhausted},
	{"a full disk", fullDisk},
	{"clocks that jump", clockJumps},
	{"small calls that are heavy", heavyWork},
	{"values that take much memory", heavyValues},
	{"code for others", codeForOthers},
	{"a forwarder among strangers", forwarded},
}

// victim is a server with a well-behaved client.
type victim struct {
	server *child.Process
	at     endpoints
	proxy  *goagent.Proxy
	before child.Usage
}

// bound is how much memory a server may take more than before because of hostile peers, unless its
// settings allow them more.
const bound = 64 << 20

func newVictim(dial []goagent.DialOption, args ...string) (*victim, error) {
	v := &victim{}
	var err error
	if v.server, err = child.Self(&v.at, append([]string{"peer", "server"}, args...)...); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if v.proxy, err = goagent.Dial(ctx, v.at.Rep, dial...); err == nil {
		v.before, err = v.usage()
	}
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	return v, nil
}

func (v *victim) close() error {
	var err error
	if v.proxy != nil {
		err = v.proxy.Close()
	}
	return errors.Join(err, v.server.Close())
}

func (v *victim) usage() (u child.Usage, err error) {
	err = v.server.Ask(child.Order{"do": "usage"}, &u)
	return u, err
}

// patience is how long a call of a well-behaved client may take meanwhile; on a machine that does
// many things at once it is nothing that hostile peers can be blamed for.
const patience = 5 * time.Second

// wellServed makes some calls and returns how long the slowest took.
func (v *victim) wellServed(calls int) (slowest time.Duration, err error) {
	for n := range calls {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		began := time.Now()
		var got int
		err := v.proxy.Call(ctx, &got, "same", n)
		cancel()
		if err == nil && got != n {
			err = fmt.Errorf("same(%d) is %d", n, got)
		}
		if err != nil {
			return 0, err
		}
		slowest = max(slowest, time.Since(began))
	}
	return slowest, nil
}

// check enters whether the well-behaved client is served, and the server's memory is bounded.
func (v *victim) check(t *tally, name string, most int64) error {
	slowest, err := v.wellServed(50)
	t.check(err == nil, name+": another client is served all the while", "the slowest of 50 calls took %.1f ms, error %v",
		float64(slowest)/float64(time.Millisecond), err)
	after, err := v.usage()
	if err != nil {
		return err
	}
	t.check(after.RSS-v.before.RSS <= most, fmt.Sprintf("%s: memory stays within %d MB more than before", name, most>>20),
		"%+.1f MB", float64(after.RSS-v.before.RSS)/1e6)
	return nil
}

// oversizedFrames announces frames larger than the server takes, and begins to send them.
func oversizedFrames(s settings, t *tally) (err error) {
	v, err := newVictim(nil, "-max-message", fmt.Sprint(1<<20))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	peers := 100
	if s.quick {
		peers = 20
	}
	cut := 0
	for range peers {
		c, err := zmtp.Dial(context.Background(), v.at.Rep, "REQ")
		if err != nil {
			return err
		}
		header := binary.BigEndian.AppendUint64([]byte{0x02}, 1<<40) // a long frame of a terabyte
		_, _ = c.Write(header)
		_, _ = c.Write(make([]byte, 64<<10))
		_ = c.SetReadDeadline(time.Now().Add(patience))
		if _, err := c.Receive(); err != nil && !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
			cut++
		}
		_ = c.Close()
	}
	t.check(cut == peers, "oversized frames: who announces one is disconnected", "%d of %d were", cut, peers)
	return v.check(t, "oversized frames", bound)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// slowLoris opens many connections that send their greeting a byte at a time and never come to an
// end.
func slowLoris(s settings, t *tally) (err error) {
	v, err := newVictim(nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	connections := 1000
	if s.quick {
		connections = 200
	}
	_, address, err := zmtp.SplitEndpoint(v.at.Rep)
	if err != nil {
		return err
	}
	greeting := zmtp.Greeting()
	held := make([]net.Conn, connections)
	for i := range held {
		if held[i], err = net.Dial("tcp", address); err != nil {
			return err
		}
		defer func() { _ = held[i].Close() }()
	}
	for n := range 8 {
		for _, c := range held {
			_, _ = c.Write(greeting[n : n+1]) // the server may have given up on it
		}
	}
	return v.check(t, fmt.Sprintf("slow loris of %d connections", connections), bound)
}

// stuckSubscriber subscribes and never reads.
func stuckSubscriber(s settings, t *tally) (err error) {
	const size = 1000
	n := 200_000
	if s.quick {
		n = 40_000
	}
	v, err := newVictim(nil, "-high-water", "1000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.close()) }()
	c, err := subscriber(v.at, "bulk")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if err := v.awaitSubscribers("bulk", 1); err != nil {
		return err
	}
	if err := v.server.Ask(child.Order{"do": "bulk", "N": n, "Size": size}, nil); err != nil {
		return err
	}
	return v.check(t, fmt.Sprintf("a subscriber that reads none of %d notifications of %d bytes", n, size), bound)
}

// subscriber connects a bare socket that subscribes to a topic.
func subscriber(at endpoints, topic string) (*zmtp.Conn, error) {
	c, err := zmtp.Dial(context.Background(), at.Pub, "SUB")
	if err != nil {
		return nil, err
	}
	return c, subscribe(c, at, topic)
}

func subscribe(c *zmtp.Conn, at endpoints, topic string) error {
	header, err := wire.Header(at.Rep, topic)
	if err != nil {
		return err
	}
	return c.Send(append([]byte{1}, header...))
}

// awaitSubscribers waits until the server has taken up so many subscriptions of a topic.
func (v *victim) awaitSubscribers(topic string, n int) error {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var got struct{ N int }
		if err := v.server.Ask(child.Order{"do": "subscribers", "topic": topic}, &got); err != nil {
			return err
		}
		if got.N == n {
			return nil
		}
	}
	return fmt.Errorf("there are not %d subscribers of %s within a minute", n, topic)
}

// topicsOfOne is the number of topics that one connection may be subscribed to.
const topicsOfOne = 20_000

// manyTopics subscribes to one topic after the other, over several connections, and then leaves;
// another one goes beyond its limit.
func manyTopics(s settings, t *tally) (err error) {
	const connections = 5
	each := topicsOfOne
	if s.quick {
		each = topicsOfOne / connections
	}
	g, err := newStrangers(t, fmt.Sprintf("%d distinct topics over %d connections", connections*each, connections))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	for n := range connections {
		c, err := g.subscribeMany(n*each, each)
		if err != nil {
			return err
		}
		g.conns = append(g.conns, c)
		if err := g.awaitSubscribers(topicName(n*each+each-1), 1); err != nil {
			return err
		}
	}
	if err := g.within(fmt.Sprintf("%d MB for each connection", mostForTopics>>20), connections*mostForTopics); err != nil {
		return err
	}
	if err := g.givesBack(); err != nil {
		return err
	}
	err = g.awaitSubscribers(topicName(0), 0)
	t.check(err == nil, "distinct topics: all are forgotten when the subscribers have gone", "error %v", err)
	c, err := g.subscribeMany(0, topicsOfOne+1)
	if c == nil {
		return err
	}
	g.conns = append(g.conns, c)
	t.check(isCut(c), fmt.Sprintf("distinct topics: who subscribes to more than %d is cut off", topicsOfOne), "it was")
	return g.within("nothing when it is cut off", 0)
}
