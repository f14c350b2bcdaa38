package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pizco-go/pizco/internal/loglimit"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/wire"
)

const (
	// perConnection is what a connection of a stranger may take beyond 1.25 times what it has sent.
	perConnection = 64 << 10
	// mostForTopics is what the subscriptions of one connection may take.
	mostForTopics = 8 << 20
	// heapSlack is how much the victim's heap may differ for other reasons, such as pools and maps
	// that have grown, and slack how much its resident memory may: stacks and pages that are not
	// full, too.
	heapSlack = 4 << 20
	slack     = 16 << 20
	// giveBackTime is how long it may take until memory is as before, when the strangers have left.
	giveBackTime = 10 * time.Second
	// writeChunk is the size of what strangers write at once.
	writeChunk = 64 << 10
)

// strangers are bare connections to one victim, all with the same identity.
type strangers struct {
	*victim
	t     *tally
	name  string
	conns []net.Conn
	// sent counts the bytes after the handshakes, over all connections.
	sent int64
}

func newStrangers(t *tally, name string, args ...string) (*strangers, error) {
	v, err := newVictim(nil, args...)
	if err != nil {
		return nil, err
	}
	g := &strangers{victim: v, t: t, name: name}
	_, err = v.wellServed(50)
	if err == nil {
		v.before, err = g.memory()
	}
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	return g, nil
}

func (g *strangers) close() error {
	g.leave()
	return g.victim.close()
}

// memory returns what the victim holds after it has given back what it does not use.
func (g *strangers) memory() (u child.Usage, err error) {
	err = g.server.Ask(child.Order{"do": "held"}, &u)
	return u, err
}

// join connects one more stranger and makes the handshake.
func (g *strangers) join(endpoint, socketType string) (net.Conn, error) {
	_, address, err := zmtp.SplitEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	c, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return nil, err
	}
	g.conns = append(g.conns, c)
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // ports are free again at once
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := c.Write(append(zmtp.Greeting(), readyAs(socketType, "the same").Append(nil)...)); err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, c, zmtp.GreetingSize); err != nil {
		return nil, err
	}
	if _, err := zmtp.ReadFrame(c); err != nil {
		return nil, err
	}
	return c, c.SetDeadline(time.Time{})
}

// readyAs is a READY command of a socket with an identity.
func readyAs(socketType, identity string) zmtp.Frame {
	body := []byte("\x05READY")
	for _, p := range [][2]string{{"Socket-Type", socketType}, {"Identity", identity}} {
		body = append(append(body, byte(len(p[0]))), p[0]...)
		body = append(binary.BigEndian.AppendUint32(body, uint32(len(p[1]))), p[1]...)
	}
	return zmtp.Frame{Body: body, Command: true}
}

// say sends bytes, which the victim may not read to the end. It reports whether it has.
func (g *strangers) say(c net.Conn, wire []byte) bool {
	_ = c.SetWriteDeadline(time.Now().Add(patience))
	n, err := c.Write(wire)
	g.sent += int64(n)
	return err == nil
}

// sayLong sends the header of a frame and less of its body than it announces.
func (g *strangers) sayLong(c net.Conn, first byte, announced uint64, flags byte, size int) bool {
	if !g.say(c, append(binary.BigEndian.AppendUint64([]byte{flags | 0x02}, announced), first)) {
		return false
	}
	chunk := make([]byte, writeChunk)
	for left := size - 1; left > 0; left -= len(chunk) {
		if !g.say(c, chunk[:min(left, len(chunk))]) {
			return false
		}
	}
	return true
}

// isCut reports whether the victim closes a connection.
func isCut(c net.Conn) bool {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, err := io.Copy(io.Discard, c)
	return !isTimeout(err)
}

// within checks that another client is served, and what memory the victim takes while the strangers
// are there.
func (g *strangers) within(what string, most int64) error {
	slowest, err := g.wellServed(50)
	g.t.check(err == nil, g.name+": another client is served all the while", "the slowest of 50 calls took %.1f ms, error %v",
		float64(slowest)/float64(time.Millisecond), err)
	taken, err := g.settled()
	if err != nil {
		return err
	}
	g.t.check(taken.Heap <= most+heapSlack && taken.RSS <= most+slack, fmt.Sprintf("%s: memory stays within %s, %.1f MB", g.name, what, float64(most)/1e6),
		"%s for %.1f MB that were sent", more(taken), float64(g.sent)/1e6)
	return nil
}

// more says how much more memory a victim takes than before.
func more(u child.Usage) string {
	return fmt.Sprintf("%+.1f MB of heap, %+.1f MB resident", float64(u.Heap)/1e6, float64(u.RSS)/1e6)
}

// fair is within what connections may take by what they have sent.
func (g *strangers) fair() error {
	return g.within(fmt.Sprintf("1.25 times what %d connections sent and 64 kB each", len(g.conns)),
		g.sent*5/4+int64(len(g.conns))*perConnection)
}

// settled returns how much more memory than before the victim takes, at most, when that does not
// grow any more.
func (g *strangers) settled() (most child.Usage, err error) {
	for last := int64(-1); ; {
		taken, err := g.taken()
		if err != nil {
			return most, err
		}
		most.RSS, most.Heap = max(most.RSS, taken.RSS), max(most.Heap, taken.Heap)
		if last >= 0 && taken.RSS < last+1<<20 {
			return most, nil
		}
		last = taken.RSS
		if _, err := g.wellServed(50); err != nil { // which takes the time in which more can come
			return most, err
		}
	}
}

// taken returns how much more memory than before the victim takes.
func (g *strangers) taken() (child.Usage, error) {
	u, err := g.memory()
	return child.Usage{RSS: u.RSS - g.before.RSS, Heap: u.Heap - g.before.Heap}, err
}

// leave closes all connections.
func (g *strangers) leave() {
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns, g.sent = nil, 0
}

// givesBack has the strangers leave and checks that the victim's memory is as before soon after.
func (g *strangers) givesBack() error {
	g.leave()
	began := time.Now()
	for {
		kept, err := g.taken()
		if err != nil {
			return err
		}
		back, took := kept.Heap <= heapSlack && kept.RSS <= slack, time.Since(began)
		if !back && took < giveBackTime {
			continue
		}
		g.t.check(back, fmt.Sprintf("%s: within %v after they have left memory is given back", g.name, giveBackTime),
			"%s after %.1f s", more(kept), took.Seconds())
		return nil
	}
}

// endless sends messages of parts that never end.
func endless(s settings, t *tally) (err error) {
	const maxMessage = 1 << 20
	g, err := newStrangers(t, "a message that never ends", "-max-message", fmt.Sprint(maxMessage))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	most, peers := int64(512<<20), 100
	if s.quick {
		most, peers = 64<<20, 30
	}
	for _, at := range []struct{ endpoint, socketType, name string }{{g.at.Rep, "DEALER", "requests"}, {g.at.Pub, "SUB", "the publisher"}} {
		for _, size := range []int{0, 1, 1000, 60_000} {
			began := g.sent
			c, err := g.join(at.endpoint, at.socketType)
			if err != nil {
				return err
			}
			part := zmtp.Frame{Body: make([]byte, size), More: true}.Append(nil)
			chunk := []byte(strings.Repeat(string(part), writeChunk/len(part)))
			for g.sent-began < most && g.say(c, chunk) { // until it is cut off
			}
			t.check(isCut(c), fmt.Sprintf("%s, of parts of %d bytes to the socket of %s, is cut off", g.name, size, at.name), "after %.1f MB at most",
				float64(g.sent-began)/1e6)
		}
	}
	if err := g.within("nothing when all are cut off", 0); err != nil {
		return err
	}
	g.leave()
	for range peers { // as much as is allowed, without an end
		for _, at := range []struct {
			endpoint, socketType string
			size                 int
		}{{g.at.Rep, "DEALER", 1000}, {g.at.Pub, "SUB", 16}} {
			c, err := g.join(at.endpoint, at.socketType)
			if err != nil {
				return err
			}
			part := zmtp.Frame{Body: make([]byte, at.size), More: true}.Append(nil)
			if !g.say(c, []byte(strings.Repeat(string(part), 1000))) {
				return fmt.Errorf("%s: cut off within the limits", g.name)
			}
		}
	}
	g.name = fmt.Sprintf("%d messages of 1,000 parts that do not end", 2*peers)
	if err := g.fair(); err != nil {
		return err
	}
	return g.givesBack()
}

// largeTopics subscribes to topics that are too large, and to as much as is allowed.
func largeTopics(_ settings, t *tally) (err error) {
	g, err := newStrangers(t, "large topics")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	for _, try := range []struct{ topics, size int }{{1, 10 << 20}, {30, 1 << 20}} {
		c, err := g.join(g.at.Pub, "SUB")
		if err != nil {
			return err
		}
		for range try.topics {
			if !g.sayLong(c, 1, uint64(try.size)+1, 0, try.size+1) {
				break
			}
		}
		t.check(isCut(c), fmt.Sprintf("large topics: who subscribes to %d of %d MB is cut off", try.topics, try.size>>20), "it was")
	}
	if err := g.within("nothing when all are cut off", 0); err != nil {
		return err
	}
	g.leave()
	for _, try := range []struct{ topics, size int }{{topicsOfOne, 100}, {125, 16 << 10}} {
		c, err := g.join(g.at.Pub, "SUB")
		if err != nil {
			return err
		}
		bare, err := wire.Header(g.at.Rep, "")
		if err != nil {
			return err
		}
		digits := try.size - len(bare)
		for n := range try.topics {
			topic, err := wire.Header(g.at.Rep, fmt.Sprintf("%0*d", digits, n))
			if err != nil {
				return err
			}
			if !g.say(c, zmtp.Frame{Body: append([]byte{1}, topic...)}.Append(nil)) {
				return fmt.Errorf("topic %d of %d bytes is refused", n, try.size)
			}
		}
		if err := g.awaitSubscribers(fmt.Sprintf("%0*d", digits, try.topics-1), 1); err != nil {
			return err
		}
		g.name = fmt.Sprintf("%d topics of %d bytes", try.topics, try.size)
		if err := g.within("what subscriptions may take", mostForTopics); err != nil {
			return err
		}
		if err := g.givesBack(); err != nil {
			return err
		}
	}
	return nil
}

// oneIdentity opens connections of one identity, each with a message that does not end.
func oneIdentity(s settings, t *tally) (err error) {
	const connections = 180
	size := 5 << 20
	if s.quick {
		size = 1 << 20
	}
	g, err := newStrangers(t, fmt.Sprintf("%d connections of one identity, %d MB each", connections, size>>20))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	for range connections {
		c, err := g.join(g.at.Rep, "REQ")
		if err != nil {
			return err
		}
		if !g.say(c, []byte{1, 0}) || !g.sayLong(c, 0, 1<<29, 0, size) {
			return fmt.Errorf("%s: cut off within the limits", g.name)
		}
	}
	if err := g.fair(); err != nil {
		return err
	}
	return g.givesBack()
}

// garbage makes many short connections that say what makes sense, or not.
func garbage(s settings, t *tally) (err error) {
	connections := 70_000
	if s.quick {
		connections = 3_000
	}
	g, err := newStrangers(t, fmt.Sprintf("%d connections of mixed frames and garbage", connections))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	for n := range connections {
		if err := g.talkNonsense(n); err != nil {
			return err
		}
	}
	if err := g.within("nothing when they have left", 0); err != nil {
		return err
	}
	return g.givesBack()
}

// nonsense is what connections say, some before and some after their handshake.
var nonsense = []struct {
	shaken bool
	wire   []byte
}{
	{false, nil},
	{false, []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")},
	{false, zmtp.Greeting()},
	{false, zmtp.Greeting()[:11]},
	{false, append(zmtp.Greeting(), "\x04\x00\x01\x02\x03"...)},
	{true, []byte("\x01\x00\x00\x05hello")},
	{true, []byte("\x01\x05parts\x01\x05and p")},
	{true, []byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
	{true, []byte("\x04\x10\x05ERROR\x04away\x00\x00\x00\x00\x00")},
	{true, append(binary.BigEndian.AppendUint64([]byte{0x02}, 1<<28), make([]byte, 8000)...)},
	{true, []byte("\x00\x09\x01anything\x00\x01\x01\x04\x0c\x09SUBSCRIBEab")},
}

func (g *strangers) talkNonsense(n int) error {
	say, endpoint, socketType := nonsense[n%len(nonsense)], g.at.Rep, "REQ"
	if n/len(nonsense)%2 == 1 {
		endpoint, socketType = g.at.Pub, "SUB"
	}
	defer func() {
		for _, c := range g.conns {
			_ = c.Close()
		}
		g.conns = g.conns[:0]
	}()
	if say.shaken {
		c, err := g.join(endpoint, socketType)
		if err == nil {
			g.say(c, say.wire)
		}
		return err
	}
	_, address, err := zmtp.SplitEndpoint(endpoint)
	if err != nil {
		return err
	}
	c, err := net.DialTimeout("tcp", address, patience)
	if err != nil {
		return err
	}
	g.conns = append(g.conns, c)
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	g.say(c, say.wire)
	return nil
}

// largeAnswer is the size of the answers that unread asks for.
const largeAnswer = 2 << 20

// unread asks for large answers and reads none.
func unread(s settings, t *tally) (err error) {
	requests := 900
	if s.quick {
		requests = 100
	}
	log, remove, err := logFile()
	if err != nil {
		return err
	}
	defer remove()
	g, err := newStrangers(t, fmt.Sprintf("%d requests for answers of 2 MB that are not read", requests), "-log", log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	ask, err := request("large")
	if err != nil {
		return err
	}
	c, err := g.join(g.at.Rep, "DEALER")
	if err != nil {
		return err
	}
	began := time.Now()
	for range requests {
		if !g.say(c, ask) {
			return fmt.Errorf("%s: cut off within the limits", g.name)
		}
	}
	slowest, err := g.wellServed(10)
	t.check(err == nil, g.name+": another client is served before all are answered", "the slowest of 10 calls took %.1f ms, error %v",
		float64(slowest)/float64(time.Millisecond), err)
	if err := g.awaitLarge(requests); err != nil {
		return err
	}
	if err := g.within("WithHighWaterBytes and an answer that waits", 64<<20+2*largeAnswer); err != nil {
		return err
	}
	if err := g.givesBack(); err != nil {
		return err
	}
	return g.checkLog(log, began)
}

// awaitLarge waits until the victim has made so many large answers: what making them takes is not
// what is kept of them.
func (v *victim) awaitLarge(n int) error {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		var made struct{ N int }
		if err := v.server.Ask(child.Order{"do": "large"}, &made); err != nil {
			return err
		}
		if made.N == n {
			return nil
		}
	}
	return fmt.Errorf("there are not %d answers within a minute", n)
}

// askAndLeave sends requests and leaves before they are answered.
func askAndLeave(s settings, t *tally) (err error) {
	last := time.Minute
	if s.quick {
		last = 3 * time.Second
	}
	log, remove, err := logFile()
	if err != nil {
		return err
	}
	defer remove()
	g, err := newStrangers(t, fmt.Sprintf("ask and leave for %v", last), "-log", log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	ask, err := request("same", 1)
	if err != nil {
		return err
	}
	began, asked := time.Now(), 0
	for time.Since(began) < last {
		c, err := g.join(g.at.Rep, "DEALER")
		if err != nil {
			return err
		}
		for range 20 {
			if g.say(c, ask) {
				asked++
			}
		}
		_ = c.Close()
		g.conns = g.conns[:0]
	}
	t.note(g.name+": what was asked", "%d requests", asked)
	if err := g.within("nothing when they have left", 0); err != nil {
		return err
	}
	if err := g.givesBack(); err != nil {
		return err
	}
	return g.checkLog(log, began)
}

// logBurst is how many lines of one kind may be logged at once.
const logBurst = loglimit.Burst

// logFile returns the path of a log, and what removes it.
func logFile() (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "torture")
	return filepath.Join(folder, "log"), func() { _ = os.RemoveAll(folder) }, err
}

// request returns a call of a method as it is on the wire.
func request(method string, args ...any) ([]byte, error) {
	call := []any{"PSMessage", "exec", map[string]any{"name": method, "method": "__call__", "args": args}}
	frames, err := wire.Protocol{}.Format("tcp://127.0.0.1:1", "", call, "")
	if err != nil {
		return nil, err
	}
	return zmtp.AppendMessage(nil, append([][]byte{nil}, frames...)), nil
}

// checkLog checks how many lines of each kind a victim has logged.
func (g *strangers) checkLog(log string, began time.Time) error {
	text, err := os.ReadFile(log)
	if err != nil {
		return err
	}
	kinds := map[string]int{}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(line, "msg=")
		message, _, quoted := strings.Cut(strings.TrimPrefix(rest, `"`), `"`)
		if !quoted || !strings.HasPrefix(rest, `"`) {
			message, _, _ = strings.Cut(rest, " ")
		}
		kinds[message]++
	}
	worst, most := "", 0
	for kind, lines := range kinds {
		if lines > most {
			worst, most = kind, lines
		}
	}
	allowed := logBurst + int(time.Since(began).Seconds()) + 1
	g.t.check(most > 0 && most <= allowed, fmt.Sprintf("%s: %d lines of a kind are logged at once, and one in each second", g.name, logBurst),
		"%d lines in %.1f s, at most %d of a kind, which is %s", strings.Count(string(text), "\n"), time.Since(began).Seconds(), most, worst)
	return nil
}

// subscribeMany subscribes one connection to topics, the first of which has the given number, and
// returns it.
func (v *victim) subscribeMany(first, topics int) (*zmtp.Conn, error) {
	c, err := zmtp.Dial(context.Background(), v.at.Pub, "SUB")
	if err != nil {
		return nil, err
	}
	for n := range topics {
		if err := subscribe(c, v.at, topicName(first+n)); err != nil {
			return c, err
		}
	}
	return c, nil
}

func topicName(n int) string { return fmt.Sprintf("topic-%d-%s", n, strings.Repeat("x", 20)) }
