package pickle

import (
	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

// named is a class or function by name.
type named struct {
	class py.Class
	form  form
	// ambiguous is set when the name that was read stands for several classes.
	ambiguous bool
}

// pushGlobal pushes a class or function, or the singleton that it names.
func (m *machine) pushGlobal(g named) {
	m.used = true
	if g.form != formNone {
		m.learn()
	}
	switch {
	case g.form == formEllipsis:
		m.pushOther(py.Ellipsis)
		return
	case g.form == formNotImplemented:
		m.pushOther(py.NotImplemented)
		return
	case g.ambiguous && !m.isFirstClass(g.class):
		g.class.Name = m.apart.string([]byte(g.class.Name))
	}
	m.pushOther(g.class)
}

// global executes GLOBAL.
func (m *machine) global() error {
	g, err := m.readGlobal()
	if err != nil {
		return err
	}
	m.pushGlobal(g)
	return nil
}

// readGlobal reads the two lines of GLOBAL and INST.
func (m *machine) readGlobal() (named, error) {
	start := m.pos
	module, err := m.line()
	if err != nil {
		return named{}, err
	}
	name, err := m.line()
	if err != nil {
		return named{}, err
	}
	if len(module) == 0 || len(name) == 0 {
		return named{}, m.fail("the name of a global is empty")
	}
	mapped := m.proto < 3 && !m.cfg.keepNames
	if g, ok := m.names.get(m.data[start:m.pos], mapped); ok {
		return g, nil
	}
	if !validStr(module) || !validStr(name) {
		return named{}, m.fail("the name of a global is no UTF-8")
	}
	g := named{class: py.Class{Module: string(module), Name: string(name)}}
	if mapped {
		g.ambiguous = isAmbiguous(g.class.Module, g.class.Name)
		g.class.Module, g.class.Name = toPython3(g.class.Module, g.class.Name)
	}
	g.form = forms[g.class]
	m.names.put(m.data[start:m.pos], mapped, g)
	return g, nil
}

// stackGlobal takes the module and the name from the stack.
func (m *machine) stackGlobal() error {
	from, err := m.topmost(2)
	if err != nil {
		return err
	}
	module, name := m.stack[from], m.stack[from+1]
	m.stack = m.stack[:from]
	if module.Word != stringTag || name.Word != stringTag {
		return m.fail("the module and name of a global are %s and %s, want str", py.TypeName(module.Value()), py.TypeName(name.Value()))
	}
	read := py.Class{Module: *textOf(module), Name: *textOf(name)}
	g := named{class: read}
	if m.proto < 3 && !m.cfg.keepNames {
		g.class.Module, g.class.Name = toPython3(read.Module, read.Name)
	}
	if hasForms(g.class.Module) {
		g.form = forms[g.class]
	}
	if g.class == read {
		m.dotted = true
		if g.form == formEllipsis || g.form == formNotImplemented {
			m.shareName(module)
		}
	}
	m.pushGlobal(g)
	if g.class == read && read.Module == builtinsModule && m.stack[from].Word == classTag {
		m.nameMemory(m.stack[from], module)
	}
	return nil
}

// textOf returns the str that a slot points to.
func textOf(s slot) *string { return raw.Target[string](s) }

func (m *machine) extension(op Opcode) error {
	b, err := m.read(int(fixedSize[opcodes[op].arg]))
	if err != nil {
		return err
	}
	code := int32(littleEndian(b))
	class, ok := m.cfg.extensions[code]
	if !ok {
		return m.fail("extension code %d is not registered", code)
	}
	m.pushGlobal(named{class: class, form: forms[class]})
	return nil
}

const (
	maxCachedNames = 256
	maxCachedName  = 128
)

// nameCache keeps globals that GLOBAL has named, so that a program that reads the same classes over
// and over does not make their names again.
type nameCache struct {
	mapped, kept map[string]named
}

func (c *nameCache) get(lines []byte, mapped bool) (named, bool) {
	from := c.kept
	if mapped {
		from = c.mapped
	}
	g, ok := from[string(lines)]
	return g, ok
}

func (c *nameCache) put(lines []byte, mapped bool, g named) {
	into := &c.kept
	if mapped {
		into = &c.mapped
	}
	if *into == nil || len(*into) >= maxCachedNames {
		*into = make(map[string]named)
	}
	if len(lines) <= maxCachedName {
		(*into)[string(lines)] = g
	}
}

// hasForms reports whether a module has calls by which Python writes built-in values.
func hasForms(module string) bool {
	return module == builtinsModule || module == "__builtin__" || module == "_codecs"
}
