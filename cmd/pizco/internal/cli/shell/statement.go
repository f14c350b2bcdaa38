package shell

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pizco-go/pizco/py"
)

// Statement is one line of input, understood.
type Statement struct {
	// Object is the name that the statement starts with, such as robot.
	Object string
	// Attr is the attribute's name, empty when the statement is the object's name alone.
	Attr string
	// Method is the method of the attribute that is called: "" for the attribute itself.
	Method string
	// Kind is what is done.
	Kind Kind
	// Args and Kwargs are the arguments of a call; the only argument of an item is its key.
	Args   py.Tuple
	Kwargs *py.Dict
	// Value is what is assigned.
	Value any
	// Name is the only argument of a call if it is a name, such as print in connect(print).
	Name string
}

// Kind is what a Statement does.
type Kind uint8

const (
	// Get reads the attribute, as in robot.age.
	Get Kind = iota
	// Set assigns to it, as in robot.age = 28.
	Set
	// Call calls it, or a method of it, as in robot.move_arm(3) and robot.tools.keys().
	Call
	// GetItem reads an item of it, as in robot.tools['left'].
	GetItem
	// SetItem assigns to an item of it, as in robot.tools['left'] = 'camera'.
	SetItem
	// Function calls a function of the shell on the object, as in dir(robot).
	Function
)

// SyntaxError reports a line that is not a statement of the shell.
type SyntaxError struct {
	// Column is where, in characters, counted from 1.
	Column int
	// Reason says what is wrong.
	Reason string
}

// Error returns the reason as Python's last line for it.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("SyntaxError: %s (column %d)", e.Reason, e.Column)
}

// Parse reads a statement.
func Parse(line string) (Statement, error) {
	p := &statementParser{line: line, rest: line}
	s, err := p.statement()
	if err == nil {
		p.space()
		if p.rest != "" && !strings.HasPrefix(p.rest, "#") {
			err = p.fail("invalid syntax: expected ., (, [ or =")
		}
	}
	return s, err
}

type statementParser struct{ line, rest string }

func (p *statementParser) statement() (Statement, error) {
	var s Statement
	s.Object = p.name()
	if s.Object == "" {
		return s, p.fail("expected the name of the object")
	}
	if p.take("(") {
		s.Kind, s.Attr = Function, s.Object
		s.Object = p.name()
		return s, p.expect(")")
	}
	if !p.take(".") {
		return s, nil
	}
	if s.Attr = p.name(); s.Attr == "" {
		return s, p.fail("expected the name of an attribute")
	}
	if p.take(".") {
		if s.Method = p.name(); s.Method == "" {
			return s, p.fail("expected the name of a method")
		}
		if p.take("(") {
			return s, p.arguments(&s)
		}
		return s, p.fail("attributes of attributes can only be called")
	}
	return s, p.trailer(&s)
}

// trailer reads what follows the attribute's name.
func (p *statementParser) trailer(s *Statement) (err error) {
	switch {
	case p.take("("):
		return p.arguments(s)
	case p.take("["):
		s.Kind = GetItem
		key, err := p.literal()
		if err != nil {
			return err
		}
		s.Args = py.Tuple{key}
		if p.take(",") {
			return p.fail("a tuple as key needs parentheses here")
		}
		if err := p.expect("]"); err != nil || !p.assigns() {
			return err
		}
		s.Kind = SetItem
		s.Value, err = p.assigned()
		return err
	case p.assigns():
		s.Kind = Set
		s.Value, err = p.assigned()
		return err
	}
	return nil
}

// arguments reads the arguments of a call behind its parenthesis.
func (p *statementParser) arguments(s *Statement) error {
	s.Kind = Call
	for first := true; !p.take(")"); first = false {
		if !first {
			if err := p.expect(","); err != nil {
				return err
			}
			if p.take(")") {
				return nil
			}
		}
		if err := p.argument(s); err != nil {
			return err
		}
	}
	return nil
}

func (p *statementParser) argument(s *Statement) error {
	before := p.rest
	name := p.name()
	if name != "" && p.assigns() {
		value, err := p.literal()
		if err != nil {
			return err
		}
		if s.Kwargs == nil {
			s.Kwargs = new(py.Dict)
		}
		if _, repeated := s.Kwargs.Get(name); repeated {
			return p.fail("keyword argument repeated: " + name)
		}
		return s.Kwargs.Set(name, value)
	}
	if name == "print" {
		s.Name = name
		return nil
	}
	p.rest = before
	if s.Kwargs != nil {
		return p.fail("positional argument follows keyword argument")
	}
	value, err := p.literal()
	s.Args = append(s.Args, value)
	return err
}

func (p *statementParser) literal() (any, error) {
	value, rest, err := py.LiteralPrefix(p.rest)
	if err != nil {
		literal, ok := err.(*py.LiteralError) //nolint:errorlint // it is what the function returns
		if !ok {
			return nil, err
		}
		return nil, &SyntaxError{Column: p.column() + literal.Column - 1, Reason: literal.Reason}
	}
	p.rest = rest
	return value, nil
}

// assigned reads the value that is assigned: a literal, or a tuple without parentheses.
func (p *statementParser) assigned() (any, error) {
	value, err := py.ParseLiteral(p.rest)
	if err == nil {
		p.rest = ""
		return value, nil
	}
	return p.literal()
}

// assigns reads an equals sign, but not the first half of ==.
func (p *statementParser) assigns() bool {
	p.space()
	return !strings.HasPrefix(p.rest, "==") && p.take("=")
}

func (p *statementParser) name() string {
	p.space()
	end := 0
	for i, r := range p.rest {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	name := p.rest[:end]
	p.rest = p.rest[end:]
	return name
}

func (p *statementParser) take(token string) bool {
	p.space()
	if !strings.HasPrefix(p.rest, token) {
		return false
	}
	p.rest = p.rest[len(token):]
	return true
}

func (p *statementParser) expect(token string) error {
	if !p.take(token) {
		return p.fail(fmt.Sprintf("invalid syntax: expected %s", token))
	}
	return nil
}

func (p *statementParser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

func (p *statementParser) column() int {
	return 1 + utf8.RuneCountInString(p.line[:len(p.line)-len(p.rest)])
}

func (p *statementParser) fail(reason string) error {
	return &SyntaxError{Column: p.column(), Reason: reason}
}
