package pickle

import (
	"errors"
	"reflect"
)

// Unmarshal decodes the pickle at the beginning of data into what v points to. Like pickle.loads it ignores what follows
// the pickle's end.
//
// Into a *any it decodes the exact graph of Python values, see package py. Into any other pointer it converts on the way, see
// the package documentation for what fits what.
func Unmarshal(data []byte, v any, opts ...DecodeOption) error {
	cfg, err := newDecodeConfig(opts)
	if err != nil {
		return err
	}
	_, err = unmarshal(data, v, cfg)
	return err
}

// unmarshal returns the number of bytes that the pickle takes.
func unmarshal(data []byte, v any, cfg *decodeConfig) (int, error) {
	m := newMachine(cfg)
	defer m.release()
	if err := m.run(data); err != nil {
		return 0, err
	}
	if target, ok := v.(*any); ok && target != nil {
		g := newGraph(&m.tape, cfg)
		defer g.release()
		root, err := g.all()
		if err != nil {
			return 0, err
		}
		*target = root
		return m.pos, nil
	}
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return 0, &TargetError{Type: reflect.TypeOf(v)}
	}
	return 0, errors.New("pizco/pickle: only *any can be decoded into so far")
}
