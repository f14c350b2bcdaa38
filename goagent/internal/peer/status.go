package peer

// Status is the state of the connection to a peer.
type Status int

const (
	// Connecting is the state before the first connection is there.
	Connecting Status = iota
	// Connected is the state in which requests are sent at once.
	Connected
	// Reconnecting is the state after a connection was lost.
	Reconnecting
	// Closed is the state after Close, or when the first connection has failed for a reason that
	// trying again cannot mend.
	Closed
)
