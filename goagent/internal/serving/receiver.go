package serving

import (
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// receiver takes the requests that come to one endpoint of an agent.
//
// The goroutine that has read a request from its connection handles it too, and carries out its
// call for as long as calls are quick, since to wake another goroutine for each costs more than all
// else that is done for it. One goroutine at a time receives; one that reads when another receives
// leaves its requests to that one. The answers to requests that have come together leave together.
//
// A request that turns out to be slow keeps that goroutine: the supervisor sees to it within two of
// its ticks that another one receives, and another one reads that connection.
type receiver struct {
	host *Host
	at   *Endpoint
	// told counts how often requests have come since a goroutine began to receive. It is zero while no
	// goroutine receives.
	told atomic.Uint64
	// reading is what waits for the one that receives, if anything does.
	reading *transport.Reading
	// handover says which goroutine goes on receiving after a request.
	handover transport.Handover
	// overtaken counts the requests during which another goroutine took over receiving.
	overtaken  atomic.Int64
	supervisor supervisor

	// answers wait to be sent, the first since began. They belong to the receiving goroutine.
	answers []transport.Reply
	began   time.Time
	// sent are told when these answers have been sent.
	sent []Sent
	// handled are requests that have been handled. When their answers have been sent they move to
	// spare, whose memory the next requests use.
	handled, spare []*exchange
	// last is whom the last request came from.
	last wire.Message
}

// exchange is a request and what answers it.
type exchange struct {
	request Request
	to      Responder
	// malformed is why the request cannot be parsed.
	malformed error
	// stays is set when the request has not been left to another goroutine.
	stays bool
}

const (
	// mostAnswers is how many answers leave together.
	mostAnswers = 64
	// holdAnswers is how long an answer waits for others that are sent with it, and for the call that
	// runs meanwhile.
	holdAnswers = 100 * time.Microsecond
)

func newReceiver(h *Host, at *Endpoint) *receiver {
	r := &receiver{host: h, at: at}
	r.supervisor.timer = time.AfterFunc(time.Hour, r.look)
	r.supervisor.timer.Stop()
	return r
}

// come is called by a goroutine that has read requests. It handles them, unless another goroutine
// receives.
func (r *receiver) come(reading *transport.Reading) {
	if r.told.Add(1) == 1 {
		r.reading = reading
		r.receive()
	}
}

// receive handles requests until none is left. If a connection waits for it, it leaves requests
// that came by other connections in the meantime to another goroutine.
func (r *receiver) receive() {
	for {
		told := r.told.Load()
		if !r.takeAll() {
			return
		}
		waits := r.reading != nil
		r.reading = nil
		if r.told.CompareAndSwap(told, 0) {
			return
		}
		if waits {
			go r.receive()
			return
		}
	}
}

// takeAll handles the requests that have come. It returns false when another goroutine receives by
// now.
func (r *receiver) takeAll() (receives bool) {
	for {
		first := r.at.Buffered() == 0
		if first { // before it looks for one that has not come together with the last
			r.sendAnswers()
		}
		request, ok, err := r.at.Poll()
		if err != nil {
			r.host.Ended("requests", err)
		}
		if !ok {
			return true
		}
		r.host.requests.Add(1)
		x := r.exchange(request, first)
		if !r.handle(x) {
			if x.stays {
				x.to.sendOvertaken()
			}
			return false
		}
		r.answer(x)
	}
}

// handle has the goroutine that receives handle a request. It returns false when another one
// receives by now.
func (r *receiver) handle(x *exchange) (receives bool) {
	step := r.handover.Begin()
	r.watch()
	defer func() { // also when a call ends its goroutine with runtime.Goexit
		if !receives {
			r.takeOver(step)
			r.overtaken.Add(-1)
		}
	}()
	x.stays = r.host.take(&x.request, &x.to, x.malformed)
	return r.handover.End(step)
}

// takeOver has other goroutines receive, and read the connection that waits, during the request of
// that number, unless it is over.
func (r *receiver) takeOver(step uint64) {
	if !r.handover.TakeOver(step) {
		return
	}
	r.overtaken.Add(1)
	if r.reading != nil {
		r.reading.GoOn()
		r.reading = nil
	}
	go func() {
		r.sendAnswers()
		r.receive()
	}()
}

// exchange parses a request. It is called before others may receive in the receiver's place.
func (r *receiver) exchange(request transport.Request, first bool) *exchange {
	var x *exchange
	if top := len(r.spare) - 1; top >= 0 {
		x, r.spare[top] = r.spare[top], nil // else that place keeps the request of one that does not come back
		r.spare = r.spare[:top]
	} else {
		x = new(exchange)
	}
	x.to.host, x.to.request, x.to.at, x.to.receiver = r.host, &x.request, r.at, r
	x.request.From, x.request.At, x.request.Endpoint, x.request.First = request, r.at.Name, r.at, first
	x.request.Message, x.request.Key, x.malformed = r.host.Keys.Parse(request.Frames, r.last)
	if x.malformed == nil {
		r.last = wire.Message{Sender: x.request.Message.Sender, Topic: x.request.Message.Topic}
	}
	return x
}

// answer adds the answer to a request, if the goroutine that receives has given one, to the answers
// that wait to be sent.
func (r *receiver) answer(x *exchange) {
	var now time.Time
	urgent := false
	if x.stays {
		now, urgent = x.to.done, x.to.urgent
	}
	if now.IsZero() {
		now = time.Now()
	}
	if x.stays {
		r.add(x, now)
	}
	if urgent || len(r.answers) == mostAnswers || len(r.answers) > 0 && now.Sub(r.began) > holdAnswers {
		r.sendAnswers()
	}
}

// add has an answer wait that was given at a time.
func (r *receiver) add(x *exchange, now time.Time) {
	to := &x.to
	if to.frames == nil {
		if to.sent != nil {
			to.sent.AnswerSent()
		}
		return
	}
	if len(r.answers) == 0 {
		r.began = now
	}
	r.answers = append(r.answers, transport.Reply{To: x.request.From, Frames: to.frames, Given: true})
	r.handled = append(r.handled, x) // nothing else refers to it
	if to.sent != nil {
		r.sent = append(r.sent, to.sent)
	}
}

// sendAnswers sends the answers that wait for that.
func (r *receiver) sendAnswers() {
	if len(r.answers) == 0 {
		return
	}
	r.at.ReplyAll(r.answers)
	for i := range r.answers {
		if err := r.answers[i].Err; err != nil {
			r.host.Unanswered(r.answers[i].To, err)
		}
	}
	clear(r.answers)
	r.answers = r.answers[:0]
	r.forgetHandled()
	for _, s := range r.sent {
		s.AnswerSent()
	}
	clear(r.sent)
	r.sent = r.sent[:0]
}

// forgetHandled leaves nothing of the requests that have been handled but memory.
func (r *receiver) forgetHandled() {
	for _, x := range r.handled {
		*x = exchange{to: Responder{buffer: x.to.buffer}}
		x.to.buffer.Trim()
	}
	r.spare = append(r.spare, r.handled...)
	clear(r.handled)
	r.handled = r.handled[:0]
}
