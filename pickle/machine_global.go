package pickle

import (
	"bytes"
	"encoding/binary"

	"github.com/pizco-go/pizco/py"
)

// runGlobal executes the opcodes that name a class or function.
func (m *machine) runGlobal(op Opcode) error {
	switch op {
	case opGlobal:
		g, err := m.readGlobal()
		if err != nil {
			return err
		}
		m.push(m.tape.add(m.globalNode(g)))
		return nil
	case opStackGlobal:
		return m.stackGlobal()
	case opExt1:
		return m.extension(1)
	case opExt2:
		return m.extension(2)
	default:
		return m.extension(4)
	}
}

// globalNode keeps a global and returns the node that stands for it.
func (m *machine) globalNode(g named) node {
	if g.ambiguous {
		g.apart = !m.firsts.isFirstClass(g.class)
	}
	m.globals = append(m.globals, g)
	return node{kind: nodeGlobal, at: uint32(m.at), v: uint64(len(m.globals) - 1)}
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
	if len(m.stack) < m.fence+2 {
		return m.underflow()
	}
	top := len(m.stack) - 2
	g := named{module: m.stack[top], name: m.stack[top+1]}
	m.stack = m.stack[:top]
	if !m.isStr(g.module) || !m.isStr(g.name) {
		return m.fail("the module and name of a global are %s and %s, want str", m.typeName(g.module), m.typeName(g.name))
	}
	module, name := m.bytes(&m.nodes[g.module]), m.bytes(&m.nodes[g.name])
	switch {
	case m.proto < 3 && !m.cfg.keepNames:
		oldModule, oldName := string(module), string(name)
		g.class.Module, g.class.Name = toPython3(oldModule, oldName)
		if g.class.Module != oldModule || g.class.Name != oldName {
			g.module, g.name = 0, 0
		}
		g.form = forms[g.class]
	case string(module) == "builtins" || string(module) == "__builtin__" || string(module) == "_codecs":
		g.form = forms[py.Class{Module: string(module), Name: string(name)}]
	}
	if g.form == formEllipsis || g.form == formNotImplemented {
		m.shareName(&g)
	}
	m.push(m.tape.add(m.globalNode(g)))
	return nil
}

func (m *machine) extension(width int) error {
	b, err := m.read(width)
	if err != nil {
		return err
	}
	var code int32
	switch width {
	case 1:
		code = int32(b[0])
	case 2:
		code = int32(binary.LittleEndian.Uint16(b))
	default:
		code = int32(binary.LittleEndian.Uint32(b))
	}
	class, ok := m.cfg.extensions[code]
	if !ok {
		return m.fail("extension code %d is not registered", code)
	}
	m.push(m.tape.add(m.globalNode(named{class: class, form: forms[class]})))
	return nil
}

// line returns the bytes up to the next newline and steps over it.
func (m *machine) line() ([]byte, error) {
	n := bytes.IndexByte(m.data[m.pos:], '\n')
	if n < 0 {
		return nil, m.truncated()
	}
	line := m.data[m.pos : m.pos+n]
	m.pos += n + 1
	return line, nil
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
