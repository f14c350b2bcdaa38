package main

import (
	"cmp"
	"fmt"
	"slices"
)

// rates are how much was done in a second, in each turn. Both sides keep the processors busy for
// the whole of their turns, so that it is their speed, and not only what else they do, that a turn
// depends on: what counts is the median of the turns' ratios.
type rates []float64

func (r rates) best() float64 { return slices.Max(r) }

func (r rates) median() float64 { return median(r) }

// median returns the value in the middle of some, of which there is one at least.
func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// over returns how many times another side's rates these are.
func (r rates) over(other rates) float64 {
	ratios := make(rates, len(r))
	for turn := range r {
		ratios[turn] = r[turn] / other[turn]
	}
	return ratios.median()
}

// text says what was done in a second, such as "41722 calls/s at best (median 39870)".
func (r rates) text(what string) string {
	return fmt.Sprintf("%.0f %s/s at best (median %.0f)", r.best(), what, r.median())
}
