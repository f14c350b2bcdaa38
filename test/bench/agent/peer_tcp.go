package main

import (
	"io"
	"net"

	"github.com/pizco-go/pizco/interop/child"
)

// tcpServer sends back what it gets.
func tcpServer() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { // ends with the process
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.CopyBuffer(struct{ io.Writer }{conn}, struct{ io.Reader }{conn}, make([]byte, 64<<10))
			}()
		}
	}()
	return child.Orders{}.Obey(endpoints{Rep: listener.Addr().String()})
}

// tcpClient makes round trips of as many bytes as a call has.
func tcpClient(address string) error {
	conn, err := net.Dial("tcp", address) //nolint:gosec // The address is that of the server that was started for this.
	if err != nil {
		return err
	}
	frames, err := callFrames()
	if err != nil {
		return err
	}
	var message []byte
	for _, f := range frames {
		message = append(message, f...)
	}
	answer := make([]byte, len(message))
	orders := repeat(func() error {
		if _, err := conn.Write(message); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, answer)
		return err
	})
	orders["flood"] = child.To(batches(conn, message))
	return orders.Obey(nil)
}
