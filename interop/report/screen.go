package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

// Screen shows a run in a terminal.
type Screen struct {
	w       io.Writer
	verbose bool
	start   time.Time
	shown   time.Time
	failed  int
}

// NewScreen returns a Screen that writes to w, each test if verbose is set.
func NewScreen(w io.Writer, verbose bool) *Screen {
	return &Screen{w: w, verbose: verbose, start: time.Now()}
}

// maxShown bounds the failures that are printed as they happen; the reports have all.
const maxShown = 40

// Progress is called after each test.
func (s *Screen) Progress(done, total int, t *runner.Test) {
	if t.Status == runner.Failed {
		s.failed++
		if s.failed <= maxShown {
			fmt.Fprintf(s.w, "FAIL  %s\n      %s\n", t.Name, strings.ReplaceAll(t.Problem, "\n", "\n      "))
		}
	} else if s.verbose {
		fmt.Fprintf(s.w, "%-4s  %s (%s)\n", t.Status, t.Name, t.Duration.Round(time.Millisecond))
	}
	if now := time.Now(); now.Sub(s.shown) > 5*time.Second {
		s.shown = now
		fmt.Fprintf(s.w, "%6d of about %d, %d failed, %s\n", done, total, s.failed, now.Sub(s.start).Round(time.Second))
	}
}

// Summary is called at the end.
func (s *Screen) Summary(r *runner.Results) {
	fmt.Fprintln(s.w)
	grid := newGrid(r)
	grid.print(s.w)
	Excluded(s.w, r.Excluded)
	fmt.Fprintf(s.w, "\n%d cells ran, %d excluded, %d not chosen; %d cases\n", len(r.Cells), len(r.Excluded), r.NotChosen, r.Cases)
	fmt.Fprintf(s.w, "%d tests: %d passed, %d failed, %d known failures; %d did not fit their cell\n",
		len(r.Tests), r.Count(runner.Passed), r.Count(runner.Failed), r.Count(runner.Known), len(r.Skipped))
	fmt.Fprintf(s.w, "frames: %d the same byte for byte, %d but for the order of sets, %d different, %d without a reference\n",
		r.Frames.Exact, r.Frames.SetOrder, r.Frames.Different, r.Frames.NoReference)
	for _, t := range r.Unsteady() {
		fmt.Fprintf(s.w, "unsteady: the original failed %s, then passed it: %s\n", t.Name, t.Before[0])
	}
	for _, problem := range r.Problems {
		fmt.Fprintln(s.w, "FAIL ", problem)
	}
	fmt.Fprintf(s.w, "%s\n", r.Duration.Round(100*time.Millisecond))
}

// Excluded prints how many cells are excluded for which reasons.
func Excluded(w io.Writer, excluded []suite.Excluded) {
	counts := map[string]int{}
	var reasons []string
	for _, e := range excluded {
		if counts[e.Reason] == 0 {
			reasons = append(reasons, e.Reason)
		}
		counts[e.Reason]++
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		fmt.Fprintf(w, "excluded: %5d cells: %s\n", counts[reason], reason)
	}
}
