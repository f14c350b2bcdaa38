// Command mutants finds out what the tests notice. It plants one small fault after the other in a
// package and runs the package's tests, and the tests against live peers, until one fails.
// go-gremlins finds the places and names the faults. They are planted by an overlay of the
// compiler: the sources stay as they are. It is run from the repository's root.
//
// It exits with 1 when a fault that accepted.yaml does not list survives.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"
)

// settings say what is played, and how.
type settings struct {
	// gremlins is the path of go-gremlins' program.
	gremlins string
	// sample is how many faults are planted in a package, chosen at random; 0 plants all of them.
	sample int
	// seed chooses them. The same seed chooses the same faults of the same sources.
	seed uint64
	// report is the path of the report.
	report string
	// only is a part of the file name and line, such as "limits.go:31", of the faults to plant.
	only string
}

func main() {
	var s settings
	flag.StringVar(&s.gremlins, "gremlins", ".build/gremlins", "go-gremlins' `program`")
	flag.IntVar(&s.sample, "sample", 0, "plant this `number` of faults in each package, chosen at random; 0 plants all of them")
	flag.Uint64Var(&s.seed, "seed", 1, "the `seed` of that choice")
	flag.StringVar(&s.report, "report", "reports/mutants.md", "write what was found into this `file`")
	flag.StringVar(&s.only, "only", "", "plant the faults whose place holds this `text`, such as limits.go:31")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: mutants [flags] [package...]\n\nThe packages are:\n  %s\n\n", strings.Join(names(), "\n  "))
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	survived, err := s.run(ctx, flag.Args())
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
	if survived > 0 {
		os.Exit(1)
	}
}

// run plays the packages and returns how many faults survive that are not accepted.
func (s *settings) run(ctx context.Context, packages []string) (survived int, err error) {
	chosen, err := choose(packages)
	if err != nil {
		return 0, err
	}
	known, err := readAccepted()
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp("", "pizco-mutants")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	report, err := create(s.report)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, report.Close()) }()
	var tallies []tally
	for _, subject := range chosen {
		t, err := s.play(ctx, subject, known, folder, io.MultiWriter(os.Stdout, report))
		if err != nil {
			return survived, fmt.Errorf("%s: %w", subject.folder, err)
		}
		tallies = append(tallies, t)
		survived += t.survived
	}
	return survived, writeTable(io.MultiWriter(os.Stdout, report), tallies)
}

// play plants the faults of one package.
func (s *settings) play(ctx context.Context, subject subject, known []accepted, folder string, out io.Writer) (tally, error) {
	t := tally{folder: subject.folder}
	all, err := discover(ctx, s.gremlins, subject.folder, folder)
	if err != nil {
		return t, err
	}
	t.all = len(all)
	j := judge{subject: subject, folder: folder}
	// What is found of a fault means nothing where the tests fail without one.
	if v, by, err := j.try(ctx, nil); err != nil || v != survives {
		return t, errors.Join(fmt.Errorf("the tests fail without a fault: %s %s", v, by), err)
	}
	for _, m := range sample(all, s.sample, s.seed, s.only) {
		began := time.Now()
		v, by, err := j.try(ctx, &m)
		if err != nil {
			return t, err
		}
		if v == survives && isAccepted(known, &m) {
			v = acceptedAs
		}
		t.add(v)
		fmt.Fprintf(out, "%-9s %s (%.0f s) %s\n", v, m.String(), time.Since(began).Seconds(), by)
	}
	return t, ctx.Err()
}
