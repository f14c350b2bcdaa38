// Command bench measures this library beside the original, bare libzmq and raw TCP, all in one run,
// and says whether the bounds that it is built to are kept.
//
//	go run ./test/bench/agent                      every measurement; writes docs/benchmarks, docs/performance.md and README's figures
//	go run ./test/bench/agent -quick               a short form with bounds that a busy machine cannot break; writes nothing
//	go run ./test/bench/agent -only roundtrip,calls
//
// What is compared runs in turns in the same run, each side in processes of its own, so that a
// ratio says something where a time does not. Of times the best turn counts, of rates the median of
// the turns' ratios. The command ends with status 1 when a bound is missed.
//
// The original runs on the Pythons of PIZCO_PYTHONS; the comparisons are with the one of them that
// is fastest.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// settings configure a run.
type settings struct {
	quick bool
	only  []string
	docs  string
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "peer" {
		fail(servePeer(os.Args[2], os.Args[3:]))
		return
	}
	var s settings
	flag.BoolVar(&s.quick, "quick", false, "measure for a short time and check bounds that noise cannot break")
	only := flag.String("only", "", "measure only these, of "+strings.Join(sectionNames(), ","))
	flag.StringVar(&s.docs, "docs", "docs/benchmarks", "write the charts of a full run to this folder, the table to performance.md above it, and the figures to README; empty writes nothing")
	flag.Parse()
	if *only != "" {
		s.only = strings.Split(*only, ",")
	}
	fail(run(s))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// section is one measurement. Its rows go to the table.
type section struct {
	name    string
	measure func(*bench) error
}

var sections = []section{
	{"roundtrip", measureRoundTrips},
	{"calls", measureCalls},
	{"signals", measureSignals},
	{"arrays", measureArrays},
	{"memory", measureMemory},
	{"growth", measureGrowth},
}

func sectionNames() []string {
	names := make([]string, len(sections))
	for i, s := range sections {
		names[i] = s.name
	}
	return names
}

// errMissed is returned when a bound was missed.
var errMissed = errors.New("a bound was missed")

func run(s settings) error {
	raiseFileLimit()
	for _, name := range s.only {
		if !slices.Contains(sectionNames(), name) {
			return fmt.Errorf("no measurement %q: there are %s", name, strings.Join(sectionNames(), ", "))
		}
	}
	b, err := newBench(s)
	if err != nil {
		return err
	}
	for _, section := range sections {
		if len(s.only) > 0 && !slices.Contains(s.only, section.name) {
			continue
		}
		b.progress("%s", section.name)
		if err := section.measure(b); err != nil {
			return fmt.Errorf("%s: %w", section.name, err)
		}
	}
	fmt.Print(b.table.markdown())
	if !s.quick && s.docs != "" && len(s.only) == 0 {
		if err := b.write(); err != nil {
			return err
		}
	}
	if b.table.missed() {
		return errMissed
	}
	return nil
}
