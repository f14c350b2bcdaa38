package main

import (
	"fmt"
	"strings"
)

// row is what an attack took.
type row struct {
	name    string
	sent    string  // by the attacker, and how it was answered
	cpu     float64 // seconds of processor
	memory  int64   // the peak beyond what the gateway took before, in bytes
	kept    int64   // what it still took when the attacker had gone
	verdict string
}

// table is what a run prints.
type table struct {
	rows   []row
	broken bool
}

const megabyte = 1 << 20

func (t *table) markdown() string {
	var text strings.Builder
	text.WriteString("| attack | what was seen | processor | memory at most | kept | bounds |\n| --- | --- | --: | --: | --: | --- |\n")
	for _, r := range t.rows {
		fmt.Fprintf(&text, "| %s | %s | %.1f s | %d MB | %d MB | %s |\n", r.name, r.sent, r.cpu, r.memory/megabyte, r.kept/megabyte, r.verdict)
	}
	return text.String()
}
