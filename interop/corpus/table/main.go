// Command table runs the corpus through every CPython on the machine and prints how much of it came
// back unchanged.
//
//	go run ./interop/corpus/table                 the table
//	go run ./interop/corpus/table -document FILE  and into a document, between its marks
//	go run ./interop/corpus/table -store FILE     and the vectors that tests use where an interpreter is missing
//
// Interpreters are python2.7 and python3.6 to python3.13 on PATH, or in pyenv's folder of versions.
// The command fails when a C pickle of Python 3 does not come back byte for byte, or any pickle
// does not decode.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/pizco-go/pizco/interop/corpus"
)

var releases = []corpus.Source{
	{Major: 2, Minor: 7}, {Major: 3, Minor: 6}, {Major: 3, Minor: 7}, {Major: 3, Minor: 8}, {Major: 3, Minor: 9},
	{Major: 3, Minor: 10}, {Major: 3, Minor: 11}, {Major: 3, Minor: 12}, {Major: 3, Minor: 13},
}

func main() {
	store := flag.String("store", "", "write the stored vectors to this file")
	path := flag.String("document", "", "write the table between the marks of this file as well, when nothing failed")
	flag.Parse()
	if err := run(*store, *path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(store, path string) error {
	report := corpus.NewReport("| CPython | values | C pickles | identical | pure Python pickles | decoded |",
		"| --- | ---: | ---: | ---: | ---: | ---: |")
	for _, release := range releases {
		python, err := find(release)
		if err != nil {
			report.Fail(err)
			continue
		}
		r, err := check(python, release, report)
		if err != nil {
			return err
		}
		report.Row(r)
	}
	return report.Finish(store, path, "corpus")
}

// row is a line of the table.
type row struct {
	release            corpus.Source
	values             int
	pickles, identical int
	pure, decoded      int
}

// String returns the line. Python 2's bytes depend on reference counts, so they are decoded only.
func (r row) String() string {
	if r.release.Major == 2 {
		return fmt.Sprintf("| %v | %d | %d | decoded only | %d | %d |", r.release, r.values, r.pickles, r.pure, r.decoded)
	}
	return fmt.Sprintf("| %v | %d | %d | %d | %d | %d |", r.release, r.values, r.pickles, r.identical, r.pure, r.decoded)
}

func check(python string, release corpus.Source, report *corpus.Report) (row, error) {
	r := row{release: release}
	_, err := corpus.Run(python, corpus.Script(), []string{"c"}, func(rec corpus.Record) error {
		if rec.Protocol == corpus.Repr {
			r.values++
			return nil
		}
		r.pickles++
		report.Vectors.Add(release, rec)
		var err error
		if release.Major == 2 {
			_, err = corpus.Decode(rec, 2)
		} else {
			err = corpus.RoundTrip(rec, release.Minor)
		}
		if err != nil {
			report.Fail(fmt.Errorf("CPython %v: %w", release, err))
			return nil
		}
		r.identical++
		return nil
	})
	if err != nil {
		return r, err
	}
	pure := release
	pure.Pure = true
	_, err = corpus.Run(python, corpus.Script(), []string{"py"}, func(rec corpus.Record) error {
		if rec.Protocol == corpus.Repr {
			return nil
		}
		r.pure++
		if release.Minor == 7 && release.Major == 2 || release.Minor == 13 {
			report.Vectors.Add(pure, rec)
		}
		if _, err := corpus.Decode(rec, release.Major); err != nil {
			report.Fail(fmt.Errorf("CPython %v: %w", pure, err))
			return nil
		}
		r.decoded++
		return nil
	})
	return r, err
}

// find returns the path of an interpreter of the release.
func find(release corpus.Source) (string, error) {
	name := "python" + release.String()
	root := os.Getenv("PYENV_ROOT")
	if root == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		root = filepath.Join(home, ".pyenv")
	}
	candidates, err := filepath.Glob(filepath.Join(root, "versions", release.String()+".*", "bin", name))
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath(name); err == nil {
		candidates = append(candidates, path)
	}
	for _, path := range candidates {
		if exec.Command(path, "-c", "pass").Run() == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("CPython %v is not on this machine", release)
}
