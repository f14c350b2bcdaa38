// Package transport is the seam between the agents and the sockets that carry their messages.
//
// A message is a list of frames, and this package does not look into them. The four kinds of socket
// of an agent are the four interfaces [Listener], [Conn], [Publisher] and [Subscriber], which a
// [Network] makes. They have the shape of the net package's. One goroutine calls the receiving
// method in a loop. It ends with an error when the socket is closed (net.ErrClosed) or its peer is
// gone (io.EOF). Any goroutine may call the sending methods. A Listener, which has many
// connections, calls a function when requests have come instead.
//
// Nothing here names a ZeroMQ type: another transport takes its place by implementing Network.
package transport

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/curve"
)

// ErrPeerGone is what Reply returns when the peer that asked has left.
var ErrPeerGone = errors.New("pizco/transport: the peer has left")

// ErrPeerBusy is what Reply and TrySend return when the peer has not read so many messages that
// another cannot be queued for it.
var ErrPeerBusy = errors.New("pizco/transport: the peer does not read its messages")

// Settings are what every socket of an agent is made with.
type Settings struct {
	// Linger bounds how long what was sent may take to leave the program after Close.
	Linger time.Duration
	// MaxFrame is the largest frame in bytes that is taken from a peer, which is cut off when it
	// sends a larger one; 0 is no limit.
	MaxFrame int64
	// HighWater is the number of messages that are queued for one peer or one subscriber, or from
	// it, before it is held back (requests, replies) or loses some (notifications).
	HighWater int
	// Heartbeat is the time between two signs of life that a Conn and a Subscriber ask of their peer.
	// The connection is given up after three missing ones, and the peer gives it up after as many. 0
	// asks for no signs of life. What waits to be received is not bounded then.
	Heartbeat time.Duration
	// Limits bound what peers may take, where the transport keeps to them.
	Limits Limits
	// Curve, if not nil, has what is sent encrypted.
	Curve *Curve
	// Place, if not nil, is shown the first bytes of a large frame and its size. It returns where in
	// the frame something begins whose address is to be a multiple of 16, which a transport may see
	// to. It is called by the goroutine that reads the connection.
	Place func(head []byte, size int) int
	// Trouble, if not nil, is told why an attempt to connect has failed that Dial makes again. It
	// is called from a goroutine of the socket.
	Trouble func(error)
	// CutOff, if not nil, is called for each connection of a bound socket that the socket has closed
	// because the peer broke a rule or a limit. The transport calls it where it knows that. It is not
	// called for ordinary ends. It is called from a goroutine of its own, which Close does not wait
	// for.
	CutOff func(CutOff)
	// Left, if not nil, is told the name of each connection of a bound socket that has ended. It is
	// called from a goroutine of the socket, which may hold locks of it, and must not wait.
	Left func(connection string)
	// Subscribed, if not nil, is told of each topic that a subscriber begins to ask a Publisher for.
	// It is called as Left is.
	Subscribed func(connection, address, topic string)
	// Marks, if not nil, reports whether a subscription to a topic marks its connection for a
	// [FormPublisher].
	Marks func(topic string) bool
}

// CutOff says why a bound socket has closed a connection.
type CutOff struct {
	// Endpoint is where the socket is bound.
	Endpoint string
	// Peer is the peer's address, or the socket's path where the peer has none.
	Peer string
	// Limit is the field of Limits that the peer went beyond, or "MaxFrame" of Settings. It is
	// empty when the peer broke a rule, or went beyond a limit that is not set by anything.
	Limit string
	// Err is what the peer did.
	Err error
}

// Network makes sockets. An endpoint is a string such as "tcp://127.0.0.1:8000".
type Network interface {
	// Listen binds a socket for requests.
	Listen(endpoint string, s Settings) (Listener, error)
	// Dial connects to a peer's request endpoint and returns when the connection is usable, or with
	// the context's error if it is not usable in time.
	Dial(ctx context.Context, endpoint string, s Settings) (Conn, error)
	// Publish binds a socket for notifications.
	Publish(endpoint string, s Settings) (Publisher, error)
	// Subscribe starts connecting to a peer's notification endpoint.
	Subscribe(endpoint string, s Settings) (Subscriber, error)
}

// Request is a message that waits for its reply.
type Request struct {
	// Peer tells the connection that the request came in by from all others of its Listener.
	Peer string
	// Address is the address of the peer, with the port that it has for this connection.
	Address string
	// Client is the key of the client, where the Listener speaks CURVE.
	Client curve.PublicKey
	// Route is what the Listener needs to find the way back; it is opaque and may not be changed.
	Route [][]byte
	// Tagged is set when the peer put a frame of its own in front of the delimiter. A Conn does. A REQ
	// socket, which clients of the original have, does not.
	Tagged bool
	// Frames is the message.
	Frames [][]byte
}

// GivenLeast is the size in bytes from which frames can be given away: see [Reply] and [Outgoing].
const GivenLeast = 64 << 10

// Reply is a message that goes back to where a request came from.
type Reply struct {
	// To is the request.
	To Request
	// Frames is the message.
	Frames [][]byte
	// Given is set when the caller no longer changes frames of GivenLeast bytes or more. The
	// transport may keep these after the call has returned, and send them without a copy.
	Given bool
	// Err is set by ReplyAll: why the reply was not sent, or nil.
	Err error
}

// Listener receives requests and sends the replies to them, in any order.
type Listener interface {
	// Endpoint is where the socket is bound, with the port that the system chose.
	Endpoint() string
	// Serve has come called whenever requests have come, which Poll returns then, and when the
	// socket is closed. It is called by the goroutine that has read them, which reads on when come
	// returns. So come may do what they ask for, and calls GoOn of the reading when that takes
	// long. The reading is nil where none waits. Many goroutines may call come at a time. Serve
	// does not wait, and is called once.
	Serve(come func(*Reading))
	// Poll returns the next request if one has come, or why there will be none. Only one goroutine
	// at a time may call it or Buffered, and any may be that one.
	Poll() (r Request, ok bool, err error)
	// Buffered returns how many messages have been received already together with the last one,
	// which Poll looks at next.
	Buffered() int
	// Reply sends the reply to a request and does not wait: it fails with ErrPeerGone or
	// ErrPeerBusy when it cannot be queued. It does not keep the frames.
	Reply(to Request, frames [][]byte) error
	// ReplyAll sends many replies at little more than the cost of one. It keeps only frames of replies
	// with Given set.
	ReplyAll(replies []Reply)
	// Close releases the socket. Replies already queued are sent if the peer takes them within
	// Settings.Linger.
	Close() error
}

// Outgoing is a request on its way out.
type Outgoing struct {
	// Tag comes back with the reply.
	Tag uint32
	// Frames is the message.
	Frames [][]byte
	// Given is set when the caller no longer changes frames of GivenLeast bytes or more. The
	// transport may keep these after the call has returned, and send them without a copy.
	Given bool
}

// Conn is one connection to one peer. It does not reconnect: what was sent and not answered when
// Recv ends with io.EOF has been lost on the way there, in the peer, or on the way back.
type Conn interface {
	// Send sends a request. The tag comes back with its reply. When there is no room it waits for
	// that, which those notice that receive meanwhile. It does not keep the frames.
	Send(ctx context.Context, tag uint32, frames [][]byte) error
	// TrySend sends requests in order until it would have to wait, at little more than the cost of
	// one. It returns how many were sent, and the reason if not all were: ErrPeerBusy when there is no
	// room for more. It keeps only frames of requests with Given set.
	TrySend(requests []Outgoing) (sent int, err error)
	// Recv waits for the next reply as long as the context allows. It returns io.EOF when the peer
	// is gone, after the last reply that it sent. Only one goroutine at a time may call it, Poll or
	// Buffered, and any may be that one.
	Recv(ctx context.Context) (tag uint32, frames [][]byte, err error)
	// Buffered returns how many messages have been received already together with the last one,
	// which Recv and Poll look at next.
	Buffered() int
	// Poll returns the next reply if one has come.
	Poll() (tag uint32, frames [][]byte, ok bool, err error)
	// Lost waits until the connection is lost or closed. What came before can still be received.
	Lost()
	// Close releases the connection; what was not sent is dropped.
	Close() error
}

// Subscription reports that a topic got its first subscriber or lost its last one.
type Subscription struct {
	// Topic is the prefix that the subscribers ask for.
	Topic string
	// On is true when the first came and false when the last went.
	On bool
}

// Publisher sends notifications to the subscribers of a prefix of their first frame.
type Publisher interface {
	// Endpoint is where the socket is bound, with the port that the system chose.
	Endpoint() string
	// Send queues the notification for every subscriber that has room for it, and does not wait.
	Send(frames [][]byte) error
	// Poll returns the next change of the subscriptions, if one has come. What it has returned is
	// in force.
	Poll() (s Subscription, ok bool, err error)
	// Wait waits until Poll may have something to return.
	Wait() error
	// Close releases the socket. Notifications already queued are sent as far as Settings.Linger
	// allows.
	Close() error
}

// FormPublisher is a Publisher that can send a notification in two forms. Not every transport has
// one: libzmq cannot address single subscribers.
type FormPublisher interface {
	Publisher
	// SendForms is Send with a form for each connection that a subscription has marked
	// (Settings.Marks), and one for all others. Both have the same first frame. A form that is nil is
	// not sent.
	SendForms(marked, others [][]byte) error
}

// Subscriber receives notifications from one publisher, to which it reconnects by itself.
type Subscriber interface {
	// Subscribe asks for the messages whose first frame starts with prefix.
	Subscribe(prefix string) error
	// Unsubscribe takes back one Subscribe of the same prefix.
	Unsubscribe(prefix string) error
	// Connected waits until the publisher is connected, which says that it will get what was asked
	// for before anything that is sent to it later. It fails with ErrRefused when the publisher
	// refuses.
	Connected(ctx context.Context) error
	// Recv waits for the next notification. It fails with ErrRefused when the publisher refuses:
	// then it is not tried again.
	Recv() ([][]byte, error)
	// Close releases the socket.
	Close() error
}

// Error is a failure of a socket.
type Error struct {
	// Op is what was tried: "listen", "dial", "publish", "subscribe", "send" or "receive".
	Op string
	// Endpoint is the endpoint that it was tried on.
	Endpoint string
	// Err is the reason.
	Err error
}

// Error tells what was tried, where, and why it failed.
func (e *Error) Error() string {
	return fmt.Sprintf("pizco/transport: %s %s: %v", e.Op, e.Endpoint, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }
