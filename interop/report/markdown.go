package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/runner"
)

// Markdown writes the grid and the counts as README shows them.
func Markdown(w io.Writer, r *runner.Results) error {
	g := newGrid(r)
	var b strings.Builder
	fmt.Fprintf(&b, "| client \\ server | %s |\n| --- |%s\n", strings.Join(g.Servers, " | "), strings.Repeat(" ---: |", len(g.Servers)))
	for _, client := range g.Clients {
		fmt.Fprintf(&b, "| %s |", client)
		for _, server := range g.Servers {
			if s := g.Squares[[2]string{client, server}]; s != nil {
				fmt.Fprintf(&b, " %s", thousands(s.Passed+s.Failed+s.Known))
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	failed, known := r.Count(runner.Failed), r.Count(runner.Known)
	fmt.Fprintf(&b, "\n%s tests of %d cases in %s of %s cells: %s passed, %s failed, %s known to fail; %s more cells cannot be. %s frames were the same byte for byte, "+
		"%s but for the order of sets, %s different; of %s the original says nothing.\n",
		thousands(len(r.Tests)), r.Cases, thousands(len(r.Cells)), thousands(len(r.Cells)+r.NotChosen), thousands(r.Count(runner.Passed)), thousands(failed), thousands(known),
		thousands(len(r.Excluded)), thousands(r.Frames.Exact), thousands(r.Frames.SetOrder), thousands(r.Frames.Different), thousands(r.Frames.NoReference))
	_, err := io.WriteString(w, b.String())
	return err
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// The lines of a document between which Replace puts the results of a run.
const (
	markBegin = "<!-- conformance: written by make interop-full -->\n"
	markEnd   = "<!-- /conformance -->\n"
)

// Replace returns a document in Markdown with the results of a run in the place of those of an
// earlier one. It fails when the lines that mark the place are not there.
func Replace(document []byte, r *runner.Results) ([]byte, error) {
	before, rest, ok := bytes.Cut(document, []byte(markBegin))
	_, after, okEnd := bytes.Cut(rest, []byte(markEnd))
	if !ok || !okEnd {
		return nil, fmt.Errorf("pizco/interop/report: no lines %q and %q", markBegin, markEnd)
	}
	var b bytes.Buffer
	b.Write(before)
	b.WriteString(markBegin)
	if err := Markdown(&b, r); err != nil {
		return nil, err
	}
	b.WriteString(markEnd)
	b.Write(after)
	return b.Bytes(), nil
}
