// Package report shows what a run of the conformance suite came to: in the terminal, as JUnit XML,
// as JSON, and as one HTML page that needs nothing else.
package report

import (
	"io"

	"github.com/pizco-go/pizco/interop/runner"
)

// Writer writes results in one format.
type Writer func(w io.Writer, r *runner.Results) error
