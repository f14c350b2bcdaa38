// Command mutate breaks the Go side in one line at a time and has the conformance suite look for
// it: each of interop/mutations/mutations.yaml must be reported. The sources stay as they are; the
// Go compiler is given the broken line as an overlay. It is run from the repository's root.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mutation is one way to break a line.
type mutation struct {
	What string `yaml:"what"`
	File string `yaml:"file"`
	Old  string `yaml:"old"`
	New  string `yaml:"new"`
}

func main() {
	list := flag.String("mutations", "interop/mutations/mutations.yaml", "the `file` of mutations")
	suite := flag.String("interop", ".build/interop/interop", "the suite's `program`")
	cells := flag.String("cells", "go>py3.13,pickle4,signed,tcp,0.1 go>py3.6,pickle,*,0.1 py3.13>go,pickle4,signed,tcp,0.1 go>go,pickle,*,0.1 go>go,json,*",
		"the `cells` in which a mutation must show")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	missed, err := run(ctx, *list, *suite, *cells)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if missed > 0 {
		os.Exit(1)
	}
}

func run(ctx context.Context, list, suite, cells string) (missed int, err error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return 0, err
	}
	var mutations []mutation
	if err := yaml.Unmarshal(text, &mutations); err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "pizco-mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	// What is reported about a mutation means nothing where the unbroken side does not pass.
	if verdict, err := judge(ctx, "{}", folder, suite, cells); err != nil || verdict != "" {
		return 0, errors.Join(fmt.Errorf("mutate: the unbroken Go side does not pass: %s", verdict), err)
	}
	for i, m := range mutations {
		verdict, err := m.try(ctx, folder, suite, cells)
		if err != nil {
			return missed, fmt.Errorf("mutate: %s: %w", m.What, err)
		}
		if verdict == "" {
			missed++
			verdict = "MISSED"
		}
		fmt.Printf("%2d/%d  %-45s %s\n", i+1, len(mutations), m.What, verdict)
	}
	fmt.Printf("%d mutations, %d missed\n", len(mutations), missed)
	return missed, nil
}

// try returns the first thing that the suite reports about a mutation, or nothing.
func (m *mutation) try(ctx context.Context, folder, suite, cells string) (string, error) {
	source, err := os.ReadFile(m.File)
	if err != nil {
		return "", err
	}
	if n := bytes.Count(source, []byte(m.Old)); n != 1 {
		return "", fmt.Errorf("%q is %d times in %s, not once", m.Old, n, m.File)
	}
	broken := filepath.Join(folder, "broken.go")
	if err := os.WriteFile(broken, bytes.Replace(source, []byte(m.Old), []byte(m.New), 1), 0o600); err != nil {
		return "", err
	}
	original, err := filepath.Abs(m.File)
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: broken}})
	if err != nil {
		return "", err
	}
	return judge(ctx, string(overlay), folder, suite, cells)
}

// judge builds the Go peer with an overlay and returns the first thing that the suite reports about
// it, or nothing.
func judge(ctx context.Context, overlay, folder, suite, cells string) (string, error) {
	overlayFile, peer := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "peer")
	if err := os.WriteFile(overlayFile, []byte(overlay), 0o600); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-overlay", overlayFile, "-o", peer, "./interop/cmd/gopeer").CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, suite, "run", "-cells", cells, "-peer", "go="+peer, "-stop-after", "3").CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return "", nil
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		return firstFailure(out), nil
	}
	return "", fmt.Errorf("the suite does not run: %w\n%s", err, out)
}

// firstFailure returns the first failure in a cell that the Go side takes part in, or nothing.
func firstFailure(out []byte) string {
	for line := range strings.SplitSeq(string(out), "\n") {
		name, ok := strings.CutPrefix(line, "FAIL  ")
		if ok && (strings.Contains(name, "[go>") || strings.Contains(name, ">go,")) {
			return "reported by " + name
		}
	}
	return ""
}
