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
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/interop/document"
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
	var vectors corpus.Vectors
	var failures []error
	var table strings.Builder
	out := io.MultiWriter(os.Stdout, &table)
	fmt.Fprintln(out, "| CPython | values | C pickles | identical | pure Python pickles | decoded |")
	fmt.Fprintln(out, "| --- | ---: | ---: | ---: | ---: | ---: |")
	for _, release := range releases {
		python, err := find(release)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		r, err := check(python, release, &vectors)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, r)
		failures = append(failures, r.failures...)
	}
	if store != "" {
		f, err := os.Create(store)
		if err != nil {
			return err
		}
		if _, err := vectors.WriteTo(f); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	if err := errors.Join(failures...); err != nil || path == "" {
		return err
	}
	return document.Update(path, "corpus", table.String())
}

// row is a line of the table.
type row struct {
	release            corpus.Source
	values             int
	pickles, identical int
	pure, decoded      int
	failures           []error
}

// String returns the line. Python 2's bytes depend on reference counts, so they are decoded only.
func (r row) String() string {
	if r.release.Major == 2 {
		return fmt.Sprintf("| %v | %d | %d | decoded only | %d | %d |", r.release, r.values, r.pickles, r.pure, r.decoded)
	}
	return fmt.Sprintf("| %v | %d | %d | %d | %d | %d |", r.release, r.values, r.pickles, r.identical, r.pure, r.decoded)
}

func check(python string, release corpus.Source, vectors *corpus.Vectors) (row, error) {
	r := row{release: release}
	err := corpusOf(python, "c", func(rec corpus.Record) error {
		if rec.Protocol == corpus.Repr {
			r.values++
			return nil
		}
		r.pickles++
		vectors.Add(release, rec)
		var err error
		if release.Major == 2 {
			_, err = corpus.Decode(rec, 2)
		} else {
			err = corpus.RoundTrip(rec, release.Minor)
		}
		if err != nil {
			r.failures = append(r.failures, fmt.Errorf("CPython %v: %w", release, err))
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
	return r, corpusOf(python, "py", func(rec corpus.Record) error {
		if rec.Protocol == corpus.Repr {
			return nil
		}
		r.pure++
		if release.Minor == 7 && release.Major == 2 || release.Minor == 13 {
			vectors.Add(pure, rec)
		}
		if _, err := corpus.Decode(rec, release.Major); err != nil {
			r.failures = append(r.failures, fmt.Errorf("CPython %v: %w", pure, err))
			return nil
		}
		r.decoded++
		return nil
	})
}

func corpusOf(python, pickler string, use func(corpus.Record) error) error {
	cmd := exec.Command(python, "-", pickler)
	cmd.Stdin = strings.NewReader(corpus.Script())
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", python, err, stderr.Bytes())
	}
	return corpus.Read(bytes.NewReader(out), use)
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
