package cli

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/pyserver"
	"github.com/pizco-go/pizco/cmd/pizco/internal/cli/status"
	"github.com/pizco-go/pizco/examples/demo"
	"github.com/pizco-go/pizco/goagent"
)

// serveSettings are the flags of serve.
type serveSettings struct {
	rep, pub    string
	advertise   string
	page        bool
	noBrowser   bool
	verbose     bool
	python      bool
	interpreter string
	path        []string
	dialect     string
	class       string
	args        []string
	kwargs      []string
}

// dialects are the dialects of clients that a Go server can serve.
var dialects = map[string]goagent.Dialect{
	"0.1": goagent.Release01, "master": goagent.Master, "develop": goagent.Develop, "any": goagent.Any,
}

const anyPort = "tcp://127.0.0.1:0"

func (t *tool) serveCommand() *cobra.Command {
	s := serveSettings{rep: anyPort}
	command := &cobra.Command{
		Use:     "serve [REP [PUB]]",
		Short:   "Start a server",
		GroupID: groupServer,
		Long: `Starts a server at the endpoint REP, by default a port of 127.0.0.1 that the system chooses. It publishes at the
endpoint PUB, by default a port of REP's host that the system chooses. A host is an address, the name of a network
interface, a name of this host's, or * for every interface. Clients of the original must dial the very name that the
server gives itself: with REP at *, --advertise sets that. The server is empty until 'pizco instantiate', or the
instantiate method of a proxy's agent in Python, has it make its object. With --class it makes one at once.

The classes of Go that this program knows are ` + strings.Join(demo.Classes(), " and ") + `.
With --python the classes are Python's. A child process serves them through the original pizco, release 0.1 or its
later development line, which --interpreter must be able to import. Python looks for their modules in each --path
as well, after its own library.

Exceptions are sent as release 0.1 reads them; --dialect master sends them with a traceback, as clients of the development
line want them. --dialect develop is for clients of its branch develop, and any for those and clients of 0.1 at once.

-g shows the state of the server live on a page in the browser. When the last such page is closed, the server
stops. The variable BROWSER names the browser; the default is the system's. --no-browser only prints the page's
address.`,
		Example: `$ pizco serve tcp://127.0.0.1:8000
Server started at tcp://127.0.0.1:8000
Press CTRL+c to stop ...
$ pizco serve --class robot.Robot --arg "'Marvin'" --kwarg age=37
Server started at tcp://127.0.0.1:...
Press CTRL+c to stop ...
$ pizco serve --python --path python_fixtures --class robot.Robot
Server started at tcp://127.0.0.1:...
Press CTRL+c to stop ...`,
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				s.rep = args[0]
			}
			if len(args) > 1 {
				s.pub = args[1]
			}
			if s.pub == "" {
				s.pub = anyPortAt(s.rep)
			}
			if err := errors.Join(checkEndpoint(s.rep), checkEndpoint(s.pub)); err != nil {
				return err
			}
			if s.advertise != "" {
				if s.python {
					return usagef("--advertise is for classes of Go: the original is known only by the endpoint that it binds")
				}
				if err := checkEndpoint(s.advertise); err != nil {
					return err
				}
			}
			if _, ok := dialects[s.dialect]; !ok {
				return usagef("--dialect is %q, want 0.1, master, develop or any", s.dialect)
			}
			if s.python && cmd.Flags().Changed("dialect") {
				return usagef("--dialect is for classes of Go: with --python, the package that the interpreter imports decides")
			}
			if s.class != "" {
				if err := checkClass(s.class); err != nil {
					return err
				}
			}
			if s.class == "" && len(s.args)+len(s.kwargs) > 0 {
				return usagef("--arg and --kwarg are for --class")
			}
			return t.serve(cmd.Context(), s)
		},
	}
	flags := command.Flags()
	flags.BoolVarP(&s.page, "gui", "g", false, "show the server's state on a page in the browser")
	flags.BoolVar(&s.noBrowser, "no-browser", false, "with -g, print the page's address and open no browser")
	flags.BoolVarP(&s.verbose, "verbose", "v", false, "print debug information to the console")
	flags.BoolVar(&s.python, "python", false, "serve classes of Python through the original")
	flags.StringVar(&s.interpreter, "interpreter", "python3", "the `PYTHON` that --python runs")
	flags.StringArrayVarP(&s.path, "path", "p", nil, "have --python look for modules in `FOLDER`, too; can be repeated")
	flags.StringVar(&s.dialect, "dialect", "0.1", "speak the `DIALECT` of the clients: 0.1, master, develop or any")
	flags.StringVar(&s.advertise, "advertise", "", "be known to clients as `ENDPOINT`; its port 0 is the port that was bound")
	flags.StringVar(&s.class, "class", "", "serve an object of `MODULE.CLASS` at once")
	flags.StringArrayVar(&s.args, "arg", nil, "give the class the argument `LITERAL`; can be repeated")
	flags.StringArrayVar(&s.kwargs, "kwarg", nil, "give the class the keyword argument `NAME=LITERAL`; can be repeated")
	completeValues(command, "class", demo.Classes())
	completeValues(command, "dialect", []string{"0.1", "master", "develop", "any"})
	return command
}

// running is a server of either kind.
type running interface {
	Endpoint() string
	PubEndpoint() string
	// Done is closed when the server has stopped.
	Done() <-chan struct{}
	// Close stops the server and returns how it ended.
	Close() error
}

func (t *tool) serve(ctx context.Context, s serveSettings) (err error) {
	ctx, stop := interruptible(ctx)
	defer stop()
	state := status.NewState()
	start := t.serveGo
	if s.python {
		start = t.servePython
	}
	server, err := start(ctx, s, state)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := server.Close(); err == nil {
			err = closeErr
		}
		if err == nil {
			err = t.printf("Server stopped\n")
		}
	}()
	state.Started(server.Endpoint(), server.PubEndpoint())
	if err := t.printf("Server started at %s\n", server.Endpoint()); err != nil {
		return err
	}
	var pageClosed <-chan struct{}
	if s.page {
		page, err := t.openPage(state, s.noBrowser)
		if err != nil {
			return err
		}
		defer func() { _ = page.Close() }()
		pageClosed = page.Closed()
	}
	if err := t.printf("Press CTRL+c to stop ...\n"); err != nil {
		return err
	}
	select {
	case <-server.Done():
	case <-pageClosed:
	case <-ctx.Done():
	}
	return nil
}

// openPage serves the status page and opens it in the user's browser.
func (t *tool) openPage(state *status.State, noBrowser bool) (*status.Page, error) {
	page, err := status.Open(state)
	if err != nil {
		return nil, err
	}
	if err := t.printf("Status page at %s\n", page.URL()); err != nil {
		return nil, errors.Join(err, page.Close())
	}
	if noBrowser {
		return page, nil
	}
	// Nothing waits for the browser: it may run for as long as the user looks at other pages.
	go func() {
		if err := openBrowser(page.URL()); err != nil {
			reason := strings.ReplaceAll(err.Error(), "\n", "; ")
			_ = t.printTo(t.stderr, "pizco: no browser could be opened (%s): open the address above in one\n", reason)
		}
	}()
	return page, nil
}

// keywordArguments splits the values of --kwarg.
func keywordArguments(texts []string) ([]pyserver.Keyword, error) {
	var all []pyserver.Keyword
	for _, text := range texts {
		name, literal, ok := cutKeyword(text)
		if !ok {
			return nil, usagef("--kwarg %s is not NAME=LITERAL", text)
		}
		all = append(all, pyserver.Keyword{Name: name, Literal: literal})
	}
	return all, nil
}

// checkArguments parses the arguments of --class, so that what is wrong with them is found here.
func (s serveSettings) checkArguments() (arguments, error) {
	if _, err := keywordArguments(s.kwargs); err != nil {
		return arguments{}, err
	}
	if i := slices.IndexFunc(s.args, func(text string) bool { _, _, ok := cutKeyword(text); return ok }); i >= 0 {
		return arguments{}, usagef("--arg %s: use --kwarg for keyword arguments", s.args[i])
	}
	return parseArguments(slices.Concat(s.args, s.kwargs))
}
