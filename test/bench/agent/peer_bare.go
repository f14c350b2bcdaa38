//go:build libzmq

package main

import (
	"time"

	zmq4 "github.com/pebbe/zmq4"

	"github.com/pizco-go/pizco/interop/child"
)

// bareServer sends back what it gets over a REP socket that blocks in libzmq.
func bareServer() error {
	socket, err := zmq4.NewSocket(zmq4.REP)
	if err != nil {
		return err
	}
	if err := socket.Bind("tcp://127.0.0.1:*"); err != nil {
		return err
	}
	endpoint, err := socket.GetLastEndpoint()
	if err != nil {
		return err
	}
	if err := socket.SetRcvtimeo(-1 * time.Millisecond); err != nil {
		return err
	}
	go func() { // ends with the process: nothing else may touch the socket
		for {
			frames, err := socket.RecvMessageBytes(0)
			if err != nil {
				return
			}
			if _, err := socket.SendMessage(frames); err != nil {
				return
			}
		}
	}()
	return child.Orders{}.Obey(endpoints{Rep: endpoint})
}

// bareClient makes round trips of a call's five frames over a REQ socket.
func bareClient(endpoint string) error {
	socket, err := zmq4.NewSocket(zmq4.REQ)
	if err != nil {
		return err
	}
	if err := socket.Connect(endpoint); err != nil {
		return err
	}
	frames, err := callFrames()
	if err != nil {
		return err
	}
	return repeat(func() error {
		if _, err := socket.SendMessage(frames); err != nil {
			return err
		}
		_, err := socket.RecvMessageBytes(0)
		return err
	}).Obey(nil)
}
