package goagent

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// The contents that every agent understands.
const (
	contentInfo     = "info"
	contentStop     = "stop"
	contentStopping = "stopping"
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
	return py.StrDict(
		py.Item{Key: "rep_endpoint", Value: in.at.name},
		py.Item{Key: "pub_endpoint", Value: pub},
	)
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

// Request sends a content to the agent at an endpoint and stores its answer in target: a non-nil
// pointer, or nil when the answer is of no interest. It connects when it has to, and waits as long
// as the context allows. It mirrors Agent.request.
func (a *Agent) Request(ctx context.Context, endpoint string, content, target any) error {
	answer, err := a.request(ctx, endpoint, content)
	if err != nil {
		return err
	}
	return assign(target, answer)
}

func (a *Agent) request(ctx context.Context, endpoint string, content any) (any, error) {
	r, err := a.remote(endpoint)
	if err != nil {
		return nil, err
	}
	id := wire.NewID()
	if a.cfg.writesGo() {
		if answer, err := r.request(ctx, pyerr.Raw(content), id); !isUnwritten(err) {
			return answer, err
		}
	}
	value, err := pyerr.FromGo(content)
	if err != nil {
		return nil, err
	}
	return r.request(ctx, value, id)
}

// Info is what an agent tells about itself: the answer to [Agent.Info] and [Proxy.Info]. A program
// needs it to learn where a server that it knows by one endpoint publishes.
type Info struct {
	// RepEndpoint is the endpoint at which the agent says that it answers, PubEndpoint the one at
	// which it publishes.
	RepEndpoint, PubEndpoint string
}

// Info asks the agent at an endpoint about itself.
func (a *Agent) Info(ctx context.Context, endpoint string) (Info, error) {
	answer, err := a.request(ctx, endpoint, contentInfo)
	if err != nil {
		return Info{}, err
	}
	return parseInfo(answer, endpoint)
}

// Stop asks the agent at an endpoint to stop. It fails with ErrStopRefused when that one answers
// anything but 'stopping'.
func (a *Agent) Stop(ctx context.Context, endpoint string) error {
	answer, err := a.request(ctx, endpoint, contentStop)
	if err == nil && answer != contentStopping {
		err = ErrStopRefused
	}
	return err
}

func parseInfo(answer any, endpoint string) (Info, error) {
	d, ok := answer.(*py.Dict)
	if !ok {
		return Info{}, &ResponseError{endpoint, fmt.Sprintf("a %s in answer to 'info'", py.TypeName(answer))}
	}
	rep, _ := d.Get("rep_endpoint")
	pub, _ := d.Get("pub_endpoint")
	var info Info
	var repOK, pubOK bool
	info.RepEndpoint, repOK = rep.(string)
	info.PubEndpoint, pubOK = pub.(string)
	if !repOK || !pubOK {
		return Info{}, &ResponseError{endpoint, "an answer to 'info' without endpoints"}
	}
	return info, nil
}

// remote returns the peer at an endpoint, to which it starts connecting if that is new.
func (a *Agent) remote(endpoint string) (*remote, error) {
	if endpoint == "" {
		return nil, errors.New("pizco/goagent: no endpoint to connect to")
	}
	return a.peer(endpoint, "")
}

// peer is remote for a peer that is sent requests, or, with a publisher's endpoint, only listened
// to.
func (a *Agent) peer(endpoint, publisher string) (*remote, error) {
	key := endpoint
	if publisher != "" {
		key += "\n" + publisher // no endpoint has a line's end
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil, ErrClosed
	}
	if r, ok := a.remotes[key]; ok && !r.failed() {
		return r, nil
	}
	r := newRemote(a, endpoint, publisher)
	a.remotes[key] = r
	return r, nil
}
