package runner

import (
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/suite"
)

// Status is how a test ended.
type Status string

// The statuses. A test that could not run has failed.
const (
	Passed Status = "passed"
	Failed Status = "failed"
	// Known is a failure that is listed, with a reason.
	Known Status = "known failure"
)

// StepResult is what happened in a step.
type StepResult struct {
	Title    string
	Outcome  string
	Original string
	Problem  string
	Frames   []frames.Difference
}

// Test is a case in a cell.
type Test struct {
	Name    string
	Area    string
	Case    string
	Cell    suite.Cell
	Status  Status
	Problem string
	// Reason is the reason of a known failure.
	Reason string
	// Before are the problems of earlier attempts. Only a case of the original against itself can have
	// several.
	Before   []string
	Duration time.Duration
	Steps    []StepResult
	// Stderr is the end of what the peers wrote to their standard errors, for tests that failed.
	Stderr string
}

// TestName returns the name of a case in a cell.
func TestName(c *suite.Case, cell suite.Cell) string { return c.ID() + "[" + cell.String() + "]" }

// SkippedCase is a case that does not run in a cell, with the reason.
type SkippedCase struct {
	Case   string
	Cell   suite.Cell
	Reason string
}

// Results are the results of a run.
type Results struct {
	Started  time.Time
	Duration time.Duration
	// Peers describes who took part.
	Peers map[string]string
	// Cells are the cells that ran.
	Cells []suite.Cell
	Cases int
	// Excluded are cells that cannot be run, NotChosen cells that were not asked for.
	Excluded  []suite.Excluded
	NotChosen int
	Skipped   []SkippedCase
	Tests     []Test
	// Problems fail the run and belong to no test: known failures that passed or matched nothing.
	Problems []string
	Frames   frames.Counts
}

// Count returns the number of tests of a status.
func (r *Results) Count(status Status) int {
	n := 0
	for i := range r.Tests {
		if r.Tests[i].Status == status {
			n++
		}
	}
	return n
}

// Unsteady returns the tests that have passed in another attempt than the first.
func (r *Results) Unsteady() []*Test {
	var unsteady []*Test
	for i := range r.Tests {
		if t := &r.Tests[i]; t.Status == Passed && len(t.Before) > 0 {
			unsteady = append(unsteady, t)
		}
	}
	return unsteady
}

// OK reports whether nothing failed that is not known to, and something ran.
func (r *Results) OK() bool {
	return len(r.Tests) > 0 && r.Count(Failed) == 0 && len(r.Problems) == 0
}
