package demo

import (
	"github.com/pizco-go/pizco/goagent/object"
)

// MultiplyBy is the object of the manual's "Pizco in action".
type MultiplyBy struct {
	factor        int
	factorChanged object.Signal
}

// NewMultiplyBy returns a MultiplyBy as an object to serve.
func NewMultiplyBy(factor int) *object.Object {
	m := &MultiplyBy{factor: factor}
	return object.New("MultiplyBy").
		Property("factor", func() int { return m.factor }, m.setFactor).
		Signal("factor_changed", &m.factorChanged).
		Method("calculate", func(x int) int { return x * m.factor }, "x")
}

func (m *MultiplyBy) setFactor(value int) {
	if value == m.factor {
		return
	}
	old := m.factor
	m.factor = value
	m.factorChanged.Emit(value, old)
}
