// Command science runs what packages of the scientific Python world pickle through package pickle,
// and prints how much of it came back unchanged.
//
//	go run ./interop/corpus/science PYTHON...                 the table
//	go run ./interop/corpus/science -document FILE PYTHON...  and into a document, between its marks
//	go run ./interop/corpus/science -store FILE PYTHON...     and the vectors that tests use where the packages are missing
//
// Each PYTHON is an interpreter with the packages that interop/corpus/science.py names; make
// corpus-science makes such ones. The command fails when a pickle does not come back byte for byte.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/pizco-go/pizco/interop/corpus"
)

func main() {
	store := flag.String("store", "", "write the stored vectors to this file")
	verbose := flag.Bool("v", false, "print the versions of the packages, and the values that cannot be pickled")
	path := flag.String("document", "", "write the table between the marks of this file as well, when nothing failed")
	flag.Parse()
	if err := run(*store, *path, *verbose, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(store, path string, verbose bool, pythons []string) error {
	if len(pythons) == 0 {
		return errors.New("name at least one interpreter that has the packages; make corpus-science does")
	}
	report := corpus.NewReport("| CPython | packages | values | C pickles | identical | files | identical |",
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, python := range pythons {
		r, err := check(python, verbose, report)
		if err != nil {
			return err
		}
		report.Row(r)
	}
	return report.Finish(store, path, "corpus-science")
}

// row is a line of the table.
type row struct {
	release             corpus.Source
	packages, values    int
	pickles, identical  int
	files, filesTheSame int
}

// String returns the line.
func (r row) String() string {
	return fmt.Sprintf("| %v | %d | %d | %d | %d | %d | %d |", r.release, r.packages, r.values, r.pickles, r.identical, r.files, r.filesTheSame)
}

func check(python string, verbose bool, report *corpus.Report) (row, error) {
	var r row
	version, err := exec.Command(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").Output()
	if err != nil {
		return r, fmt.Errorf("%s: %w", python, err)
	}
	if r.release, err = corpus.ParseSource(strings.TrimSpace(string(version))); err != nil {
		return r, err
	}
	stderr, err := corpus.Run(python, corpus.ScienceScript(), nil, func(rec corpus.Record) error {
		r.add(rec, report)
		return nil
	})
	if verbose {
		fmt.Fprint(os.Stderr, stderr)
	}
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "!") {
			r.packages++
		}
	}
	return r, err
}

func (r *row) add(rec corpus.Record, report *corpus.Report) {
	all, same := &r.pickles, &r.identical
	switch {
	case rec.Protocol == corpus.Repr:
		r.values++
		return
	case strings.HasPrefix(rec.Name, "file/"):
		all, same = &r.files, &r.filesTheSame
	}
	if strings.HasPrefix(rec.Name, "python2/") {
		if _, err := corpus.Decode(rec, 2); err != nil { // its bytes depend on reference counts
			report.Fail(fmt.Errorf("CPython %v: %w", r.release, err))
		}
		return
	}
	*all++
	report.Vectors.Add(r.release, rec)
	if err := corpus.RoundTrip(rec, r.release.Minor); err != nil {
		report.Fail(fmt.Errorf("CPython %v: %w", r.release, err))
		return
	}
	*same++
}
