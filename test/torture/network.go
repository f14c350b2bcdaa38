package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// path is a proxy on the way to one endpoint of the server.
type path struct {
	proxy *toxiproxy.Proxy
	bound string // where the server is bound
	name  string // what clients dial
}

// newPath opens a proxy to an address that no socket is bound to yet.
func newPath(name string, random *rand.Rand) (*path, error) {
	listen, err := freeAddress(random)
	if err != nil {
		return nil, err
	}
	bound, err := freeAddress(random)
	if err != nil {
		return nil, err
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := toxiproxy.NewProxy(server, name, listen, bound)
	if err := p.Start(); err != nil {
		return nil, err
	}
	return &path{p, "tcp://" + bound, "tcp://" + listen}, nil
}

// The range of the ports that a run uses, each once. Systems do not hand out these ports by
// themselves, so no other process has one when a server is started again.
const (
	firstPort = 15_000
	ports     = 15_000
)

// freeAddress returns an address that is free at the moment, and hardly ever the same one twice.
func freeAddress(random *rand.Rand) (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+random.IntN(ports))
		l, err := net.Listen("tcp", address)
		if err == nil {
			return address, l.Close()
		}
	}
	return "", errors.New("no free port was found")
}

// restarts is how often something is started again where its port is not free at once.
const restarts = 50

// restarted starts something, again after a moment where it fails.
func restarted(start func() error) (err error) {
	for range restarts {
		if err = start(); err == nil {
			return nil
		}
		<-time.After(100 * time.Millisecond)
	}
	return err
}

// poison adds a toxic in one direction, "upstream" to the server or "downstream" from it.
func (p *path) poison(kind, direction, attributes string) error {
	_, err := p.proxy.Toxics.AddToxicJson(strings.NewReader(
		fmt.Sprintf(`{"type": %q, "stream": %q, "attributes": %s}`, kind, direction, attributes)))
	return err
}

func (p *path) heal() { p.proxy.Toxics.ResetToxics(context.Background()) }
