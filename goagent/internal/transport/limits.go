package transport

import "time"

// Limits bound what the peers of one socket may take. A field that is 0 has its default; one that
// is out of its range is an error of the socket that is made with it. The limits of memory count
// bytes of messages and what it costs to keep them.
type Limits struct {
	// MaxMessage is the largest message in bytes over all its frames; a peer that sends a larger
	// one is cut off. Default: Settings.MaxFrame and a mebibyte, or no limit where that is 0.
	// Least: 1 KiB.
	MaxMessage int64
	// MaxParts is the largest number of frames of a message. Default: 1,024. Least: 16, greatest:
	// 65,536.
	MaxParts int
	// HighWaterBytes is the number of bytes that are queued for one peer before it is held back or
	// loses messages, as Settings.HighWater is the number of messages. A queue that is below both
	// takes one more message of any size. Default: 64 MiB. Least: 1 KiB.
	HighWaterBytes int64
	// MaxBuffered is the largest number of bytes that all connections of the socket hold together. It
	// counts incomplete messages, messages that wait to be received, and messages that are queued for
	// peers. Beyond it the connection that holds most is closed. Default: 2 GiB. Least: 64 KiB.
	MaxBuffered int64
	// MaxConnections is the number of connections of a bound socket; a further one is closed at
	// once. Default: 50,000. Least: 1.
	MaxConnections int
	// MaxHandshakes is the number of connections of a bound socket that have not finished their
	// handshake; the oldest of them makes room for a further one. Default: 1,024. Least: 1.
	MaxHandshakes int
	// HandshakeTimeout is how long a peer may take for its handshake. Default: 10 s. Least: 10 ms,
	// greatest: 10 minutes.
	HandshakeTimeout time.Duration
	// MaxTopic is the largest topic in bytes that is subscribed to; a peer that sends a larger one
	// is cut off. Default: 16 KiB. Least: 64 bytes.
	MaxTopic int
	// MaxTopics is the number of topics that one peer may be subscribed to, and MaxTopicBytes that
	// of their bytes; a peer that goes beyond is cut off. Default: 20,000 topics of 2 MiB together.
	// Least: 1 and 64 bytes.
	MaxTopics     int
	MaxTopicBytes int64
}
