package goagent

import (
	"fmt"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/queue"
)

// WithSlotErrorHandler sets a function that is called for each slot that fails, for a program that
// does more about it than to log it. It is called from the goroutine that calls the slots. Default:
// such errors are logged ([WithLogger]); [Slot.Err] returns a slot's last one.
func WithSlotErrorHandler(h func(*SlotError)) DialOption {
	return dialOption{func(c *config) error {
		c.onSlotError = h
		return nil
	}}
}

// WithSlotQueue sets how many notifications wait for the slots of a proxy, at least 1, and what
// happens to notifications without room. [Proxy.Dropped] counts what is lost. Default:
// 10,000, DropOldest.
func WithSlotQueue(length int, overflow Overflow) DialOption {
	return dialOption{func(c *config) error {
		if overflow < DropOldest || overflow > Block {
			return fmt.Errorf("pizco/goagent: %d is no policy of a queue", overflow)
		}
		c.slotQueue, c.overflow = max(length, 1), queue.Overflow(overflow)
		return nil
	}}
}

// WithStatusHandler sets a function that is told of each change of a proxy's connection, from its
// first [Connected] on, with the reason if there is one. It is called from a goroutine of the
// proxy, one change after the other. Default: none.
func WithStatusHandler(h func(Status, error)) DialOption {
	return dialOption{func(c *config) error {
		c.onStatus = h
		return nil
	}}
}

// WithDialTimeout bounds how long [Dial] waits for a server that is not there yet, where its
// context has no deadline. It also bounds how long a call that needs notifications waits for a
// server that cannot be reached. 0 waits forever. Default: 10 s.
func WithDialTimeout(d time.Duration) DialOption {
	return dialOption{func(c *config) error {
		c.dialTimeout = max(d, 0)
		return nil
	}}
}

// WithoutInspection keeps [Proxy.Bind] from asking the server whether it has what the struct names.
// The answer to 'inspect' reads all properties of the object, so it is for an object with one that
// is slow or does something when it is read. Default: Bind asks.
func WithoutInspection() DialOption {
	return dialOption{func(c *config) error {
		c.noInspection = true
		return nil
	}}
}

// Status is the state of the connection to a peer. [Proxy.Status] and [Forwarder.Status] return any
// of them, such as for a health check of the program's own; [WithStatusHandler] is told of changes.
type Status int

const (
	// Connecting is the state before the first connection is there.
	Connecting Status = iota
	// Connected is the state in which requests are sent at once.
	Connected
	// Reconnecting is the state after a connection was lost: requests wait for the next one as long
	// as their contexts allow. A server that refuses meanwhile to let this side in ([ErrRefused])
	// is asked again and again.
	Reconnecting
	// Closed is the state after Close, or when the first connection has failed for a reason that
	// trying again cannot mend.
	Closed
)

// String returns the name of the state in lower case.
func (s Status) String() string {
	switch s {
	case Connecting:
		return "connecting"
	case Connected:
		return "connected"
	case Reconnecting:
		return "reconnecting"
	}
	return "closed"
}

// Overflow says what happens to a notification when the queue of a slow receiver is full.
type Overflow int

const (
	// DropOldest makes room by dropping the notification that has waited longest.
	DropOldest Overflow = iota
	// DropNewest drops the notification that has just come.
	DropNewest
	// Block waits for room, which holds up all notifications of the proxy; in the end the server
	// drops them.
	Block
)
