package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// TestServeDialect sends exceptions alone by default, and with their traceback as clients of the
// development line want them.
func TestServeDialect(t *testing.T) {
	for dialect, args := range map[string][]string{
		"": nil, "0.1": {"--dialect", "0.1"}, "master": {"--dialect", "master"}, "develop": {"--dialect", "develop"}, "any": {"--dialect", "any"},
	} {
		server := start(t, append([]string{"serve", "--class", "robot.Robot", "--arg", "'Marvin'", "--kwarg", "age=37"}, args...)...)
		endpoint := server.Line("Server started at ")
		raised := missingRaises(t, endpoint)
		if pair, isPair := raised.(py.Tuple); isPair != (dialect == "master" || dialect == "develop") || isPair && len(pair) != 2 {
			t.Errorf("dialect %q: raises %s", dialect, py.Repr(raised))
		}
	}
	for _, args := range [][]string{{"--dialect", "release"}, {"--python", "--dialect", "master"}} {
		if r := run(t, append([]string{"serve"}, args...)...); r.code != 2 || !strings.Contains(r.stderr, "--dialect") {
			t.Errorf("%v: exit code %d\n%s", args, r.code, r.stderr)
		}
	}
}

// TestServePath has files in a --path with the names of modules of Python's own library, which must
// stay what they are.
func TestServePath(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"lab.py":      "import colorsys, fractions, queue\nclass Lab(object):\n    hue = colorsys.rgb_to_hls(0, 0, 1)[0]\n",
		"colorsys.py": "raise RuntimeError('not the one of the library')\n",
		"queue.py":    "raise RuntimeError('not the one of the library')\n",
		"socket.py":   "raise RuntimeError('not the one of the library')\n",
		"decimal.py":  "raise RuntimeError('not the one of the library')\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	python := pyenv.Newest(t)
	server := start(t, "serve", "--python", "--interpreter", python.PizcoPython, "-p", folder, "--class", "lab.Lab")
	endpoint := server.Line("Server started at ")
	run(t, "get", endpoint, "hue").want(t, 0, "0.6666666666666666\n", "")
}
