package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/goagent/pyerr"
)

// remoteCommand returns a command that asks the server at its first argument. What follows the
// endpoint and is no flag of the command's is for the server.
func (t *tool) remoteCommand(command *cobra.Command, do func(cmd *cobra.Command, args []string) error) *cobra.Command {
	command.GroupID = groupObject
	command.RunE = do
	command.ValidArgsFunction = t.completeNames
	command.Flags().SetInterspersed(false) // for completion, which does not come by flagsFirst
	command.Annotations = map[string]string{remoteAnnotation: "true"}
	return command
}

func (t *tool) callCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:   "call ENDPOINT METHOD [ARG...] [NAME=ARG...]",
		Short: "Call a method and print its result",
		Long: `Calls a method of the served object and prints what it returns. A method that returns a future is
waited for. Arguments are Python literals; a str needs quotes within the quotes of the shell.

A server of the original never answers again once a method returns a value that it cannot send, such as a
lock. There is no way to find that out before the call.`,
		Example: `$ pizco call tcp://127.0.0.1:8000 greet "'World'" greeting="'Good morning'"
Good morning, World! I am Robbie.
$ pizco call tcp://127.0.0.1:8000 move_arm -3
$ pizco --output json call tcp://127.0.0.1:8000 think "'six by nine'"
42`,
		Args: cobra.MinimumNArgs(2),
	}, func(cmd *cobra.Command, args []string) error {
		arguments, err := parseArguments(args[2:])
		if err != nil {
			return err
		}
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			var result any
			if err := proxy.Call(ctx, &result, args[1], arguments.all()...); err != nil {
				return err
			}
			return t.printResult(result)
		})
	})
}

// printResult prints what a call returned: nothing for None, as Python's prompt does, unless a
// program reads it.
func (t *tool) printResult(result any) error {
	if result == nil && t.settings.output == outputText {
		return nil
	}
	return t.printAlone(result)
}

func (t *tool) getCommand() *cobra.Command {
	var insist bool
	return insistFlag(t.remoteCommand(&cobra.Command{
		Use:   "get ENDPOINT NAME",
		Short: "Print an attribute",
		Long: `Prints the value of an attribute of the served object. A member without a value, such as a method or a
signal, is shown as <RemoteAttribute NAME>.`,
		Example: `$ pizco get tcp://127.0.0.1:8000 age
3
$ pizco get tcp://127.0.0.1:8000 name --output python
'Robbie'
$ pizco get tcp://127.0.0.1:8000 wheels
AttributeError: 'Robot' object has no attribute 'wheels'`,
		Args: cobra.ExactArgs(2),
	}, func(cmd *cobra.Command, args []string) error {
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			var value any
			err := proxy.Get(ctx, &value, args[1], reading(insist)...)
			var remote *goagent.RemoteAttributeError
			if errors.As(err, &remote) {
				return t.printf("%s\n", remoteAttribute(remote.Name))
			}
			if err != nil {
				return err
			}
			return t.printAlone(value)
		})
	}), &insist)
}

func remoteAttribute(name string) string { return fmt.Sprintf("<RemoteAttribute %s>", name) }

func (t *tool) setCommand() *cobra.Command {
	var isNew bool
	command := t.remoteCommand(&cobra.Command{
		Use:   "set ENDPOINT NAME VALUE",
		Short: "Assign to an attribute",
		Long: `Assigns a value, a Python literal, to an attribute of the served object. The name must be that of an
attribute that the object has; --new makes a new one, or puts the value in place of a method or a signal.`,
		Example: `$ pizco set tcp://127.0.0.1:8000 age 28
$ pizco get tcp://127.0.0.1:8000 age
28
$ pizco set tcp://127.0.0.1:8000 age -1
ValueError: a robot is not younger than 0`,
		Args: cobra.ExactArgs(3),
	}, func(cmd *cobra.Command, args []string) error {
		value, err := parseArgument(args[2])
		if err != nil {
			return err
		}
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			if !isNew {
				if err := checkAttribute(ctx, proxy, args[1]); err != nil {
					return err
				}
			}
			return proxy.Set(ctx, args[1], value)
		})
	})
	command.Flags().BoolVar(&isNew, "new", false, "assign even if the object has no such attribute, or a method of that name")
	return command
}

// checkAttribute fails when the object says that it has no attribute of this name: a misspelt name
// would make a new one on a server of the original, and a method would be lost. Whatever else
// reading it fails with, assigning will tell.
func checkAttribute(ctx context.Context, proxy *goagent.Proxy, name string) error {
	err := proxy.Get(ctx, nil, name)
	var remote *goagent.RemoteAttributeError
	if errors.As(err, &remote) {
		return usagef("%s is a method, a signal or another object that is used remotely: --new puts the value in its place", name)
	}
	raised, ok := errors.AsType[*pyerr.RemoteError](err)
	if ok && errors.Is(err, pyerr.AttributeError) && strings.Contains(raised.Message, "'"+name+"'") && strings.Contains(raised.Message, "has no attribute") {
		return usagef("the object has no attribute %s: --new makes it", name)
	}
	return nil
}

func (t *tool) itemCommand() *cobra.Command {
	var insist bool
	return insistFlag(t.remoteCommand(&cobra.Command{
		Use:   "item ENDPOINT NAME KEY [VALUE]",
		Short: "Print an item of a container, or assign to it",
		Long: `Prints the item under a key of an attribute that has items, such as a dict or a list; with a VALUE, it
assigns to the item.`,
		Example: `$ pizco item tcp://127.0.0.1:8000 tools "'left'"
gripper
$ pizco item tcp://127.0.0.1:8000 tools "'left'" "'brush'"
$ pizco item tcp://127.0.0.1:8000 tools "'left'"
brush
$ pizco item tcp://127.0.0.1:8000 tools "'middle'"
KeyError: 'middle'`,
		Args: cobra.RangeArgs(3, 4),
	}, func(cmd *cobra.Command, args []string) error {
		key, err := parseArgument(args[2])
		if err != nil {
			return err
		}
		if len(args) == 3 {
			return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
				var value any
				if err := proxy.Item(ctx, &value, args[1], key, reading(insist)...); err != nil {
					return err
				}
				return t.printAlone(value)
			})
		}
		value, err := parseArgument(args[3])
		if err != nil {
			return err
		}
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			return proxy.SetItem(ctx, args[1], key, value)
		})
	}), &insist)
}
