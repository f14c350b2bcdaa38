package goagent

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/peer"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

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
	p, err := a.peerAt(endpoint)
	if err != nil {
		return nil, err
	}
	id := wire.NewID()
	if a.cfg.writesGo() {
		if answer, err := p.Request(ctx, pyerr.Raw(content), id); !isUnwritten(err) {
			return answer, err
		}
	}
	value, err := pyerr.FromGo(content)
	if err != nil {
		return nil, err
	}
	return p.Request(ctx, value, id)
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
	answer, err := a.request(ctx, endpoint, psmessage.Info)
	if err != nil {
		return Info{}, err
	}
	at, err := psmessage.ParseEndpoints(answer)
	if err != nil {
		return Info{}, &ResponseError{endpoint, err.Error()}
	}
	return Info{RepEndpoint: at.Rep, PubEndpoint: at.Pub}, nil
}

// Stop asks the agent at an endpoint to stop. It fails with ErrStopRefused when that one answers
// anything but 'stopping'.
func (a *Agent) Stop(ctx context.Context, endpoint string) error {
	answer, err := a.request(ctx, endpoint, psmessage.Stop)
	if err == nil && answer != psmessage.Stopping {
		err = ErrStopRefused
	}
	return err
}

// Subscribe calls handler with each notification that the agent at an endpoint publishes on a
// topic. It returns when the subscription is in force; for a peer of the original that is as
// certain as [Proxy.Connect] says.
//
// The handlers of all topics of a peer are called one at a time, in the order in which
// notifications come, from a goroutine of their own. They may use and close the agent. When
// notifications come faster than the handlers take them, 10,000 of them wait, then the
// peer is held up. It mirrors Agent.subscribe.
func (a *Agent) Subscribe(ctx context.Context, endpoint, topic string, handler func(Notification)) (*Subscription, error) {
	p, err := a.peerAt(endpoint)
	if err != nil {
		return nil, err
	}
	s, err := subscribe(ctx, p, topic, handler)
	if err != nil {
		return nil, err
	}
	if err := p.Notifications().ConfirmInTime(ctx); err != nil {
		return nil, errors.Join(err, s.Cancel())
	}
	return s, nil
}

// SubscribeAt is Subscribe for what is published at an endpoint that is known: nothing is asked at
// the sender's own endpoint, which need not be there. So it serves a bare PUB socket, too. The
// sender is the name that notifications come under; for an agent, its first endpoint. SubscribeAt
// returns when the publisher is connected to; a publisher that is no agent of this library may take
// the subscription up a moment later. It mirrors Agent.subscribe with a pub_endpoint.
func (a *Agent) SubscribeAt(ctx context.Context, sender, pubEndpoint, topic string, handler func(Notification)) (*Subscription, error) {
	if sender == "" || pubEndpoint == "" {
		return nil, errors.New("pizco/goagent: SubscribeAt needs the sender's name and the endpoint that it publishes at")
	}
	p, err := a.publisherAt(sender, pubEndpoint)
	if err != nil {
		return nil, err
	}
	s, err := subscribe(ctx, p, topic, handler)
	if err != nil {
		return nil, err
	}
	ctx, cancel := a.cfg.inDialTime(ctx)
	defer cancel()
	if err := p.Notifications().AwaitPublisher(ctx); err != nil {
		return nil, errors.Join(err, s.Cancel())
	}
	return s, nil
}

// subscribe subscribes to a topic for a handler of the user.
func subscribe(ctx context.Context, p *peer.Peer, topic string, handler func(Notification)) (*Subscription, error) {
	s, err := p.Notifications().Handle(ctx, topic, func(n peer.Notification) { handler(Notification(n)) })
	if err != nil {
		return nil, err
	}
	return &Subscription{s}, nil
}

// Notification is what a peer has published.
type Notification struct {
	// Sender is the endpoint of the agent that published it, Topic its topic and ID its message id.
	Sender, Topic, ID string
	// Content is the content, a value of package py.
	Content any
}

// Subscription is a subscription to a topic of a peer; Cancel ends it.
type Subscription struct{ at *peer.Subscription }

// Topic returns the topic.
func (s *Subscription) Topic() string { return s.at.Topic() }

// Cancel ends the subscription: its handler is not called any more, but may be running. Cancelling
// again does nothing.
func (s *Subscription) Cancel() error { return s.at.Cancel() }

// peerAt returns the peer at an endpoint, to which it starts connecting if that is new.
func (a *Agent) peerAt(endpoint string) (*peer.Peer, error) {
	if endpoint == "" {
		return nil, errors.New("pizco/goagent: no endpoint to connect to")
	}
	return a.peer(endpoint, func() *peer.Peer { return peer.New(a.peerEnv(endpoint), endpoint) })
}

// publisherAt returns the peer that publishes at an endpoint under a sender's name.
func (a *Agent) publisherAt(sender, publisher string) (*peer.Peer, error) {
	key := sender + "\n" + publisher // no endpoint has a line's end
	return a.peer(key, func() *peer.Peer { return peer.NewPublisher(a.peerEnv(sender), sender, publisher) })
}

// peer returns the peer that is known by a key. If it is not there, or has been given up, it
// makes a new one.
func (a *Agent) peer(key string, connect func() *peer.Peer) (*peer.Peer, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil, ErrClosed
	}
	if p, ok := a.peers[key]; ok && !p.GivenUp() {
		return p, nil
	}
	p := connect()
	a.peers[key] = p
	return p, nil
}

// peerEnv returns what a peer needs of the agent.
func (a *Agent) peerEnv(endpoint string) *peer.Env {
	return &peer.Env{
		Context:  a.ctx,
		Log:      a.log.With("peer", endpoint),
		Sender:   a.Endpoint(),
		Network:  a.cfg.network,
		Settings: func() (transport.Settings, error) { return a.cfg.dialling(endpoint) },
		Protocol: a.protocolFor(endpoint),
		PubHosts: a.cfg.pubHosts,
		Backlog:  defaultSlotQueue,
		InTime:   a.cfg.inDialTime,
		Errors:   peerErrors{maxFrame: a.cfg.sockets.MaxFrame},
	}
}
