package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Times that a client has for what net/http reads by itself.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
)

// Listen opens the address of the settings. The listener holds Limits.Connections.
func (g *Gateway) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", g.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("pizco/gateway: %w", err)
	}
	l = limitConnections(l, g.config.Limits.Connections)
	if g.config.TLS.Cert == "" {
		return l, nil
	}
	certificate, err := tls.LoadX509KeyPair(g.config.TLS.Cert, g.config.TLS.Key)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("pizco/gateway: tls: %w", err), l.Close())
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
	}), nil
}

// notClosed leaves out the error that says that the server was shut down.
func notClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Run serves at a listener until the context ends. Then streams are ended, requests have
// Timeouts.Drain to be answered, and the gateway is closed.
func (g *Gateway) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: g, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(g.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return errors.Join(fmt.Errorf("pizco/gateway: %w", err), g.Close())
	case <-ctx.Done():
	}
	g.Drain()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.config.Timeouts.Drain)
	defer cancel()
	err := server.Shutdown(limited)
	if err != nil {
		err = errors.Join(fmt.Errorf("pizco/gateway: requests were cut off: %w", err), server.Close())
	}
	err = errors.Join(err, notClosed(<-failed))
	return errors.Join(err, g.Close())
}
