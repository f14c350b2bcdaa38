package py

import "errors"

// parenthesized reads a tuple, or an expression in parentheses.
func (p *literalParser) parenthesized() (literal, error) {
	start := p.pos
	if err := p.open(); err != nil {
		return literal{}, err
	}
	if p.peek() == ')' {
		return literal{value: Tuple{}, start: start}, p.close(')', start)
	}
	n, err := p.expressionList(func() bool { return p.peek() == ')' || p.atEnd() })
	if err != nil {
		return n, err
	}
	return n, p.close(')', start)
}

func (p *literalParser) list() (literal, error) {
	start := p.pos
	if err := p.open(); err != nil {
		return literal{}, err
	}
	list := NewList()
	for p.peek() != ']' {
		value, err := p.value()
		if err != nil {
			return literal{}, p.explainEnd(err, start)
		}
		list.Append(value)
		if !p.comma() {
			break
		}
	}
	return literal{value: list, start: start}, p.close(']', start)
}

// braces reads a dict or a set.
func (p *literalParser) braces() (literal, error) {
	start := p.pos
	if err := p.open(); err != nil {
		return literal{}, err
	}
	if p.peek() == '}' {
		return literal{value: new(Dict), start: start}, p.close('}', start)
	}
	at := p.pos
	first, err := p.value()
	if err != nil {
		return literal{}, p.explainEnd(err, start)
	}
	if p.skipSpace(); p.peek() == ':' {
		return p.dict(start, at, first)
	}
	return p.set(start, at, first)
}

// dict reads the rest of a dict whose first key, at offset at, has been read.
func (p *literalParser) dict(start, at int, key any) (literal, error) {
	dict := new(Dict)
	for {
		if p.peek() != ':' {
			return literal{}, p.explainEnd(p.unexpected(), start)
		}
		p.pos++
		value, err := p.value()
		if err != nil {
			return literal{}, p.explainEnd(err, start)
		}
		if err := dict.SetWithin(key, value, p.work); err != nil {
			return literal{}, p.wrapAt(at, hashReason(err), err)
		}
		if !p.comma() || p.peek() == '}' {
			return literal{value: dict, start: start}, p.close('}', start)
		}
		at = p.pos
		if key, err = p.value(); err != nil {
			return literal{}, p.explainEnd(err, start)
		}
		p.skipSpace()
	}
}

// set reads the rest of a set whose first element, at offset at, has been read.
func (p *literalParser) set(start, at int, element any) (literal, error) {
	set := new(Set)
	for {
		if err := set.AddWithin(element, p.work); err != nil {
			return literal{}, p.wrapAt(at, hashReason(err), err)
		}
		if !p.comma() || p.peek() == '}' {
			return literal{value: set, start: start}, p.close('}', start)
		}
		at = p.pos
		var err error
		if element, err = p.value(); err != nil {
			return literal{}, p.explainEnd(err, start)
		}
	}
}

// comma reads a comma and the space after it, and reports whether there was one.
func (p *literalParser) comma() bool {
	if p.skipSpace(); p.peek() != ',' {
		return false
	}
	p.pos++
	p.skipSpace()
	return true
}

// explainEnd names the bracket that is open when the text ended inside of it.
func (p *literalParser) explainEnd(err error, start int) error {
	if p.atEnd() {
		return p.close(0, start)
	}
	return err
}

func hashReason(err error) string {
	var unhashable *UnhashableError
	if errors.As(err, &unhashable) {
		return "unhashable type: '" + unhashable.Type + "'"
	}
	return "the value cannot be hashed"
}
