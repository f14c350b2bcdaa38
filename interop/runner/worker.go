package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pizco-go/pizco/interop/peer"
	"github.com/pizco-go/pizco/interop/suite"
)

// worker runs groups, one after the other. Its clients live as long as it does.
type worker struct {
	run     *run
	clients map[string]*client
	names   int
}

// client is a client's process.
type client struct{ process *peer.Process }

// group runs the cells of one server configuration.
func (w *worker) group(ctx context.Context, g group) {
	g0 := g.cells[0]
	process, err := w.start(ctx, g0.Server)
	if err != nil {
		for _, cell := range g.cells {
			w.cannotRun(cell, w.chosen(cell), err)
		}
		return
	}
	defer func() { process.Close() }()
	for _, cell := range g.cells {
		if !process.Alive() {
			if process, err = w.start(ctx, cell.Server); err != nil {
				w.cannotRun(cell, w.chosen(cell), err)
				continue
			}
		}
		process = w.cell(ctx, cell, process)
	}
}

func (w *worker) start(ctx context.Context, name string) (*peer.Process, error) {
	command, ok := w.run.config.Commands[name]
	if !ok {
		return nil, fmt.Errorf("pizco/interop: nobody said how to start the peer %q", name)
	}
	p, err := peer.Start(ctx, command)
	if err != nil {
		return nil, err
	}
	w.run.metPeer(name, &p.Hello)
	return p, nil
}

// chosen returns the cases that run in a cell, and notes the other cases.
func (w *worker) chosen(cell suite.Cell) []*suite.Case {
	var cases []*suite.Case
	for i := range w.run.config.Suite.Cases {
		c := &w.run.config.Suite.Cases[i]
		if !w.run.config.Cases(c.ID()) {
			continue
		}
		if reason := c.Excluded(cell); reason != "" {
			w.run.skipped(c, cell, reason)
			continue
		}
		cases = append(cases, c)
	}
	return cases
}

// cannotRun fails tests that could not be run.
func (w *worker) cannotRun(cell suite.Cell, cases []*suite.Case, err error) {
	for _, c := range cases {
		w.run.done(Test{
			Name: TestName(c, cell), Area: c.Area, Case: c.Name, Cell: cell, Status: Failed,
			Problem: "could not run: " + err.Error(),
		})
	}
}

// cell runs the cases of a cell and returns the server's process, which may be another one by then.
func (w *worker) cell(ctx context.Context, cell suite.Cell, server *peer.Process) *peer.Process {
	cases := w.chosen(cell)
	s := &session{worker: w, cell: cell, server: server}
	for i, c := range cases {
		if err := errors.Join(ctx.Err(), s.steadyStart(ctx)); err != nil {
			w.cannotRun(cell, cases[i:], err)
			s.end()
			break
		}
		if missing := s.missing(c); missing != "" {
			w.run.skipped(c, cell, missing)
			w.run.lessTotal()
			continue
		}
		w.run.done(s.steadily(ctx, c))
	}
	s.close()
	return s.server
}

// attempts is how often a case of the original against itself is run until it passes.
const attempts = 3

// steadyStart is ready, with new processes where the original cannot talk to itself.
func (s *session) steadyStart(ctx context.Context) error {
	err := s.ready(ctx)
	for n := 1; n < attempts && err != nil && s.cell.IsOracle() && ctx.Err() == nil; n++ {
		s.worker.run.trouble("start", err)
		s.end()
		err = s.ready(ctx)
	}
	return err
}

// steadily runs a case. The original at times misses a subscription or a notification, the more so
// on a busy machine; where it is on both sides, nothing is under test, and the case is run again
// with new processes. The results tell about it.
func (s *session) steadily(ctx context.Context, c *suite.Case) Test {
	t := s.runCase(ctx, c)
	for n := 1; n < attempts && t.Status == Failed && s.cell.IsOracle() && ctx.Err() == nil; n++ {
		s.end()
		if err := s.ready(ctx); err != nil {
			break
		}
		before := t
		t = s.runCase(ctx, c)
		t.Before = slices.Concat(before.Before, []string{before.Problem})
	}
	return t
}

func (r *run) lessTotal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total--
}

// client returns the process for a client. It starts a process if there is no running one.
func (w *worker) client(ctx context.Context, name string) (*peer.Process, error) {
	if c := w.clients[name]; c != nil && c.process.Alive() {
		return c.process, nil
	}
	p, err := w.start(ctx, name)
	if err != nil {
		return nil, err
	}
	w.clients[name] = &client{process: p}
	return p, nil
}

// unique returns a name that no other of this worker has.
func (w *worker) unique(kind string) string {
	w.names++
	return fmt.Sprintf("%s%d", kind, w.names)
}

func (w *worker) close() {
	for _, c := range w.clients {
		c.process.Close()
	}
}
