package cli_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestOutputForms prints the same results in each form, from each kind of server.
func TestOutputForms(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		run(t, "set", endpoint, "name", `'R2 "é" \ud800'`).want(t, 0, "", "")
		for _, row := range []struct{ form, want string }{
			{"text", `'R2 "é" \ud800'`}, // print() itself fails in Python for a lone surrogate
			{"python", `'R2 "é" \ud800'`},
			{"json", `"R2 \"\u00e9\" \ud800"`},
		} {
			run(t, "get", "-o", row.form, endpoint, "name").want(t, 0, row.want+"\n", "")
		}
		run(t, "set", endpoint, "name", `'Marvin'`).want(t, 0, "", "")
		run(t, "get", "-o", "text", endpoint, "name").want(t, 0, "Marvin\n", "")
		run(t, "-o", "json", "echo", endpoint, "(1, 2.5, None, {3, }, b'x', {'a': 1j, 2: ...})").want(t, 0,
			`[1, 2.5, null, [3], "eA==", {"a": {"real": 0.0, "imag": 1.0}, "2": "Ellipsis"}]`+"\n", "")
		run(t, "-o", "python", "call", endpoint, "move_arm").want(t, 0, "None\n", "")
		run(t, "-o", "json", "call", endpoint, "move_arm").want(t, 0, "null\n", "")
		run(t, "call", endpoint, "move_arm").want(t, 0, "", "")
		run(t, "get", endpoint, "move_arm").want(t, 0, "<RemoteAttribute move_arm>\n", "")
		run(t, "call", endpoint, "move_arm", "-3", "-o", "python").want(t, 0, "None\n", "")
		run(t, "echo", endpoint, "--output=json", "--timeout", "60s", "--", "-3").want(t, 0, "-3\n", "")
		run(t, "get", endpoint, "tools").want(t, 0, "{'left': 'gripper', 'right': 'camera'}\n", "")
		run(t, "-o", "json", "bench", "-n", "10", "-c", "2", endpoint).wantMatch(t, 0,
			`{"calls": 10, "clients": 2, "seconds": ..., "calls_per_second": ..., "min": ..., "p50": ..., "p90": ..., "p99": ..., "p99.9": ..., "max": ...}`)
	})
}

func (r result) wantMatch(t *testing.T, code int, pattern string) {
	t.Helper()
	if r.code != code || !sessionPattern(pattern+"\n").MatchString(r.stdout) {
		t.Errorf("exit code %d, want %d\nstdout:\n%s\nwant:\n%s\nstderr:\n%s", r.code, code, r.stdout, pattern, r.stderr)
	}
}

func TestRemoteExceptions(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		for want, args := range map[string][]string{
			"ValueError: a robot is not younger than 0": {"set", endpoint, "age", "-1"},
			"KeyError: 'up'": {"item", endpoint, "tools", "'up'"},
			"AttributeError: 'Robot' object has no attribute 'x'": {"get", endpoint, "x"},
			"ValueError: no idea: what is the question?":          {"call", endpoint, "think", "'what is the question?'"},
			"Exception: Cannot instantiate another object.":       {"instantiate", endpoint, "robot.Robot"},
		} {
			r := run(t, args...)
			if r.code != 1 || r.stdout != "" || !strings.HasPrefix(r.stderr, want) {
				t.Errorf("%v: exit code %d, %s%s", args[2:], r.code, r.stdout, r.stderr)
			}
		}
	})
}

func TestUsageErrors(t *testing.T) {
	const endpoint = "tcp://127.0.0.1:1"
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"fly"}, `unknown command "fly" for "pizco"`},
		{[]string{"call", endpoint}, "pizco call takes ENDPOINT METHOD [ARG...] [NAME=ARG...] (1 given)"},
		{[]string{"version", "now"}, "pizco version takes no arguments (1 given)"},
		{[]string{"pickle", "uncode"}, `unknown command "uncode" for "pizco pickle"`},
		{[]string{"get", "tcp://127.0.0.1", "x"}, "tcp://127.0.0.1 has no host and port, as tcp://127.0.0.1:8000 has"},
		{[]string{"call", "localhost", "x"}, `"localhost" is not an endpoint such as tcp://127.0.0.1:8000 or ipc:///tmp/robot`},
		{[]string{"call", "inproc://robot", "x"}, "inproc://robot can only be reached from inside the program that serves it"},
		{[]string{"call", endpoint, "greet", "World"}, `the argument World is not a Python literal: line 1, column 1: name "World" is not a literal; put a str in Python's quotes within the shell's, as in "'World'"`},
		{[]string{"call", endpoint, "greet", "--output"}, "flag needs an argument: --output"},
		{[]string{"call", endpoint, "greet", "-x"}, "unknown shorthand flag: 'x' in -x"},
		{[]string{"call", endpoint, "greet", "--fast=1"}, "unknown flag: --fast"},
		{[]string{"call", endpoint, "greet", "--", "-x"}, `the argument -x is not a Python literal: line 1, column 2: name "x" is not a literal; put a str in Python's quotes within the shell's, as in "'-x'"`},
		{[]string{"call", endpoint, "greet", "a=1", "2"}, "positional argument 2 follows keyword argument"},
		{[]string{"call", endpoint, "greet", "a=1", "a=2"}, "keyword argument repeated: a"},
		{[]string{"-o", "xml", "info", endpoint}, `output is "xml", not one of text, json, python`},
		{[]string{"--serializer", "xml", "info", endpoint}, `the serializer is "xml", not one of pickle, pickle0, pickle1, pickle2, pickle3, pickle4, pickle5, json`},
		{[]string{"--color", "red", "info", endpoint}, `color is "red", not one of auto, always, never`},
		{[]string{"-t", "-1s", "info", endpoint}, "the timeout is negative"},
		{[]string{"-t", "soon", "info", endpoint}, `invalid argument "soon" for "-t, --timeout" flag: time: invalid duration "soon"`},
		{[]string{"watch", "-n", "-1", endpoint, "x"}, "--count is negative"},
		{[]string{"bench", "-c", "0", endpoint}, "--clients and --duration must be above 0, --calls and --warmup 0 or above"},
		{[]string{"shell", "--name", "1", endpoint}, `--name "1" is not a name`},
		{[]string{"serve", "--arg", "1"}, "--arg and --kwarg are for --class"},
		{[]string{"serve", "--class", "robot.Robot", "--kwarg", "1"}, "--kwarg 1 is not NAME=LITERAL"},
		{[]string{"pickle", "encode", "--protocol", "6", "-e", "1"}, `--protocol is "6", not 0 to 5`},
		{[]string{"pickle", "encode", "-e", "1", "file"}, "give --expression or FILE, not both"},
		{[]string{"pickle", "decode", "--input", "oct"}, `--input is "oct", not one of raw, hex, base64`},
		{[]string{"--config", "/nonexistent", "version"}, "the settings' file /nonexistent: open /nonexistent: no such file or directory"},
	} {
		r := run(t, row.args...)
		if want := "pizco: " + row.want + "\nTry '" + commandOf(row.args) + " --help'.\n"; r.code != 2 || r.stdout != "" || r.stderr != want {
			t.Errorf("%v: exit code %d\n%s%s\nwant\n%s", row.args, r.code, r.stdout, r.stderr, want)
		}
	}
}

// commandOf returns the command that arguments name, flags and their values left out.
func commandOf(args []string) string {
	words := []string{"pizco"}
	for _, path := range append(cli.CommandPaths(), []string{"pickle"}) {
		for i := range args {
			if len(path) >= len(words) && slices.Equal(args[i:min(i+len(path), len(args))], path) {
				words = append([]string{"pizco"}, path...)
			}
		}
	}
	return strings.Join(words, " ")
}

// TestNoServer asks at an endpoint without a listener: the error says why.
func TestNoServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "tcp://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	r := run(t, "-t", "1s", "get", endpoint, "age")
	if want := "pizco: no connection to " + endpoint + " within 1s: connection refused"; r.code != 3 || !strings.HasPrefix(r.stderr, want) {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestUnreachableServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	// Somebody listens there, but never says a word of ZeroMQ.
	r := run(t, "-t", "300ms", "get", "tcp://"+listener.Addr().String(), "age")
	if r.code != 3 || !strings.HasPrefix(r.stderr, "pizco: no connection to tcp://127.0.0.1:") || !strings.Contains(r.stderr, "within 300ms: is a server running there?") {
		t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
	}
}

func TestServerThatDoesNotAnswerInTime(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Instrument)
		r := run(t, "-t", "4s", "call", endpoint, "think", "'slowly'", "1000")
		if r.code != 4 || r.stdout != "" || r.stderr != "pizco: no answer within 4s (--timeout waits longer)\n" {
			t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
		}
	})
}

// TestServerThatGoesAway kills a server that has been asked something.
func TestServerThatGoesAway(t *testing.T) {
	for name, args := range servings(t) {
		if name == "go" {
			continue // None of its calls takes long; to the client it is the same.
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, append(args, "-v", "--class", "instrument.Instrument")...)
			call := start(t, "call", server.Line("Server started at "), "think", "'slowly'", "1000")
			server.WaitFor("the call", func(out string) bool { return strings.Contains(out, "slowly") })
			server.Signal(syscall.SIGKILL)
			if code := call.Wait(); code != 3 || !strings.HasPrefix(call.Output(), "pizco: connection to tcp://127.0.0.1:") {
				t.Errorf("ended with %d:\n%s", code, call.Output())
			}
		})
	}
}

// TestKeys signs with a key from each place that it can come from, and is refused without or with
// another.
func TestKeys(t *testing.T) {
	const word = "open sésame"
	withPeers(t, func(t *testing.T, p peer) {
		folder := t.TempDir()
		keyFile, wrongFile := filepath.Join(folder, "key"), filepath.Join(folder, "wrong")
		config := filepath.Join(folder, "config.toml")
		for path, text := range map[string]string{keyFile: word + "\r\n", wrongFile: "mellon", config: "key_file = 'key'\noutput = 'python'\ntimeout = '9s'\n"} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var endpoint string
		if p.python != nil {
			endpoint = p.python.Serve(t, pyenv.Robot, pyenv.WithEnv("PZC_KEY", word)).RepEndpoint
		} else {
			endpoint = start(t, "--key-file", keyFile, "serve", "--class", "robot.Robot").Line("Server started at ")
		}
		get := []string{"get", endpoint, "name"}
		run(t, append([]string{"--key-file", keyFile}, get...)...).want(t, 0, "Robbie\n", "")
		run(t, append([]string{"--config", config}, get...)...).want(t, 0, "'Robbie'\n", "")
		runWith(t, settings{env: []string{"PZC_KEY=" + word}}, get...).want(t, 0, "Robbie\n", "")
		runWith(t, settings{env: []string{"PIZCO_CONFIG=" + config}}, get...).want(t, 0, "'Robbie'\n", "")
		// A flag counts for more than the environment, and that for more than the file.
		runWith(t, settings{env: []string{"PZC_KEY=mellon"}}, append([]string{"--key-file", keyFile, "--config", config, "-o", "text"}, get...)...).want(t, 0, "Robbie\n", "")
		for _, r := range []result{
			run(t, get...),
			run(t, append([]string{"--key-file", wrongFile}, get...)...),
			runWith(t, settings{env: []string{"PZC_KEY=mellon", "PIZCO_CONFIG=" + config}}, get...),
		} {
			if r.code != 5 || r.stdout != "" || strings.Contains(r.stderr, "mellon") {
				t.Errorf("exit code %d, %s%s", r.code, r.stdout, r.stderr)
			}
		}
	})
}

func TestSettingsFileIsChecked(t *testing.T) {
	for text, want := range map[string]string{
		"colour = 'never'": `there is no setting "colour"`,
		"timeout = 'soon'": `timeout: time: invalid duration "soon"`,
		"key_file = 'x":    "toml: ",
		"output = 'xml'":   `output is "xml"`,
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := run(t, "--config", path, "version"); r.code != 2 || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: exit code %d, %s", text, r.code, r.stderr)
		}
	}
}

func TestSerializers(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		for _, serializer := range []string{"pickle", "pickle0", "pickle1", "pickle2", "pickle3", "pickle4", "json"} {
			run(t, "--serializer", serializer, "get", endpoint, "name").want(t, 0, "Robbie\n", "")
			runWith(t, settings{env: []string{"PZC_SER=" + serializer}}, "call", endpoint, "greet", "'you'").want(t, 0, "Hello, you! I am Robbie.\n", "")
		}
	})
}

// TestSettingsInOrder gives a setting in the file, in the environment and by its flag: each counts
// for more than the ones before it. A tap shows which serializer a call was written with.
func TestSettingsInOrder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte("serializer = 'pickle1'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	robot := start(t, "serve", "--class", "robot.Robot").Line("Server started at ")
	for _, row := range []struct {
		want      string
		env, args []string
	}{
		{"pickle", nil, nil},
		{"pickle1", nil, []string{"--config", file}},
		{"json", []string{"PZC_SER=json"}, nil},
		{"json", []string{"PZC_SER=json"}, []string{"--config", file}},
		{"pickle3", []string{"PZC_SER=json"}, []string{"--config", file, "--serializer", "pickle3"}},
	} {
		tap := start(t, "tap", exampleAnyPort, robot)
		endpoint, _, _ := strings.Cut(tap.Line("Tap at "), " ")
		runWith(t, settings{env: row.env}, append(row.args, "get", endpoint, "name")...).want(t, 0, "Robbie\n", "")
		written := tap.Line("  serializer  ") // of the first request
		if name, _, _ := strings.Cut(written, ","); name != row.want {
			t.Errorf("%v %v: written with %s, want %s", row.env, row.args, written, row.want)
		}
		tap.Interrupt()
	}
}

func TestColors(t *testing.T) {
	run(t, "--color", "always", "get", "nowhere", "x").want(t, 2, "", "\x1b[31;1mpizco:\x1b[0m \"nowhere\" is not an endpoint such as tcp://127.0.0.1:8000 or ipc:///tmp/robot\nTry 'pizco get --help'.\n")
	run(t, "--color", "never", "get", "nowhere", "x").want(t, 2, "", "pizco: \"nowhere\" is not an endpoint such as tcp://127.0.0.1:8000 or ipc:///tmp/robot\nTry 'pizco get --help'.\n")
}

// tapped puts a tap before a server, whose output tells what has been asked, and returns the tap's
// endpoint.
func tapped(t *testing.T, endpoint string) (*program.Process, string) {
	t.Helper()
	tap := start(t, "tap", "--brief", exampleAnyPort, endpoint)
	address, _, _ := strings.Cut(tap.Line("Tap at "), " ")
	tap.Line("Press CTRL+c to stop")
	return tap, address
}

func TestInterruptedCall(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		for _, number := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			tap, endpoint := tapped(t, p.serve(t, pyenv.Instrument))
			call := start(t, "call", endpoint, "think", "'slowly'", "1000")
			tap.WaitFor("the call", func(out string) bool { return strings.Contains(out, "'slowly'") })
			call.Signal(number)
			if code := call.Wait(); code != 130 || call.Output() != "interrupted\n" {
				t.Errorf("%v: call ended with %d:\n%s", number, code, call.Output())
			}
		}
	})
}

// TestKeywordsKeepTheirOrder has the server tell in which order it got them.
func TestKeywordsKeepTheirOrder(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Instrument)
		const want = "((1, -2), {'z': 1, 'a': 2, 'm': 3})\n"
		run(t, "call", endpoint, "echo", "1", "-2", "z=1", "a=2", "m=3").want(t, 0, want, "")
		runWith(t, settings{stdin: "proxy.echo(1, -2, z=1, a=2, m=3)\n"}, "shell", endpoint).want(t, 0, want, "")
	})
	for name, args := range servings(t) {
		if name == "go" {
			continue // None of its classes takes any keywords.
		}
		t.Run("serve "+name, func(t *testing.T) {
			t.Parallel()
			const want = "{'z': 1, 'a': 2, 'm': 3}\n"
			served := start(t, append(args, "--class", "instrument.Instrument", "--kwarg", "z=1", "--kwarg", "a=2", "--kwarg", "m=3")...)
			run(t, "get", served.Line("Server started at "), "settings").want(t, 0, want, "")
			empty := start(t, args...).Line("Server started at ")
			run(t, "instantiate", empty, "instrument.Instrument", "z=1", "a=2", "m=3").want(t, 0, "", "")
			run(t, "get", empty, "settings").want(t, 0, want, "")
		})
	}
}

func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := run(t, "completion", shell); r.code != 0 || !strings.Contains(r.stdout, "pizco") {
			t.Errorf("%s: exit code %d\n%s", shell, r.code, r.stderr)
		}
	}
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		r := run(t, "__complete", "-t", "60s", "call", endpoint, "")
		if !strings.Contains(r.stdout, "move_arm\n") || !strings.Contains(r.stdout, "think\n") {
			t.Errorf("names: %s%s", r.stdout, r.stderr)
		}
	})
	run(t, "__complete", "--serializer", "json").wantMatch(t, 0, "pickle\n...\njson\n:4")
}
