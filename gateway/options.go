package gateway

import (
	"log/slog"
	"net/http"

	"github.com/pizco-go/pizco/wire"
)

// Option changes what a Gateway is made of.
type Option interface{ apply(*Gateway) }

type option func(*Gateway)

func (o option) apply(g *Gateway) { o(g) }

// WithLogger sets where accesses and troubles are logged. Keys, tokens and values never are. The
// default is nowhere.
func WithLogger(l *slog.Logger) Option { return option(func(g *Gateway) { g.log = l }) }

// WithPage sets what is served at / where Config.Page is set. The default is the page of package
// page.
func WithPage(page http.Handler) Option { return option(func(g *Gateway) { g.page = page }) }

// WithProtocol sets the key and the serializer of targets that name none. The default is what the
// environment says (wire.FromEnv).
func WithProtocol(p wire.Protocol) Option {
	return option(func(g *Gateway) { g.protocol = &p })
}
