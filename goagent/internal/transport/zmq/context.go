//go:build libzmq

package zmq

import (
	"sync"

	zmq4 "github.com/pebbe/zmq4"
)

// sharedContext is a libzmq context that exists while it has sockets: the first makes it, with its
// threads, and closing the last ends it, which waits until what the sockets had to send has left or
// their linger is over.
type sharedContext struct {
	mu      sync.Mutex
	ctx     *zmq4.Context
	sockets int
}

func (c *sharedContext) open(kind zmq4.Type) (*zmq4.Socket, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ctx == nil {
		ctx, err := zmq4.NewContext()
		if err != nil {
			return nil, err
		}
		if err := ctx.SetMaxSockets(maxSockets); err != nil {
			_ = ctx.Term()
			return nil, err
		}
		c.ctx = ctx
	}
	z, err := c.ctx.NewSocket(kind)
	if err != nil {
		if c.sockets == 0 {
			_ = c.ctx.Term()
			c.ctx = nil
		}
		return nil, err
	}
	c.sockets++
	return z, nil
}

func (c *sharedContext) release() {
	c.mu.Lock()
	c.sockets--
	var last *zmq4.Context
	if c.sockets == 0 {
		last, c.ctx = c.ctx, nil
	}
	c.mu.Unlock()
	if last != nil {
		_ = last.Term()
	}
}
