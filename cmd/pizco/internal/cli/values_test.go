package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestArgumentsAreValues gives the tool arguments that would run a command, were they more than
// values, wherever it takes one.
func TestArgumentsAreValues(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			endpoint := python.Serve(t, pyenv.Robot).RepEndpoint
			marker := filepath.Join(t.TempDir(), "marker")
			tagged := fmt.Sprintf(`{'$object': {'class': ['os', 'system'], 'how': 'reduce', 'args': ['touch %s']}}`, marker)
			for _, value := range []string{tagged, "[" + tagged + "]", "{1: " + tagged + "}"} {
				run(t, "echo", endpoint, value).want(t, 0, value+"\n", "") // it is a dict like any other
				run(t, "set", endpoint, "name", value).want(t, 0, "", "")
				if r := run(t, "call", endpoint, "greet", value); r.code != 0 || !strings.Contains(r.stdout, "$object") {
					t.Errorf("call: %d, %s%s", r.code, r.stdout, r.stderr)
				}
			}
			for _, text := range []string{
				"__import__('os').system('touch " + marker + "')", "os.system('touch " + marker + "')", "(lambda: 1)()", "f'{1}'", "[x for x in (1,)]", "eval",
			} {
				for _, args := range [][]string{{"echo", endpoint, text}, {"set", endpoint, "name", text}, {"call", endpoint, "greet", text}, {"call", endpoint, "greet", "whom=" + text}} {
					if r := run(t, args...); r.code == 0 {
						t.Errorf("%v: taken: %s", args, r.stdout)
					}
				}
			}
			if _, err := os.Stat(marker); !os.IsNotExist(err) {
				t.Errorf("a command has run: %v", err)
			}
		})
	}
}

// TestKeyFileOthersMayRead warns of a key file that others may read, and goes on.
func TestKeyFileOthersMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("open sesame"), 0o600); err != nil {
		t.Fatal(err)
	}
	encode := []string{"--key-file", path, "pickle", "encode", "-e", "1", "--format", "base64"}
	run(t, encode...).want(t, 0, "gARLAS4=\n", "")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if r := run(t, encode...); r.code != 0 || !strings.Contains(r.stderr, "Warning: others may read "+path) {
		t.Errorf("%d, %s", r.code, r.stderr)
	}
}
