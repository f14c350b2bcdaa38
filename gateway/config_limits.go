package gateway

import (
	"fmt"
	"time"
)

// Limits bound what clients can ask for, and what they can use up. Each has a least and a greatest
// value, which [Config.Validate] holds.
type Limits struct {
	// Body is the largest body of a request in bytes, and the largest message of a WebSocket. The
	// default is 128 MiB, the greatest 1 GiB.
	Body int64 `yaml:"body"`
	// Bodies is the largest number of bytes of all bodies together that requests are working on,
	// beside the first MiB of each. One client has half of it, or Body if that is more. The default is
	// 256 MiB, the least Body, the greatest 64 GiB.
	Bodies int64 `yaml:"bodies"`
	// Result is about the largest value in bytes that is sent to a client. The default is 128 MiB,
	// the greatest 1 GiB.
	Result int64 `yaml:"result"`
	// Memory is about how many bytes of memory the values of a request may take while they are
	// read, and what writing an answer may take beside the answer. The default is 128 MiB, the
	// least 1 MiB, the greatest 16 GiB.
	Memory int64 `yaml:"memory"`
	// Answers is the largest number of bytes of all answers together that clients have not read
	// yet. Answers whose clients do not read are cut off when others need the room. The default is
	// 256 MiB, the least Result, the greatest 64 GiB.
	Answers int64 `yaml:"answers"`
	// Rate is the number of requests a second that a client may make, which is known by its token
	// or else by its address; Burst how many at once. The defaults are 200 and 400. A Rate of 0 is
	// no limit.
	Rate  float64 `yaml:"rate"`
	Burst int     `yaml:"burst"`
	// Connections is the number of connections that clients may have at a time, and one address
	// half of them; more are closed at once. The default is 4096, the greatest 1,000,000.
	Connections int `yaml:"connections"`
	// Streams is the number of signals that may be streamed at a time over all clients, and
	// ClientStreams the share of one. The defaults are 1000 and 500, the greatest 1,000,000.
	Streams       int `yaml:"streams"`
	ClientStreams int `yaml:"client_streams"`
	// Queue is the number of emissions that wait for one slow client before it loses the oldest.
	// The default is 256, the greatest 1,000,000.
	Queue int `yaml:"queue"`
	// History is the number of emissions of a signal that are kept for clients that come back. The
	// default is 256, the greatest 1,000,000.
	History int `yaml:"history"`
	// Backlog is about how many bytes of emissions wait for one slow client, and are kept of a
	// signal. The latest emission is kept whatever its size. The default is 16 MiB, the least 64
	// KiB, the greatest 16 GiB.
	Backlog int64 `yaml:"backlog"`
	// Futures is the number of futures that are kept, and ClientFutures the share of one client.
	// The defaults are 1000 and 250, the greatest 1,000,000.
	Futures       int `yaml:"futures"`
	ClientFutures int `yaml:"client_futures"`
}

// Timeouts bound how long things take.
type Timeouts struct {
	// Request is how long a target has for an answer. The default is 10s.
	Request time.Duration `yaml:"request"`
	// Connect is how long requests wait for a target that is not connected. The default is 2s.
	Connect time.Duration `yaml:"connect"`
	// Body is how long a client has to send the body of a request. The default is 30s, the least
	// 1s, the greatest 1h.
	Body time.Duration `yaml:"body"`
	// Wait is the longest time that a client may ask to wait for a future. The default is 60s.
	Wait time.Duration `yaml:"wait"`
	// Future is how long a future is kept after its end. The default is 10m.
	Future time.Duration `yaml:"future"`
	// Pending is how long a future is kept that does not end; it is canceled then where the target
	// can. The default is 1h, the least 1s, the greatest 720h.
	Pending time.Duration `yaml:"pending"`
	// Heartbeat is the time between signs of life on a stream. The default is 15s.
	Heartbeat time.Duration `yaml:"heartbeat"`
	// Stalled is how long an answer or a stream waits for a client that reads nothing before it
	// ends. The default is 30s.
	Stalled time.Duration `yaml:"stalled"`
	// Linger is how long a signal stays subscribed after its last client has left. The default is
	// 30s.
	Linger time.Duration `yaml:"linger"`
	// Drain is how long requests have to end when the gateway is stopped. The default is 10s.
	Drain time.Duration `yaml:"drain"`
}

// defaultLimits are the limits of DefaultConfig.
var defaultLimits = Limits{
	Body: 128 << 20, Bodies: 256 << 20, Result: 128 << 20, Memory: 128 << 20, Answers: 256 << 20, Rate: 200, Burst: 400, Connections: 4096,
	Streams: 1000, ClientStreams: 500, Queue: 256, History: 256, Backlog: 16 << 20, Futures: 1000, ClientFutures: 250,
}

var defaultTimeouts = Timeouts{
	Request: 10 * time.Second, Connect: 2 * time.Second, Body: 30 * time.Second, Wait: time.Minute, Future: 10 * time.Minute, Pending: time.Hour,
	Heartbeat: 15 * time.Second, Stalled: 30 * time.Second, Linger: 30 * time.Second, Drain: 10 * time.Second,
}

// The greatest values of settings that are counts or sizes in bytes.
const (
	greatestCount   = 1_000_000
	greatestMessage = 1 << 30
	greatestMemory  = 16 << 30
	greatestAnswers = 64 << 30
	greatestTime    = 720 * time.Hour
)

func (l *Limits) problems() (errs []error) {
	for _, limit := range []struct {
		name               string
		n, least, greatest int64
	}{
		{"body", l.Body, 1, greatestMessage},
		{"bodies", l.Bodies, l.Body, greatestAnswers},
		{"result", l.Result, 1, greatestMessage},
		{"memory", l.Memory, 1 << 20, greatestMemory},
		{"answers", l.Answers, l.Result, greatestAnswers},
		{"connections", int64(l.Connections), 1, greatestCount},
		{"streams", int64(l.Streams), 1, greatestCount},
		{"client_streams", int64(l.ClientStreams), 1, greatestCount},
		{"queue", int64(l.Queue), 1, greatestCount},
		{"history", int64(l.History), 0, greatestCount},
		{"backlog", l.Backlog, 64 << 10, greatestMemory},
		{"futures", int64(l.Futures), 1, greatestCount},
		{"client_futures", int64(l.ClientFutures), 1, greatestCount},
	} {
		if limit.n < limit.least || limit.n > limit.greatest {
			errs = append(errs, fmt.Errorf("limits: %s: %d is not within %d and %d", limit.name, limit.n, limit.least, limit.greatest))
		}
	}
	if l.Rate < 0 || l.Rate > 0 && l.Burst <= 0 {
		errs = append(errs, fmt.Errorf("limits: rate must not be negative, and with a rate burst must be above 0"))
	}
	return errs
}

func (t *Timeouts) problems() (errs []error) {
	for _, timeout := range []struct {
		name     string
		d, least time.Duration
	}{
		{"request", t.Request, 1},
		{"connect", t.Connect, 1},
		{"body", t.Body, time.Second},
		{"wait", t.Wait, 1},
		{"future", t.Future, 1},
		{"pending", t.Pending, time.Second},
		{"heartbeat", t.Heartbeat, 1},
		{"stalled", t.Stalled, 1},
		{"linger", t.Linger, 0},
		{"drain", t.Drain, 1},
	} {
		greatest := greatestTime
		if timeout.name == "body" {
			greatest = time.Hour
		}
		if timeout.d < timeout.least || timeout.d > greatest {
			errs = append(errs, fmt.Errorf("timeouts: %s: %v is not within %v and %v", timeout.name, timeout.d, timeout.least, greatest))
		}
	}
	return errs
}
