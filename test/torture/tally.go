package main

import (
	"fmt"
	"os"
	"strings"
)

// tally is what a run prints: each promise, what was seen, and whether it held.
type tally struct{ rows []promise }

type promise struct {
	work, seen string
	held       bool
}

// check enters a promise.
func (t *tally) check(held bool, work, seen string, args ...any) {
	t.rows = append(t.rows, promise{work, fmt.Sprintf(seen, args...), held})
	if !held {
		fmt.Fprintf(os.Stderr, "torture: broken: %s: %s\n", work, t.rows[len(t.rows)-1].seen)
	}
}

// note enters something that nothing is promised about.
func (t *tally) note(work, seen string, args ...any) {
	t.rows = append(t.rows, promise{work, fmt.Sprintf(seen, args...), true})
}

func (t *tally) broken() bool {
	for _, p := range t.rows {
		if !p.held {
			return true
		}
	}
	return false
}

func (t *tally) markdown() string {
	var text strings.Builder
	text.WriteString("| what is promised | what was seen | |\n| --- | --- | --- |\n")
	for _, p := range t.rows {
		verdict := "held"
		if !p.held {
			verdict = "**broken**"
		}
		fmt.Fprintf(&text, "| %s | %s | %s |\n", p.work, p.seen, verdict)
	}
	return text.String()
}
