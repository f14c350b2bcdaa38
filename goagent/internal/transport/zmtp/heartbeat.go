package zmtp

import (
	"net"
	"sync"
	"time"
)

// missedMost is the number of signs of life that may fail to come.
const missedMost = 3

// The keepalive of tcp where no heartbeat is asked for.
const (
	keepAliveIdle     = 30 * time.Second
	keepAliveInterval = 10 * time.Second
	keepAliveCount    = 3
)

// pulse watches that something comes of the peer; it gives the peer up after missedMost intervals
// without.
type pulse struct {
	session  *session
	interval time.Duration
	timer    *time.Timer
	seen     uint64
	missed   int
	ping     bool
}

// pulses are the two that a connection may have (RFC 37, "Connection Heartbeating"): its own, which
// asks the peer, and the one that the peer asks for by the time to live of its PING.
type pulses struct {
	mu      sync.Mutex
	stopped bool
	own     *pulse
	theirs  *pulse
}

// startPulses asks the peer for signs of life, if the socket's settings do and the peer can answer.
func (s *session) startPulses() {
	if s.core.heartbeat <= 0 || s.core.side == roleServer || !s.version.hasCommands() {
		return
	}
	s.pulses.mu.Lock()
	defer s.pulses.mu.Unlock()
	if !s.pulses.stopped {
		s.pulses.own = startPulse(s, s.core.heartbeat, true)
	}
}

func startPulse(s *session, interval time.Duration, ping bool) *pulse {
	p := &pulse{session: s, interval: interval, ping: ping, seen: s.reads.Load()}
	p.timer = time.AfterFunc(interval, p.beat)
	return p
}

func (p *pulse) beat() {
	s := p.session
	reads := s.reads.Load()
	if reads != p.seen || s.held.Load() { // what a peer sends that is held back is not looked at
		p.seen, p.missed = reads, 0
	} else if p.missed++; p.missed >= missedMost {
		s.stop(violation(ErrSilent, "nothing came for %v", missedMost*p.interval))
		return
	}
	if p.ping {
		s.out.control(flagCommand, appendCommand(nil, commandPing, appendPing(nil, missedMost*p.interval)...), true)
	}
	s.pulses.mu.Lock()
	defer s.pulses.mu.Unlock()
	if !s.pulses.stopped {
		p.timer.Reset(p.interval)
	}
}

// ponged answers a PING, and takes up its time to live.
func (s *session) ponged(data []byte) error {
	ttl, context, err := parsePing(data)
	if err != nil {
		return err
	}
	s.out.control(flagCommand, appendCommand(nil, commandPong, context...), true)
	s.pulses.mu.Lock()
	defer s.pulses.mu.Unlock()
	if ttl > 0 && s.pulses.theirs == nil && !s.pulses.stopped {
		s.pulses.theirs = startPulse(s, max(ttl/missedMost, ttlUnit), false)
	}
	return nil
}

func (p *pulses) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, one := range []*pulse{p.own, p.theirs} {
		if one != nil {
			one.timer.Stop()
		}
	}
}

// keepAlive has the system notice that the peer is gone: soon where a heartbeat is asked for that a
// peer of this version does not answer.
func (c *core) keepAlive(conn net.Conn, peer version) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	config := net.KeepAliveConfig{Enable: true, Idle: keepAliveIdle, Interval: keepAliveInterval, Count: keepAliveCount}
	if c.heartbeat > 0 && !peer.hasCommands() {
		config.Idle = max(c.heartbeat, time.Second) // the system counts in seconds
		config.Interval = config.Idle
		setUserTimeout(tcp, missedMost*config.Idle)
	}
	_ = tcp.SetKeepAliveConfig(config) // it is a help, and no condition
}
