package cli_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/pizco-go/pizco/interop/program"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// watched starts a watch of an instrument's signals, and returns it once it misses nothing of any.
// The last signal must be temperature_changed. Subscriptions come into force in their order; the
// original does not tell when, so the last one's signal is emitted until it comes.
func watched(t *testing.T, endpoint string, args ...string) *program.Process {
	t.Helper()
	watcher := start(t, append(append(args, "watch", endpoint), "measured", "alarm", "temperature_changed")...)
	watcher.Line("watching measured, alarm, temperature_changed")
	probe := start(t, "shell", endpoint)
	for seen := false; !seen; {
		statement := "proxy.temperature = 1.0\nproxy.temperature = 2.0\nproxy.temperature\n"
		before := strings.Count(probe.Output(), "\n")
		if _, err := probe.Stdin.Write([]byte(statement)); err != nil {
			t.Fatal(err)
		}
		probe.WaitFor("the temperature", func(out string) bool { return strings.Count(out, "\n") > before })
		seen = strings.Contains(watcher.Output(), "2.0")
	}
	return watcher
}

// TestWatchKeepsTheOrder emits several signals in turn: they are printed in the order in which they
// came.
func TestWatchKeepsTheOrder(t *testing.T) {
	const script = "proxy.measure('begin')\nproxy.sound_alarm(3)\nproxy.measure(1, 2, 3)\nproxy.temperature = 21.5\n" +
		"proxy.sound_alarm(1)\nproxy.measure(None, 0)\nproxy.measure('end')\n"
	forms := map[string]string{
		"text": "measured 'begin'\nalarm 0\nalarm 1\nalarm 2\nmeasured 1 2 3\ntemperature_changed 21.5 2.0\nalarm 0\nmeasured None 0\nmeasured 'end'\n",
		"python": "('measured', ('begin', None, None))\n('alarm', (0, None, None))\n('alarm', (1, None, None))\n('alarm', (2, None, None))\n" +
			"('measured', (1, 2, 3))\n('temperature_changed', (21.5, 2.0, None))\n('alarm', (0, None, None))\n('measured', (None, 0, None))\n('measured', ('end', None, None))\n",
	}
	withPeers(t, func(t *testing.T, p peer) {
		endpoint := p.serve(t, pyenv.Instrument)
		for form, want := range forms {
			watcher := watched(t, endpoint, "-o", form)
			runWith(t, settings{stdin: script}, "shell", endpoint).want(t, 0, "", "")
			out := watcher.WaitFor("the last emission", func(out string) bool { return strings.HasSuffix(out, want[strings.LastIndex(want, "'end'"):]) })
			if !strings.HasSuffix(out, "\n"+want) {
				t.Errorf("printed\n%s\nwant at its end\n%s", out, want)
			}
			if code := watcher.Interrupt(); code != 0 {
				t.Errorf("watch ended with %d", code)
			}
		}
	})
}

// TestWatchEndsOnALostConnection ends the server that is watched, in two ways: the exit code is 3,
// and the error says why.
func TestWatchEndsOnALostConnection(t *testing.T) {
	for name, args := range servings(t) {
		for _, number := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
			t.Run(name+"/"+number.String(), func(t *testing.T) {
				t.Parallel()
				server := start(t, append(slices.Clone(args), "--class", "robot.Robot")...)
				endpoint := server.Line("Server started at ")
				watcher := start(t, "watch", endpoint, "arm_moved")
				watcher.Line("watching arm_moved")
				server.Signal(number)
				if code := watcher.Wait(); code != 3 || !strings.Contains(watcher.Output(), "pizco: connection to "+endpoint) {
					t.Errorf("ended with %d:\n%s", code, watcher.Output())
				}
			})
		}
	}
}
