package demo

import "github.com/pizco-go/pizco/goagent"

// MultiplyBy is the object of the manual's "Pizco in action".
type MultiplyBy struct {
	factor        int
	factorChanged goagent.Signal
}

// NewMultiplyBy returns a MultiplyBy as an object to serve.
func NewMultiplyBy(factor int) *goagent.Object {
	m := &MultiplyBy{factor: factor}
	return goagent.NewObject("MultiplyBy").
		Property("factor", func() int { return m.factor }, m.setFactor).
		Signal("factor_changed", &m.factorChanged).
		Method("calculate", func(x int) int { return x * m.factor }, goagent.Params("x"))
}

func (m *MultiplyBy) setFactor(value int) {
	if value == m.factor {
		return
	}
	old := m.factor
	m.factor = value
	m.factorChanged.Emit(value, old)
}
