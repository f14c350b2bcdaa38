// Command mutate breaks the Go side in one line at a time and has the conformance suite look for
// it: each of interop/mutations/mutations.yaml must be reported. The sources stay as they are; the
// Go compiler is given the broken file as an overlay. It is run from the repository's root.
package main

import (
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
	"time"

	"github.com/pizco-go/pizco/interop/mutations"
)

// settings say what is played, and how.
type settings struct {
	// suite is the path of the conformance suite's program.
	suite string
	// cells are those in which a mutation must show.
	cells string
	// quick plays the mutations that are marked so, and looks at fewer cases.
	quick bool
}

func main() {
	var s settings
	flag.StringVar(&s.suite, "interop", ".build/interop/interop", "the suite's `program`")
	flag.StringVar(&s.cells, "cells", "go>py3.13,pickle4,signed,tcp,0.1 go>py3.6,pickle,*,0.1 py3.13>go,pickle4,signed,tcp,0.1 go>go,pickle,*,0.1 go>go,json,*",
		"the `cells` in which a mutation must show")
	flag.BoolVar(&s.quick, "quick", false, "play the few mutations that CI plays")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	missed, err := s.run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if missed > 0 {
		os.Exit(1)
	}
}

func (s *settings) run(ctx context.Context) (missed int, err error) {
	chosen, err := s.chosen()
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "pizco-mutate")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	// What is reported about a mutation means nothing where the unbroken side does not pass.
	if verdict, err := s.judge(ctx, "{}", folder); err != nil || verdict != "" {
		return 0, errors.Join(fmt.Errorf("mutate: the unbroken Go side does not pass: %s", verdict), err)
	}
	for i, m := range chosen {
		began := time.Now()
		verdict, err := s.try(ctx, &m, folder)
		if err != nil {
			return missed, fmt.Errorf("mutate: %s: %w", m.What, err)
		}
		if verdict == "" {
			missed++
			verdict = "MISSED"
		}
		fmt.Printf("%2d/%d  %-45s %s (%.0f s)\n", i+1, len(chosen), m.What, verdict, time.Since(began).Seconds())
	}
	fmt.Printf("%d mutations, %d missed\n", len(chosen), missed)
	return missed, nil
}

// chosen returns the mutations that are played.
func (s *settings) chosen() ([]mutations.Mutation, error) {
	all, err := mutations.All()
	if err != nil {
		return nil, err
	}
	var chosen []mutations.Mutation
	for _, m := range all {
		if m.Quick || !s.quick {
			chosen = append(chosen, m)
		}
	}
	return chosen, nil
}

// try returns the first thing that the suite reports about a mutation, or nothing.
func (s *settings) try(ctx context.Context, m *mutations.Mutation, folder string) (string, error) {
	broken, err := m.Apply(".")
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "broken.go")
	if err := os.WriteFile(file, broken.Source, 0o600); err != nil {
		return "", err
	}
	original, err := filepath.Abs(broken.File)
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{original: file}})
	if err != nil {
		return "", err
	}
	return s.judge(ctx, string(overlay), folder)
}

// judge builds the Go peer with an overlay and returns the first thing that the suite reports about
// it, or nothing.
func (s *settings) judge(ctx context.Context, overlay, folder string) (string, error) {
	overlayFile, peer := filepath.Join(folder, "overlay.json"), filepath.Join(folder, "peer")
	if err := os.WriteFile(overlayFile, []byte(overlay), 0o600); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-overlay", overlayFile, "-o", peer, "./interop/cmd/gopeer").CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not compile: %w\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, s.suite, "run", "-cells", s.cells, "-peer", "go="+peer, "-stop-after", "3").CombinedOutput()
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
