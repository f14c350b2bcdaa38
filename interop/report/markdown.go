package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/document"
	"github.com/pizco-go/pizco/interop/runner"
)

// Markdown writes the grid and the counts as docs/conformance.md shows them.
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
	fmt.Fprintf(&b, "\n%s tests of %d cases in %s of %s cells: %s passed, %s failed, %s known to fail. "+
		"%s combinations do not apply.\n\n%s frames were the same byte for byte, %s differed only in the order of sets, %s were different; %s have no reference.\n",
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

// Replace returns a document in Markdown with the results of a run in place of earlier results. It
// fails when the document has no marks for the name "conformance".
func Replace(text []byte, r *runner.Results) ([]byte, error) {
	var b strings.Builder
	if err := Markdown(&b, r); err != nil {
		return nil, err
	}
	return document.Replace(text, "conformance", b.String())
}
