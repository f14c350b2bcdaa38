//go:build numpy

package goagent_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/pizco-go/pizco/goagent"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestGetNumpy reads arrays and scalars of the live numpy, which scripts/numpy installs: they
// pickle themselves, and an array of objects that cannot be pickled is refused.
func TestGetNumpy(t *testing.T) {
	eachPython(t, func(t *testing.T, server *pyenv.Server) {
		p := dial(t, server.RepEndpoint)
		for _, options := range [][]goagent.GetOption{nil, {goagent.WithInsist()}} {
			var samples []float64
			if err := p.Get(limit(t), &samples, "samples", options...); err != nil || !slices.Equal(samples, []float64{0, 1.5, 3}) {
				t.Errorf("samples = %v, %v", samples, err)
			}
			var many []int64
			if err := p.Get(limit(t), &many, "many", options...); err != nil || len(many) != 5000 || many[4999] != 4999 {
				t.Errorf("many = %d numbers, %v", len(many), err)
			}
			var gain float64
			var steps int32
			if err := errors.Join(p.Get(limit(t), &gain, "gain", options...), p.Get(limit(t), &steps, "steps", options...)); err != nil || gain != 1.5 || steps != 7 {
				t.Errorf("gain = %v, steps = %v, %v", gain, steps, err)
			}
		}
		var unsafe *goagent.UnsafeReadError
		if err := p.Get(limit(t), nil, "locks"); !errors.As(err, &unsafe) {
			t.Errorf("locks: %v", err)
		}
		answers(t, server, "arrays")
	})
}
