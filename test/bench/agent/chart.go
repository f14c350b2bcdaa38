package main

import (
	"os"
	"path/filepath"

	"github.com/go-analyze/charts"
)

// chart is the cost of one piece of work at numbers of them that double from left to right: a level
// line is a cost that grows linearly.
type chart struct {
	file, title, unit string
	labels            []string
	costs             []float64
}

func (c *chart) add(label string, cost float64) {
	c.labels = append(c.labels, label)
	c.costs = append(c.costs, cost)
}

// worst returns the highest cost as a multiple of the lowest one before it, and where it is. The
// last two points stand for the far end: what comes before are fluctuations that the end makes up
// for.
func (c *chart) worst() (times float64, at string) {
	lowest := c.costs[0]
	for i, cost := range c.costs {
		lowest = min(lowest, cost)
		if i >= len(c.costs)-2 && lowest > 0 && cost/lowest > times {
			times, at = cost/lowest, c.labels[i]
		}
	}
	return times, at
}

// write draws the chart into a folder.
func (c *chart) write(folder string) error {
	opt := charts.NewLineChartOptionWithData([][]float64{c.costs})
	opt.Title.Text = c.title + ": " + c.unit
	opt.XAxis.Labels = c.labels
	opt.YAxis = []charts.YAxisOption{{Min: charts.Ptr(0.0)}}
	opt.Legend.Show = charts.Ptr(false)
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: 720, Height: 320})
	if err := p.LineChart(opt); err != nil {
		return err
	}
	svg, err := p.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, c.file), append(svg, '\n'), 0o644)
}
