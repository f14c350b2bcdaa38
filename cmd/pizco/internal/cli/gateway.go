package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/gateway"
)

// gatewaySettings are the flags of gateway.
type gatewaySettings struct {
	listen     string
	targets    []string
	allow      []string
	classes    []string
	tokenFiles []string
	origins    []string
	hosts      []string
	expose     []string
	readOnly   bool
	insecure   bool
	noPage     bool
	rate       float64
	log        string
}

func (t *tool) gatewayCommand() *cobra.Command {
	var s gatewaySettings
	command := &cobra.Command{
		Use:     "gateway [FILE]",
		Short:   "Expose servers over HTTP, with a web page",
		GroupID: groupServer,
		Long: `Exposes servers to everything that speaks HTTP: attributes, items and methods as JSON, signals as server-sent
events and over WebSocket, with an OpenAPI document and a web page. docs/gateway.md describes the routes.

Without a token it serves this machine only. Settings are taken from flags, else from the environment, else from
the YAML file FILE; targets of all three are served. Messages to targets are signed with the tool's key
('pizco help settings') unless the file names another.

    flag            environment                   in the file
    [FILE]          PIZCO_GATEWAY_FILE
    --listen        PIZCO_GATEWAY_LISTEN          listen
    --target        PIZCO_GATEWAY_TARGETS         targets     several are separated by spaces
    --token-file    PIZCO_GATEWAY_TOKEN_FILE      tokens      a token itself is in PIZCO_GATEWAY_TOKEN

With --expose it forwards pizco to pizco as well, between two networks: clients dial LISTEN as they would the server
at TARGET. Each side can have a key of its own in the file. A client that can dial LISTEN owns the server, so it needs a
key, or --insecure, on anything but the loopback interface. Messages are passed on with plain values, and objects of
the classes that --class names.`,
		Example: `$ pizco gateway --target robot=tcp://127.0.0.1:8000 --listen 127.0.0.1:0
Gateway at http://127.0.0.1:.../
Press CTRL+c to stop ...
$ pizco gateway --expose tcp://127.0.0.1:8001=tcp://127.0.0.1:8000
Exposed tcp://127.0.0.1:8000 at tcp://127.0.0.1:..., notifications at tcp://127.0.0.1:...
Press CTRL+c to stop ...`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := t.gatewayConfig(cmd, s, args)
			if err != nil {
				return err
			}
			return t.runGateway(cmd.Context(), config, s)
		},
	}
	flags := command.Flags()
	flags.StringArrayVar(&s.targets, "target", nil, "expose the server at an endpoint under a name, as `NAME=ENDPOINT`; can be repeated")
	flags.StringVarP(&s.listen, "listen", "l", "", "listen at `ADDRESS`, such as 127.0.0.1:8080 (the default) or :8080")
	flags.StringArrayVar(&s.allow, "allow", nil, "expose names that match `PATTERN` only, of all targets; can be repeated")
	flags.StringArrayVar(&s.classes, "class", nil, "let values name the class `MODULE.CLASS`, of all targets; can be repeated")
	flags.BoolVar(&s.readOnly, "read-only", false, "refuse to set anything and to call methods")
	flags.StringArrayVar(&s.tokenFiles, "token-file", nil, "demand the bearer token in `FILE`; can be repeated")
	flags.StringArrayVar(&s.origins, "origin", nil, "let web pages of `ORIGIN` use the gateway, such as https://lab.example; can be repeated")
	flags.StringArrayVar(&s.hosts, "host", nil, "be known by host `NAME`; can be repeated")
	flags.StringArrayVar(&s.expose, "expose", nil, "forward pizco between two endpoints, as `LISTEN=TARGET`; can be repeated")
	flags.BoolVar(&s.insecure, "insecure", false, "let --expose answer on more than the loopback interface without a key")
	flags.BoolVar(&s.noPage, "no-page", false, "serve no web page")
	flags.Float64Var(&s.rate, "rate", 0, "let each client make `N` requests a second (default 200; the file has more limits)")
	flags.StringVar(&s.log, "log", "text", "log accesses to the standard error as `FORM`: text, json or none")
	command.AddCommand(t.gatewayCheckCommand())
	return command
}

func (t *tool) gatewayCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE",
		Short: "Check the settings in a file",
		Long: `Reads the settings of a gateway in a YAML file and the files that it names, and prints everything that is wrong
with them. Nothing is dialled or served.`,
		Example: `$ pizco gateway check gateway.yaml
gateway.yaml is good: 1 target, 1 token, listening at :8080`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			config, err := gateway.LoadConfig(args[0])
			if err != nil {
				return &usageError{err}
			}
			if err := t.tryGateway(config); err != nil {
				return &usageError{fmt.Errorf("%s: %w", args[0], err)}
			}
			return t.printf("%s is good: %s, %s, listening at %s\n", args[0],
				count(len(config.Targets), "target"), count(len(config.Tokens), "token"), config.Listen)
		},
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// tryGateway makes a gateway and throws it away.
func (t *tool) tryGateway(config gateway.Config) error {
	g, err := gateway.New(config, gateway.WithProtocol(t.settings.protocol))
	if err != nil {
		return err
	}
	return errors.Join(g.Close(), t.tryExpose(config))
}

// runGateway serves until it is interrupted.
func (t *tool) runGateway(ctx context.Context, config gateway.Config, s gatewaySettings) (err error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	logger, err := t.gatewayLog(s.log, slog.LevelInfo)
	if err != nil {
		return err
	}
	troubles, err := t.gatewayLog(s.log, slog.LevelWarn)
	if err != nil {
		return err
	}
	var g *gateway.Gateway
	var listener net.Listener
	if len(config.Targets) > 0 {
		if g, err = gateway.New(config, gateway.WithProtocol(t.settings.protocol), gateway.WithLogger(logger)); err != nil {
			return &usageError{err}
		}
		if listener, err = g.Listen(); err != nil {
			return errors.Join(err, g.Close())
		}
	}
	forwarders, err := t.expose(config.Expose, troubles)
	defer func() {
		for _, f := range forwarders {
			err = errors.Join(err, f.Close())
		}
	}()
	if err != nil {
		if g != nil {
			err = errors.Join(err, listener.Close(), g.Close())
		}
		return err
	}
	if g == nil {
		if err := t.printf("Press CTRL+c to stop ...\n"); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}
	if err := t.printf("Gateway at %s\nPress CTRL+c to stop ...\n", gatewayURL(config, listener)); err != nil {
		return errors.Join(err, listener.Close(), g.Close())
	}
	return g.Run(ctx, listener)
}

// gatewayURL returns where a person on this machine finds the gateway.
func gatewayURL(config gateway.Config, l net.Listener) string {
	scheme := "http"
	if config.TLS.Cert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return scheme + "://" + l.Addr().String() + "/"
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/"
}

// gatewayLog returns a log of what is of a level, or of a higher one.
func (t *tool) gatewayLog(form string, level slog.Level) (*slog.Logger, error) {
	options := &slog.HandlerOptions{Level: level}
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(t.stderr, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(t.stderr, options)), nil
	case "none":
		return slog.New(slog.DiscardHandler), nil
	}
	return nil, usagef("--log is %q, not one of text, json, none", form)
}

// cutPair splits NAME=ENDPOINT.
func cutPair(flag, text string) (string, string, error) {
	name, endpoint, ok := strings.Cut(text, "=")
	if !ok || name == "" || endpoint == "" {
		return "", "", usagef("%s: %q has no = between its two parts", flag, text)
	}
	return name, endpoint, nil
}
