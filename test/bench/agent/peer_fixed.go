package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/zmtp"
)

// The peers in this file speak ZMTP with bytes that are prepared: they neither write nor read a
// pickle. What they reach with the original on the other side is the most that a Go peer can.

// fixedClient makes calls of the server at an endpoint. Each is one write of the same request, and
// as many reads as its answer needs.
func fixedClient(endpoint string) error {
	c, err := zmtp.Dial(context.Background(), endpoint, "REQ")
	if err != nil {
		return err
	}
	frames, err := callFrames()
	if err != nil {
		return err
	}
	request := zmtp.AppendMessage(nil, append([][]byte{nil}, frames...))
	if _, err := c.Write(request); err != nil {
		return err
	}
	first, err := c.Receive()
	if err != nil {
		return err
	}
	want := zmtp.AppendMessage(nil, first)
	answer := make([]byte, len(want))
	return repeat(func() error {
		if _, err := c.Write(request); err != nil {
			return err
		}
		if _, err := io.ReadFull(c.Conn, answer); err != nil {
			return err
		}
		if !bytes.Equal(answer, want) {
			return errors.New("another answer to the same request")
		}
		return nil
	}).Obey(nil)
}

// fixedServer answers calls of "same" with one write of a prepared answer. Only the message id and
// the number are replaced in it. A Go server in the same process answers everything else.
func fixedServer() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	endpoint := "tcp://" + listener.Addr().String()
	behind := fmt.Sprintf("ipc://@pizco-bench-%d", os.Getpid())
	s, err := goagent.Serve(object.New("Speed").Method("same", func(n int) int { return n }),
		goagent.WithEndpoint(behind, goagent.As(endpoint)))
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	go func() { // ends with the process
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				if err := serveFixed(conn, behind); !errors.Is(err, io.EOF) {
					fail(fmt.Errorf("fixed server: %w", err))
				}
			}()
		}
	}()
	return child.Orders{}.Obey(endpoints{Rep: endpoint})
}

// fixedConn is a connection to a client that waits for each answer before it sends a request.
type fixedConn struct {
	conn   *zmtp.Conn
	behind *zmtp.Conn // answers what is not known
	known  answerForm
}

// serveFixed answers requests until the connection ends, and returns why it did.
func serveFixed(conn net.Conn, behind string) error {
	f := new(fixedConn)
	var err error
	if f.conn, err = zmtp.Handshake(conn, "ROUTER"); err != nil {
		return err
	}
	if f.behind, err = zmtp.Dial(context.Background(), behind, "REQ"); err != nil {
		return err
	}
	buffer := make([]byte, 64<<10)
	for {
		request, err := readRequest(f.conn, buffer)
		if err != nil {
			return err
		}
		if !f.known.answers(request) {
			if err := f.ask(request); err != nil {
				return err
			}
			continue
		}
		if _, err := conn.Write(f.known.answer); err != nil {
			return err
		}
	}
}

// ask has the server behind answer a request, and learns how calls like it are answered.
func (f *fixedConn) ask(request []byte) error {
	if _, err := f.behind.Write(request); err != nil {
		return err
	}
	frames, err := f.behind.Receive()
	if err != nil {
		return err
	}
	answer := zmtp.AppendMessage(nil, frames)
	if f.known, err = learn(request, answer); err != nil {
		return err
	}
	_, err = f.conn.Write(answer)
	return err
}

// readRequest reads the one message that a client has sent.
func readRequest(r io.Reader, buffer []byte) ([]byte, error) {
	for have := 0; ; {
		n, err := r.Read(buffer[have:])
		if err != nil {
			return nil, err
		}
		if have += n; complete(buffer[:have]) {
			return buffer[:have], nil
		}
	}
}

// complete reports whether p ends with the last frame of a message. The sizes of all frames have
// one byte.
func complete(p []byte) bool {
	for len(p) >= 2 && len(p) >= 2+int(p[1]) {
		if p[0]&1 == 0 {
			return true
		}
		p = p[2+int(p[1]):]
	}
	return false
}

// answerForm is the answer to a call, and where in it and in the call the message id and the
// number stand.
type answerForm struct {
	request, answer  []byte
	id, number       span
	idOut, numberOut int
}

// span is a part of a request.
type span struct{ from, size int }

func (s span) of(p []byte) []byte { return p[s.from : s.from+s.size] }

const (
	// numberMark is what stands in front of the number in a pickle of the original's.
	numberMark = "args\x94"
	// idMark is what message ids begin with, and idSize their size.
	idMark = "urn:uuid:"
	idSize = 45
)

// numberSizes are the sizes of whole numbers in a pickle, by their opcodes.
var numberSizes = map[byte]int{'K': 2, 'M': 3, 'J': 5}

// learn returns the form of the answer to a call of "same". It has no request for anything else.
func learn(request, answer []byte) (answerForm, error) {
	if !bytes.Contains(request, []byte("\x04same")) || !bytes.Contains(request, []byte("__call__")) {
		return answerForm{}, nil
	}
	mark, idAt := bytes.Index(request, []byte(numberMark)), bytes.Index(request, []byte(idMark))
	if mark < 0 || idAt < 0 {
		return answerForm{}, errors.New("a call without number or message id")
	}
	f := answerForm{request: bytes.Clone(request), answer: answer, id: span{idAt, idSize}}
	f.number.from = mark + len(numberMark)
	if f.number.size = numberSizes[request[f.number.from]]; f.number.size == 0 {
		return answerForm{}, errors.New("a call with another argument than a number")
	}
	f.numberOut = bytes.LastIndex(answer, f.number.of(request))
	f.idOut = bytes.Index(answer, f.id.of(request))
	if f.numberOut < 0 || f.idOut < 0 {
		return answerForm{}, errors.New("an answer without the number or the message id of its call")
	}
	return f, nil
}

// answers makes the answer that to a request, and reports false when the request has another form.
func (f *answerForm) answers(request []byte) bool {
	if len(request) != len(f.request) || request[f.number.from] != f.request[f.number.from] {
		return false
	}
	copy(f.id.of(f.request), f.id.of(request))
	copy(f.number.of(f.request), f.number.of(request))
	copy(f.answer[f.idOut:], f.id.of(request))
	copy(f.answer[f.numberOut:], f.number.of(request))
	return bytes.Equal(request, f.request)
}

// batches returns the order "flood" of a client over raw TCP. It sends one call for each goroutine
// with one write, and reads until all have come back, until n calls are made.
func batches(conn io.ReadWriter, message []byte) func(flooding) (any, error) {
	return func(o flooding) (any, error) {
		all := bytes.Repeat(message, o.Goroutines)
		back := make([]byte, len(all))
		began := time.Now()
		for done := 0; done < o.N; done += o.Goroutines {
			if _, err := conn.Write(all); err != nil {
				return nil, err
			}
			if _, err := io.ReadFull(conn, back); err != nil {
				return nil, err
			}
		}
		return timed{Seconds: time.Since(began).Seconds()}, nil
	}
}
