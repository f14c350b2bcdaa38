package corpus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/pizco-go/pizco/interop/document"
)

// Report is what a run of the corpus over some interpreters has found: a table, the vectors that
// can be stored, and what went wrong. The table is printed as it grows.
type Report struct {
	// Vectors are the pickles of the run.
	Vectors Vectors

	table    strings.Builder
	out      io.Writer
	failures []error
}

// NewReport returns a report whose table begins with these lines.
func NewReport(head ...string) *Report {
	r := new(Report)
	r.out = io.MultiWriter(os.Stdout, &r.table)
	for _, line := range head {
		r.Row(line)
	}
	return r
}

// Row adds a line to the table.
func (r *Report) Row(line any) { fmt.Fprintln(r.out, line) }

// Fail adds what went wrong.
func (r *Report) Fail(failures ...error) { r.failures = append(r.failures, failures...) }

// Finish stores the vectors in a file unless its path is empty. It returns what went wrong. When
// nothing did, it writes the table between the marks of that name of a document, unless that path
// is empty.
func (r *Report) Finish(store, path, mark string) error {
	if store != "" {
		var out bytes.Buffer
		if _, err := r.Vectors.WriteTo(&out); err != nil {
			return err
		}
		if err := os.WriteFile(store, out.Bytes(), 0o600); err != nil {
			return err
		}
	}
	if err := errors.Join(r.failures...); err != nil || path == "" {
		return err
	}
	return document.Update(path, mark, r.table.String())
}

// Run has an interpreter run a script that writes records, and calls use for each. It returns what
// the script wrote to its standard error.
func Run(python, script string, args []string, use func(Record) error) (stderr string, err error) {
	cmd := exec.Command(python, append([]string{"-"}, args...)...)
	cmd.Stdin = strings.NewReader(script)
	cmd.Env = append(os.Environ(), "PYTHONHASHSEED=0")
	var written bytes.Buffer
	cmd.Stderr = &written
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("pizco/corpus: %s: %w\n%s", python, err, written.Bytes())
	}
	return written.String(), Read(bytes.NewReader(out), use)
}
