package goagent

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/pizco-go/pizco/goagent/internal/original"
	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// get reads an attribute's value, also where the server answers that it is to be used remotely.
// A target that the value has been stored in gives inTarget.
func (p *Proxy) get(ctx context.Context, target any, name string, options []GetOption) (any, error) {
	ask, err := p.mayAsk(ctx, options)
	if err != nil {
		return nil, err
	}
	if !ask {
		return p.original().Read(ctx, name)
	}
	return p.ask(ctx, target, name)
}

// ask asks for the value itself. One that is used remotely is asked for in a way that is harmless.
func (p *Proxy) ask(ctx context.Context, target any, name string) (any, error) {
	if !p.readsGo {
		target = nil
	}
	value, err := p.handle(ctx, &Call{Action: psmessage.ActionGet, Name: name, target: target})
	var remote *RemoteAttributeError
	if !errors.As(err, &remote) {
		return value, err
	}
	ours, featureErr := p.peer.Has(ctx, psmessage.FeatureGetattr)
	if featureErr != nil {
		return nil, featureErr
	}
	if ours {
		value, getErr := p.handle(ctx, &Call{Action: psmessage.ActionGetattr, Name: name, target: target})
		if errors.Is(getErr, pyerr.TypeError) { // as what cannot be sent is refused
			return nil, err
		}
		return value, getErr
	}
	return p.original().Value(ctx, name, err)
}

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

// original returns the server as one of the original, which is asked for what it can answer.
func (p *Proxy) original() *original.Server {
	s := askOriginal(p.endpoint, p.handle)
	s.Remotes = func(ctx context.Context) ([]string, error) {
		remotes, _, err := p.Inspect(ctx)
		return remotes, err
	}
	s.WritesJSON = p.peer.WritesJSON
	s.Unpickle = func(pickle []byte) (value any, err error) {
		err = p.peer.Protocol().Decode(&wire.Message{Serializer: plainPickle, Body: pickle}, &value)
		return value, err
	}
	return s
}

// askOriginal returns a server of the original that is sent calls of methods.
func askOriginal(endpoint string, send Handler) *original.Server {
	return &original.Server{
		Exec: func(ctx context.Context, name, method string, args ...any) (any, error) {
			return send(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: method, Args: args})
		},
		Probe: func(ctx context.Context, name, method string) error {
			_, err := send(ctx, &Call{Action: psmessage.ActionExec, Name: name, Method: method, uncallable: true})
			return err
		},
		Errors: originalErrors{endpoint},
	}
}

// originalErrors makes the errors of what a server of the original is not asked for.
type originalErrors struct{ endpoint string }

func (originalErrors) Remotely(name string) error { return &RemoteAttributeError{name} }

func (originalErrors) Unsafe(name, repr, reason string) error {
	return &UnsafeReadError{Name: name, Repr: repr, Reason: reason}
}

func (e originalErrors) Invalid(reason string) error { return &ResponseError{e.endpoint, reason} }
