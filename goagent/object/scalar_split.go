package object

import (
	"errors"
	"slices"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/py"
)

// splitter is split() or rsplit().
func splitter(back bool) scalarMethod[characters] {
	return scalarMethod[characters]{named("sep", "maxsplit"), func(c characters, args []any) (any, error) {
		most, err := intArg(args[1], -1)
		if err != nil {
			return nil, err
		}
		if !given(args[0]) {
			if back {
				return c.list(c.rfields(most))
			}
			return c.list(c.fields(most))
		}
		sep, err := c.sameType(args[0])
		if err != nil {
			return nil, err
		}
		if sep == "" {
			return nil, pyerr.ValueError.New("empty separator")
		}
		return c.list(cut(c.s, sep, most, back))
	}}
}

// list returns pieces as a list.
func (c characters) list(pieces []string) (any, error) {
	if err := c.spend(len(pieces) + len(c.s)/bytesPerWork); err != nil {
		return nil, err
	}
	list := py.NewList()
	for _, piece := range pieces {
		list.Items = append(list.Items, c.plain(piece))
	}
	return list, nil
}

// cut splits at a separator, at most so many times, from the front or the back.
func cut(s, sep string, most int, back bool) []string {
	if !back {
		if most < 0 {
			return strings.Split(s, sep)
		}
		return strings.SplitN(s, sep, min(most, len(s))+1)
	}
	var pieces []string
	for ; most != 0; most-- {
		at := strings.LastIndex(s, sep)
		if at < 0 {
			break
		}
		pieces = append(pieces, s[at+len(sep):])
		s = s[:at]
	}
	pieces = append(pieces, s)
	slices.Reverse(pieces)
	return pieces
}

// fields splits at runs of whitespace.
func (c characters) fields(most int) []string {
	var pieces []string
	s := c.trimFront(c.s)
	for s != "" {
		if most == 0 {
			return append(pieces, s)
		}
		most--
		end := 0
		for end < len(s) {
			r, size := c.next(s[end:])
			if c.isSpace(r) {
				break
			}
			end += size
		}
		pieces = append(pieces, s[:end])
		s = c.trimFront(s[end:])
	}
	return pieces
}

// rfields does the same from the back.
func (c characters) rfields(most int) []string {
	var pieces []string
	s := c.trimBack(c.s)
	for s != "" {
		if most == 0 {
			pieces = append(pieces, s)
			break
		}
		most--
		start := len(s)
		for start > 0 {
			r, size := c.last(s[:start])
			if c.isSpace(r) {
				break
			}
			start -= size
		}
		pieces = append(pieces, s[start:])
		s = c.trimBack(s[:start])
	}
	slices.Reverse(pieces)
	return pieces
}

func (c characters) trimFront(s string) string {
	for s != "" {
		r, size := c.next(s)
		if !c.isSpace(r) {
			break
		}
		s = s[size:]
	}
	return s
}

func (c characters) trimBack(s string) string {
	for s != "" {
		r, size := c.last(s)
		if !c.isSpace(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

func textSplitLines(c characters, args []any) (any, error) {
	keep, err := boolArg(args[0], false)
	if err != nil {
		return nil, err
	}
	var lines []string
	start := 0
	for i := 0; i < len(c.s); {
		r, size := c.next(c.s[i:])
		end := i + size
		if !c.endsLine(r) {
			i = end
			continue
		}
		if r == '\r' && strings.HasPrefix(c.s[end:], "\n") {
			end++
		}
		if keep {
			lines = append(lines, c.s[start:end])
		} else {
			lines = append(lines, c.s[start:i])
		}
		start, i = end, end
	}
	if start < len(c.s) {
		lines = append(lines, c.s[start:])
	}
	return c.list(lines)
}

func (c characters) endsLine(r rune) bool {
	switch r {
	case '\n', '\r':
		return true
	case '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return !c.bytes
	}
	return false
}

func isWorkError(err error) bool { return errors.Is(err, pyerr.RuntimeError) }
