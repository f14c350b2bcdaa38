// Package modules holds what the library takes in: which modules a program that imports it builds
// with, and which packages come into it.
package modules

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	root    = "../.."
	library = "github.com/pizco-go/pizco"

	// mostModules bounds the build list of a program that imports package goagent, without the
	// program's own module.
	mostModules = 28
)

// oracle is the only module that the root requires for its tests alone.
const oracle = "github.com/nlpodyssey/gopickle"

// goCommand runs the go command in a folder, without the workspace, and returns what it prints.
func goCommand(t *testing.T, folder string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

// write writes a file into a folder.
func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestBuildList counts the modules in the build list of a program that imports package goagent.
func TestBuildList(t *testing.T) {
	path, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write(t, folder, "go.mod", "module program\n\ngo 1.26.0\n\nrequire "+library+" v0.0.0\n\nreplace "+library+" => "+path+"\n")
	write(t, folder, "main.go", "package main\n\nimport _ \""+library+"/goagent\"\n\nfunc main() {}\n")
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "go.sum", string(sums))
	goCommand(t, folder, nil, "mod", "tidy")
	modules := strings.Fields(goCommand(t, folder, nil, "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all"))
	if len(modules) > mostModules {
		t.Errorf("%d modules, want at most %d:\n%s", len(modules), mostModules, strings.Join(modules, "\n"))
	}
	t.Logf("%d modules", len(modules))
}

// modulesOf returns the modules that the packages which fit a pattern are made of, without their
// tests. The root is not among them.
func modulesOf(t *testing.T, env []string, tags, pattern string) map[string]bool {
	t.Helper()
	modules := map[string]bool{}
	out := goCommand(t, root, env, "list", "-deps", "-tags", tags, "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", pattern)
	for _, module := range strings.Fields(out) {
		modules[module] = true
	}
	return modules
}

// TestLibraryTakesIn lists the modules whose code comes into a program with each of the library's
// packages: nothing of the tool, the gateway or the tests.
func TestLibraryTakesIn(t *testing.T) {
	const uuid, text, crypto, binding = "github.com/google/uuid", "golang.org/x/text", "golang.org/x/crypto", "github.com/pebbe/zmq4"
	for _, row := range []struct {
		pattern, tags string
		want          []string
	}{
		{"./py/...", "", []string{uuid, text}},
		{"./jsonser/...", "", []string{uuid, text}},
		{"./pickle/...", "", []string{uuid, text}},
		{"./wire/...", "", []string{uuid, text}},
		{"./goagent/...", "", []string{uuid, crypto, "golang.org/x/sys", text}},
		{"./goagent/...", "libzmq", []string{uuid, binding, crypto, "golang.org/x/sys", text}},
	} {
		if got := slices.Sorted(maps.Keys(modulesOf(t, []string{"CGO_ENABLED=1"}, row.tags, row.pattern))); !slices.Equal(got, row.want) {
			t.Errorf("%s with the tags %q takes in %v, want %v", row.pattern, row.tags, got, row.want)
		}
	}
}

// TestNothingIsForTests has each module that go.mod names be used by something other than a test,
// but for the oracle.
func TestNothingIsForTests(t *testing.T) {
	used := map[string]bool{library: true, oracle: true}
	for _, system := range []string{"linux", "windows"} {
		maps.Copy(used, modulesOf(t, []string{"GOOS=" + system, "CGO_ENABLED=1"}, "libzmq", "./..."))
		maps.Copy(used, modulesOf(t, []string{"GOOS=" + system, "CGO_ENABLED=0"}, "", "./..."))
	}
	for line := range strings.Lines(read(t, filepath.Join(root, "go.mod"))) {
		fields := strings.Fields(strings.TrimPrefix(line, "require "))
		if len(fields) < 2 || !strings.Contains(fields[0], ".") || !strings.HasPrefix(fields[1], "v") {
			continue
		}
		if !used[fields[0]] {
			t.Errorf("go.mod requires %s, which only tests use: move them into the module test", fields[0])
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestWorkspaceAgrees has the tests run with the versions that the root module builds with: a
// workspace takes the highest that any of its modules names.
func TestWorkspaceAgrees(t *testing.T) {
	const form = "{{.Path}} {{.Version}}"
	inWorkspace := map[string]bool{}
	for line := range strings.Lines(goCommand(t, root, []string{"GOWORK=", "GOFLAGS="}, "list", "-m", "-f", form, "all")) {
		inWorkspace[line] = true
	}
	for line := range strings.Lines(goCommand(t, root, nil, "list", "-deps", "-test", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./...")) {
		if strings.TrimSpace(line) != "" && !inWorkspace[line] {
			t.Errorf("%s is another version in the workspace: run `go work sync`", strings.TrimSpace(line))
		}
	}
}

// TestInstall installs the tool from the root module alone.
func TestInstall(t *testing.T) {
	folder := t.TempDir()
	goCommand(t, root, []string{"GOBIN=" + folder}, "install", "./cmd/pizco")
	if _, err := os.Stat(filepath.Join(folder, "pizco")); err != nil {
		t.Error(err)
	}
}
