package pickle

import (
	"errors"
	"reflect"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// places is what a machine notes when it runs once more to find out where a value was made that
// does not fit its target.
type places struct {
	// at holds the offsets of the opcodes that made or filled containers, by the containers' memory.
	at map[uintptr]int
	// stored are the keys that dicts were given, in their order, equal ones included; nil where they
	// are all different.
	stored map[*py.Dict][]any
}

func (p *places) note(container slot, at int) { p.at[memoryOf(container.Value())] = at }

// keep notes the keys that a dict is given, if they matter.
func (p *places) keep(d *py.Dict, items []any) {
	if p.stored == nil {
		return
	}
	for i := 0; i < len(items); i += 2 {
		p.stored[d] = append(p.stored[d], items[i])
	}
}

// memoryOf returns the address that tells one container from all others.
func memoryOf(container any) uintptr {
	if t, ok := container.(py.Tuple); ok {
		return raw.OfSlice(t).Address()
	}
	return raw.SlotOf(container).At
}

// misfit gives the error of a conversion into a type the offset and the opcode of the value that
// does not fit.
func (m *machine) misfit(err error, target reflect.Type) error {
	var refused *py.ConversionError
	if !errors.As(err, &refused) {
		return err
	}
	at := m.placeOf(refused, target)
	return &UnmarshalError{Offset: int64(at), Opcode: Opcode(m.data[at]), Path: refused.Path,
		From: refused.From, To: refused.To, Reason: refused.Reason, Err: refused.Err}
}

// placeOf returns the offset of the opcode that made the value that does not fit a type. For one in
// a container it decodes the pickle once more.
func (m *machine) placeOf(refused *py.ConversionError, target reflect.Type) int {
	t := traceOf(m.data)
	root := int(t.nodes[t.stack[len(t.stack)-1]].at)
	m.places = &places{}
	if container, _ := refused.Place(); container == nil {
		return root
	}
	for {
		m.places.at = map[uintptr]int{}
		m.rewind()
		value, err := m.once()
		if err != nil || !errors.As(py.AssignValue(reflect.New(target).Elem(), value, py.MaxItems(int64(m.size))), &refused) {
			return root
		}
		container, index := refused.Place()
		filled, ok := t.filled[m.places.at[memoryOf(container)]]
		if !ok {
			return root
		}
		items := t.items[filled]
		if d, isDict := container.(*py.Dict); isDict && 2*d.Len() < len(items) {
			if m.places.stored == nil {
				m.places.stored = map[*py.Dict][]any{}
				continue
			}
			index = m.places.lastOf(d, index)
		}
		if index < len(items) {
			filled = items[index]
		}
		return int(t.nodes[filled].at)
	}
}

// lastOf returns the index of the item that a dict got last for the key or value at an index.
func (p *places) lastOf(d *py.Dict, index int) int {
	stored, key := p.stored[d], d.Pairs()[index/2].Key
	for i := len(stored) - 1; i >= 0; i-- {
		if same, err := py.Equal(stored[i], key); err == nil && same {
			return 2*i + 1
		}
	}
	return index
}

// copies reports whether what is stored in a type shares no memory with the graph that it came
// from, but for strings.
func copies(t reflect.Type) bool { return copiesBut(t, map[reflect.Type]bool{}) }

func copiesBut(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	if own(t) {
		return t == durationType || t == reflect.TypeFor[py.NDArray]()
	}
	switch t.Kind() {
	case reflect.Interface:
		return false
	case reflect.Slice, reflect.Array, reflect.Pointer:
		return t.PkgPath() != pyPackage && copiesBut(t.Elem(), seen)
	case reflect.Map:
		return copiesBut(t.Key(), seen) && copiesBut(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if !copiesBut(t.Field(i).Type, seen) {
				return false
			}
		}
	}
	return true
}
