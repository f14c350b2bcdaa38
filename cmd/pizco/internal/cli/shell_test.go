package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// terminal is a tool that runs in a pseudo-terminal.
type terminal struct {
	*program.Process
	file *os.File
}

// newTerminal starts the tool in a terminal of 100 columns.
func newTerminal(t *testing.T, env []string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = environment(t, append([]string{"TERM=xterm"}, env...)...)
	return startTerminal(t, cmd)
}

// startTerminal starts any program in such a terminal.
func startTerminal(t *testing.T, cmd *exec.Cmd) *terminal {
	t.Helper()
	p := program.New(t, cmd)
	file := startInTerminal(t, cmd, unix.Winsize{Row: 30, Col: 100})
	read := make(chan struct{})
	go func() {
		defer close(read)
		buffer := make([]byte, 4096)
		for {
			n, err := file.Read(buffer)
			_, _ = p.Write(buffer[:n])
			if err != nil {
				return // The other side of the terminal is closed.
			}
		}
	}()
	go func() {
		err := cmd.Wait()
		<-read
		p.Finish(err)
	}()
	t.Cleanup(func() {
		select {
		case <-p.Ended():
		default:
			_ = cmd.Process.Kill()
			<-p.Ended()
		}
		_ = file.Close()
		if t.Failed() {
			t.Logf("the terminal shows\n%q", p.Output())
		}
	})
	return &terminal{p, file}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]|\r")

// plain returns what the terminal shows from an offset on, without the sequences that move and
// colour.
func (term *terminal) plain(from int) string {
	return escapes.ReplaceAllString(term.Output()[from:], "")
}

// typed types keys and waits until what is shown since then holds want. It returns the offset of
// what comes after.
func (term *terminal) typed(keys, want string) {
	term.T.Helper()
	from := len(term.Output())
	if _, err := term.file.WriteString(keys); err != nil {
		term.T.Fatal(err)
	}
	term.WaitFor(want+" after "+keys, func(string) bool { return strings.Contains(term.plain(from), want) })
}

// repeated types a line until what is shown since then holds want, and a prompt after it. A server
// of the original may emit before a subscription has reached it, for it confirms none.
func (term *terminal) repeated(line, want string) {
	term.T.Helper()
	from := len(term.Output())
	again := time.NewTicker(5 * time.Second)
	defer again.Stop()
	deadline := time.Now().Add(program.Limit)
	for time.Now().Before(deadline) {
		if _, err := term.file.WriteString(line); err != nil {
			term.T.Fatal(err)
		}
		for waiting := true; waiting; {
			shown := term.plain(from)
			if strings.Contains(shown, want) && strings.HasSuffix(shown, prompt) {
				return
			}
			select {
			case <-term.Wrote():
			case <-again.C:
				waiting = false
			}
		}
	}
	term.T.Fatalf("no %s after %s", want, line)
}

// waitForSignals waits until Ctrl-C is a signal and no longer a key of the prompt, which shows the
// end of the line before it gives the terminal back. A terminal does not report a change of its
// mode.
func (term *terminal) waitForSignals() {
	term.T.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	deadline := time.Now().Add(program.Limit)
	for {
		mode, err := unix.IoctlGetTermios(int(term.file.Fd()), unix.TCGETS)
		switch {
		case err != nil:
			term.T.Fatal(err)
		case mode.Lflag&unix.ISIG != 0:
			return
		case time.Now().After(deadline):
			term.T.Fatal("the prompt does not give the terminal back")
		}
		<-look.C
	}
}

const (
	prompt  = ">>> "
	tab     = "\t"
	up      = "\x1b[A"
	ctrlC   = "\x03"
	ctrlD   = "\x04"
	newline = "\r"
)

// TestShell uses the shell as one does: completion, history, exceptions, notifications, and an
// interrupted call.
func TestShell(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		history := filepath.Join(t.TempDir(), "state", "history")
		term := newTerminal(t, nil, "shell", "--timeout", "60s", "--name", "robot", "--history", history, endpoint)
		term.WaitFor("the prompt", func(string) bool { return strings.Contains(term.plain(0), "Ctrl-D to leave.\n"+prompt) })

		term.typed("robot.age = 28"+newline, "\n"+prompt)
		term.typed("robot.age"+newline, "\n28\n"+prompt)
		term.typed("rob"+tab+".gr"+tab, "robot.greet")
		term.typed(`('you', greeting="Hi")`+newline, "\n'Hi, you! I am Robbie.'\n"+prompt)
		term.typed("robot.tools['left'] = ('a', 1)"+newline, "\n"+prompt)
		term.typed("robot.tools['left']"+newline, "\n('a', 1)\n"+prompt)
		term.typed("robot.tools.get('up', 0)"+newline, "\n0\n"+prompt)
		term.typed("robot.age = -1"+newline, "\nValueError: a robot is not younger than 0\n"+prompt)
		term.typed("robot.think('six by nine')"+newline, "\n42\n"+prompt)
		term.typed("robot.arm_moved.co"+tab+newline, "robot.arm_moved.connect(print)\n"+prompt)
		term.repeated("robot.move_arm(7)"+newline, "arm_moved 7 ")
		term.typed("robot.arm_moved.disconnect(print)"+newline, "\n"+prompt)
		term.typed("rabbit.age"+newline, "\nNameError: name 'rabbit' is not defined (the object is called robot)\n"+prompt)
		term.typed("robot.move_arm(left)"+newline, `SyntaxError: name "left" is not a literal (column 16)`+"\n"+prompt)
		term.typed("dir(robot)"+newline, "'think'")
		term.WaitFor("the prompt", func(string) bool { return strings.HasSuffix(term.plain(0), "]\n"+prompt) })
		term.typed("robot.wasted", "robot.wasted") // The prompt shows itself before it takes Ctrl-C for a key.
		term.typed(ctrlC, "KeyboardInterrupt\n"+prompt)
		term.typed("robot.age"+newline, "\n28\n"+prompt)
		term.typed(up+up+newline, "dir(robot)\n['age', 'arm_moved'")
		term.WaitFor("the prompt", func(string) bool { return strings.HasSuffix(term.plain(0), "]\n"+prompt) })
		term.typed("help"+newline, "Ctrl-C interrupts a call.\n"+prompt)
		term.typed(ctrlD, "\n")
		if code := term.Wait(); code != 0 {
			t.Errorf("ended with %d", code)
		}

		saved, err := os.ReadFile(history)
		if err != nil || !strings.HasPrefix(string(saved), "robot.age = 28\nrobot.age\n") {
			t.Errorf("the history: %v\n%s", err, saved)
		}
		again := newTerminal(t, nil, "shell", "--name", "robot", "--history", history, endpoint)
		again.WaitFor("the prompt", func(string) bool { return strings.Contains(again.plain(0), prompt) })
		again.typed(up+up+up+newline, "\n28\n"+prompt) // help, dir, and what was before them
		again.typed("exit"+newline, "")
		if code := again.Wait(); code != 0 {
			t.Errorf("ended with %d", code)
		}
	})
}

// TestShellInterruptsLongCall ends a call that takes long by Ctrl-C, and goes on with the same
// connection.
func TestShellInterruptsLongCall(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Instrument)
		term := newTerminal(t, nil, "shell", endpoint)
		term.WaitFor("the prompt", func(string) bool { return strings.Contains(term.plain(0), prompt) })
		began := time.Now()
		term.typed("proxy.think('slowly', 1000)"+newline, "1000)\n")
		term.waitForSignals()
		term.typed(ctrlC, "KeyboardInterrupt\n"+prompt)
		if took := time.Since(began); took > program.Limit {
			t.Errorf("it took %v", took)
		}
		term.typed("proxy.scale(3)"+newline, "\n6\n"+prompt)
		term.typed(ctrlD, "\n")
		if code := term.Wait(); code != 0 {
			t.Errorf("ended with %d", code)
		}
	})
}

// TestShellScripts stops a script at its first error.
func TestShellScripts(t *testing.T) {
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Robot)
		script := "# a comment\n\nrobot.age = 5\nrobot.age\nrobot\nrobot.arm_moved\nrobot.age = -1\nrobot.age = 6\n"
		runWith(t, settings{stdin: script}, "shell", "--name", "robot", endpoint).want(t, 1,
			"5\n<Proxy "+endpoint+">\n<RemoteAttribute arm_moved>\n", "line 7:\nValueError: a robot is not younger than 0\n")
		runWith(t, settings{stdin: "proxy.name\nexit\nproxy.x\n"}, "shell", endpoint).want(t, 0, "'Robbie'\n", "")
		runWith(t, settings{stdin: "proxy.name =\n"}, "shell", endpoint).want(t, 2, "",
			"line 1:\nSyntaxError: unexpected end of the text (column 13)\nTry 'pizco shell --help'.\n")
	})
}
