package tap

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/pizco-go/pizco/interop/zmtp"
)

// Server is the server that a tap is put in front of.
type Server struct {
	// RepEndpoint and PubEndpoint are the endpoints as the server reports them.
	RepEndpoint, PubEndpoint string
	// Key signs what the server sends; empty for none.
	Key string
	// Host is the address that the tap listens on.
	Host string
}

// Tap is a tap in front of one server. Close ends it.
type Tap struct {
	// RepEndpoint is what clients have to dial.
	RepEndpoint string
	// PubEndpoint is where they will find the notifications.
	PubEndpoint string

	record  *Record
	rewrite rewrite
	mu      sync.Mutex
	closed  bool
	closers map[io.Closer]bool
	running sync.WaitGroup
}

// New puts a tap in front of a server.
func New(server Server, record *Record) (*Tap, error) {
	t := &Tap{record: record, closers: map[io.Closer]bool{}}
	t.rewrite.key = []byte(server.Key)
	var err error
	if t.RepEndpoint, err = t.listen(server.RepEndpoint, server.Host, Request, Reply); err == nil {
		t.PubEndpoint, err = t.listen(server.PubEndpoint, server.Host, Subscribe, Notification)
	}
	if err != nil {
		t.Close()
		return nil, fmt.Errorf("pizco/interop/tap: %w", err)
	}
	return t, nil
}

func (t *Tap) listen(endpoint, host string, up, down Kind) (string, error) {
	network, address, err := zmtp.SplitEndpoint(endpoint)
	if err != nil {
		return "", err
	}
	var listener net.Listener
	front := endpoint
	if network == "unix" {
		hidden := address + ".tapped"
		if err := os.Rename(address, hidden); err != nil {
			return "", err
		}
		listener, err = net.Listen("unix", address)
		address = hidden
	} else {
		listener, front, err = t.listenTCP(endpoint, host)
	}
	if err != nil {
		return "", err
	}
	t.track(listener)
	t.running.Go(func() { t.accept(listener, network, address, up, down) })
	return front, nil
}

// listenTCP finds a port that has as many digits as the server's.
func (t *Tap) listenTCP(endpoint, host string) (net.Listener, string, error) {
	var refused []net.Listener
	defer func() {
		for _, l := range refused {
			l.Close()
		}
	}()
	for range 100 {
		listener, err := net.Listen("tcp", host+":0")
		if err != nil {
			return nil, "", err
		}
		front := "tcp://" + listener.Addr().String()
		if len(front) == len(endpoint) {
			t.rewrite.add(endpoint, front)
			return listener, front, nil
		}
		refused = append(refused, listener)
	}
	return nil, "", fmt.Errorf("no endpoint as long as %q could be bound", endpoint)
}

func (t *Tap) accept(listener net.Listener, network, address string, up, down Kind) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(network, address)
		if err != nil {
			client.Close()
			continue
		}
		if !t.track(client) || !t.track(server) {
			client.Close()
			server.Close()
			return
		}
		epoch := t.record.currentEpoch()
		t.running.Go(func() { t.pump(server, client, epoch, up, t.rewrite.toServer) })
		t.running.Go(func() { t.pump(client, server, epoch, down, t.rewrite.toClient) })
	}
}

// pump copies from one side to the other until either ends.
func (t *Tap) pump(to, from net.Conn, epoch int, kind Kind, rewrite func(kind Kind, frames [][]byte) [][]byte) {
	defer t.drop(to)
	defer t.drop(from)
	if _, err := io.CopyN(to, from, zmtp.GreetingSize); err != nil {
		return
	}
	reader := bufio.NewReader(from)
	var message [][]byte
	for {
		f, err := zmtp.ReadFrame(reader)
		if err != nil {
			return
		}
		if kind == Subscribe {
			f = t.subscription(f, epoch)
		}
		if f.Command || kind == Subscribe {
			if _, err := to.Write(f.Append(nil)); err != nil {
				return
			}
			continue
		}
		message = append(message, f.Body)
		if f.More {
			continue
		}
		t.recordMessage(kind, epoch, message)
		if _, err := to.Write(zmtp.AppendMessage(nil, rewrite(kind, message))); err != nil {
			return
		}
		message = nil
	}
}

func (t *Tap) recordMessage(kind Kind, epoch int, frames [][]byte) {
	if kind != Notification {
		frames = withoutEnvelope(frames)
	}
	t.record.add(kind, epoch, frames)
}

// withoutEnvelope leaves out what sockets put in front of a message: for REQ an empty frame, for
// DEALER whatever it is told and then an empty frame.
func withoutEnvelope(frames [][]byte) [][]byte {
	for i, frame := range frames {
		if len(frame) == 0 {
			return frames[i+1:]
		}
	}
	return frames
}

// subscription records a subscription and returns it for the server's endpoint.
func (t *Tap) subscription(f zmtp.Frame, epoch int) zmtp.Frame {
	prefix, subscribe, ok := zmtp.Subscription(f)
	if !ok {
		return f
	}
	kind := Subscribe
	if !subscribe {
		kind = Unsubscribe
	}
	t.record.add(kind, epoch, [][]byte{t.rewrite.toServerBytes(prefix)})
	return zmtp.Frame{Body: t.rewrite.toServerBytes(f.Body), More: f.More, Command: f.Command}
}

// track remembers what Close has to close; it reports false when the tap is closed already.
func (t *Tap) track(c io.Closer) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closers[c] = true
	}
	return !t.closed
}

func (t *Tap) drop(c io.Closer) {
	c.Close()
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.closers, c)
}

// Close ends all connections and waits until nothing is recorded any more.
func (t *Tap) Close() {
	t.mu.Lock()
	t.closed = true
	for c := range t.closers {
		c.Close()
	}
	t.mu.Unlock()
	t.running.Wait()
	for _, endpoint := range []string{t.RepEndpoint, t.PubEndpoint} {
		if path, ok := strings.CutPrefix(endpoint, "ipc://"); ok {
			os.Remove(path + ".tapped")
		}
	}
}
