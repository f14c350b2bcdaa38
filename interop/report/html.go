package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/pizco-go/pizco/interop/runner"
)

//go:embed page.html
var pageText string

// page is what the HTML report shows.
type page struct {
	Results         *runner.Results
	Grid            *grid
	Peers           [][2]string
	Passed, Known   int
	Failed          int
	Duration        time.Duration
	Areas           []areaRow
	Excluded        []reasonRow
	Skipped         []reasonRow
	Failures        []*runner.Test
	KnownFailures   []*runner.Test
	FailuresOmitted int
}

// areaRow counts the tests of an area.
type areaRow struct {
	Area   string
	Square square
}

// reasonRow is a reason with what it is given for.
type reasonRow struct {
	Reason string
	Count  int
	Of     []string
}

// maxFailures bounds the failures that the page tells in full.
const maxFailures = 300

// HTML writes one page that needs nothing else.
func HTML(w io.Writer, r *runner.Results) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"square": func(g *grid, client, server string) *square { return g.Squares[[2]string{client, server}] },
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("pizco/interop/report: %w", err)
	}
	return t.Execute(w, newPage(r))
}

func newPage(r *runner.Results) *page {
	p := &page{
		Results: r, Grid: newGrid(r), Passed: r.Count(runner.Passed), Known: r.Count(runner.Known), Failed: r.Count(runner.Failed),
		Duration: r.Duration.Round(100 * time.Millisecond),
	}
	for _, name := range slices.Sorted(maps.Keys(r.Peers)) {
		p.Peers = append(p.Peers, [2]string{name, r.Peers[name]})
	}
	areas := map[string]*square{}
	for i := range r.Tests {
		t := &r.Tests[i]
		if areas[t.Area] == nil {
			areas[t.Area] = &square{}
		}
		areas[t.Area].count(t)
		switch {
		case t.Status == runner.Known:
			p.KnownFailures = append(p.KnownFailures, t)
		case t.Status == runner.Failed && len(p.Failures) < maxFailures:
			p.Failures = append(p.Failures, t)
		case t.Status == runner.Failed:
			p.FailuresOmitted++
		}
	}
	for _, area := range slices.Sorted(maps.Keys(areas)) {
		p.Areas = append(p.Areas, areaRow{area, *areas[area]})
	}
	var excluded, skipped reasons
	for _, e := range r.Excluded {
		excluded.add(e.Reason, e.Cell.String())
	}
	for _, s := range r.Skipped {
		skipped.add(s.Reason, s.Case+"["+s.Cell.String()+"]")
	}
	p.Excluded, p.Skipped = excluded.rows(), skipped.rows()
	return p
}

// reasons collects reasonRows.
type reasons struct{ byReason map[string]*reasonRow }

func (r *reasons) add(reason, of string) {
	if r.byReason == nil {
		r.byReason = map[string]*reasonRow{}
	}
	row := r.byReason[reason]
	if row == nil {
		row = &reasonRow{Reason: reason}
		r.byReason[reason] = row
	}
	row.Count++
	row.Of = append(row.Of, of)
}

func (r *reasons) rows() []reasonRow {
	var rows []reasonRow
	for _, reason := range slices.Sorted(maps.Keys(r.byReason)) {
		rows = append(rows, *r.byReason[reason])
	}
	return rows
}
