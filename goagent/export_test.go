package goagent

import (
	"context"

	"github.com/pizco-go/pizco/wire"
)

// Exchange sends a content to a proxy's server and returns its answer undecoded.
func Exchange(ctx context.Context, p *Proxy, content any) (*wire.Message, error) {
	answer, _, err := p.remote.exchange(ctx, content, wire.NewID())
	return answer, err
}
