package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/wire"
)

// TestExitCodes holds what the topic exit-codes promises to scripts.
func TestExitCodes(t *testing.T) {
	late, interrupted := context.DeadlineExceeded, context.Canceled
	for _, row := range []struct {
		err  error
		want int
	}{
		{&pyerr.RemoteError{}, 1},
		{&goagent.NoSignalError{Name: "moved"}, 2},
		{&goagent.TransportError{Err: errors.New("refused")}, 3},
		{&goagent.TransportError{Err: late}, 3},
		{&goagent.TransportError{Err: interrupted}, 130},
		{&goagent.NotificationsError{Err: errors.New("refused")}, 3},
		{&goagent.NotificationsError{Err: late}, 3},
		{&goagent.UnansweredError{Err: late}, 4},
		{&goagent.UnansweredError{Err: interrupted}, 130},
		{late, 4},
		{interrupted, 130},
		{&goagent.RejectedError{}, 5},
		{&goagent.ResponseError{}, 5},
		{&goagent.RemoteAttributeError{Name: "table"}, 5},
		{&wire.Error{}, 5},
		{&wire.Error{FromPeer: true}, 5},
		{&fs.PathError{Op: "open", Path: "data.npy", Err: fs.ErrNotExist}, 6},
		{goagent.ErrClosed, 6},
		{errors.New("another"), 6},
	} {
		for _, err := range []error{row.err, fmt.Errorf("get value: %w", row.err)} {
			if got := cli.ExitCode(err); got != row.want {
				t.Errorf("%T (%v): exit code %d, want %d", row.err, err, got, row.want)
			}
		}
	}
}
