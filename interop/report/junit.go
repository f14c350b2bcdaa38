package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/pizco-go/pizco/interop/runner"
	"github.com/pizco-go/pizco/interop/suite"
)

type junitSuites struct {
	XMLName  xml.Name      `xml:"testsuites"`
	Name     string        `xml:"name,attr"`
	Tests    int           `xml:"tests,attr"`
	Failures int           `xml:"failures,attr"`
	Skipped  int           `xml:"skipped,attr"`
	Time     string        `xml:"time,attr"`
	Suites   []*junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`

	seconds float64
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	Class     string        `xml:"classname,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitMessage `xml:"failure,omitempty"`
	Skipped   *junitMessage `xml:"skipped,omitempty"`
	SystemOut string        `xml:"system-out,omitempty"`
	SystemErr string        `xml:"system-err,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a report in the XML that continuous integration systems read: a suite for each cell.
// Known failures are shown as skipped, with their reason. Problems that belong to no test are
// failures of a suite of their own.
func JUnit(w io.Writer, r *runner.Results) error {
	out := junitSuites{Name: "pizco conformance", Time: seconds(r.Duration.Seconds())}
	byCell := map[suite.Cell]*junitSuite{}
	for i := range r.Tests {
		t := &r.Tests[i]
		s := byCell[t.Cell]
		if s == nil {
			s = &junitSuite{Name: t.Cell.String()}
			byCell[t.Cell] = s
			out.Suites = append(out.Suites, s)
		}
		s.add(junitTest(t))
	}
	if len(r.Problems) > 0 {
		s := &junitSuite{Name: "known failures"}
		for _, problem := range r.Problems {
			s.add(junitCase{Name: problem, Class: "known failures", Time: seconds(0), Failure: &junitMessage{Message: problem}})
		}
		out.Suites = append(out.Suites, s)
	}
	for _, s := range out.Suites {
		s.Time = seconds(s.seconds)
		out.Tests += s.Tests
		out.Failures += s.Failures
		out.Skipped += s.Skipped
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitTest(t *runner.Test) junitCase {
	c := junitCase{Name: t.Area + "/" + t.Case, Class: t.Cell.String(), Time: seconds(t.Duration.Seconds())}
	if len(t.Before) > 0 {
		c.SystemOut = printableXML("earlier attempts: " + strings.Join(t.Before, "; "))
	}
	switch t.Status {
	case runner.Failed:
		c.Failure = &junitMessage{Message: printableXML(t.Problem), Text: printableXML(story(t))}
		c.SystemErr = printableXML(t.Stderr)
	case runner.Known:
		c.Skipped = &junitMessage{Message: printableXML("known failure: " + t.Reason)}
	}
	return c
}

// story tells a test's steps and frames in plain text.
func story(t *runner.Test) string {
	var b strings.Builder
	for i, s := range t.Steps {
		fmt.Fprintf(&b, "%d. %s\n   %s\n", i+1, s.Title, s.Outcome)
		if s.Original != "" && s.Original != s.Outcome {
			fmt.Fprintf(&b, "   original: %s\n", s.Original)
		}
		if s.Problem != "" {
			fmt.Fprintf(&b, "   PROBLEM: %s\n", s.Problem)
		}
		for _, d := range s.Frames {
			fmt.Fprintf(&b, "   FRAMES: %s\n-- here\n%s-- the original\n%s", d.Problem, d.Got, d.Want)
		}
	}
	return b.String()
}

// printableXML leaves out what XML 1.0 cannot hold.
func printableXML(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\ufffd"))
}
