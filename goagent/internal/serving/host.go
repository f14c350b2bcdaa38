package serving

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/wire"
)

// inlineSize is the size in bytes of a content up to which it is decoded by the goroutine that
// reads the socket.
const inlineSize = 64 << 10

// errTooMany rejects a request before it has been decoded.
var errTooMany = errors.New("pizco/goagent: too many requests of this client wait for their answers")

// ErrOverloaded is what a client is told that has more calls under way than the server takes.
var ErrOverloaded = fmt.Errorf("%w: the server is overloaded: too many calls of this client wait for their answers", pyerr.RuntimeError)

// Host is what all endpoints of an agent share. Its fields are set before the first Listen.
type Host struct {
	Context context.Context
	Log     *slog.Logger
	// Protocol is how the agent writes messages and what it accepts.
	Protocol wire.Protocol
	// Exceptions are written as this says, for the dialect of the endpoint that a request came to.
	// DialectOf, if not nil, knows that of its client.
	Exceptions psmessage.Exceptions
	DialectOf  func(*Request) psmessage.Dialect
	// Keys are what requests may be signed with.
	Keys *Keys
	// MaxMemory is how many bytes the values of a request may take beyond its size, and TypedFrom the
	// size in bytes of a content from which Read is asked.
	MaxMemory int64
	TypedFrom int
	// Load bounds the requests that the agent holds, and Decoding how many large ones are decoded at
	// a time.
	Load     *dispatch.Load
	Decoding *dispatch.Turns

	// Read, if not nil, decodes a request into the types that it is for, and reports whether it has.
	Read func(*Request) (content any, ok bool)
	// Serve, if not nil, takes the requests that it returns true for.
	Serve func(r *Request, to *Responder, content any) bool
	// Handle, if not nil, answers other requests, each in a goroutine of its own.
	Handle func(r *Request, content any) (any, error)
	// Info is the answer to psmessage.Info, at the endpoint of that name.
	Info func(at string) any
	// Stop, if not nil, is called when psmessage.Stop has been answered.
	Stop func()
	// Learn is shown each request that has been decoded, and Notice, if not nil, its content as well.
	Learn  func(*wire.Message)
	Notice func(r *Request, content any)

	requests, rejected atomic.Uint64
	rejections         dispatch.Rejections
}

// Listen starts receiving what comes to an endpoint.
func (h *Host) Listen(at *Endpoint) { at.Serve(newReceiver(h, at).come) }

// Counts returns how many requests came in, and how many of them were rejected.
func (h *Host) Counts() (requests, rejected uint64) { return h.requests.Load(), h.rejected.Load() }

// take handles a request, a large one in a goroutine of its own. It reports whether the request
// stays with this goroutine.
func (h *Host) take(r *Request, to *Responder, malformed error) (stays bool) {
	switch {
	case malformed != nil:
		to.Reject(malformed)
		return true
	case len(r.Message.Body) > inlineSize:
		h.takeLarge(r, to)
		return false
	}
	if content, ok := h.decode(r, to); ok {
		h.route(r, to, content)
	}
	if stays = to.owner == receives; stays {
		to.Finish()
	}
	return stays
}

// takeLarge decodes the content and handles the request in a goroutine of its own. Until then no
// more of it is known than its size.
func (h *Host) takeLarge(r *Request, to *Responder) {
	to.owner = ofItsOwn
	if !to.Admit() {
		if h.Serve != nil {
			to.Raise(ErrOverloaded)
		} else {
			to.Reject(errTooMany)
		}
		return
	}
	go func() { // which ends with the agent's context, unless it is code of the user
		if h.Decoding.Take(h.Context, r.From.Peer) != nil {
			to.Finish()
			return
		}
		content, ok := h.decode(r, to)
		h.Decoding.Give()
		if ok {
			h.route(r, to, content)
		}
		if to.owner == ofItsOwn {
			to.Finish()
		}
	}()
}

// decode returns the content of a request, or rejects it.
func (h *Host) decode(r *Request, to *Responder) (content any, ok bool) {
	if h.Read != nil && len(r.Message.Body) >= h.TypedFrom {
		content, ok = h.Read(r)
	}
	if !ok {
		if err := h.Reading().Decode(&r.Message, &to.content); err != nil {
			to.Reject(explainMemory(err))
			return nil, false
		}
		content = to.content
	}
	h.Learn(&r.Message)
	return content, true
}

// Reading is how the contents of requests are decoded.
func (h *Host) Reading() wire.Protocol {
	protocol := h.Protocol
	protocol.Limits.Memory = h.MaxMemory
	return protocol
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
func (h *Host) route(r *Request, to *Responder, content any) {
	if h.Notice != nil {
		h.Notice(r, content)
	}
	switch content {
	case psmessage.Info:
		to.Answer(h.Info(r.At))
		return
	case psmessage.Stop:
		if h.Stop != nil {
			to.Answer(psmessage.Stopping)
			h.Stop()
			return
		}
	}
	switch {
	case h.Serve != nil && h.Serve(r, to, content):
	case psmessage.IsFeatureQuery(content):
		to.Answer(psmessage.AllFeatures())
	case h.Handle == nil:
		to.Answer(content)
	case to.Admit():
		to.Background(func() { h.ask(r, to, content) }) // Close does not wait for it, since it may be what calls Close
	default:
		to.Reject(errTooMany)
	}
}

// ask has the request answered by the user's handler.
func (h *Host) ask(r *Request, to *Responder, content any) {
	answer, err := h.handled(r, content)
	if err != nil {
		to.Reject(err)
		return
	}
	to.Answer(answer)
}

func (h *Host) handled(r *Request, content any) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = pyerr.Panic(p)
		}
	}()
	return h.Handle(r, content)
}

// exceptions is how exceptions are written in answer to a request.
func (h *Host) exceptions(r *Request) psmessage.Exceptions {
	e := h.Exceptions
	if e.Dialect = r.Endpoint.Dialect; h.DialectOf != nil {
		e.Dialect = h.DialectOf(r)
	}
	return e
}

// answering is how a request is answered: as it came.
func (h *Host) answering(r *Request) wire.Protocol {
	protocol := h.Protocol.Answering(&r.Message)
	protocol.Key = r.Key
	return protocol
}

// reject counts a request that is rejected, and logs why.
func (h *Host) reject(r *Request, reason error) {
	h.rejected.Add(1)
	h.Log.Debug("request rejected", "peer", r.Message.Sender, "id", r.Message.ID, "error", reason)
	if due := h.rejections.Add(time.Now()); due > 0 {
		h.Log.Warn("requests rejected", "requests", due, "last_error", reason)
	}
}

// Unanswered logs why the answer to a request was not sent.
func (h *Host) Unanswered(request transport.Request, err error) {
	if h.Context.Err() != nil {
		return
	}
	msg, _, _ := h.Keys.Parse(request.Frames, wire.Message{}) // to tell who has asked for what
	h.Log.Warn("answer not sent", "peer", msg.Sender, "id", msg.ID, "error", err)
}

// Ended logs why a loop over a socket ends, unless that is because the agent is closed.
func (h *Host) Ended(what string, err error) {
	if !errors.Is(err, net.ErrClosed) {
		h.Log.Error("socket failed", "socket", what, "error", err)
	}
}
