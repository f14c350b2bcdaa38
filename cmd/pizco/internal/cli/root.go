package cli

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// Program is what the tool gets from its process.
type Program struct {
	// Args are the arguments without the name of the program.
	Args []string
	// Stdin, Stdout and Stderr are the standard streams.
	Stdin          *os.File
	Stdout, Stderr *os.File
}

// Main runs the tool and returns its exit code.
func Main(ctx context.Context, p Program) int {
	t := &tool{stdin: p.Stdin}
	t.stdout, t.stderr = &screen{p.Stdout, t}, &screen{p.Stderr, t}
	root := t.rootCommand()
	root.SetArgs(flagsFirst(root, p.Args))
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	command, err := root.ExecuteContextC(ctx)
	if err != nil && !t.running {
		// Only cobra fails before a command runs: it did not understand the arguments.
		err = &usageError{err}
	}
	return t.exit(err, command)
}

// tool is the state that the commands of one run share.
type tool struct {
	stdin          *os.File
	stdout, stderr *screen
	flags          settingFlags
	settings       settings
	// running is set once the arguments are understood.
	running bool
}

// The groups that `pizco help` shows the commands in.
const (
	groupObject = "object"
	groupServer = "server"
	groupWire   = "wire"
)

func (t *tool) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "pizco",
		Short: "Serve, call and watch remote objects, and look at what goes over the wire",
		Long: `pizco talks to servers of pizco, the Python library that makes objects remote over ZeroMQ, and to
those written in Go. It calls methods, reads and sets attributes, watches signals, serves objects,
shows messages on the wire, and reads and writes pickles.

Arguments are Python literals: 8, "'x'", "{'a': (1, 2)}". Results are printed as Python's print()
does, or as --output says.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddGroup(
		&cobra.Group{ID: groupObject, Title: "Remote objects:"},
		&cobra.Group{ID: groupServer, Title: "Servers:"},
		&cobra.Group{ID: groupWire, Title: "Wire and data:"},
	)
	t.flags.register(root)
	root.AddCommand(
		t.callCommand(), t.getCommand(), t.setCommand(), t.itemCommand(), t.watchCommand(), t.shellCommand(),
		t.inspectCommand(), t.infoCommand(), t.echoCommand(), t.instantiateCommand(), t.stopCommand(),
		t.serveCommand(), t.benchCommand(), t.tapCommand(), t.gatewayCommand(), t.pickleCommand(),
		t.versionCommand(),
		settingsTopic(),
		exitCodesTopic(),
	)
	root.SetHelpCommandGroupID("")
	for _, command := range root.Commands() {
		t.prepare(command)
	}
	return root
}

// prepare lets a command and those below it say what arguments they take, and read the settings
// before they run.
func (t *tool) prepare(command *cobra.Command) {
	if check := command.Args; check != nil {
		command.Args = func(cmd *cobra.Command, args []string) error { return explainArguments(cmd, args, check(cmd, args)) }
	}
	if run := command.RunE; run != nil {
		command.RunE = func(cmd *cobra.Command, args []string) error {
			t.running = true
			var err error
			if t.settings, err = t.flags.load(cmd); err != nil {
				return err
			}
			return run(cmd, args)
		}
	}
	for _, below := range command.Commands() {
		t.prepare(below)
	}
}

// explainArguments replaces cobra's complaint about the number of arguments by what the command
// takes.
func explainArguments(cmd *cobra.Command, args []string, err error) error {
	if err == nil {
		return nil
	}
	takes, ok := strings.CutPrefix(cmd.Use, cmd.Name()+" ")
	if !ok {
		takes = "no arguments"
	}
	return usagef("%s takes %s (%d given)", cmd.CommandPath(), takes, len(args))
}

// onlySubcommands is the RunE of a command that does nothing by itself: without it, cobra takes a
// misspelt one for a wish for help.
func onlySubcommands(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unknown command %q for %q", args[0], cmd.CommandPath())
	}
	return cmd.Help()
}
