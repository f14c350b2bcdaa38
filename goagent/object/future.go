package object

import (
	"context"
	"errors"
	"sync"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// ErrPending is what [Future.Result] returns while the work is going on.
var ErrPending = errors.New("pizco/object: the future is not done yet")

// Future is the outcome of work that may still be going on. A method of a served object that
// returns one lets its caller go on at once: the outcome follows as a notification when the work is
// done. [goagent.Proxy.Start] returns the caller's side of it. It mirrors concurrent.futures.Future
// and is safe for concurrent use.
//
// The outcome is published to every subscriber of the topic __future__, as the original does, and
// not to the caller alone.
type Future struct {
	done chan struct{}

	mu       sync.Mutex
	finished bool
	result   any
	err      error
	cancel   func(context.Context) error
	forget   func() // ends waiting for the outcome of a peer's work
}

// NewFuture returns a future that ends when Resolve or Fail is called.
func NewFuture() *Future { return &Future{done: make(chan struct{})} }

// Go runs work in a goroutine of its own and returns its future. The context that work gets is
// canceled when a caller cancels the future or when ctx ends. A panic of work becomes the future's
// error, a RuntimeError.
func Go(ctx context.Context, work func(context.Context) (any, error)) *Future {
	ctx, cancel := context.WithCancel(ctx)
	f := NewFuture()
	f.cancel = func(context.Context) error {
		cancel()
		return nil
	}
	go func() {
		defer cancel()
		defer func() {
			if p := recover(); p != nil {
				f.Fail(pyerr.Panic(p))
			}
		}()
		result, err := work(ctx)
		f.finish(result, err)
	}()
	return f
}

// Resolve ends the future with a result. It reports whether it did: a future ends once.
func (f *Future) Resolve(result any) bool { return f.finish(result, nil) }

// Fail ends the future with an error, which must not be nil. It reports whether it did: a future
// ends once.
func (f *Future) Fail(err error) bool {
	if err == nil {
		err = errors.New("pizco/object: the future failed without an error")
	}
	return f.finish(nil, err)
}

func (f *Future) finish(result any, err error) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.finished {
		return false
	}
	f.finished, f.result, f.err = true, result, err
	close(f.done)
	return true
}

// Done is closed when the future has ended.
func (f *Future) Done() <-chan struct{} { return f.done }

// Wait waits for the future's end and stores the result in target, which is a non-nil pointer, or
// nil when the result is of no interest. It returns the future's error: a *[pyerr.RemoteError] when
// the peer's work failed, and the context's when that ends first; the future goes on then, and Wait
// may be called again.
func (f *Future) Wait(ctx context.Context, target any) error {
	select {
	case <-f.done:
	default:
		select {
		case <-f.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	result, err := f.Result()
	if err != nil {
		return err
	}
	if target == nil {
		return nil
	}
	return py.Assign(target, result)
}

// Result returns the outcome, or ErrPending before there is one. The result of a peer's work is a
// value of package py.
func (f *Future) Result() (any, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.finished {
		return nil, ErrPending
	}
	return f.result, f.err
}

// Cancel asks for the work to stop and returns when the request has been passed on. The future ends
// when the work does: usually with context.Canceled on the side that works, and with a
// [pyerr.CancelledError] on the other. Cancel fails with [ErrNotCancelable] for a future of
// NewFuture and for one of the original's server, which cannot cancel. Canceling a future that has
// ended does nothing.
func (f *Future) Cancel(ctx context.Context) error {
	f.mu.Lock()
	cancel, finished := f.cancel, f.finished
	f.mu.Unlock()
	switch {
	case finished:
		return nil
	case cancel == nil:
		return ErrNotCancelable
	}
	return cancel(ctx)
}

// Attach has Cancel and Forget call these functions, either of which may be nil. It is for futures
// of work that goes on elsewhere.
func (f *Future) Attach(cancel func(context.Context) error, forget func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cancel, f.forget = cancel, forget
}

// ErrForgotten is what a future ends with that [Future.Forget] has been called on.
var ErrForgotten = errors.New("pizco/object: the future was forgotten before its end")

// Forget ends waiting for the outcome of a peer's work, and gives back what that takes: the future
// fails with [ErrForgotten]. The peer is not told and works on; [Future.Cancel] asks it to stop.
// Forgetting a future that has ended does nothing.
func (f *Future) Forget() {
	f.mu.Lock()
	forget, finished := f.forget, f.finished
	f.mu.Unlock()
	if finished {
		return
	}
	if forget != nil {
		forget()
	}
	f.finish(nil, ErrForgotten)
}

// ErrNotCancelable is what [Future.Cancel] returns for a future without a function that cancels it.
var ErrNotCancelable = errors.New("pizco/object: the future cannot be canceled")
