package cli_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/cmd/pizco/internal/cli"
	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// The endpoints that the examples name.
const (
	exampleServer = "tcp://127.0.0.1:8000"
	exampleTap    = "tcp://127.0.0.1:8001"
)

// step is a command of an example, and what it prints.
type step struct{ command, output string }

// session is how the examples of a command are run.
type session struct {
	// object is what the server serves; without one there is no server.
	object string
	// drive is what happens while a command runs that goes on until it is interrupted or served well.
	drive func(t *testing.T, endpoint string, p *program.Process)
	// interrupted is set when the command is to be ended with Ctrl-C.
	interrupted bool
	// prepare makes files in the folder that the command runs in.
	prepare func(t *testing.T, endpoint, folder string)
}

var sessions = map[string]session{
	"call": {object: pyenv.Robot}, "get": {object: pyenv.Robot}, "set": {object: pyenv.Robot}, "item": {object: pyenv.Robot},
	"inspect": {object: pyenv.Robot}, "info": {object: pyenv.Robot}, "echo": {object: pyenv.Robot}, "stop": {object: pyenv.Robot},
	"instantiate": {object: pyenv.Nothing}, "bench": {object: pyenv.Robot}, "shell": {object: pyenv.Robot},
	"watch":         {object: pyenv.Robot, drive: moveArm},
	"serve":         {interrupted: true},
	"tap":           {object: pyenv.Robot, drive: askThroughTap, interrupted: true},
	"tap show":      {object: pyenv.Robot, prepare: makeRecording},
	"tap replay":    {object: pyenv.Robot, prepare: makeRecording},
	"gateway":       {object: pyenv.Robot, interrupted: true},
	"gateway check": {prepare: makeGatewayFile},
	"pickle decode": {}, "pickle dis": {}, "pickle encode": {}, "pickle reencode": {}, "pickle scan": {}, "version": {},
}

// noExamples are the commands that only have others below them, and cobra's own commands:
// TestCompletionAtThePrompt runs what the help of completion shows.
var noExamples = map[string]bool{
	"help": true, "pickle": true, "completion bash": true, "completion zsh": true, "completion fish": true, "completion powershell": true,
}

// TestExamples runs what the help of each command shows, as it stands, against the original and a
// Go server.
func TestExamples(t *testing.T) {
	for _, words := range cli.CommandPaths() {
		name := strings.Join(words, " ")
		if noExamples[name] {
			continue
		}
		s, known := sessions[name]
		if !known {
			t.Errorf("nothing says how to run the examples of %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := examples(t, words)
			if s.object == "" {
				runSteps(t, s, steps, "")
				return
			}
			withPeers(t, func(t *testing.T, p peer) { runSteps(t, s, steps, p.serve(t, s.object)) })
		})
	}
}

// examples returns the examples that the help of a command shows.
func examples(t *testing.T, words []string) []step {
	t.Helper()
	help := run(t, append(words, "--help")...)
	_, text, ok := strings.Cut(help.stdout, "\nExamples:\n")
	if help.code != 0 || !ok {
		t.Fatalf("the help of %v shows no example:\n%s%s", words, help.stdout, help.stderr)
	}
	text, _, _ = strings.Cut(text, "\n\n")
	var steps []step
	for _, line := range strings.SplitAfter(text+"\n", "\n") {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			steps = append(steps, step{command: strings.TrimSpace(command)})
		} else if len(steps) > 0 {
			steps[len(steps)-1].output += line
		}
	}
	for i := range steps {
		if steps[i].output == "\n" {
			steps[i].output = ""
		}
		steps[i].output = strings.TrimSuffix(steps[i].output, "\n\n") + map[bool]string{true: "\n"}[strings.HasSuffix(steps[i].output, "\n\n")]
	}
	if len(steps) == 0 || !strings.Contains(steps[0].command, "pizco "+strings.Join(words, " ")) && !strings.Contains(steps[0].command, words[len(words)-1]) {
		t.Fatalf("the help of %v has no example of it: %q", words, text)
	}
	return steps
}

func runSteps(t *testing.T, s session, steps []step, endpoint string) {
	folder := t.TempDir()
	fixtures, err := filepath.Abs("../../../../python_fixtures")
	if err != nil {
		t.Fatal(err)
	}
	if s.prepare != nil {
		s.prepare(t, endpoint, folder)
	}
	place := strings.NewReplacer(exampleServer, first(endpoint, "tcp://127.0.0.1:..."), exampleTap, "tcp://127.0.0.1:...")
	command := strings.NewReplacer(exampleServer, first(endpoint, "tcp://127.0.0.1:0"), exampleTap, "tcp://127.0.0.1:0",
		"--path python_fixtures", "--interpreter "+pyenv.Newest(t).PizcoPython+" --path "+fixtures)
	for _, st := range steps {
		cmd := exec.Command("sh", "-c", "exec 2>&1; "+command.Replace(st.command))
		cmd.Dir = folder
		p := startCommand(t, cmd)
		if s.drive != nil {
			s.drive(t, endpoint, p)
		}
		want := sessionPattern(place.Replace(st.output))
		if s.interrupted {
			p.WaitFor("the output of the example:\n"+st.output, func(out string) bool { return want.MatchString(untilStopped(out)) })
			p.Interrupt()
		} else {
			p.Wait()
		}
		if out := untilStopped(p.Output()); !want.MatchString(out) {
			t.Errorf("$ %s\nprinted\n%s\nthe help says\n%s", st.command, out, st.output)
		}
	}
}

// untilStopped leaves out what a server prints when it has been interrupted, which examples do not
// show.
func untilStopped(out string) string { return strings.TrimSuffix(out, "Server stopped\n") }

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// sessionPattern matches an example's output, in which ... stands for anything.
func sessionPattern(output string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(output)
	pattern = strings.ReplaceAll(pattern, `\.\.\.`+"\n", `(?s:.*)`+"\n")
	pattern = strings.ReplaceAll(pattern, `Press CTRL\+c to stop (?s:.*)`, `Press CTRL\+c to stop \.\.\.`)
	return regexp.MustCompile(`\A` + strings.ReplaceAll(pattern, `\.\.\.`, `.*`) + `\z`)
}

// moveArm has the robot's signal emitted once watch says that it misses nothing.
func moveArm(t *testing.T, endpoint string, p *program.Process) {
	p.Line("watching ")
	position := 0
	for range 2 {
		position++
		select {
		case <-p.Ended():
			return
		default:
		}
		next := run(t, "get", endpoint, "position")
		run(t, "call", endpoint, "move_arm", increment(t, next.stdout)).want(t, 0, "", "")
	}
}

func askThroughTap(t *testing.T, _ string, p *program.Process) {
	line := p.Line("Tap at ")
	endpoint, _, _ := strings.Cut(line, " ")
	run(t, "get", endpoint, "age").want(t, 0, "3\n", "")
}

// makeRecording records a client that asks through a tap.
func makeRecording(t *testing.T, endpoint, folder string) {
	p := start(t, "tap", "--record", filepath.Join(folder, "recording.jsonl"), exampleAnyPort, endpoint)
	askThroughTap(t, endpoint, p)
	if code := p.Interrupt(); code != 0 {
		t.Fatalf("tap ended with %d", code)
	}
}

const exampleAnyPort = "tcp://127.0.0.1:0"

func increment(t *testing.T, number string) string {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(n + 1)
}
