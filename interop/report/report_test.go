package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/interop/frames"
	"github.com/pizco-go/pizco/interop/report"
	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

// results are the results of a run in which everything happened once.
func results() *runner.Results {
	cell := func(client, server string) suite.Cell {
		return suite.Cell{Client: client, Server: server, Serializer: "json", Signed: "no", Transport: "tcp", Dialect: "0.1"}
	}
	test := func(name, client string, status runner.Status) runner.Test {
		return runner.Test{Name: "calls/" + name, Area: "calls", Case: name, Cell: cell(client, "py3.6"), Status: status, Duration: time.Second}
	}
	failed := test("failing", "go", runner.Failed)
	failed.Problem, failed.Stderr = "expected <5>\x00", "Traceback"
	failed.Steps = []runner.StepResult{{
		Title: "call same <&>", Outcome: "returned 4", Original: "returned 5", Problem: "expected <5>",
		Frames: []frames.Difference{{Problem: "reply", Got: "got frames", Want: "want frames"}},
	}}
	known := test("known", "go", runner.Known)
	known.Reason = "the original is at fault"
	unsteady := test("unsteady", "py3.6", runner.Passed)
	unsteady.Before = []string{"once lost"}
	return &runner.Results{
		Duration: 4 * time.Second, Peers: map[string]string{"go": "pizco for Go"}, Cells: []suite.Cell{cell("go", "py3.6"), cell("py3.6", "py3.6")}, Cases: 4,
		Excluded: []suite.Excluded{{Cell: cell("py3.6", "py3.13"), Reason: "nobody is under test"}}, NotChosen: 3,
		Skipped:  []runner.SkippedCase{{Case: "calls/odd", Cell: cell("go", "py3.6"), Reason: "has no odd"}},
		Tests:    []runner.Test{test("passing", "go", runner.Passed), failed, known, unsteady},
		Problems: []string{"no test matches the known failure calls/gone"}, Frames: frames.Counts{Exact: 7, Different: 1},
	}
}

func write(t *testing.T, to report.Writer) string {
	t.Helper()
	var b bytes.Buffer
	if err := to(&b, results()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJUnit(t *testing.T) {
	text := write(t, report.JUnit)
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
				Skipped *struct {
					Message string `xml:"message,attr"`
				} `xml:"skipped"`
				Out string `xml:"system-out"`
				Err string `xml:"system-err"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	// Four tests, and the problem that belongs to none.
	if suites.Tests != 5 || suites.Failures != 2 || suites.Skipped != 1 || len(suites.Suites) != 3 {
		t.Fatalf("%+v", suites)
	}
	cell := suites.Suites[0]
	if failure := cell.Cases[1].Failure; failure == nil || failure.Message != "expected <5>" ||
		!strings.Contains(failure.Text, "want frames") || cell.Cases[1].Err != "Traceback" {
		t.Errorf("the failure is %+v", cell.Cases[1])
	}
	if known := cell.Cases[2].Skipped; known == nil || !strings.Contains(known.Message, "the original is at fault") {
		t.Errorf("the known failure is %+v", cell.Cases[2])
	}
	if out := suites.Suites[1].Cases[0].Out; !strings.Contains(out, "once lost") {
		t.Errorf("the unsteady one says %q", out)
	}
}

func TestJSON(t *testing.T) {
	var r struct {
		OK        bool                    `json:"ok"`
		Tests     int                     `json:"tests"`
		Passed    int                     `json:"passed"`
		Failed    int                     `json:"failed"`
		Known     int                     `json:"known_failures"`
		Excluded  []map[string]any        `json:"excluded_cells"`
		NotPassed []runner.Test           `json:"not_passed"`
		All       []map[string]any        `json:"all_tests"`
		Unsteady  []struct{ Name string } `json:"unsteady"`
		Problems  []string                `json:"problems"`
		Frames    frames.Counts           `json:"frames"`
	}
	if err := json.Unmarshal([]byte(write(t, report.JSON)), &r); err != nil {
		t.Fatal(err)
	}
	if r.OK || r.Tests != 4 || r.Passed != 2 || r.Failed != 1 || r.Known != 1 || len(r.Excluded) != 1 || len(r.NotPassed) != 2 || len(r.All) != 4 || len(r.Problems) != 1 {
		t.Errorf("%+v", r)
	}
	if len(r.Unsteady) != 1 || r.Unsteady[0].Name != "calls/unsteady" || r.Frames.Exact != 7 || r.NotPassed[0].Steps[0].Frames[0].Want != "want frames" {
		t.Errorf("%+v", r)
	}
}

// TestHTML looks for everything on the page, and for nothing that the page would have to fetch.
func TestHTML(t *testing.T) {
	page := write(t, report.HTML)
	for _, want := range []string{
		"1/3 ✗", "1 ✓", "calls/failing", "expected &lt;5&gt;", "call same &lt;&amp;&gt;", "got frames", "want frames", "Traceback", "the original is at fault",
		"nobody is under test", "has no odd", "once lost", "no test matches the known failure calls/gone", "pizco for Go",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, foreign := range []string{"<script src", "<link", "http://", "https://", "@import"} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page has %q", foreign)
		}
	}
}

func TestReplace(t *testing.T) {
	const begin, end = "<!-- conformance: written by make interop-full -->\n", "<!-- /conformance -->\n"
	document, err := report.Replace([]byte("before\n"+begin+"old\n"+end+"after\n"), results())
	if err != nil {
		t.Fatal(err)
	}
	text := string(document)
	for _, want := range []string{"before\n" + begin + "| client", "| go | 3 |\n", "| py3.6 | 1 |\n", "4 tests of 4 cases in 2 of 5 cells: 2 passed, 1 failed, 1 known to fail.", end + "after\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
	if strings.Contains(text, "old") {
		t.Errorf("the earlier results are still in %s", text)
	}
	for _, document := range []string{"", begin, end + begin} {
		if _, err := report.Replace([]byte(document), results()); err == nil {
			t.Errorf("%q has a place", document)
		}
	}
}

func TestScreen(t *testing.T) {
	var b bytes.Buffer
	screen := report.NewScreen(&b, true)
	r := results()
	for i := range r.Tests {
		screen.Progress(i+1, len(r.Tests), &r.Tests[i])
	}
	screen.Summary(r)
	for _, want := range []string{
		"FAIL  calls/failing", "4 tests: 2 passed, 1 failed, 1 known failures; 1 did not fit their cell", "2 cells ran, 1 excluded, 3 not chosen; 4 cases",
		"excluded:     1 cells: nobody is under test", "FAIL  no test matches", "unsteady: the original failed calls/unsteady", "frames: 7 the same",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the screen lacks %q:\n%s", want, b.String())
		}
	}
}
