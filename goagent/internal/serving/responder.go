package serving

import (
	"time"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// owner says which goroutine a Responder is left to.
type owner int

const (
	// receives is the goroutine that receives. It sends the answer when the request has been handled.
	receives owner = iota
	// ofItsOwn is a goroutine that the request has for itself.
	ofItsOwn
	// passedOn is another goroutine, which finishes the request.
	passedOn
)

// Responder answers one request, at most once. See the package's documentation for which goroutine
// may touch it.
type Responder struct {
	host    *Host
	request *Request
	at      *Endpoint
	// receiver is what has received the request.
	receiver *receiver
	owner    owner
	admitted bool // the request is counted in the host's load
	answered bool
	// content is what the content of the request is decoded into.
	content any

	// frames are the answer that the receiver is to send, and buffer is what they are written in.
	frames [][]byte
	buffer wire.Buffer
	sent   Sent
	// urgent is set when the answer is to be sent at once, and done is when the call ended, if that
	// is known.
	urgent bool
	done   time.Time
}

// Sent is told that an answer has been sent.
type Sent interface{ AnswerSent() }

// Then has s told when the answer has been sent that the goroutine that receives has given, and
// tells the receiver when the call ended. An urgent answer waits for no others.
func (to *Responder) Then(s Sent, urgent bool, ended time.Time) {
	to.sent, to.urgent, to.done = s, urgent, ended
}

// Receives reports whether the goroutine that receives handles the request.
func (to *Responder) Receives() bool { return to.owner == receives }

// MayStay reports whether a quick call may be carried out by the goroutine that receives.
func (to *Responder) MayStay() bool {
	return to.owner == receives && to.receiver.overtaken.Load() == 0
}

// Admit counts the request in the agent's load. It returns false if the load is too large.
func (to *Responder) Admit() bool {
	if !to.admitted {
		to.admitted = to.host.Load.Admit(to.request.From.Peer)
	}
	return to.admitted
}

// Finish ends the handling of a request, be it answered or not. Its goroutine calls it last.
func (to *Responder) Finish() {
	if to.admitted {
		to.admitted = false
		to.host.Load.Release(to.request.From.Peer)
	}
}

// PassOn leaves the request to another goroutine, which has to call Finish.
func (to *Responder) PassOn() { to.owner = passedOn }

// Background has the request answered in a goroutine of its own.
func (to *Responder) Background(answer func()) {
	to.PassOn()
	go func() {
		defer to.Finish()
		answer()
	}()
}

// Answer replies with a content, and rejects the request when that cannot be sent.
func (to *Responder) Answer(content any) {
	value, err := pyerr.FromGo(content)
	if err == nil {
		err = to.Reply(value)
	}
	if err != nil {
		to.Reject(err)
	}
}

// Reply sends a value of package py in the serializer of the request. It fails only when the value
// cannot be encoded, which leaves the request unanswered.
func (to *Responder) Reply(value any) error {
	if to.again() { // the memory holds the first answer
		return nil
	}
	r := to.request
	frames, err := to.Protocol().FormatIn(&to.buffer, r.At, r.Message.Topic, value, r.Message.ID)
	if err != nil {
		return err
	}
	to.Send(frames)
	return nil
}

// Protocol is how the request is answered: as it came.
func (to *Responder) Protocol() wire.Protocol { return to.host.answering(to.request) }

// Raise answers with an exception, in the host's dialect, and in plain words to a client that
// speaks json.
func (to *Responder) Raise(reason error) {
	err := to.raise(reason)
	if err == nil {
		return
	}
	// Its arguments cannot be sent: their text can.
	to.host.Log.Warn("exception cannot be sent", "peer", to.request.Message.Sender, "id", to.request.Message.ID, "error", err)
	if err := to.raise(pyerr.RuntimeError.New(pyerr.From(reason).Error())); err != nil {
		to.Reject(err)
	}
}

func (to *Responder) raise(reason error) error {
	value, err := pyerr.FromGo(py.Tuple{psmessage.Tag, psmessage.AnswerRaise, to.host.exceptions(to.request).Of(reason, &to.request.Message)})
	if err != nil {
		return err
	}
	return to.Reply(value)
}

// Reject answers what the original answers to a request that it cannot parse: an empty topic and
// text under a fresh message id, in the agent's own serializer.
func (to *Responder) Reject(reason error) {
	if to.again() {
		return
	}
	h, r := to.host, to.request
	h.reject(r, reason)
	protocol := h.Protocol
	protocol.Key = r.Key
	frames, err := protocol.Format(r.At, "", "", "")
	if err != nil {
		h.Log.Error("cannot reject a request", "error", err)
		return
	}
	to.Send(frames)
}

// Send sends an answer, or leaves that to the goroutine that receives, where that handles the
// request. It is the only way for answers to leave, and lets one pass.
func (to *Responder) Send(frames [][]byte) {
	if to.again() {
		return
	}
	to.answered = true
	if to.owner == receives {
		to.frames = frames
		return
	}
	to.sendNow(frames)
}

// again reports whether the request has been answered, and logs that it is to be once more.
func (to *Responder) again() bool {
	if to.answered {
		to.host.Log.Error("a second answer to a request is not sent", "peer", to.request.Message.Sender, "id", to.request.Message.ID)
	}
	return to.answered
}

func (to *Responder) sendNow(frames [][]byte) {
	one := [1]transport.Reply{{To: to.request.From, Frames: frames, Given: true}}
	to.at.ReplyAll(one[:])
	if err := one[0].Err; err != nil {
		to.host.Unanswered(to.request.From, err)
	}
}

// sendOvertaken sends what the goroutine would have left to the one that receives, which is another
// one since.
func (to *Responder) sendOvertaken() {
	if to.frames != nil {
		to.sendNow(to.frames)
	}
	if to.sent != nil {
		to.sent.AnswerSent()
	}
}
