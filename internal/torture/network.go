package main

import (
	"context"
	"fmt"
	"net"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// path is a proxy on the way to one endpoint of the server.
type path struct {
	proxy *toxiproxy.Proxy
	bound string // where the server is bound
	name  string // what clients dial
}

// newPath opens a proxy to an address that nobody is bound to yet.
func newPath(name string) (*path, error) {
	bound, err := freeAddress()
	if err != nil {
		return nil, err
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(server, name, "127.0.0.1:0", bound)
	if err := p.Start(); err != nil {
		return nil, err
	}
	return &path{p, "tcp://" + bound, "tcp://" + p.Listen}, nil
}

// freeAddress returns an address that is free at the moment.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// poison adds a toxic in one direction, "upstream" to the server or "downstream" from it.
func (p *path) poison(kind, direction, attributes string) error {
	_, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(
		fmt.Sprintf(`{"type": %q, "stream": %q, "attributes": %s}`, kind, direction, attributes)))
	return err
}

func (p *path) heal() { p.proxy.Toxics.ResetToxics(context.Background()) }
