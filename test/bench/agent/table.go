package main

import (
	"fmt"
	"strings"
)

// table is what a run prints, and the figures of it that README shows.
type table struct {
	quick   bool
	rows    []row
	figures []string
}

// figure adds a sentence to the figures.
func (t *table) figure(sentence string, args ...any) {
	t.figures = append(t.figures, fmt.Sprintf(sentence, args...))
}

// row is one line of the table.
type row struct {
	work, result, bound string
	missed              bool
}

// quickAllowance is the factor by which a bound of a ratio is widened in a quick run, which may
// share its machine with anything.
const quickAllowance = 8

// note adds a line that has no bound.
func (t *table) note(work, result string, args ...any) {
	t.rows = append(t.rows, row{work: work, result: fmt.Sprintf(result, args...)})
}

// atMost adds a line whose ratio has an upper bound.
func (t *table) atMost(work, result string, ratio, bound float64) {
	if t.quick {
		bound *= quickAllowance
	}
	t.rows = append(t.rows, row{work, result + fmt.Sprintf("; ratio **%.2f**", ratio), fmt.Sprintf("at most %.2f", bound), ratio > bound})
}

// atLeast adds a line whose ratio has a lower bound.
func (t *table) atLeast(work, result string, ratio, bound float64) {
	if t.quick {
		bound /= quickAllowance
	}
	t.rows = append(t.rows, row{work, result + fmt.Sprintf("; ratio **%.2f**", ratio), fmt.Sprintf("at least %.2f", bound), ratio < bound})
}

// exactly adds a line that no noise can change.
func (t *table) exactly(work, result, bound string, kept bool) {
	t.rows = append(t.rows, row{work, result, bound, !kept})
}

func (t *table) missed() bool {
	for _, r := range t.rows {
		if r.missed {
			return true
		}
	}
	return false
}

func (t *table) markdown() string {
	var text strings.Builder
	text.WriteString("| work | measured | bound | |\n| --- | --- | --- | --- |\n")
	for _, r := range t.rows {
		verdict := ""
		switch {
		case r.missed:
			verdict = "**missed**"
		case r.bound != "":
			verdict = "kept"
		}
		fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", r.work, r.result, r.bound, verdict)
	}
	return text.String()
}
