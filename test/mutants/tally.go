package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// tally counts what became of the faults of a package.
type tally struct {
	folder string
	// all is how many faults can be planted, the others what became of the planted ones.
	all, killed, accepted, rejected, survived int
}

func (t *tally) add(v verdict) {
	switch v {
	case killed, timedOut:
		t.killed++
	case acceptedAs:
		t.accepted++
	case notViable:
		t.rejected++
	case survives:
		t.survived++
	}
}

// rate returns how many of a hundred faults were noticed, without the ones that are accepted or do
// not compile.
func (t *tally) rate() float64 {
	if t.killed+t.survived == 0 {
		return 100
	}
	return 100 * float64(t.killed) / float64(t.killed+t.survived)
}

// create makes a file and the folder that it is in.
func create(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	return os.Create(path)
}

func writeTable(out io.Writer, tallies []tally) error {
	if _, err := fmt.Fprint(out, "\n| package | faults | planted | rejected by the compiler | accepted | noticed | survive | noticed of a hundred |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n"); err != nil {
		return err
	}
	for _, t := range tallies {
		planted := t.killed + t.accepted + t.rejected + t.survived
		if _, err := fmt.Fprintf(out, "| `%s` | %d | %d | %d | %d | %d | %d | %.0f |\n", t.folder, t.all, planted, t.rejected, t.accepted, t.killed, t.survived, t.rate()); err != nil {
			return err
		}
	}
	return nil
}
