package goagent

import (
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
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

// info returns where the agent answers and publishes. Whoever asks by another transport than tcp is
// on the same host.
func (in *incoming) info() *py.Dict {
	pub := in.agent.pubName
	if in.agent.cfg.pub.Advertise == "" {
		asked := in.at.name
		if !strings.HasPrefix(asked, "tcp://") {
			asked = addressing.Default
		}
		pub = addressing.Reachable(pub, asked)
	}
	return psmessage.Endpoints{Rep: in.at.name, Pub: pub}.Content()
}

// ask has the request answered by the user's handler.
func (in *incoming) ask() {
	answer, err := in.agent.callHandler(&Request{
		Sender: in.msg.Sender, Topic: in.msg.Topic, ID: in.msg.ID, Content: in.content,
	})
	if err != nil {
		in.reject(err)
		return
	}
	in.answer(answer)
}

func (a *Agent) callHandler(r *Request) (answer any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = pyerr.Panic(p)
		}
	}()
	return a.cfg.onRequest(a.ctx, r)
}

// answer replies with a content, and rejects the request when that cannot be sent.
func (in *incoming) answer(content any) {
	if err := in.reply(content); err != nil {
		in.reject(err)
	}
}

// reply sends the answer in the serializer of the request. It fails only when the content cannot be
// encoded.
func (in *incoming) reply(content any) error {
	value, err := pyerr.FromGo(content)
	if err != nil {
		return err
	}
	return in.replyGraph(value)
}

// replyGraph is reply for a value of package py.
func (in *incoming) replyGraph(value any) error {
	protocol := in.protocol()
	frames, err := protocol.FormatIn(&in.buffer, in.at.name, in.msg.Topic, value, in.msg.ID)
	if err != nil {
		return err
	}
	in.send(frames)
	return nil
}

// protocol is how the request is answered: as it came.
func (in *incoming) protocol() wire.Protocol {
	protocol := in.agent.protocol().Answering(&in.msg)
	protocol.Key = in.key
	return protocol
}

// reject answers what the original answers to a request that it cannot parse: an empty topic and
// text under a fresh message id, in the agent's own serializer.
func (in *incoming) reject(reason error) {
	a := in.agent
	a.rejected.Add(1)
	a.log.Debug("request rejected", "peer", in.msg.Sender, "id", in.msg.ID, "error", reason)
	if due := a.rejections.Add(time.Now()); due > 0 {
		a.log.Warn("requests rejected", "requests", due, "last_error", reason)
	}
	protocol := a.protocol()
	protocol.Key = in.key
	frames, err := protocol.Format(in.at.name, "", "", "")
	if err != nil {
		a.log.Error("cannot reject a request", "error", err)
		return
	}
	in.send(frames)
}

// send sends an answer, or leaves that to the goroutine that receives, where that handles the
// request.
func (in *incoming) send(frames [][]byte) {
	if in.receiver != nil {
		in.frames = frames
		return
	}
	in.sendNow(frames)
}

func (in *incoming) sendNow(frames [][]byte) {
	one := [1]transport.Reply{{To: in.request, Frames: frames, Given: true}}
	in.at.ReplyAll(one[:])
	if err := one[0].Err; err != nil {
		in.agent.unanswered(in.request, err)
	}
}

// sendOvertaken sends what the goroutine would have left to the one that receives, which is another
// one since.
func (in *incoming) sendOvertaken() {
	if in.frames != nil {
		in.sendNow(in.frames)
	}
	if in.emitted != nil {
		in.emitted.server.emissions.Replied(&in.emitted.Call)
	}
	if in.ending != nil {
		in.ending.end()
	}
}

// unanswered logs why the answer to a request was not sent.
func (a *Agent) unanswered(request transport.Request, err error) {
	if a.ctx.Err() != nil {
		return
	}
	msg, _, _ := a.parse(request.Frames, wire.Message{}) // to tell who has asked for what
	a.log.Warn("answer not sent", "peer", msg.Sender, "id", msg.ID, "error", err)
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
