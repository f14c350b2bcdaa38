package goagent

import (
	"sync/atomic"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/transport"
	"github.com/pizco-go/pizco/wire"
)

// receiver takes the requests that come to one endpoint of an agent.
//
// The goroutine that receives carries out calls itself for as long as they are quick, since to
// start or to wake another goroutine for each would cost more than all else that is done for it;
// and the answers to requests that have come together leave together. A call that turns out to be
// slow keeps that goroutine: the supervisor sees to it within two of its ticks that another one
// receives instead, and lets the answers go that wait.
type receiver struct {
	agent *Agent
	at    *listening
	// state counts the beginnings and the ends of calls that the goroutine that receives carries
	// out: it is odd during one. Who changes it then to the next number is the one that goes on
	// receiving.
	state atomic.Uint64
	// overtaken counts the calls that another goroutine does not wait for any more.
	overtaken atomic.Int64

	// answers are those that wait to be sent, since began. They are the one's that receives.
	answers []transport.Reply
	began   time.Time
	// answered are requests that have been carried out, and spare those that nothing of is left but
	// memory, which the next ones take: the first become the second when the answers have been
	// sent.
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
	// holdAnswers is how long an answer waits for those that leave with it, and the call that is
	// carried out meanwhile.
	holdAnswers = 100 * time.Microsecond
)

// run receives until the socket is closed or another goroutine has taken over.
func (r *receiver) run() {
	r.sendAnswers()
	for {
		first := r.at.Buffered() == 0
		request, err := r.next()
		if err != nil {
			r.sendAnswers()
			r.agent.ended("requests", err)
			r.agent.loops.Done()
			return
		}
		r.agent.requests.Add(1)
		in := r.incoming(request)
		in.first = first
		in.take()
		if in.overtaken {
			if in.frames != nil {
				in.sendNow(in.frames)
			}
			if in.emitted != nil {
				in.emitted.server.emissions.replied(in.emitted)
			}
			if in.ending != nil {
				in.ending.end()
			}
			return
		}
		if emitted := in.emitted; emitted != nil {
			r.answer(in)
			r.sendAnswers()
			emitted.server.emissions.replied(emitted)
			continue
		}
		r.answer(in)
	}
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

// next returns the next request. Before it looks for one that has not come together with the last,
// it sends the answers.
func (r *receiver) next() (transport.Request, error) {
	if r.at.Buffered() == 0 {
		r.sendAnswers()
	}
	return r.at.Recv()
}

// answer takes the answer to a request, if there is one by now, to those that wait to be sent.
func (r *receiver) answer(in *incoming) {
	if in.ending != nil && !in.kept { // nobody else knows it
		r.answered = append(r.answered, in)
	}
	if in.frames != nil {
		if len(r.answers) == 0 {
			r.began = time.Now()
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
	if len(r.answers) == mostAnswers || len(r.answers) > 0 && time.Since(r.began) > holdAnswers {
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

// carryOut has the goroutine that receives carry out a call. It returns false when another one
// receives by now.
func (r *receiver) carryOut(call func()) (receives bool) {
	number := r.state.Load() + 1
	r.state.Store(number)
	r.agent.supervisor.watch()
	defer func() { // also when the call ends its goroutine with runtime.Goexit
		if !receives {
			r.takeOver(number)
			r.overtaken.Add(-1)
		}
	}()
	call()
	return r.state.CompareAndSwap(number, number+1)
}

// takeOver has another goroutine receive during the call of that number, unless it is over.
func (r *receiver) takeOver(number uint64) {
	if number%2 == 1 && r.state.CompareAndSwap(number, number+1) {
		r.overtaken.Add(1)
		go r.run()
	}
}
