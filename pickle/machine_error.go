package pickle

import (
	"fmt"

	"github.com/pizco-go/pizco/py"
)

// fail returns an error at the opcode that runs.
func (m *machine) fail(format string, args ...any) *SyntaxError {
	return &SyntaxError{Offset: int64(m.at), Opcode: m.current(), Reason: fmt.Sprintf(format, args...)}
}

func (m *machine) limit(l limit, most int64) error {
	return &LimitError{Offset: int64(m.at), Opcode: m.current(), Limit: l.option, Max: most}
}

func (m *machine) current() Opcode {
	if m.at < m.size {
		return Opcode(m.data[:m.size][m.at])
	}
	return 0
}

// refused returns the error for what cannot be done to a value, with its type's name in the format.
// Where the value is what a call was read as, it is not the value's fault: the pickle is decoded
// once more, and the call stays one.
func (m *machine) refused(s slot, format string) error {
	if m.foreign[s.At] {
		return m.fail(format, "an earlier pickle's value")
	}
	if made, ok := m.structs[s.At]; ok {
		if m.asObjects == nil {
			m.asObjects = map[int]bool{}
		}
		m.asObjects[made.at], m.rerun = true, true
		return nil
	}
	if m.formed && !m.formless {
		m.formless, m.rerun = true, true
		return errAgain
	}
	return m.fail(format, py.TypeName(s.Value()))
}
