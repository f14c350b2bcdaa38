package goagent

import (
	"context"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
)

// GetOption is a setting of one read: of [Proxy.Get], [Proxy.GetObject], [Proxy.Item] and what is
// built on them. It is also a [DialOption], for all reads of a proxy. [WithInsist] makes one.
type GetOption struct{ insist bool }

func (o GetOption) applyToProxy(c *config) error { //nolint:unparam // DialOption's method
	c.insist = c.insist || o.insist
	return nil
}

// WithInsist asks a server of the original for the value itself, whatever it is. Such a server
// never answers again once it has been asked for a value that it cannot pickle. Such values are a
// lock, a thread pool, an open file, a generator, or a list or an object that holds one.
//
// Without WithInsist, a read asks for what can always be sent. It fails with an *[UnsafeReadError]
// where that does not show the value. The option changes nothing for servers of this library, which
// answer such a question with an exception. As an option of [Dial] it is for all reads of the
// proxy. The default is not to insist.
func WithInsist() GetOption { return GetOption{insist: true} }

// UnsafeReadError says that a server of the original was not asked for a value, because it may be
// unable to send it, and then never answers anybody again. [WithInsist] asks all the same.
type UnsafeReadError struct {
	// Name is the name of the attribute.
	Name string
	// Repr is the value as repr writes it on the server; it is empty when not even that could be
	// asked for.
	Repr string
	// Reason says why the value may not be sent.
	Reason string
}

// shownRepr is how much of a repr an error shows, in bytes.
const shownRepr = 120

// Error names the attribute, the reason and what to do.
func (e *UnsafeReadError) Error() string {
	shown := ""
	if e.Repr != "" {
		text := e.Repr
		if len(text) > shownRepr {
			text = strings.ToValidUTF8(text[:shownRepr], "") + "..."
		}
		shown = " (" + text + ")"
	}
	return fmt.Sprintf("pizco/goagent: attribute %q%s was not read: %s; insist to read it all the same", e.Name, shown, e.Reason)
}

// mayAsk reports whether the server may be asked for a value that it may be unable to send: it is
// one of this library, or the caller insists.
func (p *Proxy) mayAsk(ctx context.Context, options []GetOption) (bool, error) {
	insist := p.agent.cfg.insist
	for _, o := range options {
		insist = insist || o.insist
	}
	if insist {
		return true, nil
	}
	return p.peer.Has(ctx, psmessage.FeatureGetattr)
}
