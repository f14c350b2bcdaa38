package pickle

import (
	"reflect"

	"github.com/pizco-go/pizco/py"
)

// Unmarshal decodes the pickle at the beginning of data into what v points to. Like pickle.loads it
// ignores what follows the pickle's end.
//
// Into a *any it decodes the exact graph of Python values, see package py. Into any other pointer
// it converts on the way, by the rules of [py.Assign]. Of a key that a dict has twice the last
// value counts. A value that does not fit is an [*UnmarshalError], and parts of the target may be
// set by then. Other failures are a [*SyntaxError] or a [*LimitError].
func Unmarshal(data []byte, v any, opts ...DecodeOption) error {
	cfg, err := newDecodeConfig(opts)
	if err != nil {
		return err
	}
	quick, err := cfg.weigh(data)
	if err != nil {
		return err
	}
	if quick && shortly(data, cfg, v) {
		return nil
	}
	m := newMachine(cfg)
	defer m.release()
	return m.unmarshal(data, v)
}

// shortly decodes a plain pickle without the tape. It reports false for any other, and for whatever
// is wrong.
func shortly(data []byte, cfg *decodeConfig, v any) bool {
	target, ok := v.(*any)
	if !ok {
		return directly(data, cfg, v)
	}
	if target == nil {
		return false
	}
	value, ok := quickly(data, cfg)
	if ok {
		*target = value
	}
	return ok
}

// unmarshal decodes the pickle at the beginning of data and leaves in m.pos how many bytes it took.
func (m *machine) unmarshal(data []byte, v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return &TargetError{Type: reflect.TypeOf(v)}
	}
	if err := m.run(data); err != nil {
		return err
	}
	root, isAny := v.(*any)
	g := newGraph(&m.tape, m.cfg)
	defer g.release()
	g.alias = m.cfg.alias || m.carried == nil && !isAny && m.cfg.registry == nil && copies(target.Type().Elem())
	value, err := g.all()
	if err != nil {
		return err
	}
	if m.carried != nil {
		m.carried.keep(m, g)
	}
	if isAny {
		*root = value
		return nil
	}
	return g.misfit(py.AssignValue(target.Elem(), value, py.MaxItems(int64(len(data)))))
}
