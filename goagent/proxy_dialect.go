package goagent

import (
	"context"

	"github.com/pizco-go/pizco/goagent/internal/peer"
)

// ErrDialectUnknown is what [Proxy.Dialect] returns for a server that writes json and has not shown
// yet which dialect it speaks. Unless it is develop, it never answers again after the question.
var ErrDialectUnknown = peer.ErrDialectUnknown

// ErrServerStopped is why the connection to a server of the dialect develop is lost that has
// announced that it stops. It is in the *[TransportError] of calls, of [Proxy.Watch] and of
// [WithStatusHandler]. Only a proxy that knows the dialect hears the announcement:
// [Proxy.Dialect].
var ErrServerStopped = peer.ErrStopped

// Dialect returns which dialect the server speaks. A server of develop may have shown that already,
// by its answer to 'inspect' or by a signal. Otherwise it is asked, once for each connection, by an
// action that only develop has. It fails with [ErrDialectUnknown] for some servers that write json.
//
// A proxy that knows that its server speaks develop also subscribes to the server's announcement
// that it stops: see [ErrServerStopped].
func (p *Proxy) Dialect(ctx context.Context) (Dialect, error) {
	d, err := p.peer.Dialect(ctx)
	return Dialect(d), err
}
