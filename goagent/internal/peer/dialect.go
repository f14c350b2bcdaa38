package peer

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/goagent/internal/psmessage"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// ErrDialectUnknown is what Dialect returns for a peer that writes json and has not shown yet which
// dialect it speaks. Unless it is develop, it never answers again after the question.
var ErrDialectUnknown = errors.New("pizco/goagent: the server writes json and must not be asked for its dialect")

// Dialect returns which dialect the peer speaks. Unless it has shown that already, it is asked once
// for each connection.
func (p *Peer) Dialect(ctx context.Context) (psmessage.Dialect, error) {
	p.asked.Lock()
	defer p.asked.Unlock()
	if d := p.dialect.Load(); d != nil {
		return *d, nil
	}
	if p.WritesJSON() {
		return psmessage.Release01, ErrDialectUnknown
	}
	answer, err := p.Exchange(ctx, py.Tuple{psmessage.Tag, psmessage.ActionPing, &py.Dict{}}, wire.NewID())
	if err != nil {
		return psmessage.Release01, err
	}
	content, err := p.Decode(&answer.Message)
	if err != nil {
		return psmessage.Release01, err
	}
	d, ok := dialectIn(content)
	if !ok {
		return psmessage.Release01, p.env.Errors.Invalid(p.endpoint, "an answer to 'ping' that is a "+py.TypeName(content))
	}
	p.learn(answer.By.link, d)
	return d, nil
}

// dialectIn returns the dialect in which the action 'ping' has been answered. Other dialects than
// develop do not have it.
func dialectIn(answer any) (d psmessage.Dialect, ok bool) {
	kind, options, ok := psmessage.Parse(answer)
	switch {
	case ok && kind == psmessage.ActionPing:
		return psmessage.Develop, true
	case ok && kind == psmessage.AnswerRaise:
		if _, isPair := psmessage.Items(options); isPair {
			return psmessage.Master, true
		}
		_, isException := pyerr.Parse(options)
		return psmessage.Release01, isException
	}
	return psmessage.Release01, false
}

// ShowsDevelop notes that the peer has sent what only a peer of the dialect develop does.
func (p *Peer) ShowsDevelop() { p.learn(nil, psmessage.Develop) }

// learn notes the dialect that the peer has shown by a connection, or by the present one if that is
// nil. It listens for the end of a peer that speaks develop.
func (p *Peer) learn(by *link, d psmessage.Dialect) {
	if p.dialect.Load() != nil {
		return
	}
	p.mu.Lock()
	isNew := p.live != nil && (by == nil || by == p.live) && p.dialect.CompareAndSwap(nil, &d)
	p.mu.Unlock()
	if isNew && d == psmessage.Develop {
		p.listenForStop()
	}
}
