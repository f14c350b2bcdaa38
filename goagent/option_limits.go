package goagent

import (
	"fmt"
	"time"
)

// The options down to WithMaxTopics bound what peers take of the transport zmtp. Values out of
// their ranges are errors of NewAgent, Serve and Dial. In a program that was built with the tag
// libzmq they have no effect. A peer that is disconnected since it goes beyond one is logged, with
// its address, what it did and the option to raise the limit.

// WithHighWaterBytes sets how many bytes are queued for one peer before it is held back or, when it
// is a subscriber, loses messages. [WithHighWater] sets how many messages. A queue that is below
// both takes one more message of any size. Raise it for a publisher of large arrays whose
// subscribers read in bursts. Default: 64 MiB. Least: 1 KiB.
func WithHighWaterBytes(bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.HighWaterBytes = bytes
		return nil
	}}
}

// WithMaxBuffered sets how many bytes all connections of one endpoint hold together. It counts
// incomplete messages, messages that wait to be received, and messages that are queued for peers.
// Beyond it the connection that holds most is closed, and the others go on. Lower it on a machine
// with little memory. Default: 2 GiB. Least: 64 KiB.
func WithMaxBuffered(bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxBuffered = bytes
		return nil
	}}
}

// WithMaxParts bounds the frames of one message from a peer, whose envelope counts; a peer that
// sends more is disconnected. A message of pizco has five. Raise it for peers behind many ZeroMQ
// devices, each of which adds frames. Default: 1,024. Least: 16, greatest:
// 65,536.
func WithMaxParts(frames int) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxParts = frames
		return nil
	}}
}

// WithMaxConnections bounds the connections of one endpoint: a further one is closed at once. It
// also bounds how many of them may be in their handshake: the oldest makes room for a further one.
// Lower it below the number of files that the process may open.
// Default: 50,000 and 1,024. Least: 1.
func WithMaxConnections(connections, handshakes int) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxConnections, c.sockets.Limits.MaxHandshakes = connections, handshakes
		return nil
	}}
}

// WithHandshakeTimeout sets how long a peer may take from its connection to the end of its
// handshake. Raise it for slow networks. Default: 10 s. Least: 10 ms, greatest: 10 minutes.
func WithHandshakeTimeout(d time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.HandshakeTimeout = d
		return nil
	}}
}

// WithMaxTopics bounds the topics that one connection may be subscribed to, and their bytes; a peer
// that goes beyond is disconnected. One topic may have 16 KiB. Raise it for a gateway to many
// signals. Default: 20,000 topics of 2 MiB together. Least: 1 and 64 bytes.
func WithMaxTopics(topics int, bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxTopics, c.sockets.Limits.MaxTopicBytes = topics, bytes
		return nil
	}}
}

// WithMaxMessage bounds the size in bytes of one frame of a message from a peer. All frames of a
// message together may have a mebibyte more. A peer that sends a larger one is disconnected. 0
// means no bound. Default: 1 GiB.
func WithMaxMessage(bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.MaxFrame = max(bytes, 0)
		c.protocol.Limits.Content = int(max(bytes, 0))
		return nil
	}}
}

// WithHighWater sets how many messages wait in a socket for one peer, or from it, before it is held
// back or, when it is a subscriber, loses some. 0 means any number. Raise it for bursts of small
// notifications. Default: 100,000.
func WithHighWater(messages int) Option {
	return commonOption{func(c *config) error {
		c.sockets.HighWater = max(messages, 0)
		return nil
	}}
}

// WithLinger bounds how long Close may take to send what is on its way out. Raise it for a program
// that ends right after large messages on a slow network. Default: 1 s.
func WithLinger(d time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Linger = max(d, 0)
		return nil
	}}
}

// WithHeartbeat asks the dialled peers for a sign of life at that interval, and gives up the
// connection after three are missing. So a peer that has vanished without closing its connections
// is noticed. Peers give up this side likewise, so that a server notices a client that has this
// option.
//
// Peers that cannot answer are not asked (libzmq before 4.3.3, which pyzmq 19 and older bring). For
// them the system's own keepalive takes as long, in whole seconds. That notices a host that has
// vanished, but not a program that has been stopped: its system answers for it. Default: no
// heartbeat; the keepalive of tcp alone, which takes about a minute.
func WithHeartbeat(interval time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Heartbeat = max(interval, 0)
		return nil
	}}
}

// WithMaxRequests bounds how many requests an agent or a server holds, waiting or running. At that
// number, requests of clients that have their share or more are refused, which a proxy sees as a
// RuntimeError. Clients with less are served, up to twice the number. Requests for information and
// to stop are always answered. Lower it where requests are large, since each is held in memory.
// Default: 10,000.
func WithMaxRequests(requests int) Option {
	return commonOption{func(c *config) error {
		c.maxRequests = max(requests, 1)
		return nil
	}}
}

// The least and the greatest value of WithMaxRequestMemory.
const (
	leastRequestMemory = 1 << 20
	mostRequestMemory  = 1 << 40
)

// WithMaxRequestMemory bounds about how many bytes of memory the values of one request may take
// while it is read, beyond the size of the request. It is from 1 MiB to 1 TiB. Small requests are
// bounded further, by 64 MiB and 24 bytes for each of their bytes. A request that would take more
// is rejected before its values are made, and logged. Raise it for requests of millions of small
// values. Default: 256 MiB.
func WithMaxRequestMemory(bytes int64) Option {
	return commonOption{func(c *config) error {
		if bytes < leastRequestMemory || bytes > mostRequestMemory {
			return fmt.Errorf("pizco/goagent: WithMaxRequestMemory: %d is not within %d and %d", bytes, int64(leastRequestMemory), int64(mostRequestMemory))
		}
		c.maxMemory = bytes
		return nil
	}}
}
