package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/shell"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

func (t *tool) shellCommand() *cobra.Command {
	var name, history string
	var insist bool
	command := insistFlag(t.remoteCommand(&cobra.Command{
		Use:   "shell ENDPOINT",
		Short: "Use an object at an interactive prompt",
		Long: `Opens a prompt at which statements of Python, with literals as arguments, are executed on the served object:
attributes, calls, items and assignments. Tab completes names, the arrow keys go through what has been
entered, Ctrl-C interrupts a call, Ctrl-D leaves. --timeout holds only if it is given.

When the standard input is no terminal, statements are read from it, up to the first error.`,
		Example: `$ printf 'robot.age = 28\nrobot.age\nrobot.greet("you", greeting="Hi")\n' | pizco shell --name robot tcp://127.0.0.1:8000
28
'Hi, you! I am Robbie.'
$ printf 'robot.age = -1\n' | pizco shell --name robot tcp://127.0.0.1:8000
line 1:
ValueError: a robot is not younger than 0`,
		Args: cobra.ExactArgs(1),
	}, func(cmd *cobra.Command, args []string) error {
		if !shell.IsIdentifier(name) {
			return usagef("--name %q is not a name", name)
		}
		if !cmd.Flags().Changed("history") {
			history = defaultHistory()
		}
		return t.shell(cmd, args[0], name, history, insist)
	}), &insist)
	command.Flags().StringVar(&name, "name", "proxy", "call the object `NAME`")
	command.Flags().StringVar(&history, "history", "", "keep what is entered in `FILE`; an empty one keeps nothing (default: pizco/history in the user's folder for state)")
	return command
}

// defaultHistory returns the path of the history, or none when there is no home folder.
func defaultHistory() string {
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "pizco", "history")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "state", "pizco", "history")
}

func (t *tool) shell(cmd *cobra.Command, endpoint, name, history string, insist bool) (err error) {
	ctx := cmd.Context()
	proxy, err := t.dialInterruptibly(ctx, endpoint, dialling(insist)...)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := proxy.Close(); err == nil {
			err = closeErr
		}
	}()
	timeoutGiven := cmd.Flags().Changed("timeout")
	interactive := isTerminal(t.stdin) && isTerminal(t.stdout)
	var output sync.Mutex
	s := &shell.Shell{
		Proxy: proxy, Name: name, Out: t.stdout,
		Print: func(value any) error {
			output.Lock()
			defer output.Unlock()
			if t.settings.output == outputJSON {
				return t.print(value)
			}
			text, whole := py.ReprWhole(value, py.WithReprObjects(), py.WithReprLength(t.settings.maxOutput), py.WithReprDepth(reprDepth))
			if !whole {
				return t.tooLong()
			}
			return t.printf("%s\n", text)
		},
		Notify: func(line string) {
			output.Lock()
			defer output.Unlock()
			if interactive {
				_ = t.control(t.stdout, "\r\x1b[K", t.style(t.stdout).line(line), "\r\n"+shell.Prompt)
			} else {
				_ = t.printf("%s\n", line)
			}
		},
	}
	if timeoutGiven {
		s.Timeout = t.settings.timeout
	}
	if !interactive {
		ctx, stop := interruptible(ctx)
		defer stop()
		err := s.Script(ctx, t.stdin)
		var inLine *shell.LineError
		if errors.As(err, &inLine) {
			_ = t.printTo(t.stderr, "line %d:\n", inLine.Line)
			return inLine.Err
		}
		return err
	}
	s.LearnNames(ctx)
	if err := t.printf("Connected to %s as %s. Type help for help, Ctrl-D to leave.\n", endpoint, name); err != nil {
		return err
	}
	return s.Interactive(ctx, history, func(err error) { t.report(err) })
}

func (t *tool) dialInterruptibly(ctx context.Context, endpoint string, options ...goagent.DialOption) (*goagent.Proxy, error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	return t.dial(ctx, endpoint, options...)
}
