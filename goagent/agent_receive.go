package goagent

import (
	"errors"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// inlineSize is the size in bytes of a content up to which it is decoded by the goroutine that
// reads the socket.
const inlineSize = 64 << 10

// errTooMany rejects a request before it has been decoded.
var errTooMany = errors.New("pizco/goagent: too many requests of this client wait for their answers")

// incoming is a request on its way to being answered.
type incoming struct {
	agent   *Agent
	at      *listening
	request transport.Request
	msg     wire.Message
	key     wire.Key // what it is signed with
	// malformed is why it cannot be parsed.
	malformed error
	content   any
	call      Call // which the content asks for
	held      bool // is counted in the agent's load
	passed    bool // another goroutine answers and releases it
	kept      bool // it is needed when it has been answered, too

	// receiver, if not nil, is what receives in the goroutine that handles the request, and sends
	// its answer.
	receiver *receiver
	// frames are the answer that it is to send, and buffer is what they are written in. No other
	// goroutine touches them.
	frames [][]byte
	buffer wire.Buffer
	// done is when its call ended, if that is known.
	done time.Time
	// first is set when the request did not come together with an earlier one. What is known of other
	// sockets may then be older than the request.
	first bool
	// ending is the server of a call that ends when the answer has been sent, and not before: a
	// server that shuts down waits for it.
	ending *Server
	// emitted is the turn of a call whose notifications wait for the answer.
	emitted *turn
}

// parse parses a request. It is called before others may receive in the receiver's place.
func (in *incoming) parse() {
	if in.msg, in.key, in.malformed = in.agent.parse(in.request.Frames, in.receiver.last); in.malformed == nil {
		in.receiver.last = wire.Message{Sender: in.msg.Sender, Topic: in.msg.Topic}
	}
}

// take handles a request, a large one in a goroutine of its own.
func (in *incoming) take() {
	if in.malformed != nil {
		in.reject(in.malformed)
		return
	}
	if len(in.msg.Body) > inlineSize {
		in.receiver = nil
		in.handleLarge()
		return
	}
	in.handle()
}

// handleLarge decodes the content and handles the request in a goroutine of its own. Until then no
// more of it is known than its size.
func (in *incoming) handleLarge() {
	a := in.agent
	if !in.admit() {
		if a.refuse != nil {
			a.refuse(in, errOverloaded)
		} else {
			in.reject(errTooMany)
		}
		return
	}
	go func() { // which ends with the agent's context, unless it is code of the user
		if a.decoding.Take(a.ctx, in.request.Peer) != nil {
			in.release()
			return
		}
		ok := in.decode()
		a.decoding.Give()
		if ok {
			in.route()
		}
		if !in.passed {
			in.release()
		}
	}()
}

// handle decodes the content and handles the request.
func (in *incoming) handle() {
	if in.decode() {
		in.route()
	}
	if !in.passed {
		in.release()
	}
}

func (in *incoming) decode() bool {
	if read := in.agent.readCall; read == nil || len(in.msg.Body) < in.agent.cfg.typedFrom || !read(in) {
		if err := in.unpack(&in.content); err != nil {
			in.reject(explainMemory(err))
			return false
		}
	}
	in.agent.learnProtocol(&in.msg)
	return true
}

// unpack decodes the content into what a pointer points to.
func (in *incoming) unpack(target any) error {
	protocol := in.agent.protocol()
	protocol.Limits.Memory = in.agent.cfg.maxMemory
	return protocol.Decode(&in.msg, target)
}

// explainMemory names the option that allows a request to take more memory, where that is what it
// failed for.
func explainMemory(err error) error {
	limit, isPickle := errors.AsType[*pickle.LimitError](err)
	syntax, isJSON := errors.AsType[*jsonser.SyntaxError](err)
	if isPickle && limit.Limit == "WithMaxMemory" || isJSON && syntax.Kind == jsonser.TooMuchMemory {
		return fmt.Errorf("%w; WithMaxRequestMemory lets requests of some megabytes take more", err)
	}
	return err
}

// route answers what every agent answers and passes on what is for a server.
func (in *incoming) route() {
	a := in.agent
	switch in.content {
	case psmessage.Info:
		in.answer(in.info())
		return
	case psmessage.Stop:
		if !a.cfg.refuseStop {
			in.answer(psmessage.Stopping)
			a.stopSoon()
			return
		}
	}
	switch {
	case a.serve != nil && a.serve(in):
	case psmessage.IsFeatureQuery(in.content):
		in.answer(psmessage.AllFeatures())
	case a.cfg.onRequest == nil:
		in.answer(in.content)
	case in.admit():
		in.inBackground(in.ask) // Close does not wait for it, since it may be what calls Close
	default:
		in.reject(errTooMany)
	}
}

// admit counts the request in the agent's load. It returns false if the load is too large.
func (in *incoming) admit() bool {
	if !in.held {
		in.held = in.agent.load.Admit(in.request.Peer)
	}
	return in.held
}

func (in *incoming) release() {
	if in.held {
		in.held = false
		in.agent.load.Release(in.request.Peer)
	}
}

// handOver leaves an admitted request to another goroutine than the one that receives.
func (in *incoming) handOver() { in.passed, in.receiver = true, nil }

// inBackground has an admitted request answered in a goroutine of its own.
func (in *incoming) inBackground(answer func()) {
	in.handOver()
	go func() {
		defer in.release()
		answer()
	}()
}
