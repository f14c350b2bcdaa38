package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

// summary is the JSON report: everything that was counted, and of the tests all that did not pass.
type summary struct {
	Started    time.Time            `json:"started"`
	Seconds    float64              `json:"seconds"`
	OK         bool                 `json:"ok"`
	Peers      map[string]string    `json:"peers"`
	Cells      []suite.Cell         `json:"cells"`
	Excluded   []suite.Excluded     `json:"excluded_cells"`
	NotChosen  int                  `json:"cells_not_chosen"`
	Cases      int                  `json:"cases"`
	Tests      int                  `json:"tests"`
	Passed     int                  `json:"passed"`
	Failed     int                  `json:"failed"`
	Known      int                  `json:"known_failures"`
	Skipped    []runner.SkippedCase `json:"cases_that_do_not_fit"`
	Frames     frames.Counts        `json:"frames"`
	Problems   []string             `json:"problems"`
	Unsteady   []unsteadyTest       `json:"unsteady"`
	NotPassed  []runner.Test        `json:"not_passed"`
	Everything []testLine           `json:"all_tests"`
}

type testLine struct {
	Name    string        `json:"name"`
	Status  runner.Status `json:"status"`
	Seconds float64       `json:"seconds"`
}

// unsteadyTest is one of the original against itself that has passed in another attempt than the
// first.
type unsteadyTest struct {
	Name   string   `json:"name"`
	Before []string `json:"before"`
}

// JSON writes a report for programs.
func JSON(w io.Writer, r *runner.Results) error {
	s := summary{
		Started: r.Started, Seconds: r.Duration.Seconds(), OK: r.OK(), Peers: r.Peers, Cells: r.Cells, Excluded: r.Excluded,
		NotChosen: r.NotChosen, Cases: r.Cases, Tests: len(r.Tests), Passed: r.Count(runner.Passed), Failed: r.Count(runner.Failed),
		Known: r.Count(runner.Known), Skipped: r.Skipped, Frames: r.Frames, Problems: r.Problems,
	}
	for i := range r.Tests {
		t := &r.Tests[i]
		s.Everything = append(s.Everything, testLine{t.Name, t.Status, t.Duration.Seconds()})
		if t.Status != runner.Passed {
			s.NotPassed = append(s.NotPassed, *t)
		}
	}
	for _, t := range r.Unsteady() {
		s.Unsteady = append(s.Unsteady, unsteadyTest{t.Name, t.Before})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(s)
}
