// Command pickle measures package pickle against CPython's own C pickler and prints a table of
// ratios.
//
//	go run ./test/bench/pickle                 the table
//	go run ./test/bench/pickle -document FILE  and into a document, between its marks
//	go run ./test/bench/pickle -check          and fails when a row is slower than it has to be
//
// Both sides work on the same bytes, in rounds that take turns, and the quickest round of each
// counts, so that a busy machine disturbs both alike. Go collects its garbage during its rounds;
// CPython, as timeit has it, does not. The Python is the newest of PIZCO_PYTHONS.
//
// Large pickles are held against copies: how often Go could have copied the pickle, with append
// into new memory, in the time of the work. The two change their turn from round to round, and
// garbage is collected before each. Otherwise one side could always get memory that the process has
// in hand, and the other memory that the system has to map and clear first. That takes many times
// as long as the copy.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/pizco-go/pizco/interop/document"
)

func main() {
	check := flag.Bool("check", false, "fail when a row is slower than it has to be")
	rounds := flag.Int("rounds", 200, "how many rounds each side has")
	only := flag.String("run", "", "a regular expression: only the rows whose work it matches")
	path := flag.String("document", "", "write the table of all rows between the marks of this file as well")
	flag.Parse()
	if *path != "" && *only != "" {
		fmt.Fprintln(os.Stderr, "-document takes all rows: leave out -run")
		os.Exit(2)
	}
	if err := run(*check, *rounds, *only, *path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(check bool, rounds int, only, path string) (err error) {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	t, err := startTwin()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	var table strings.Builder
	out := io.MultiWriter(os.Stdout, &table)
	fmt.Fprintf(out, "| work | pickle | CPython %s | Go | | wanted |\n| --- | ---: | ---: | ---: | ---: | ---: |\n", t.version)
	var missed []error
	for _, r := range rows {
		if !chosen.MatchString(r.work) {
			continue
		}
		best, err := r.measure(t, rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", r.work, err)
		}
		fmt.Fprintln(out, best)
		if check && !best.fast() {
			missed = append(missed, fmt.Errorf("%s: too slow", r.work))
		}
	}
	if path != "" {
		missed = append(missed, document.Update(path, "bench-pickle", table.String()))
	}
	return errors.Join(missed...)
}

// result is the quickest round of each side of a row, in seconds for one time of the work.
type result struct {
	*row
	size                 int
	python, golang, copy float64
}

// measure lets the two sides take turns.
func (r *row) measure(t *twin, rounds int) (*result, error) {
	data, err := t.setup(r.setup)
	if err != nil {
		return nil, err
	}
	work, err := r.prepare(data)
	if err != nil {
		return nil, err
	}
	best := &result{row: r, size: len(data)}
	if r.number == 1 {
		rounds = (rounds + 9) / 10
	}
	for round := range rounds {
		seconds, err := t.measure(r.statement, r.number)
		if err != nil {
			return nil, err
		}
		best.python = least(best.python, seconds)
		if r.copies > 0 && round%2 == 0 {
			best.timeCopy(data)
		}
		if seconds, err = r.timeWork(work); err != nil {
			return nil, err
		}
		best.golang = least(best.golang, seconds)
		if r.copies > 0 && round%2 == 1 {
			best.timeCopy(data)
		}
	}
	return best, nil
}

func (r *row) timeWork(work func() error) (seconds float64, err error) {
	if r.copies > 0 {
		runtime.GC()
	}
	return timed(r.number, work)
}

// timeCopy takes the time of copying the pickle.
func (r *result) timeCopy(data []byte) {
	runtime.GC()
	begin := time.Now()
	runtime.KeepAlive(append([]byte(nil), data...))
	r.copy = least(r.copy, time.Since(begin).Seconds())
}

func least(best, seconds float64) float64 {
	if best == 0 {
		return seconds
	}
	return min(best, seconds)
}

// timed returns the seconds that the work takes, done so many times.
func timed(number int, work func() error) (float64, error) {
	begin := time.Now()
	for range number {
		if err := work(); err != nil {
			return 0, err
		}
	}
	return time.Since(begin).Seconds() / float64(number), nil
}

// fast reports whether Go is as fast as it has to be.
func (r *result) fast() bool {
	return r.python/r.golang >= r.wanted && (r.copies == 0 || r.golang <= r.copies*r.copy)
}

// String returns the line of the table.
func (r *result) String() string {
	wanted := fmt.Sprintf("%g× as fast", r.wanted)
	ratio := fmt.Sprintf("%.1f×", r.python/r.golang)
	if r.copies > 0 {
		wanted = fmt.Sprintf("%g copies", r.copies)
		ratio += fmt.Sprintf(", %.2f copies", r.golang/r.copy)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", r.work, bytes(r.size), duration(r.python), duration(r.golang), ratio, wanted)
}

func bytes(n int) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1000_000)
}

func duration(seconds float64) string {
	switch d := seconds * 1e9; {
	case d < 1e4:
		return fmt.Sprintf("%.0f ns", d)
	case d < 1e6:
		return fmt.Sprintf("%.0f µs", d/1e3)
	default:
		return fmt.Sprintf("%.1f ms", d/1e6)
	}
}
