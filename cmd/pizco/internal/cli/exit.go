package cli

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/shell"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// The exit codes, which scripts may rely on. exitCodesTopic tells them to users.
const (
	exitOK          = 0
	exitRemote      = 1
	exitFound       = 1
	exitUsage       = 2
	exitUnreachable = 3
	exitTimeout     = 4
	exitData        = 5
	exitLocal       = 6
	exitInterrupted = 130
)

func exitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "The exit codes, for scripts",
		Long: `pizco ends with one of these exit codes:

    0  done
    1  the peer raised an exception, which is printed as Python prints it, or pizco pickle scan found
       names that are not on its list
    2  the command line, an argument or a setting is wrong; nothing has been sent
    3  the server or its notifications cannot be reached, or it went away before it answered
    4  no answer came within --timeout
    5  a message, a pickle or another input cannot be read, checked or written, or a value was not
       read because the server may be unable to send it
    6  something failed on this machine, such as reading a file or binding a port
  130  interrupted by Ctrl-C`,
	}
}

// usageError reports a wrong call of the tool.
type usageError struct{ error }

func (e *usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// dataError reports an input that is not what it should be.
type dataError struct{ error }

func (e *dataError) Unwrap() error { return e.error }

func dataf(format string, args ...any) error {
	return &dataError{fmt.Errorf(format, args...)}
}

// exit prints the error that a command ended with and returns the exit code for it.
func (t *tool) exit(err error, command *cobra.Command) int {
	if err == nil {
		return exitOK
	}
	code := exitCode(err)
	t.report(err)
	if code == exitUsage {
		_ = t.printTo(t.stderr, "Try '%s --help'.\n", command.CommandPath())
	}
	return code
}

// report prints an error: an exception of the peer, or what the prompt says itself, as Python does.
func (t *tool) report(err error) {
	style := t.style(t.stderr)
	var remote *pyerr.RemoteError
	text := t.explain(style, err)
	switch {
	case errors.As(err, &remote):
		text = style.exception(remote)
	case exitCode(err) == exitInterrupted:
		text = "interrupted"
	case !shell.IsPythonError(err):
		text = style.bad("pizco:") + " " + text
	}
	_ = t.printTo(t.stderr, "%s\n", text)
}

// explain returns the text of an error, and what a user can do about it where that is known.
func (t *tool) explain(style style, err error) shown {
	var unsafe *goagent.UnsafeReadError
	if errors.As(err, &unsafe) {
		return style.line(notRead(unsafe))
	}
	var notifications *goagent.NotificationsError
	if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &notifications) {
		return style.shownError(err)
	}
	var transport *goagent.TransportError
	if errors.As(err, &transport) && !transport.Sent {
		reason := ""
		var known interface{ Trouble() error }
		if errors.As(err, &known) {
			reason = ": " + errorText(known.Trouble())
		}
		return style.line(fmt.Sprintf("no connection to %s within %v%s: is a server running there? (--timeout waits longer)",
			transport.Endpoint, t.settings.timeout, reason))
	}
	return style.line(fmt.Sprintf("no answer within %v (--timeout waits longer)", t.settings.timeout))
}

// packageName is what errors name their package by, and errorText leaves out: it tells a user of
// the tool nothing.
var packageName = regexp.MustCompile(`\bpizco/[a-z]+: `)

func errorText(err error) string { return packageName.ReplaceAllString(err.Error(), "") }

func exitCode(err error) int {
	switch fault := goagent.FaultOf(err); {
	case is[*usageError](err), is[*goagent.NoSignalError](err):
		return exitUsage
	case is[*pyerr.RemoteError](err):
		return exitRemote
	case is[*scanError](err):
		return exitFound
	case shell.IsPythonError(err):
		return exitUsage
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case is[*goagent.UnansweredError](err):
		return exitTimeout
	case fault.Origin == goagent.OriginNetwork:
		return exitUnreachable
	case errors.Is(err, context.DeadlineExceeded):
		return exitTimeout
	case fault.Origin == goagent.OriginPeer, isData(err):
		return exitData
	}
	return exitLocal
}

// isData reports whether err tells of bytes or values that cannot be read, written or sent.
func isData(err error) bool {
	return is[*dataError](err) || is[*wire.Error](err) || is[*goagent.UnsafeReadError](err) || is[*pickle.SyntaxError](err) ||
		is[*pickle.LimitError](err) || is[*pickle.MarshalError](err) || is[*py.LiteralError](err)
}

func is[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}
