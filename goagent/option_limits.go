package goagent

import "time"

// The options of this file bound what peers take of the program's own transport. Values out of
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
// sends more is disconnected. A message of pizco has five. Default: 1,024. Least: 16, greatest:
// 65,536.
func WithMaxParts(frames int) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxParts = frames
		return nil
	}}
}

// WithMaxConnections bounds the connections of one endpoint: a further one is closed at once. It
// also bounds how many of them may be in their handshake: the oldest makes room for a further one.
// Default: 50,000 and 1,024. Least: 1.
func WithMaxConnections(connections, handshakes int) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxConnections, c.sockets.Limits.MaxHandshakes = connections, handshakes
		return nil
	}}
}

// WithHandshakeTimeout sets how long a peer may take from its connection to the end of its
// handshake. Default: 10 s. Least: 10 ms, greatest: 10 minutes.
func WithHandshakeTimeout(d time.Duration) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.HandshakeTimeout = d
		return nil
	}}
}

// WithMaxTopics bounds the topics that one connection may be subscribed to, and their bytes; a peer
// that goes beyond is disconnected. One topic may have 16 KiB. Default: 20,000 topics of 2 MiB
// together. Least: 1 and 64 bytes.
func WithMaxTopics(topics int, bytes int64) Option {
	return commonOption{func(c *config) error {
		c.sockets.Limits.MaxTopics, c.sockets.Limits.MaxTopicBytes = topics, bytes
		return nil
	}}
}
