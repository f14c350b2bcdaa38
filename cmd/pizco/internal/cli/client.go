package cli

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/shell"
	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/object"
	"github.com/pizco-go/pizco/py"
)

// interruptible returns a context that ends by Ctrl-C and by SIGTERM.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
}

// withTimeout returns a context that ends when no answer came within --timeout.
func (t *tool) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if t.settings.timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, t.settings.timeout)
}

// dial connects to the server at an endpoint, within --timeout.
func (t *tool) dial(ctx context.Context, endpoint string, options ...goagent.DialOption) (*goagent.Proxy, error) {
	if err := checkEndpoint(endpoint); err != nil {
		return nil, err
	}
	ctx, cancel := t.withTimeout(ctx)
	defer cancel()
	options = append(options, goagent.WithProtocol(t.settings.protocol), goagent.WithLogger(slog.New(slog.DiscardHandler)))
	return goagent.Dial(ctx, endpoint, options...)
}

func checkEndpoint(endpoint string) error {
	if address, ok := strings.CutPrefix(endpoint, "tcp://"); ok {
		if i := strings.LastIndexByte(address, ':'); i <= 0 || i == len(address)-1 {
			return usagef("%s has no host and port, as tcp://127.0.0.1:8000 has", endpoint)
		}
		return nil
	}
	if path, ok := strings.CutPrefix(endpoint, "ipc://"); ok && path != "" {
		return nil
	}
	if strings.HasPrefix(endpoint, "inproc://") {
		return usagef("%s can only be reached from inside the program that serves it", endpoint)
	}
	return usagef("%q is not an endpoint such as tcp://127.0.0.1:8000 or ipc:///tmp/robot", endpoint)
}

// checkClass fails for a class without its module, which no server can import.
func checkClass(name string) error {
	module, class, ok := cutLast(name, ".")
	if !ok || module == "" || class == "" {
		return usagef("the class %s needs its module before it, as in robot.Robot", name)
	}
	return nil
}

// cutLast splits a text at the last separator.
func cutLast(text, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// ask connects to an endpoint, has do ask the server something within --timeout, and disconnects.
func (t *tool) ask(cmd *cobra.Command, endpoint string, do func(ctx context.Context, proxy *goagent.Proxy) error) error {
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	ctx, cancel := t.withTimeout(ctx)
	defer cancel()
	proxy, err := t.dial(ctx, endpoint)
	if err != nil {
		return err
	}
	err = do(ctx, proxy)
	if closeErr := proxy.Close(); err == nil {
		err = closeErr
	}
	return err
}

// arguments are the arguments of a call.
type arguments struct {
	positional []any
	// keywords are in the order of the command line, which Python's **kwargs keeps.
	keywords *py.Dict
}

// all returns the arguments as the methods of a proxy take them.
func (a arguments) all() []any {
	if a.keywords == nil {
		return a.positional
	}
	return append(slices.Clip(a.positional), object.KwargsOf(a.keywords))
}

// parseArguments reads Python literals and keyword arguments such as speed=2.5.
func parseArguments(texts []string) (arguments, error) {
	var a arguments
	for _, text := range texts {
		name, literal, isKeyword := cutKeyword(text)
		if !isKeyword {
			literal = text
		}
		value, err := parseArgument(literal)
		if err != nil {
			return a, err
		}
		switch {
		case isKeyword:
			if err := a.addKeyword(name, value); err != nil {
				return a, err
			}
		case a.keywords != nil:
			return a, usagef("positional argument %s follows keyword argument", text)
		default:
			a.positional = append(a.positional, value)
		}
	}
	return a, nil
}

func (a *arguments) addKeyword(name string, value any) error {
	if a.keywords == nil {
		a.keywords = new(py.Dict)
	}
	if _, repeated := a.keywords.Get(name); repeated {
		return usagef("keyword argument repeated: %s", name)
	}
	return a.keywords.Set(name, value)
}

// cutKeyword splits name=literal.
func cutKeyword(text string) (name, literal string, ok bool) {
	name, literal, ok = strings.Cut(text, "=")
	if !ok || name == "" || strings.HasPrefix(literal, "=") {
		return "", "", false
	}
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return "", "", false
		}
	}
	return name, literal, true
}

func parseArgument(text string) (any, error) {
	value, err := py.ParseLiteral(text)
	if err == nil {
		return value, nil
	}
	hint := ""
	if !strings.ContainsAny(text, `'"()[]{}`) {
		hint = `; put a str in Python's quotes within the shell's, as in "'` + text + `'"`
	}
	return nil, usagef("the argument %s is not a Python literal: %s%s", text, errorText(err), hint)
}

// completionTimeout bounds how long the shell waits for names when it completes them, unless
// --timeout is given.
const completionTimeout = 2 * time.Second

// completeNames completes the argument after the endpoint with the names that the server's object
// has.
func (t *tool) completeNames(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var err error
	if t.settings, err = t.flags.load(cmd); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	wait := completionTimeout
	if cmd.Flags().Changed("timeout") {
		wait = t.settings.timeout
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	proxy, err := t.dial(ctx, args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	defer func() { _ = proxy.Close() }()
	names, err := shell.Names(ctx, proxy)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return slices.DeleteFunc(names, func(name string) bool { return !shell.IsIdentifier(name) }), cobra.ShellCompDirectiveNoFileComp
}
