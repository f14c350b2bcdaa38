package object

import (
	"fmt"
	"math"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

// characters is a str, or bytes, whose methods are called. Its units are code points or bytes.
type characters struct {
	s     string
	bytes bool
	*budget
}

// bytesPerWork is how many bytes of text that is made, or looked at once more, count as one value
// of a call's work.
const bytesPerWork = 32

// make takes off the work of making n bytes.
func (b *budget) make(n int) error { return b.spend(n/bytesPerWork + 1) }

// next returns the first unit of s and its size.
func (c characters) next(s string) (rune, int) {
	if c.bytes {
		return rune(s[0]), 1
	}
	return wtf8.Next(s)
}

// last returns the last unit of s and its size.
func (c characters) last(s string) (rune, int) {
	size := 1
	for !c.bytes && size < len(s) && s[len(s)-size]&0xc0 == 0x80 {
		size++
	}
	r, _ := c.next(s[len(s)-size:])
	return r, size
}

// length counts the units of s.
func (c characters) length(s string) int {
	if c.bytes {
		return len(s)
	}
	return text(s).length()
}

// offset is the place of a unit in s, in bytes.
func (c characters) offset(s string, unit int) int {
	if c.bytes {
		return min(unit, len(s))
	}
	return text(s).offset(unit)
}

// wrap returns a result as the type of c.
func (c characters) wrap(s string) (any, error) {
	if err := c.make(len(s)); err != nil {
		return nil, err
	}
	return c.plain(s), nil
}

func (c characters) plain(s string) any {
	if c.bytes {
		return []byte(s)
	}
	return s
}

// sameType returns an argument that is of the type of c.
func (c characters) sameType(arg any) (string, error) {
	if c.bytes {
		if data, ok := bytesOf(arg); ok {
			return data, nil
		}
		return "", pyerr.TypeError.New(fmt.Sprintf("a bytes-like object is required, not '%s'", py.TypeName(arg)))
	}
	if s, ok := arg.(string); ok {
		return s, nil
	}
	return "", pyerr.TypeError.New("must be str, not " + py.TypeName(arg))
}

// part is an argument that is looked for: of bytes, a number is a byte.
func (c characters) part(arg any) (string, error) {
	if n, ok := plainBool(arg).(int64); ok && c.bytes {
		if n < 0 || n > 255 {
			return "", pyerr.ValueError.New("byte must be in range(0, 256)")
		}
		return string([]byte{byte(n)}), nil
	}
	return c.sameType(arg)
}

func bytesOf(v any) (string, bool) {
	switch v := v.(type) {
	case []byte:
		return string(v), true
	case *py.ByteArray:
		return string(v.Bytes), true
	}
	return "", false
}

// window is what lies between two indexes, either of which may be missing; inside is false where
// the first is beyond the last.
func (c characters) window(start, end any) (s string, first int, inside bool, err error) {
	n := c.length(c.s)
	from, to := 0, n
	if given(start) {
		if from, err = sliceIndex(start, n); err != nil {
			return "", 0, false, err
		}
	}
	if given(end) {
		if to, err = sliceIndex(end, n); err != nil {
			return "", 0, false, err
		}
		to = min(to, n)
	}
	if from > to {
		return "", 0, false, nil
	}
	low := c.offset(c.s, from)
	return c.s[low : low+c.offset(c.s[low:], to-from)], from, true, nil
}

// sliceIndex is an index of a slice, counted from the front: it may be beyond the end.
func sliceIndex(arg any, n int) (int, error) {
	if err := checkSliceIndex(arg); err != nil {
		return 0, err
	}
	i, err := indexNumber(arg)
	if err != nil { // an int without bounds
		if i, err = clampedIndex(arg, n+1); err != nil {
			return 0, err
		}
	}
	if i < 0 {
		i = max(i+n, 0)
	}
	return i, nil
}

func checkSliceIndex(arg any) error {
	switch py.TypeName(arg) {
	case "int", "bool":
		return nil
	}
	return pyerr.TypeError.New("slice indices must be integers or None or have an __index__ method")
}

// find returns the index of a part within a window, from the front or the back, or -1.
func (c characters) find(args []any, index func(s, part string) int) (int64, error) {
	part, err := c.part(args[0])
	if err != nil {
		return 0, err
	}
	s, first, inside, err := c.window(args[1], args[2])
	if err != nil || !inside {
		return -1, err
	}
	at := index(s, part)
	if at < 0 {
		return -1, nil
	}
	return int64(first + c.length(s[:at])), nil
}

func finder(index func(s, part string) int, must bool) scalarMethod[characters] {
	return scalarMethod[characters]{positional(1, "sub", "start", "end"), func(c characters, args []any) (any, error) {
		at, err := c.find(args, index)
		if err == nil && at < 0 && must {
			what := "substring"
			if c.bytes {
				what = "subsection"
			}
			err = pyerr.ValueError.New(what + " not found")
		}
		return at, err
	}}
}

func textCount(c characters, args []any) (any, error) {
	part, err := c.part(args[0])
	if err != nil {
		return nil, err
	}
	s, _, inside, err := c.window(args[1], args[2])
	switch {
	case err != nil:
		return nil, err
	case !inside:
		return int64(0), nil
	case part == "":
		return int64(c.length(s) + 1), nil
	}
	return int64(strings.Count(s, part)), nil
}

// beginning is startswith() or endswith(), with one part or a tuple of them.
func beginning(has func(s, part string) bool) scalarMethod[characters] {
	return scalarMethod[characters]{positional(1, "prefix", "start", "end"), func(c characters, args []any) (any, error) {
		parts, several := args[0].(py.Tuple)
		if !several {
			parts = py.Tuple{args[0]}
		}
		s, _, inside, err := c.window(args[1], args[2])
		if err != nil {
			return nil, err
		}
		for _, arg := range parts {
			part, err := c.sameType(arg)
			if err != nil {
				return nil, err
			}
			if err := c.make(len(part)); err != nil {
				return nil, err
			}
			if inside && has(s, part) {
				return true, nil
			}
		}
		return false, nil
	}}
}

func textReplace(c characters, args []any) (any, error) {
	old, err := c.sameType(args[0])
	if err != nil {
		return nil, err
	}
	replacement, err := c.sameType(args[1])
	if err != nil {
		return nil, err
	}
	most, err := intArg(args[2], -1)
	if err != nil {
		return nil, err
	}
	places := c.length(c.s) + 1
	if old != "" {
		places = strings.Count(c.s, old)
	}
	if most >= 0 {
		places = min(places, most)
	}
	if err := c.repeat(places, len(replacement), len(c.s)); err != nil {
		return nil, err
	}
	if old != "" {
		return c.plain(strings.Replace(c.s, old, replacement, places)), nil
	}
	var b strings.Builder
	rest := c.s
	for ; places > 0; places-- {
		b.WriteString(replacement)
		if rest == "" {
			break
		}
		_, size := c.next(rest)
		b.WriteString(rest[:size])
		rest = rest[size:]
	}
	return c.plain(b.String() + rest), nil
}

// repeat takes off the work of making n pieces of some bytes, and more bytes.
func (b *budget) repeat(n, size, more int) error {
	if size > 0 && n > math.MaxInt/2/size {
		return tooMuchWork()
	}
	return b.make(n*size + more)
}

// padded is center(), ljust() or rjust(): left says how many of the units that are missing stand in
// front.
func padded(left func(missing, width int) int) scalarMethod[characters] {
	return scalarMethod[characters]{positional(1, "width", "fillchar"), func(c characters, args []any) (any, error) {
		width, err := indexNumber(args[0])
		if err != nil {
			return nil, err
		}
		fill := " "
		if args[1] != any(absent{}) {
			if fill, err = c.sameType(args[1]); err != nil {
				return nil, err
			}
			if c.length(fill) != 1 {
				return nil, pyerr.TypeError.New("The fill character must be exactly one character long")
			}
		}
		missing := max(width-c.length(c.s), 0)
		if err := c.repeat(missing, len(fill), len(c.s)); err != nil {
			return nil, err
		}
		front := left(missing, width)
		return c.plain(strings.Repeat(fill, front) + c.s + strings.Repeat(fill, missing-front)), nil
	}}
}

func textZfill(c characters, args []any) (any, error) {
	width, err := indexNumber(args[0])
	if err != nil {
		return nil, err
	}
	missing := max(width-c.length(c.s), 0)
	if err := c.repeat(missing, 1, len(c.s)); err != nil {
		return nil, err
	}
	sign := 0
	if c.s != "" && (c.s[0] == '+' || c.s[0] == '-') {
		sign = 1
	}
	return c.plain(c.s[:sign] + strings.Repeat("0", missing) + c.s[sign:]), nil
}

func textExpandTabs(c characters, args []any) (any, error) {
	size, err := intArg(args[0], 8)
	if err != nil {
		return nil, err
	}
	if err := c.repeat(strings.Count(c.s, "\t"), max(size, 0), len(c.s)); err != nil {
		return nil, err
	}
	var b strings.Builder
	column := 0
	for rest := c.s; rest != ""; {
		r, n := c.next(rest)
		switch {
		case r == '\t' && size > 0:
			gap := size - column%size
			b.WriteString(strings.Repeat(" ", gap))
			column += gap
		case r == '\t':
		default:
			b.WriteString(rest[:n])
			column++
			if r == '\n' || r == '\r' {
				column = 0
			}
		}
		rest = rest[n:]
	}
	return c.plain(b.String()), nil
}

func textJoin(c characters, args []any) (any, error) {
	items, err := c.elements(args[0])
	if err != nil {
		if py.TypeName(args[0]) != "" && !isWorkError(err) {
			err = pyerr.TypeError.New("can only join an iterable")
		}
		return nil, err
	}
	var b strings.Builder
	for i, item := range items {
		part, err := c.sameType(item)
		if err != nil {
			return nil, pyerr.TypeError.New(fmt.Sprintf("sequence item %d: expected a %s, %s found", i, py.TypeName(c.plain("")), py.TypeName(item)))
		}
		if i > 0 {
			part = c.s + part
		}
		if err := c.make(len(part)); err != nil {
			return nil, err
		}
		b.WriteString(part)
	}
	return c.plain(b.String()), nil
}

// partition is partition() or rpartition().
func partition(index func(s, part string) int, back bool) scalarMethod[characters] {
	return scalarMethod[characters]{positional(1, "sep"), func(c characters, args []any) (any, error) {
		sep, err := c.sameType(args[0])
		if err != nil {
			return nil, err
		}
		if sep == "" {
			return nil, pyerr.ValueError.New("empty separator")
		}
		at := index(c.s, sep)
		switch {
		case at >= 0:
			return py.Tuple{c.plain(c.s[:at]), c.plain(sep), c.plain(c.s[at+len(sep):])}, nil
		case back:
			return py.Tuple{c.plain(""), c.plain(""), c.plain(c.s)}, nil
		}
		return py.Tuple{c.plain(c.s), c.plain(""), c.plain("")}, nil
	}}
}

// without is removeprefix() or removesuffix().
func without(trim func(s, part string) string) scalarMethod[characters] {
	return scalarMethod[characters]{positional(1, "part"), func(c characters, args []any) (any, error) {
		part, err := c.sameType(args[0])
		if err != nil {
			return nil, err
		}
		return c.wrap(trim(c.s, part))
	}}
}

// stripped is strip(), lstrip() or rstrip().
func stripped(front, back bool) scalarMethod[characters] {
	return scalarMethod[characters]{positional(0, "chars"), func(c characters, args []any) (any, error) {
		drop := c.isSpace
		if given(args[0]) {
			chars, err := c.sameType(args[0])
			if err != nil {
				return nil, err
			}
			set := map[rune]bool{}
			for rest := chars; rest != ""; {
				r, size := c.next(rest)
				set[r], rest = true, rest[size:]
			}
			drop = func(r rune) bool { return set[r] }
		}
		s := c.s
		for front && s != "" {
			r, size := c.next(s)
			if !drop(r) {
				break
			}
			s = s[size:]
		}
		for back && s != "" {
			r, size := c.last(s)
			if !drop(r) {
				break
			}
			s = s[:len(s)-size]
		}
		return c.wrap(s)
	}}
}
