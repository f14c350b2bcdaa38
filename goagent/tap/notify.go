package tap

import (
	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// passSubscriptions takes the clients' subscriptions to the server until the tap is closed.
func (t *Tap) passSubscriptions() {
	for {
		s, changed, err := t.pub.Poll()
		if err == nil && !changed {
			err = t.pub.Wait()
		}
		if err != nil {
			return
		}
		if !changed {
			continue
		}
		kind := Unsubscribe
		if s.On {
			kind = Subscribe
		}
		t.show(kind, 0, [][]byte{[]byte(s.Topic)})
		t.subscription(s)
	}
}

func (t *Tap) subscription(s transport.Subscription) {
	t.mu.Lock()
	defer t.mu.Unlock()
	prefix := t.names.upstream(s.Topic)
	if s.On {
		t.prefixes[prefix]++
		if t.sub != nil && t.prefixes[prefix] == 1 {
			_ = t.sub.Subscribe(prefix)
		}
		return
	}
	if t.prefixes[prefix] == 0 {
		return
	}
	t.prefixes[prefix]--
	if t.prefixes[prefix] == 0 {
		delete(t.prefixes, prefix)
		if t.sub != nil {
			_ = t.sub.Unsubscribe(prefix)
		}
	}
}

// follow receives the notifications of a server that publishes at an endpoint.
func (t *Tap) follow(endpoint string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.subTo == endpoint || t.ctx.Err() != nil {
		return
	}
	sub, err := t.network.Subscribe(endpoint, t.settings)
	if err != nil {
		return // The server names an endpoint that cannot be connected to: there is nothing to pass on.
	}
	if t.sub != nil {
		_ = t.sub.Close()
	}
	t.sub, t.subTo = sub, endpoint
	for prefix := range t.prefixes {
		_ = sub.Subscribe(prefix)
	}
	t.loops.Go(func() { t.passNotifications(sub) })
}

func (t *Tap) passNotifications(sub transport.Subscriber) {
	for {
		frames, err := sub.Recv()
		if err != nil {
			return
		}
		t.show(Notification, 0, frames)
		t.mu.Lock()
		n := t.names
		t.mu.Unlock()
		if len(frames) > 0 {
			if sender, _, ok := senderOf(frames[frameHeader]); ok && sender == n.serverRep {
				frames = rewriteSender(t.options.Protocol, frames, n.rep)
			}
		}
		_ = t.pub.Send(frames)
	}
}
