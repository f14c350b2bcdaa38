package main

import (
	"fmt"
	"time"

	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/wire"
)

// servePeer is the program of a peer, in the process of its own that it was started in.
func servePeer(kind string, args []string) error {
	raiseFileLimit()
	servers := map[string]func() error{"go-server": goServer, "bare-server": bareServer, "tcp-server": tcpServer, "fixed-server": fixedServer}
	if serve, ok := servers[kind]; ok {
		return serve()
	}
	clients := map[string]func(endpoint string) error{
		"go-client": goClient, "bare-client": bareClient, "tcp-client": tcpClient, "light-client": lightClient, "fixed-client": fixedClient,
	}
	client, ok := clients[kind]
	if !ok || len(args) != 1 {
		return fmt.Errorf("no peer %q with %d arguments", kind, len(args))
	}
	return client(args[0])
}

// callFrames is a call as a proxy sends it, and as the bare peers send it back.
func callFrames() ([][]byte, error) {
	call := []any{"PSMessage", "exec", map[string]any{"name": "same", "method": "__call__", "args": []any{int64(27)}}}
	return wire.Protocol{}.Format("tcp://127.0.0.1:8000", "", call, "")
}

// count is an order with a number.
type count struct {
	N int `json:"n"`
}

// repeat returns the order "calls": it makes a call n times.
func repeat(call func() error) child.Orders {
	return child.Orders{"calls": child.To(func(o count) (any, error) {
		began := time.Now()
		for range o.N {
			if err := call(); err != nil {
				return nil, err
			}
		}
		return timed{Seconds: time.Since(began).Seconds()}, nil
	})}
}
