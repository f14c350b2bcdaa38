//go:build !libzmq

package main

import "errors"

// errNoLibzmq is what the bare peers fail with in a program without libzmq.
var errNoLibzmq = errors.New("pizco/bench: bare frames need libzmq: build with -tags libzmq")

func bareServer() error { return errNoLibzmq }

func bareClient(string) error { return errNoLibzmq }
