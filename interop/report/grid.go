package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/pizco-go/pizco/interop/runner"
)

// grid counts tests by client and server.
type grid struct {
	Clients, Servers []string
	Squares          map[[2]string]*square
}

// square counts the tests of a client and a server.
type square struct{ Passed, Failed, Known int }

func newGrid(r *runner.Results) *grid {
	g := &grid{Squares: map[[2]string]*square{}}
	for _, c := range r.Cells {
		if !slices.Contains(g.Clients, c.Client) {
			g.Clients = append(g.Clients, c.Client)
		}
		if !slices.Contains(g.Servers, c.Server) {
			g.Servers = append(g.Servers, c.Server)
		}
	}
	for i := range r.Tests {
		t := &r.Tests[i]
		key := [2]string{t.Cell.Client, t.Cell.Server}
		s := g.Squares[key]
		if s == nil {
			s = &square{}
			g.Squares[key] = s
		}
		s.count(t)
	}
	return g
}

func (s *square) count(t *runner.Test) {
	switch t.Status {
	case runner.Passed:
		s.Passed++
	case runner.Known:
		s.Known++
	default:
		s.Failed++
	}
}

// Class is the CSS class of the square.
func (s *square) Class() string {
	switch {
	case s.Failed > 0:
		return "bad"
	case s.Known > 0:
		return "known"
	}
	return "good"
}

func (s *square) String() string {
	switch {
	case s == nil:
		return "·"
	case s.Failed > 0:
		return fmt.Sprintf("%d/%d ✗", s.Failed, s.Passed+s.Failed+s.Known)
	case s.Known > 0:
		return fmt.Sprintf("%d ✓ %d known", s.Passed, s.Known)
	}
	return fmt.Sprintf("%d ✓", s.Passed)
}

func (g *grid) print(w io.Writer) {
	fmt.Fprintf(w, "%-14s", "client\\server")
	for _, server := range g.Servers {
		fmt.Fprintf(w, "%12s", server)
	}
	fmt.Fprintln(w)
	for _, client := range g.Clients {
		fmt.Fprintf(w, "%-14s", client)
		for _, server := range g.Servers {
			fmt.Fprintf(w, "%12s", g.Squares[[2]string{client, server}])
		}
		fmt.Fprintln(w)
	}
}
