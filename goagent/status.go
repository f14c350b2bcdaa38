package goagent

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
