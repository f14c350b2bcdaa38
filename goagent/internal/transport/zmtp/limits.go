package zmtp

import (
	"fmt"
	"math"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

const (
	// perMessage and perPart are what it costs in bytes to keep a message and each frame of it,
	// beyond what is in them.
	perMessage = 256
	perPart    = 24
	// perEntry is what it costs to keep a message that is to be sent.
	perEntry = 64
	// windowBound and windowDialled are the bytes that wait to be received from one peer before no
	// more is read from it: from one that has connected here, and from one that this side has
	// connected to.
	windowBound   = 128 << 10
	windowDialled = 1 << 20
	// handshakeMost is the size of the largest command of a handshake.
	handshakeMost = 16 << 10
	// commandMost is the size of the largest command after it that is no subscription.
	commandMost = 4 << 10
)

// limits are a socket's limits, with defaults filled in.
type limits struct {
	transport.Limits
	maxFrame  int64
	highWater int
	window    int64
	// frameLimit and messageLimit name the settings that bound a frame and a message.
	frameLimit, messageLimit string
}

// limitsOf fills in the defaults of the limits and checks their ranges.
func limitsOf(s transport.Settings, side role) (limits, error) {
	l := limits{Limits: s.Limits, maxFrame: s.MaxFrame, highWater: s.HighWater, window: windowDialled,
		frameLimit: "MaxFrame", messageLimit: "MaxMessage"}
	if side == roleServer {
		l.window = windowBound
	}
	if l.maxFrame <= 0 {
		l.maxFrame = math.MaxInt64 - 1<<30
	}
	if l.highWater <= 0 {
		l.highWater = math.MaxInt
	}
	message := int64(math.MaxInt64)
	if s.MaxFrame > 0 {
		message = s.MaxFrame + 1<<20
	}
	for _, err := range []error{
		settle("MaxMessage", &l.MaxMessage, message, 1<<10, math.MaxInt64),
		settle("MaxParts", &l.MaxParts, 1024, 16, 1<<16),
		settle("HighWaterBytes", &l.HighWaterBytes, 64<<20, 1<<10, math.MaxInt64),
		settle("MaxBuffered", &l.MaxBuffered, 2<<30, 64<<10, math.MaxInt64),
		settle("MaxConnections", &l.MaxConnections, 50_000, 1, math.MaxInt),
		settle("MaxHandshakes", &l.MaxHandshakes, 1024, 1, math.MaxInt),
		settle("HandshakeTimeout", &l.HandshakeTimeout, 10*time.Second, 10*time.Millisecond, 10*time.Minute),
		settle("MaxTopic", &l.MaxTopic, 16<<10, 64, math.MaxInt32),
		settle("MaxTopics", &l.MaxTopics, 20_000, 1, math.MaxInt),
		settle("MaxTopicBytes", &l.MaxTopicBytes, 2<<20, 64, math.MaxInt64),
	} {
		if err != nil {
			return limits{}, err
		}
	}
	return l, nil
}

// settle gives a limit its default where it is 0, and checks its range.
func settle[T int | int64 | time.Duration](name string, value *T, otherwise, least, most T) error {
	if *value == 0 {
		*value = otherwise
		return nil
	}
	if *value < least || *value > most {
		return fmt.Errorf("limit %s is %v: it must be from %v to %v", name, *value, least, most)
	}
	return nil
}

// cost returns what it takes to keep a message.
func cost(frames [][]byte) int64 {
	total := int64(perMessage + perPart*len(frames))
	for _, f := range frames {
		total += int64(len(f))
	}
	return total
}
