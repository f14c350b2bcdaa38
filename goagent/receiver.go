package goagent

import "sync/atomic"

// receiver takes the requests that come to one endpoint of an agent.
//
// The goroutine that receives carries out calls itself for as long as they are quick, since to start or to wake another goroutine for each would
// cost more than all else that is done for it. A call that turns out to be slow keeps that goroutine: the supervisor sees to it
// within two of its ticks that another one receives instead.
type receiver struct {
	agent *Agent
	at    *listening
	// state counts the beginnings and the ends of calls that the goroutine that receives carries out: it is odd during one.
	// Who changes it then to the next number is the one that goes on receiving.
	state atomic.Uint64
}

// run receives until the socket is closed or another goroutine has taken over.
func (r *receiver) run() {
	ended := false
	defer func() {
		if !ended {
			r.takeOver(r.state.Load()) // a call has ended its goroutine with runtime.Goexit
		}
	}()
	for {
		request, err := r.at.Recv()
		if err != nil {
			ended = true
			r.agent.ended("requests", err)
			r.agent.loops.Done()
			return
		}
		r.agent.requests.Add(1)
		in := &incoming{agent: r.agent, at: r.at, request: request, receiver: r}
		in.take()
		if in.overtaken {
			ended = true
			return
		}
	}
}

// carryOut has the goroutine that receives carry out a call. It returns false when another one receives by now.
func (r *receiver) carryOut(call func()) (receives bool) {
	number := r.state.Load() + 1
	r.state.Store(number)
	r.agent.supervisor.watch()
	call()
	return r.state.CompareAndSwap(number, number+1)
}

// takeOver has another goroutine receive during the call of that number, unless it is over.
func (r *receiver) takeOver(number uint64) {
	if number%2 == 1 && r.state.CompareAndSwap(number, number+1) {
		go r.run()
	}
}
