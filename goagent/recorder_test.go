package goagent

import (
	"bytes"

	"github.com/pizco-go/pizco/goagent/internal/transport"
)

// WithRecorder has tell called with "reply" for each answer and with the topic of each
// notification, when it is handed to the transport.
func WithRecorder(tell func(what string)) ServeOption {
	return serveOption{func(c *config) error {
		c.network = &recordingNetwork{c.network, tell}
		return nil
	}}
}

type recordingNetwork struct {
	transport.Network
	tell func(string)
}

func (n *recordingNetwork) Listen(endpoint string, s transport.Settings) (transport.Listener, error) {
	l, err := n.Network.Listen(endpoint, s)
	return &recordingListener{l, n.tell}, err
}

func (n *recordingNetwork) Publish(endpoint string, s transport.Settings) (transport.Publisher, error) {
	p, err := n.Network.Publish(endpoint, s)
	return &recordingPublisher{p, n.tell}, err
}

type recordingListener struct {
	transport.Listener
	tell func(string)
}

func (l *recordingListener) Reply(to transport.Request, frames [][]byte) error {
	l.tell("reply")
	return l.Listener.Reply(to, frames)
}

func (l *recordingListener) ReplyAll(replies []transport.Reply) {
	for range replies {
		l.tell("reply")
	}
	l.Listener.ReplyAll(replies)
}

type recordingPublisher struct {
	transport.Publisher
	tell func(string)
}

func (p *recordingPublisher) Send(frames [][]byte) error {
	p.tell(string(frames[0][bytes.LastIndexByte(frames[0], '+')+1:]))
	return p.Publisher.Send(frames)
}

// WithAgentRecorder is WithRecorder for forwarders.
func WithAgentRecorder(tell func(what string)) Option {
	return commonOption{func(c *config) error {
		c.network = &recordingNetwork{c.network, tell}
		return nil
	}}
}
