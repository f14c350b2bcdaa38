package pizco_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// blocks returns the contents of the fenced blocks of a language in a document.
func blocks(t *testing.T, document, language string) []string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(text, -1) {
		found = append(found, string(match[1]))
	}
	return found
}

// TestReadmeIsShort holds README to the length that a new user reads.
func TestReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if lines := bytes.Count(text, []byte("\n")); err != nil || lines > 150 {
		t.Errorf("%v, README has %d lines, more than 150: move what a new user does not need to docs", err, lines)
	}
}

const manualsServer = `import pizco_compat
from pizco import Server
from multiply_by import MultiplyBy
Server(MultiplyBy(2), 'tcp://127.0.0.1:8000').serve_forever()
`

// TestReadmePrograms plays README's client against README's server and against the original's.
func TestReadmePrograms(t *testing.T) {
	programs := blocks(t, "README.md", "go")
	if len(programs) != 3 {
		t.Fatalf("README has %d Go programs, want the client, the server and the arrays", len(programs))
	}
	folder := t.TempDir()
	client := build(t, folder, "client", programs[0])
	servers := map[string][]string{
		"Go":     {build(t, folder, "server", programs[1])},
		"Python": {pyenv.Newest(t).PizcoPython, write(t, folder, "server.py", manualsServer)},
	}
	for name, server := range servers {
		t.Run(name+" server", func(t *testing.T) {
			printed, err := play(t, folder, server, []string{client})
			if want := "the product is 16 <nil>\n<nil> <nil> the factor is now 3\n"; err != nil || printed != want {
				t.Errorf("%v, printed\n%s\nwant\n%s", err, printed, want)
			}
		})
	}
}

const arraysFrame = `package main

import (
	"context"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/py"
)

func use(ctx context.Context, proxy *goagent.Proxy, pixels []uint16) error {
`

// TestReadmeArrays compiles the lines about arrays.
func TestReadmeArrays(t *testing.T) {
	programs := blocks(t, "README.md", "go")
	source := arraysFrame + programs[len(programs)-1] + "return err\n}\n\nfunc main() {}\n"
	build(t, t.TempDir(), "arrays", source)
}

// TestReadmeCommands types README's commands, while the original serves the manual's object, and
// compares what they print.
func TestReadmeCommands(t *testing.T) {
	folder := t.TempDir()
	tool := filepath.Join(folder, "pizco")
	if runtime.GOOS == "windows" {
		tool += ".exe"
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", tool, "./cmd/pizco").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	endpoint := "ipc://" + filepath.Join(folder, "server")
	serving := command(ctx, t, folder, []string{pyenv.Newest(t).PizcoPython, write(t, folder, "server.py", manualsServer)}, endpoint)
	start(t, serving)
	defer func() {
		_ = serving.Process.Kill()
		_ = serving.Wait()
	}()
	consoles := blocks(t, "README.md", "console")
	if len(consoles) != 1 {
		t.Fatalf("README has %d blocks of commands, want one", len(consoles))
	}
	for typed := range strings.SplitSeq(consoles[0], "$ ") {
		line, want, _ := strings.Cut(typed, "\n")
		if line == "" {
			continue
		}
		args := strings.Fields(strings.ReplaceAll(line, "tcp://127.0.0.1:8000", endpoint))
		out, err := command(ctx, t, folder, slices.Concat([]string{tool}, args[1:]), endpoint).CombinedOutput()
		if err != nil || string(out) != want {
			t.Errorf("%s: %v, printed\n%s\nREADME says\n%s", line, err, out, want)
		}
	}
}

// TestCodecProgram runs the program of docs/codec.md.
func TestCodecProgram(t *testing.T) {
	programs, wants := blocks(t, "docs/codec.md", "go"), blocks(t, "docs/codec.md", "text")
	if len(programs) != 1 || len(wants) != 1 {
		t.Fatalf("docs/codec.md has %d programs and %d outputs, want one of each", len(programs), len(wants))
	}
	out, err := exec.CommandContext(t.Context(), build(t, t.TempDir(), "codec", programs[0])).CombinedOutput()
	if err != nil || string(out) != wants[0] {
		t.Errorf("%v, printed\n%s\nthe document says\n%s", err, out, wants[0])
	}
}
