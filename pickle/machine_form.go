package pickle

import (
	"strings"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// form names a value that Python writes through a class or a call although Go has a type of its own
// for it.
type form uint8

const (
	formNone form = iota
	formEllipsis
	formNotImplemented
	formCodecsEncode
	formBytes
	formByteArray
	formSet
	formFrozenSet
	formComplex
	formType
	formGetattr
)

// forms are the globals that stand for values or make them when they are called.
var forms = func() map[py.Class]form {
	all := map[py.Class]form{{Module: "_codecs", Name: "encode"}: formCodecsEncode}
	for name, f := range map[string]form{
		"Ellipsis": formEllipsis, "NotImplemented": formNotImplemented, "bytes": formBytes, "bytearray": formByteArray, "set": formSet,
		"frozenset": formFrozenSet, "complex": formComplex, "type": formType, "getattr": formGetattr,
	} {
		all[py.Class{Module: builtinsModule, Name: name}] = f
		all[py.Class{Module: "__builtin__", Name: name}] = f
	}
	return all
}()

// calls is what the machine knows of values that Python writes as calls.
type calls struct {
	// formed is set when a call has been read as the value that it makes, and dotted when a class
	// was named by STACK_GLOBAL.
	formed, dotted bool
	// used is set when anything is to be forgotten.
	used bool
	// wanted are the memo entries that are referred to after the first global that has a form, and
	// shared the values of theirs that have been stored.
	wanted memoSet
	shared map[uintptr]bool
	noted  int // how many of the memo's entries have been looked at for that
	// modules holds where the module's name of a class is that STACK_GLOBAL has named, for modules
	// whose name is not shared yet, and named the classes of each name.
	modules map[uintptr]slot
	named   map[uintptr][]slot
	reduced int // the offset behind the last REDUCE
	// called is the class that was called last, and form what its calls make.
	called  uintptr
	form    form
	structs map[uintptr]madeStruct
	foreign map[uintptr]bool // values of earlier pickles of the same stream
	scratch []byte
}

func (c *calls) reset() {
	if c.used {
		*c = calls{scratch: c.scratch}
	}
}

// learn finds out which memo entries are referred to from here on. A call is only read as its value
// where nothing else refers to what the call is made of.
func (m *machine) learn() {
	if m.wanted != nil || m.part {
		return
	}
	m.wanted = referred(m.data[m.pos:], m.entries())
	for i, s := range m.sparse {
		if m.wanted.has(i) {
			m.share(s)
		}
	}
}

// isForeignValue reports whether a value is one of an earlier pickle, which must not be changed.
func (m *machine) isForeignValue(s slot) bool { return m.foreign != nil && m.foreign[s.At] }

// noteShared notes which values are referred to again among all that were stored since it
// was called last.
func (m *machine) noteShared() {
	for ; m.noted < len(m.memo); m.noted++ {
		if m.wanted.has(uint64(m.noted)) {
			m.share(m.memo[m.noted])
		}
	}
}

// share notes that a value is referred to again.
func (m *machine) share(s slot) {
	switch s.Word {
	case stringTag, bytesTag, tupleTag, listTag, objectTag:
		if m.shared == nil {
			m.shared = map[uintptr]bool{}
		}
		m.shared[s.At], m.used = true, true
	}
}

// nameMemory notes where the name of a class's module is.
func (m *machine) nameMemory(class, module slot) {
	if m.modules == nil {
		m.modules, m.named = map[uintptr]slot{}, map[uintptr][]slot{}
	}
	m.modules[class.At] = module
	m.named[module.At] = append(m.named[module.At], class)
}

// shareName lets the name of a module have the memory that the encoder's own reductions use, since
// the global that it belongs to is about to be forgotten. All classes that share the name follow.
func (m *machine) shareName(module slot) {
	name := canonical(*textOf(module))
	*textOf(module) = name
	for _, class := range m.named[module.At] {
		raw.Target[py.Class](class).Module = name
		delete(m.modules, class.At)
	}
	delete(m.named, module.At)
}

// canonical returns the memory that a name shares with the encoder's reductions of built-in values.
func canonical(name string) string {
	switch name {
	case latin1Encoding:
		return latin1Encoding
	case builtinsModule:
		return builtinsModule
	}
	return name
}

// reduce pushes the value of a call by which Python writes a built-in value. It reports false where
// the call is another one, or has to stay a call to be written again as it was.
func (m *machine) reduce(callable, args slot, depth int) (made bool, err error) {
	if callable.Word != classTag || m.formless {
		return false, nil
	}
	if callable.At != m.called {
		m.called, m.form = callable.At, formNone
		if class := raw.Target[py.Class](callable); hasForms(class.Module) {
			m.form = forms[*class]
		}
	}
	f, items := m.form, tupleIn(args)
	if !m.takesArgs(f, items) {
		return false, nil
	}
	if f == formGetattr {
		return m.nestedClass(args, items), nil
	}
	if module, ok := m.modules[callable.At]; ok {
		m.shareName(module)
	}
	if f == formCodecsEncode || f == formByteArray && len(items) > 0 {
		m.claimShared(raw.SlotOf(items[0]))
	}
	m.noteShared()
	if m.shared[args.At] || !m.isOwn(f, items) {
		if f == formCodecsEncode {
			m.noteEncoded(items[0].(string), elsewhere) //nolint:forcetypeassert // The form takes a str.
		}
		return false, nil
	}
	m.formed = true
	if err := m.pushForm(f, items); err != nil {
		return true, err
	}
	return true, m.nest(depth)
}

// takesArgs reports whether Python writes calls of that form with these arguments.
func (m *machine) takesArgs(f form, items py.Tuple) bool {
	var kinds [2]uintptr
	if len(items) > len(kinds) {
		return false
	}
	for i, v := range items {
		s := raw.SlotOf(v)
		if m.isForeignValue(s) {
			return false
		}
		kinds[i] = s.Word
	}
	switch f {
	case formCodecsEncode:
		return len(items) == 2 && kinds[0] == stringTag && m.takesLatin1(items[1], true)
	case formBytes:
		return len(items) == 0
	case formByteArray:
		return len(items) == 0 || len(items) == 1 && kinds[0] == bytesTag ||
			len(items) == 2 && kinds[0] == stringTag && m.takesLatin1(items[1], false)
	case formSet, formFrozenSet:
		return len(items) == 1 && kinds[0] == listTag
	case formComplex:
		return len(items) == 2 && kinds[0] == float64Tag && kinds[1] == float64Tag
	case formType:
		return len(items) == 1 && typeOfSingleton(items[0]) != ""
	case formGetattr:
		return len(items) == 2 && kinds[0] == classTag && kinds[1] == stringTag
	}
	return false
}

// takesLatin1 reports whether a value is one of the names of the Latin-1 codec that pickle has
// written, and lets it have the memory that CPython shares.
func (m *machine) takesLatin1(v any, shares bool) bool {
	name, ok := v.(string)
	if !ok || name != latin1Encoding && name != "latin-1" {
		return false
	}
	if shares && name == latin1Encoding {
		*textOf(raw.SlotOf(v)) = latin1Encoding
	}
	return true
}

// typeOfSingleton returns the name of the type of None, Ellipsis or NotImplemented, which has no
// name that pickle could write; empty for all else.
func typeOfSingleton(v any) string {
	switch v {
	case nil:
		return "NoneType"
	case py.Ellipsis:
		return "ellipsis"
	case py.NotImplemented:
		return "NotImplementedType"
	}
	return ""
}

// isOwn reports whether Python has made the argument of a call for it: nothing else refers to the
// argument, or it is so short that CPython has one object for it everywhere.
func (m *machine) isOwn(f form, items py.Tuple) bool {
	if len(items) == 0 || f == formComplex || f == formType {
		return true
	}
	first := raw.SlotOf(items[0])
	if !m.shared[first.At] {
		return true
	}
	switch v := items[0].(type) {
	case []byte:
		return sharedBytes(v) >= 0 && !isApart(raw.OfSlice(v))
	case string:
		return sharedText(raw.Bytes(v)) >= 0 && !isApartString(v)
	}
	return false
}

// pushForm pushes the value that a call makes.
func (m *machine) pushForm(f form, items py.Tuple) error {
	switch f {
	case formBytes:
		return m.pushNew([]byte{})
	case formCodecsEncode:
		return m.encoded(items[0].(string)) //nolint:forcetypeassert // The form takes a str.
	case formByteArray:
		return m.newByteArray(items)
	case formType:
		m.pushOther(py.Class{Module: builtinsModule, Name: typeOfSingleton(items[0])})
		return nil
	case formComplex:
		m.pushOther(complex(items[0].(float64), items[1].(float64))) //nolint:forcetypeassert // The form takes floats.
		return nil
	}
	elements := items[0].(*py.List).Items //nolint:forcetypeassert // The forms that get here take a list.
	var made any
	if f == formFrozenSet {
		s, err := m.frozenSet(elements)
		if err != nil {
			return err
		}
		made = s
	} else {
		s := &py.Set{}
		if err := m.addAll(s, elements); err != nil {
			return err
		}
		made = s
	}
	m.pushOther(made)
	return nil
}

// pushNew pushes bytes that are the result's own.
func (m *machine) pushNew(b []byte) error {
	p := m.slices.next()
	*p = b
	m.push(slot{Word: bytesTag, At: raw.Address(p)})
	return nil
}

// encoded pushes the bytes that a str encodes to in Latin-1.
func (m *machine) encoded(text string) error {
	b, ok := latin1(text)
	if !ok {
		return m.fail("a character is beyond Latin-1")
	}
	p := m.slices.next()
	if *p = b; len(b) <= 1 && !m.noteEncoded(text, raw.Address(p)) {
		*p = m.apart.bytes(b)
	}
	m.push(slot{Word: bytesTag, At: raw.Address(p)})
	return nil
}

func (m *machine) newByteArray(items py.Tuple) error {
	made := &py.ByteArray{}
	if len(items) > 0 {
		switch v := items[0].(type) {
		case []byte:
			made.Bytes = ownBytes(v)
		case string:
			b, ok := latin1(v)
			if !ok {
				return m.fail("a character is beyond Latin-1")
			}
			made.Bytes = b
		}
	}
	m.pushOther(made)
	return nil
}

// nestedClass pushes a class inside of another, which CPython writes below protocol 4 as
// getattr(outer, name). From 3.13 on it does not memoize the arguments, which tells it from the
// reduction of a bound method.
func (m *machine) nestedClass(args slot, items py.Tuple) bool {
	if n := len(m.memo); m.dotted || n > 0 && m.memo[n-1] == args {
		return false
	}
	outer, _ := items[0].(py.Class)
	name, _ := items[1].(string)
	outer.Name = strings.Clone(outer.Name + "." + name)
	m.pushOther(outer)
	return true
}

// latin1 returns the bytes of a text in Latin-1, and whether all of its characters are in it.
func latin1(text string) ([]byte, bool) {
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 0x80 {
			if c > 0xC3 || i+1 >= len(text) {
				return nil, false
			}
			i++
			c = c<<6 | text[i]&0x3F
		}
		b = append(b, c)
	}
	return b, true
}
