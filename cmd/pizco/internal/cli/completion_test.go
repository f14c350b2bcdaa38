//go:build shells

package cli_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// The tests of the completion scripts need the shells themselves: the tag keeps them apart. `make
// test-shells` runs them.

// loadCompletions returns the line that the help of completion says loads the completions of a
// shell.
func loadCompletions(t *testing.T, shell string) string {
	t.Helper()
	help := run(t, "completion", shell, "--help").stdout
	_, rest, ok := strings.Cut(help, "To load completions in your current shell session:\n\n\t")
	line, _, _ := strings.Cut(rest, "\n")
	if !ok || !strings.Contains(line, "pizco completion "+shell) {
		t.Fatalf("the help does not say how to load them:\n%s", help)
	}
	return line
}

// shellPath returns the path of a shell, which scripts/setup --shells installs.
func shellPath(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%v: run `make test-shells`, or `scripts/setup --shells` before `go test -tags shells`", err)
	}
	return path
}

// TestCompletionAtThePrompt types Tab in bash and zsh: commands, values of flags and the names of a
// live object are completed.
func TestCompletionAtThePrompt(t *testing.T) {
	shells := map[string]struct{ flags, prepare string }{
		"bash": {"--norc --noprofile -i", "source /usr/share/bash-completion/bash_completion"},
		"zsh":  {"-f -i", "autoload -U compinit && compinit -D -u"},
	}
	for name, row := range shells {
		t.Run(name, func(t *testing.T) {
			withPeers(t, func(t *testing.T, p peer) {
				endpoint := p.serve(t, pyenv.Robot)
				cmd := exec.Command(shellPath(t, name), strings.Fields(row.flags)...)
				cmd.Env = environment(t, "TERM=xterm", "PS1=ready> ", "HISTFILE=", "INPUTRC=/dev/null")
				term := startTerminal(t, cmd)
				term.typed(row.prepare+newline, "ready> ")
				term.typed(loadCompletions(t, name)+" && echo load''ed"+newline, "loaded\n")
				term.typed("pizco vers"+tab+newline, "pizco (devel) (go")
				term.typed("pizco --output js"+tab+"get "+endpoint+" name"+newline, "\n\"Robbie\"\n")
				term.typed("pizco -t 60s call "+endpoint+" gre"+tab+`"'you'"`+newline, "\nHello, you! I am Robbie.\n")
				term.typed("exit"+newline, "")
				term.Wait()
			})
		})
	}
}

// TestCompletionInFish asks fish itself for what it would complete.
func TestCompletionInFish(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		for line, want := range map[string]string{
			"pizco vers":                                "version\tPrint the version of this program and its transport\n",
			"pizco --output js":                         "json\n",
			"pizco -t 60s call " + endpoint + " gre":    "greet\n",
			"pizco pickle reenc":                        "reencode\t",
			"pizco serve --class robot":                 "robot.Robot\n",
			"pizco pickle encode --input base":          "",
			"pizco -t 60s watch " + endpoint + " arm_m": "arm_moved\n",
		} {
			cmd := exec.Command(shellPath(t, "fish"), "--no-config", "-c", loadCompletions(t, "fish")+"\ncomplete -C "+"'"+line+"'")
			p := startCommand(t, cmd)
			if code := p.Wait(); code != 0 || !strings.HasPrefix(p.Output(), want) {
				t.Errorf("%s: ended with %d, completed to %q, want %q", line, code, p.Output(), want)
			}
		}
	})
}
