package goagent

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
	agent *Agent
	at    *listening
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
	// answered are requests that have been carried out. When their answers have been sent they move to
	// spare, whose memory the next requests use.
	answered, spare []*incoming
	// last is whom the last request came from.
	last wire.Message
	// ending is the server of the calls that end when these answers have been sent, and endings how
	// many there are.
	ending  *Server
	endings int
}

const (
	// mostAnswers is how many answers leave together.
	mostAnswers = 64
	// holdAnswers is how long an answer waits for others that are sent with it, and for the call that
	// runs meanwhile.
	holdAnswers = 100 * time.Microsecond
)

func newReceiver(a *Agent, at *listening) *receiver {
	r := &receiver{agent: a, at: at}
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
			r.agent.ended("requests", err)
		}
		if !ok {
			return true
		}
		r.agent.requests.Add(1)
		in := r.incoming(request)
		in.first = first
		in.parse()
		if !r.handle(in) {
			in.sendOvertaken()
			return false
		}
		emitted := in.emitted
		r.answer(in)
		if emitted != nil {
			r.sendAnswers()
			emitted.server.emissions.Replied(&emitted.Call)
		}
	}
}

// handle has the goroutine that receives handle a request. It returns false when another one
// receives by now.
func (r *receiver) handle(in *incoming) (receives bool) {
	step := r.handover.Begin()
	r.watch()
	defer func() { // also when a call ends its goroutine with runtime.Goexit
		if !receives {
			r.takeOver(step)
			r.overtaken.Add(-1)
		}
	}()
	in.take()
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

// incoming returns a request that this one receives.
func (r *receiver) incoming(request transport.Request) *incoming {
	var in *incoming
	if top := len(r.spare) - 1; top >= 0 {
		in, r.spare[top] = r.spare[top], nil // else that place keeps the request of one that does not come back
		r.spare = r.spare[:top]
	} else {
		in = new(incoming)
	}
	in.agent, in.at, in.request, in.receiver = r.agent, r.at, request, r
	return in
}

// answer adds the answer to a request, if there is one by now, to the answers that wait to be sent.
func (r *receiver) answer(in *incoming) {
	if in.ending != nil && !in.kept { // nothing else refers to it
		r.answered = append(r.answered, in)
	}
	now := in.done
	if now.IsZero() {
		now = time.Now()
	}
	if in.frames != nil {
		if len(r.answers) == 0 {
			r.began = now
		}
		r.answers = append(r.answers, transport.Reply{To: in.request, Frames: in.frames, Given: true})
	}
	switch {
	case in.ending == nil:
	case in.frames == nil:
		in.ending.end()
	default:
		r.ending = in.ending
		r.endings++
	}
	if len(r.answers) == mostAnswers || len(r.answers) > 0 && now.Sub(r.began) > holdAnswers {
		r.sendAnswers()
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
			r.agent.unanswered(r.answers[i].To, err)
		}
	}
	clear(r.answers)
	r.answers = r.answers[:0]
	r.forgetAnswered()
	for ; r.endings > 0; r.endings-- {
		r.ending.end()
	}
}

// forgetAnswered leaves nothing of the requests that have been answered but memory.
func (r *receiver) forgetAnswered() {
	for _, in := range r.answered {
		*in = incoming{buffer: in.buffer}
		in.buffer.Trim()
	}
	r.spare = append(r.spare, r.answered...)
	clear(r.answered)
	r.answered = r.answered[:0]
}
