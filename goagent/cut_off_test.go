//go:build !libzmq

package goagent_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/interop/zmtp"
	"github.com/pizco-go/pizco/wire"
)

// logLines are the lines of a log as they come.
type logLines chan string

// Write passes on a line. When many wait, further ones are lost.
func (l logLines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

// next returns the next line that contains a text.
func (l logLines) next(t *testing.T, text string) string {
	t.Helper()
	patience := time.After(30 * time.Second)
	for {
		select {
		case line := <-l:
			if strings.Contains(line, text) {
				return line
			}
		case <-patience:
			t.Fatalf("no line about %q", text)
		}
	}
}

// loggedTo is a server's option that has it log to lines.
func loggedTo(lines logLines) goagent.ServeOption {
	return goagent.WithLogger(slog.New(slog.NewTextHandler(lines, nil)))
}

// bare connects to an endpoint without a handshake.
func bare(t *testing.T, endpoint string) net.Conn {
	t.Helper()
	_, address, err := zmtp.SplitEndpoint(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c
}

// cutOff says something after the handshake, waits for the end of the connection, and returns its
// own address.
func cutOff(t *testing.T, endpoint, socketType string, said []byte) string {
	t.Helper()
	c, err := zmtp.Handshake(bare(t, endpoint), socketType)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = c.Write(said) // it is cut off while it talks
	if _, err := io.Copy(io.Discard, c); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the connection stays open")
	}
	return c.LocalAddr().String()
}

// TestCutOffIsLogged has peers go beyond a limit or break a rule. The log says who, what, and which
// option raises the limit.
func TestCutOffIsLogged(t *testing.T) {
	lines := make(logLines, 1000)
	s := serve(t, object.New("Limited"), loggedTo(lines), goagent.WithMaxMessage(100_000), goagent.WithMaxParts(16),
		goagent.WithMaxTopics(10, 1000))
	subscription := func(topic string) []byte {
		header, err := wire.Header(s.Endpoint(), topic)
		if err != nil {
			t.Fatal(err)
		}
		return zmtp.Frame{Body: append([]byte{1}, header...)}.Append(nil)
	}
	var topics []byte
	for n := range 11 {
		topics = append(topics, subscription(fmt.Sprint("t", n))...)
	}
	for _, tt := range []struct {
		name, endpoint, socketType string
		said                       []byte
		want, option               string
	}{
		{"an oversized frame", s.Endpoint(), "REQ", binary.BigEndian.AppendUint64([]byte{2}, 100_001), "a frame of 100001 bytes", "WithMaxMessage"},
		{"an oversized message", s.Endpoint(), "REQ", oversized(), "bytes over all its frames", "WithMaxMessage"},
		{"too many parts", s.Endpoint(), "DEALER", []byte(strings.Repeat("\x01\x00", 17)), "more than 16 frames", "WithMaxParts"},
		{"too many topics", s.PubEndpoint(), "SUB", topics, "more than 10 topics", "WithMaxTopics"},
		{"too many bytes of topics", s.PubEndpoint(), "SUB", subscription(strings.Repeat("x", 1000)), "more than 1000 bytes of topics", "WithMaxTopics"},
		{"too large a topic", s.PubEndpoint(), "SUB", binary.BigEndian.AppendUint64([]byte{2}, 1<<20), "a frame of 1048576 bytes", ""},
		{"impossible flags", s.Endpoint(), "REQ", []byte("\x40\x00"), "flags", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			peer := cutOff(t, tt.endpoint, tt.socketType, tt.said)
			line := lines.next(t, "peer="+peer)
			for _, want := range []string{"peer disconnected", "level=WARN", "endpoint=" + tt.endpoint, tt.want} {
				if !strings.Contains(line, want) {
					t.Errorf("%q is not in %s", want, line)
				}
			}
			if _, option, _ := strings.Cut(strings.TrimSpace(line), "raised_by="); option != tt.option {
				t.Errorf("raised by %q, want %q: %s", option, tt.option, line)
			}
		})
	}
}

// oversized is a message of parts that are too large together.
func oversized() []byte {
	part := zmtp.Frame{Body: make([]byte, 90_000), More: true}.Append(nil)
	return []byte(strings.Repeat(string(part), 14)) // more than WithMaxMessage and a mebibyte
}

// TestConnectionsOverTheLimit logs the connections that are not taken.
func TestConnectionsOverTheLimit(t *testing.T) {
	lines := make(logLines, 1000)
	s := serve(t, object.New("Limited"), loggedTo(lines), goagent.WithMaxConnections(2, 10),
		goagent.WithHandshakeTimeout(200*time.Millisecond))
	first := bare(t, s.Endpoint())
	if line := lines.next(t, "peer="+first.LocalAddr().String()); !strings.Contains(line, "WithHandshakeTimeout") {
		t.Error(line)
	}
	for range 2 {
		if _, err := zmtp.Handshake(bare(t, s.Endpoint()), "REQ"); err != nil {
			t.Fatal(err)
		}
	}
	third := bare(t, s.Endpoint())
	if line := lines.next(t, "peer="+third.LocalAddr().String()); !strings.Contains(line, "WithMaxConnections") {
		t.Error(line)
	}
}

// TestOrdinaryEndsAreSilent closes connections as programs, networks and port scanners do, which is
// not worth a line.
func TestOrdinaryEndsAreSilent(t *testing.T) {
	lines := make(logLines, 1000)
	s := serve(t, object.New("Limited"), loggedTo(lines))
	for _, said := range []string{"", "\xff", string(zmtp.Greeting()), string(zmtp.Ready("REQ").Append(zmtp.Greeting())),
		string(zmtp.Ready("REQ").Append(zmtp.Greeting())) + "\x01\x05par"} {
		for _, reset := range []bool{false, true} {
			c := bare(t, s.Endpoint())
			if _, err := io.WriteString(c, said); err != nil {
				t.Fatal(err)
			}
			if tcp, ok := c.(*net.TCPConn); ok && reset {
				_ = tcp.SetLinger(0)
			}
			_ = c.Close()
		}
	}
	last := cutOff(t, s.Endpoint(), "REQ", []byte("\x40\x00"))
	for {
		line := lines.next(t, "")
		if strings.Contains(line, "peer="+last) {
			return
		}
		if !strings.Contains(line, "agent started") {
			t.Error(line)
		}
	}
}

// TestCutOffsDoNotFillTheLog has many peers cut off. The log has few lines, and they count the ones
// that were left out.
func TestCutOffsDoNotFillTheLog(t *testing.T) {
	lines := make(logLines, 1000)
	s := serve(t, object.New("Limited"), loggedTo(lines))
	began := time.Now()
	for range 200 {
		cutOff(t, s.Endpoint(), "REQ", []byte("\x40\x00"))
	}
	for told := 0; ; { // until one is told again after others were not
		cutOff(t, s.Endpoint(), "REQ", []byte("\x40\x00"))
		for len(lines) > 0 {
			told++
			if !strings.Contains(lines.next(t, ""), "left_out=") {
				continue
			}
			if most := 20 + int(time.Since(began).Seconds()) + 2; told > most { // of one that the server has started, too
				t.Errorf("%d lines", told)
			}
			return
		}
	}
}

// closing closes what it is set to, at the first line about a peer that is cut off.
type closing struct {
	logLines
	once  sync.Once
	close func() error
	ended chan error
}

// Write closes.
func (c *closing) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "peer disconnected") {
		c.once.Do(func() { c.ended <- c.close() })
	}
	return c.logLines.Write(line)
}

// TestCloseWhenPeerIsCutOff closes the server in what is told of a peer.
func TestCloseWhenPeerIsCutOff(t *testing.T) {
	c := &closing{logLines: make(logLines, 1000), ended: make(chan error, 1)}
	s := serve(t, object.New("Limited"), goagent.WithLogger(slog.New(slog.NewTextHandler(c, nil))))
	c.close = s.Close
	cutOff(t, s.Endpoint(), "REQ", []byte("\x40\x00"))
	if err := <-c.ended; err != nil {
		t.Error(err)
	}
	if err := s.Agent().Wait(limit(t)); err != nil {
		t.Error(err)
	}
}
