package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/pizco-go/pizco/interop/child"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// scripts/bench says in these variables in which folder numpy for the original is, and for which of
// PIZCO_PYTHONS.
const (
	numpyVariable       = "PIZCO_BENCH_NUMPY"
	numpyPythonVariable = "PIZCO_BENCH_NUMPY_PYTHON"
)

// numpyPython returns the Python that numpy was installed for.
func numpyPython() (pyenv.Interpreter, error) {
	pythons, err := pyenv.Discover()
	if err != nil {
		return pyenv.Interpreter{}, err
	}
	for _, python := range pythons {
		if python.Version == os.Getenv(numpyPythonVariable) {
			return python, nil
		}
	}
	return pyenv.Interpreter{}, errors.New("no Python with numpy: run `make bench` or `make bench-quick`")
}

// measureArrays moves an array of floats as an argument and as a result.
func measureArrays(b *bench) error {
	python, err := numpyPython()
	if err != nil {
		return err
	}
	var all peers
	defer all.close()
	size := pick(b, 100_000_000, 10_000_000) / 8
	server, endpoint, err := all.server("go")
	if err != nil {
		return err
	}
	goSide, err := all.client("go", endpoint)
	if err != nil {
		return err
	}
	_, endpoint, err = all.originalServer(python)
	if err != nil {
		return err
	}
	original, err := all.originalClient(python, endpoint)
	if err != nil {
		return err
	}
	for _, move := range []struct{ order, what string }{{"take", "argument"}, {"give", "result"}} {
		if err := b.moveArrays(move.order, move.what, size, server, goSide, original); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) moveArrays(order, what string, size int, server, goSide, original *child.Process) error {
	const rounds, calls = 3, 3
	var goBest, originalBest timed
	var serverTook int64
	for range rounds {
		var before, after, got timed
		if err := server.Ask(child.Order{"do": "allocated"}, &before); err != nil {
			return err
		}
		if err := goSide.Ask(child.Order{"do": order, "n": calls, "size": size}, &got); err != nil {
			return err
		}
		goBest = better(goBest, got)
		if err := server.Ask(child.Order{"do": "allocated"}, &after); err != nil {
			return err
		}
		serverTook = (after.Allocated - before.Allocated) / calls
		if err := original.Ask(child.Order{"do": order, "n": calls, "size": size}, &got); err != nil {
			return err
		}
		originalBest = better(originalBest, got)
	}
	bytes := float64(size * 8)
	name := fmt.Sprintf("Array of %.0f MB as an %s", bytes/1e6, what)
	if what == "result" {
		name = fmt.Sprintf("Array of %.0f MB as a result", bytes/1e6)
	}
	b.table.note(name+", the original with numpy, pickle protocol 5", "%.0f ms", originalBest.Seconds*1000)
	b.table.atLeast(name+", Go client and Go server: how much faster", fmt.Sprintf("%.0f ms", goBest.Seconds*1000),
		originalBest.Seconds/goBest.Seconds, 2.5)
	// The side that receives takes the frame out of the socket, which becomes the array; the side that
	// sends makes the frame, which the socket copies.
	sends, receives := float64(goBest.Allocated)/bytes, float64(serverTook)/bytes
	if what == "result" {
		sends, receives = receives, sends
	}
	// The pieces that a first frame is taken in weigh more for the small array of a short run.
	pieces := pick(b, 0.1, 1.1)
	b.table.exactly(name+": memory taken, in arrays",
		fmt.Sprintf("%.2f by the sender, %.2f by the receiver, the frame from the socket included", sends, receives),
		"one copy beyond the socket's on each side", sends <= 1+pieces && receives <= 1+pieces)
	return nil
}

func better(a, b timed) timed {
	if a.Seconds == 0 || b.Seconds < a.Seconds {
		return b
	}
	return a
}
