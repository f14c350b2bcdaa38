package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

func (t *tool) watchCommand() *cobra.Command {
	var count int
	var insist bool
	command := t.remoteCommand(&cobra.Command{
		Use:   "watch ENDPOINT SIGNAL...",
		Short: "Print the notifications of signals",
		Long: `Prints each notification of the signals on a line of its own: the signal's name and the values that came
with it, as a rule the new one and the old one. It goes on until Ctrl-C, or until --count
notifications have come. When the connection is lost it ends with exit code 3. "watching" on the standard error tells that nothing is missed from then on.`,
		Example: `$ pizco watch --count 2 tcp://127.0.0.1:8000 arm_moved
watching arm_moved
arm_moved 1 0
arm_moved 2 1
$ pizco --output json watch --count 1 tcp://127.0.0.1:8000 arm_moved
watching arm_moved
{"time": "...", "signal": "arm_moved", "values": [3, 2, null]}`,
		Args: cobra.MinimumNArgs(2),
	}, func(cmd *cobra.Command, args []string) error {
		if count < 0 {
			return usagef("--count is negative")
		}
		return t.watch(cmd, args[0], args[1:], count, insist)
	})
	command.Flags().BoolVar(&insist, "insist", false, "subscribe to a signal even if the server may not have it")
	command.Flags().IntVarP(&count, "count", "n", 0, "end after `N` notifications; 0 goes on")
	return command
}

// errEnough ends watching when there have been as many notifications as were asked for.
var errEnough = errors.New("enough notifications")

func (t *tool) watch(cmd *cobra.Command, endpoint string, signals []string, count int, insist bool) error {
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	w := &signalPrinter{tool: t, insist: insist, left: count, ended: make(chan error, 1)}
	proxy, err := t.dial(ctx, endpoint, append(dialling(insist), goagent.WithStatusHandler(w.statusChanged))...)
	if err != nil {
		return err
	}
	if err := w.connect(ctx, proxy, signals); err != nil {
		return errors.Join(err, proxy.Close())
	}
	style := t.style(t.stderr)
	if err := t.printTo(t.stderr, "%s\n", style.faint("watching "+strings.Join(signals, ", "))); err != nil {
		return errors.Join(err, proxy.Close())
	}
	select {
	case err = <-w.ended:
	case <-proxy.Agent().Done():
		err = goagent.ErrClosed
	case <-ctx.Done():
		err = nil // Ctrl-C is the way to end it.
	}
	if errors.Is(err, errEnough) {
		err = nil
	}
	return errors.Join(err, proxy.Close())
}

// signalPrinter prints the notifications of several signals.
type signalPrinter struct {
	tool   *tool
	insist bool // on signals that the server may not have
	mu     sync.Mutex
	// left is how many are to be printed; it starts at 0, and is never 0 again, when there is no
	// end.
	left  int
	over  bool
	ended chan error
}

func (w *signalPrinter) connect(ctx context.Context, proxy *goagent.Proxy, signals []string) error {
	ctx, cancel := w.tool.withTimeout(ctx)
	defer cancel()
	if !w.insist {
		if err := checkSignals(ctx, proxy, signals); err != nil {
			return err
		}
	}
	for _, name := range signals {
		_, err := proxy.Connect(ctx, name, func(value, old, other any) {
			w.notified(name, py.Tuple{value, old, other})
		})
		if _, none := errors.AsType[*goagent.NoSignalError](err); none {
			return usagef("the object has no signal %s", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inspectTimeout bounds how long watch waits for the names of the object.
const inspectTimeout = 3 * time.Second

// checkSignals fails when the object lists its names and a signal is not among them: subscribing to
// a topic without a publisher succeeds, and waits forever. Of a server of the original, Connect
// itself asks whether a name is a signal.
func checkSignals(ctx context.Context, proxy *goagent.Proxy, signals []string) error {
	limited, cancel := context.WithTimeout(ctx, inspectTimeout)
	defer cancel()
	remotes, _, err := proxy.Inspect(limited)
	if err != nil {
		return ctx.Err()
	}
	for _, name := range signals {
		if !slices.Contains(remotes, name) {
			return usagef("the object has no signal %s", name)
		}
	}
	return nil
}

// statusChanged ends watching when the connection is lost: what is emitted until it is there again
// is missed.
func (w *signalPrinter) statusChanged(status goagent.Status, reason error) {
	if status == goagent.Reconnecting {
		w.end(reason)
	}
}

// end ends watching.
func (w *signalPrinter) end(err error) {
	select {
	case w.ended <- err:
	default:
	}
}

func (w *signalPrinter) notified(signal string, values py.Tuple) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	err := w.print(signal, values)
	if w.left--; w.left == 0 {
		w.over = true
		err = errors.Join(err, errEnough)
	}
	if err != nil {
		w.end(err)
	}
}

func (w *signalPrinter) print(signal string, values py.Tuple) error {
	t := w.tool
	switch t.settings.output {
	case outputJSON:
		return t.print(py.StrDict(
			py.Item{Key: "time", Value: time.Now().UTC().Format(time.RFC3339Nano)},
			py.Item{Key: "signal", Value: signal},
			py.Item{Key: "values", Value: values},
		))
	case outputPython:
		return t.print(py.Tuple{signal, values})
	}
	for len(values) > 0 && values[len(values)-1] == nil {
		values = values[:len(values)-1]
	}
	style := t.style(t.stdout)
	line := style.name(signal)
	for _, value := range values {
		line += " " + style.line(repr(value))
	}
	return t.printf("%s\n", line)
}
