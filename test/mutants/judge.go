package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"
)

// verdict is what became of a fault.
type verdict string

const (
	killed     verdict = "killed"   // a test failed
	timedOut   verdict = "endless"  // the tests did not end, which is noticed as well
	notViable  verdict = "rejected" // the compiler refuses it
	survives   verdict = "SURVIVES"
	acceptedAs verdict = "accepted" // it survives, and accepted.yaml says why that is right
)

// judge tries faults in a package.
type judge struct {
	subject subject
	folder  string // for what it builds
}

// grace is how long a program may take to end after its tests' own limit.
const grace = 10 * time.Second

// try plants a fault, or none, and runs the tests until one fails. It returns the name of the test.
func (j *judge) try(ctx context.Context, m *mutant) (verdict, string, error) {
	overlay, err := j.overlay(m)
	if err != nil {
		return "", "", err
	}
	for _, t := range j.subject.judges {
		v, by, err := j.run(ctx, t, overlay)
		if err != nil || v != survives {
			return v, by, err
		}
	}
	return survives, "", nil
}

// overlay writes the file that has the compiler take the fault for the source.
func (j *judge) overlay(m *mutant) (string, error) {
	replace := make(map[string]string)
	if m != nil {
		source, err := m.planted()
		if err != nil {
			return "", err
		}
		original, err := filepath.Abs(m.file)
		if err != nil {
			return "", err
		}
		replace[original] = filepath.Join(j.folder, "planted.go")
		if err := os.WriteFile(replace[original], source, 0o600); err != nil {
			return "", err
		}
	}
	content, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(j.folder, "overlay.json")
	return overlay, os.WriteFile(overlay, content, 0o600)
}

// run builds and runs the tests of one package.
func (j *judge) run(ctx context.Context, t tests, overlay string) (verdict, string, error) {
	program := filepath.Join(j.folder, "tests")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", program, "./"+t.folder)
	if out, err := build.CombinedOutput(); err != nil {
		return notViable, firstLine(out), ctx.Err()
	}
	limited, cancel := context.WithTimeout(ctx, t.within+grace)
	defer cancel()
	command := exec.CommandContext(limited, program, "-test.failfast", "-test.short", "-test.run="+t.run, "-test.timeout="+t.within.String())
	command.Dir = t.folder
	// The tests of the tool build it, which must have the fault too.
	command.Env = append(os.Environ(), "GOFLAGS=-overlay="+overlay)
	command.WaitDelay = grace
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return "", "", ctx.Err()
	case err == nil:
		return survives, "", nil
	case limited.Err() != nil, bytes.Contains(out, []byte("panic: test timed out after")):
		return timedOut, t.folder, nil
	case errors.As(err, &exit):
		return killed, failedTest(t.folder, out), nil
	}
	return "", "", fmt.Errorf("the tests of %s: %w", t.folder, err)
}

var failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// failedTest returns the name of the test that failed.
func failedTest(folder string, out []byte) string {
	if found := failure.FindSubmatch(out); found != nil {
		return "by " + folder + " " + string(found[1])
	}
	return "by " + folder
}

func firstLine(out []byte) string {
	for line := range bytes.Lines(out) {
		if !bytes.HasPrefix(line, []byte("#")) {
			return string(bytes.TrimSpace(line))
		}
	}
	return ""
}
