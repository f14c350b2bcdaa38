package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

func (t *tool) inspectCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:   "inspect ENDPOINT",
		Short: "List what the served object offers",
		Long: `Lists the attributes that a client uses remotely: methods, signals, and attributes with items. "(object)" stands
behind attributes that are sent as objects all the same. Other attributes are not listed; get reads them.`,
		Example: `$ pizco inspect tcp://127.0.0.1:8000
...
move_arm
...
$ pizco --output json inspect tcp://127.0.0.1:8000
{"remotes": [..., "move_arm", ...], "objects": []}`,
		Args: cobra.ExactArgs(1),
	}, func(cmd *cobra.Command, args []string) error {
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			remotes, objects, err := proxy.Inspect(ctx)
			if err != nil {
				return err
			}
			slices.Sort(remotes)
			slices.Sort(objects)
			return t.printNames(remotes, objects)
		})
	})
}

func (t *tool) printNames(remotes, objects []string) error {
	switch t.settings.output {
	case outputJSON:
		return t.print(py.StrDict(py.Item{Key: "remotes", Value: nameList(remotes)}, py.Item{Key: "objects", Value: nameList(objects)}))
	case outputPython:
		return t.print(py.Tuple{nameSet(remotes), nameSet(objects)})
	}
	for _, name := range remotes {
		if slices.Contains(objects, name) {
			name += " (object)"
		}
		if err := t.printf("%s\n", name); err != nil {
			return err
		}
	}
	for _, name := range objects {
		if slices.Contains(remotes, name) {
			continue
		}
		if err := t.printf("%s (object)\n", name); err != nil {
			return err
		}
	}
	return nil
}

func nameList(names []string) *py.List {
	list := py.NewList()
	for _, name := range names {
		list.Append(name)
	}
	return list
}

func nameSet(names []string) *py.Set {
	set := new(py.Set)
	for _, name := range names {
		_ = set.Add(name) // A str always has a hash.
	}
	return set
}

func (t *tool) infoCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:   "info ENDPOINT",
		Short: "Print the endpoints of an agent",
		Long:  `Prints the endpoints that an agent (a server, or a client's own agent) says it has.`,
		Example: `$ pizco info tcp://127.0.0.1:8000
REP tcp://127.0.0.1:8000
PUB tcp://127.0.0.1:...`,
		Args: cobra.ExactArgs(1),
	}, func(cmd *cobra.Command, args []string) error {
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			info, err := proxy.Info(ctx)
			if err != nil {
				return err
			}
			if t.settings.output == outputText {
				return t.printf("REP %s\nPUB %s\n", info.RepEndpoint, info.PubEndpoint)
			}
			return t.print(py.StrDict(
				py.Item{Key: "rep_endpoint", Value: info.RepEndpoint}, py.Item{Key: "pub_endpoint", Value: info.PubEndpoint},
			))
		})
	})
}

func (t *tool) stopCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:     "stop ENDPOINT",
		Short:   "Stop a server",
		Long:    `Asks a server to stop, which it does a moment after it has answered.`,
		Example: `$ pizco stop tcp://127.0.0.1:8000`,
		Args:    cobra.ExactArgs(1),
	}, func(cmd *cobra.Command, args []string) error {
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error { return proxy.StopServer(ctx) })
	})
}

func (t *tool) echoCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:   "echo ENDPOINT VALUE",
		Short: "Have an agent send a value back",
		Long: `Sends a value, a Python literal, that is not a call, and prints the answer. An agent sends back what it does
not understand, so the value has gone through both serializers.`,
		Example: `$ pizco echo tcp://127.0.0.1:8000 "{'a': (1, 2.5, b'x')}"
{'a': (1, 2.5, b'x')}`,
		Args: cobra.ExactArgs(2),
	}, func(cmd *cobra.Command, args []string) error {
		value, err := parseArgument(args[1])
		if err != nil {
			return err
		}
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			var answer any
			if err := proxy.Echo(ctx, &answer, value); err != nil {
				return err
			}
			return t.printAlone(answer)
		})
	})
}

func (t *tool) instantiateCommand() *cobra.Command {
	return t.remoteCommand(&cobra.Command{
		Use:   "instantiate ENDPOINT MODULE.CLASS [ARG...] [NAME=ARG...]",
		Short: "Have an empty server make its object",
		Long: `Has a server that serves nothing yet make an object of a class and serve it. A Python server must be able to
import the module; one written in Go must know the class by that name.`,
		Example: `$ pizco instantiate tcp://127.0.0.1:8000 robot.Robot "'Marvin'" age=37
$ pizco get tcp://127.0.0.1:8000 name
Marvin`,
		Args: cobra.MinimumNArgs(2),
	}, func(cmd *cobra.Command, args []string) error {
		if err := checkClass(args[1]); err != nil {
			return err
		}
		arguments, err := parseArguments(args[2:])
		if err != nil {
			return err
		}
		return t.ask(cmd, args[0], func(ctx context.Context, proxy *goagent.Proxy) error {
			return proxy.Instantiate(ctx, args[1], arguments.all()...)
		})
	})
}
