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
	plain, err := cfg.weigh(data)
	if err != nil {
		return err
	}
	if _, isAny := v.(*any); !isAny && plain && directly(data, cfg, v) {
		return nil
	}
	m := newMachine(data, cfg)
	err = m.unmarshal(v)
	m.release()
	return err
}

// unmarshal decodes the pickle into what v points to, by way of its graph.
func (m *machine) unmarshal(v any) error {
	if root, ok := v.(*any); ok && root != nil {
		value, err := m.value()
		if err == nil {
			*root = value
		}
		return err
	}
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return &TargetError{Type: reflect.TypeOf(v)}
	}
	target = target.Elem()
	m.alias = m.carried == nil && m.cfg.registry == nil && copies(target.Type())
	value, err := m.value()
	if err != nil {
		return err
	}
	if err := py.AssignValue(target, value, py.MaxItems(int64(m.size))); err != nil {
		return m.misfit(err, target.Type())
	}
	return nil
}
