package runner

import (
	"slices"

	"github.com/pizco-go/pizco/interop/suite"
)

// group is the work for one server process: cells that differ only in the client.
type group struct{ cells []suite.Cell }

// plan is what a run does.
type plan struct {
	oracles, others []group
	cells           []suite.Cell
	excluded        []suite.Excluded
	notChosen       int
	total           int
}

func makePlan(config *Config) plan {
	var p plan
	all, excluded := config.Suite.Axes.Product()
	p.excluded = excluded
	for _, cell := range all {
		if config.Cells(cell) {
			p.cells = append(p.cells, cell)
		} else {
			p.notChosen++
		}
	}
	var oracles, others []suite.Cell
	for _, cell := range p.cells {
		if cell.IsOracle() {
			oracles = append(oracles, cell)
		} else {
			others = append(others, cell)
		}
		for i := range config.Suite.Cases {
			if c := &config.Suite.Cases[i]; config.Cases(c.ID()) && c.Excluded(cell) == "" {
				p.total++
			}
		}
	}
	p.oracles, p.others = groups(oracles), groups(others)
	return p
}

// groups puts cells of the same server configuration together. Each cell of inproc is a group of
// its own.
func groups(cells []suite.Cell) []group {
	var out []group
	at := map[suite.Cell]int{}
	for _, cell := range cells {
		key := cell
		if cell.Transport != "inproc" {
			key.Client = ""
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, group{})
		}
		out[i].cells = append(out[i].cells, cell)
	}
	// The largest first, so that no worker ends long after the others.
	slices.SortStableFunc(out, func(a, b group) int { return len(b.cells) - len(a.cells) })
	return out
}
