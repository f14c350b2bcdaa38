package goagent

import (
	"runtime"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/dispatch"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/serving"
	"github.com/pizco-go/pizco/py"
)

// stopDelay is how long an agent goes on after it has answered 'stop', as the original does.
const stopDelay = 100 * time.Millisecond

// Request is a request of a peer to an [Agent].
type Request struct {
	// Sender is the endpoint of the agent that asks, Topic its request's topic (as a rule empty)
	// and ID the message id.
	Sender, Topic, ID string
	// Content is the content, a value of package py.
	Content any
}

// newHost returns what receives the agent's requests.
func (a *Agent) newHost() *serving.Host {
	h := &serving.Host{
		Context:    a.ctx,
		Log:        a.log,
		Protocol:   a.protocol(),
		Exceptions: psmessage.Exceptions{Python: a.cfg.object.Python},
		Keys:       a.keys,
		MaxMemory:  a.cfg.maxMemory,
		TypedFrom:  a.cfg.typedFrom,
		Load:       dispatch.NewLoad(a.cfg.maxRequests),
		Decoding:   dispatch.NewTurns(runtime.GOMAXPROCS(0)),
		Info:       func(at string) any { return a.info(at) },
		Learn:      a.learnProtocol,
	}
	if a.clients != nil {
		h.Notice, h.DialectOf = a.clients.Notice, a.clientDialect
	}
	if !a.cfg.refuseStop {
		h.Stop = a.stopSoon
	}
	if ask := a.cfg.onRequest; ask != nil {
		h.Handle = func(r *serving.Request, content any) (any, error) {
			m := &r.Message
			return ask(a.ctx, &Request{Sender: m.Sender, Topic: m.Topic, ID: m.ID, Content: content})
		}
	}
	return h
}

// info returns where the agent answers and publishes, for a peer that asks at the endpoint of a
// name. Whoever asks by another transport than tcp is on the same host.
func (a *Agent) info(at string) *py.Dict {
	pub := a.pubName
	if a.cfg.pub.Advertise == "" {
		asked := at
		if !strings.HasPrefix(asked, "tcp://") {
			asked = addressing.Default
		}
		pub = addressing.Reachable(pub, asked)
	}
	return psmessage.Endpoints{Rep: at, Pub: pub}.Content()
}

// stopSoon closes the agent when the answer has had time to leave.
func (a *Agent) stopSoon() {
	a.log.Info("asked to stop")
	time.AfterFunc(stopDelay, func() {
		if err := a.Close(); err != nil {
			a.log.Error("close failed", "error", err)
		}
	})
}
