package peer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/pizco-go/pizco/goagent/internal/addressing"
)

const (
	// diagnoseAfter is how long connecting may take before the reason is looked for.
	diagnoseAfter = 100 * time.Millisecond
	// diagnoseEvery is the time between two looks, and diagnoseTimeout bounds one.
	diagnoseEvery   = time.Second
	diagnoseTimeout = 2 * time.Second
	// refusedWait is how much longer notifications are waited for at an address where nothing
	// listens.
	refusedWait = 500 * time.Millisecond
)

// The reasons for connections that are made and of no use: a ZeroMQ socket greets at once.
var (
	errSilent      = errors.New("what listens there accepts connections and says nothing")
	errOtherGreets = errors.New("what listens there does not speak ZeroMQ")
)

// zmtpSignature is the first byte that every ZeroMQ socket sends.
const zmtpSignature = 0xff

// greeted returns what is wrong with the greeting of a new connection, which it closes.
func greeted(conn net.Conn) error {
	defer func() { _ = conn.Close() }()
	first := make([]byte, 1)
	if err := conn.SetReadDeadline(time.Now().Add(diagnoseTimeout)); err != nil {
		return err
	}
	_, err := io.ReadFull(conn, first)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errSilent
	case err != nil:
		return nil
	case first[0] != zmtpSignature:
		return errOtherGreets
	}
	return nil
}

// errNothingListens is the reason when no process has bound the endpoint.
var errNothingListens = errors.New("connection refused: nothing listens there")

// diagnosedError is a context's error with the reason for the wait that the context has ended.
type diagnosedError struct{ ended, trouble error }

// Error says why there was no connection, and which end of the context it was.
func (e *diagnosedError) Error() string { return fmt.Sprintf("%v (%v)", e.trouble, e.ended) }

// Unwrap returns both.
func (e *diagnosedError) Unwrap() []error { return []error{e.ended, e.trouble} }

// Trouble returns why there was no connection.
func (e *diagnosedError) Trouble() error { return e.trouble }

// diagnose returns why there is no connection to an endpoint, or nil when that is not known. It
// makes a connection of its own, which it closes at once: a transport tries again without a word.
func diagnose(ctx context.Context, endpoint string) error {
	target, err := addressing.Dialable(ctx, endpoint)
	if err != nil {
		return err
	}
	network, address := "tcp", strings.TrimPrefix(target, "tcp://")
	if path, ok := strings.CutPrefix(target, "ipc://"); ok {
		network, address = "unix", path
	} else if address == target {
		return nil
	}
	dialer := net.Dialer{Timeout: diagnoseTimeout}
	conn, err := dialer.DialContext(ctx, network, address)
	var dns *net.DNSError
	switch {
	case err == nil:
		return greeted(conn)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return errNothingListens
	case errors.As(err, &dns):
		return fmt.Errorf("the host %s is not known: %w", dns.Name, err)
	case ctx.Err() != nil:
		return nil //nolint:nilerr // There was no time to find out.
	}
	return err
}
