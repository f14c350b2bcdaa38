package main

import (
	"context"
	"errors"

	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// lightClient holds as many clients as it is asked for, each of two connections as a proxy's,
// requests and notifications, but without a proxy's own sockets.
func lightClient(endpoint string) error {
	var held []*zmtp.Conn
	defer func() {
		for _, c := range held {
			_ = c.Close()
		}
	}()
	ctx := context.Background()
	return child.Orders{"connect": child.To(func(o count) (any, error) {
		for range o.N {
			request, pub, err := lightRequest(ctx, endpoint)
			if err != nil {
				return nil, err
			}
			held = append(held, request)
			sub, err := zmtp.Dial(ctx, pub, "SUB")
			if err != nil {
				return nil, err
			}
			held = append(held, sub)
			header, err := wire.Header(endpoint, "tick")
			if err != nil {
				return nil, err
			}
			if err := sub.Send(append([]byte{1}, header...)); err != nil {
				return nil, err
			}
		}
		return nil, nil
	})}.Obey(nil)
}

// lightRequest opens a connection for requests and asks where the server publishes.
func lightRequest(ctx context.Context, endpoint string) (*zmtp.Conn, string, error) {
	c, err := zmtp.Dial(ctx, endpoint, "REQ")
	if err != nil {
		return nil, "", err
	}
	pub, err := askPub(c)
	if err != nil {
		return nil, "", errors.Join(err, c.Close())
	}
	return c, pub, nil
}

func askPub(c *zmtp.Conn) (string, error) {
	var p wire.Protocol
	frames, err := p.Format("tcp://127.0.0.1:1", "", "info", "")
	if err != nil {
		return "", err
	}
	if err := c.Send(append([][]byte{nil}, frames...)...); err != nil {
		return "", err
	}
	answer, err := c.Receive()
	if err != nil || len(answer) < 2 {
		return "", errors.Join(err, errors.New("no answer to 'info'"))
	}
	message, err := p.Parse(answer[1:])
	if err != nil {
		return "", err
	}
	var content any
	if err := p.Decode(&message, &content); err != nil {
		return "", err
	}
	d, ok := content.(*py.Dict)
	if !ok {
		return "", errors.New("an answer to 'info' that is no dict")
	}
	pub, _ := d.Get("pub_endpoint")
	text, _ := pub.(string)
	return text, nil
}
