package object

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pizco-go/pizco/goagent/pyerr"
	"github.com/pizco-go/pizco/internal/wtf8"
	"github.com/pizco-go/pizco/py"
)

// codec is one of the encodings that str.encode() and bytes.decode() have here.
type codec struct {
	name string
	most rune // the largest code point
	why  string
}

func codecOf(method string, arg any) (codec, error) {
	name, err := strArg(method, "encoding", arg, "utf-8")
	if err != nil {
		return codec{}, err
	}
	switch strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name)) {
	case "utf8", "u8":
		return codec{"utf-8", utf8.MaxRune, "surrogates not allowed"}, nil
	case "ascii", "usascii", "646":
		return codec{"ascii", 0x7f, "ordinal not in range(128)"}, nil
	case "latin1", "iso88591", "latin", "l1", "88591":
		return codec{"latin-1", 0xff, "ordinal not in range(256)"}, nil
	}
	return codec{}, notServed(method + "() with the encoding '" + clipName(name) + "' (utf-8, ascii and latin-1 are)")
}

func (c codec) writes(r rune) bool {
	return r <= c.most && (c.most <= 0xff || r < 0xd800 || r > 0xdfff)
}

func textEncode(c characters, args []any) (any, error) {
	to, err := codecOf("str.encode", args[0])
	if err != nil {
		return nil, err
	}
	policy, err := strArg("encode", "errors", args[1], "strict")
	if err != nil {
		return nil, err
	}
	var out []byte
	for at, unit := 0, 0; at < len(c.s); unit++ {
		r, size := c.next(c.s[at:])
		switch {
		case to.writes(r) && to.most == utf8.MaxRune:
			out = append(out, c.s[at:at+size]...)
		case to.writes(r):
			out = append(out, byte(r))
		default:
			if out, err = c.encodeBad(out, to, policy, r, at, unit); err != nil {
				return nil, err
			}
		}
		at += size
	}
	return out, c.make(len(out))
}

// encodeBad does what the policy says with a character that an encoding does not have.
func (c characters) encodeBad(out []byte, to codec, policy string, r rune, at, unit int) ([]byte, error) {
	switch policy {
	case "strict":
		n := 0
		for rest := c.s[at:]; rest != ""; n++ {
			next, size := c.next(rest)
			if to.writes(next) {
				break
			}
			rest = rest[size:]
		}
		return nil, pyerr.Class("UnicodeEncodeError").New(to.name, c.s, int64(unit), int64(unit+n), to.why)
	case "ignore":
		return out, nil
	case "replace":
		return append(out, '?'), nil
	case "backslashreplace":
		return append(out, wtf8.Escape(r)...), nil
	case "xmlcharrefreplace":
		return fmt.Appendf(out, "&#%d;", r), nil
	}
	return nil, notServed("str.encode() with errors='" + clipName(policy) + "'")
}

func textDecode(c characters, args []any) (any, error) {
	from, err := codecOf("bytes.decode", args[0])
	if err != nil {
		return nil, err
	}
	policy, err := strArg("decode", "errors", args[1], "strict")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for at := 0; at < len(c.s); {
		size, why := from.read(c.s[at:])
		if why == "" {
			if from.most == 0xff {
				b.WriteRune(rune(c.s[at]))
			} else {
				b.WriteString(c.s[at : at+size])
			}
			at += size
			continue
		}
		switch policy {
		case "strict":
			return nil, pyerr.Class("UnicodeDecodeError").New(from.name, []byte(c.s), int64(at), int64(at+size), why)
		case "ignore":
		case "replace":
			b.WriteRune(utf8.RuneError)
		case "backslashreplace":
			for _, octet := range []byte(c.s[at : at+size]) {
				b.WriteString(wtf8.Escape(rune(octet)))
			}
		default:
			return nil, notServed("bytes.decode() with errors='" + clipName(policy) + "'")
		}
		at += size
	}
	return b.String(), c.make(b.Len())
}

// read returns the size of the first character, or the size of the invalid bytes and what is wrong
// with them.
func (c codec) read(s string) (size int, why string) {
	switch {
	case c.most == 0xff || s[0] < 0x80:
		return 1, ""
	case c.most == 0x7f:
		return 1, c.why
	}
	first := s[0]
	var most int
	low, high := byte(0x80), byte(0xbf) // of the second byte
	switch {
	case first < 0xc2 || first > 0xf4:
		return 1, "invalid start byte"
	case first < 0xe0:
		most = 2
	case first < 0xf0:
		most = 3
	default:
		most = 4
	}
	switch first {
	case 0xe0:
		low = 0xa0
	case 0xed:
		high = 0x9f
	case 0xf0:
		low = 0x90
	case 0xf4:
		high = 0x8f
	}
	for size = 1; size < most; size++ {
		if size == len(s) {
			return size, "unexpected end of data"
		}
		if s[size] < low || s[size] > high {
			return size, "invalid continuation byte"
		}
		low, high = 0x80, 0xbf
	}
	return size, ""
}

func bytesHex(c characters, args []any) (any, error) {
	if err := c.make(3 * len(c.s)); err != nil {
		return nil, err
	}
	if args[0] == any(absent{}) {
		return hex.EncodeToString([]byte(c.s)), nil
	}
	sep, isText := args[0].(string)
	if data, ok := bytesOf(args[0]); ok {
		sep = data
	} else if !isText {
		return nil, pyerr.TypeError.New("sep must be str or bytes.")
	}
	if len(sep) != 1 || sep[0] > 0x7f {
		if text(sep).length() != 1 {
			return nil, pyerr.ValueError.New("sep must be length 1.")
		}
		return nil, pyerr.ValueError.New("sep must be ASCII.")
	}
	group, err := intArg(args[1], 1)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i := range len(c.s) {
		if left := len(c.s) - i; i > 0 && (group > 0 && left%group == 0 || group < 0 && i%-group == 0) {
			b.WriteString(sep)
		}
		b.WriteString(hex.EncodeToString([]byte(c.s[i : i+1])))
	}
	return b.String(), nil
}

func bytesFromHex(c characters, args []any) (any, error) {
	s, err := strArg("fromhex", "string", args[0], "")
	if err != nil {
		return nil, err
	}
	var out []byte
	for i := 0; i < len(s); {
		if strings.IndexByte(" \t\n\r\v\f", s[i]) >= 0 {
			i++
			continue
		}
		if i+2 > len(s) {
			return nil, pyerr.ValueError.New(fmt.Sprintf("non-hexadecimal number found in fromhex() arg at position %d", i+1))
		}
		octet, err := hex.DecodeString(s[i : i+2])
		if err != nil {
			return nil, pyerr.ValueError.New(fmt.Sprintf("non-hexadecimal number found in fromhex() arg at position %d", i))
		}
		out = append(out, octet...)
		i += 2
	}
	return out, c.make(len(s))
}

// textMakeTrans is str.maketrans(): a table for translate().
func textMakeTrans(c characters, args []any) (any, error) {
	table := &py.Dict{}
	set := func(key, v any) error { return c.putWithin(table, py.Pair{Key: key, Value: v}) }
	if args[1] == any(absent{}) {
		from, ok := args[0].(*py.Dict)
		if !ok {
			return nil, pyerr.TypeError.New("if you give only one argument to maketrans it must be a dict")
		}
		for key, v := range from.All() {
			s, isText := key.(string)
			_, isInt := plainBool(key).(int64)
			switch {
			case isText && c.length(s) != 1:
				return nil, pyerr.ValueError.New("string keys in translate table must be of length 1")
			case isText:
				r, _ := c.next(s)
				key = int64(r)
			case !isInt:
				return nil, pyerr.TypeError.New("keys in translate table must be strings or integers")
			}
			if err := set(key, v); err != nil {
				return nil, err
			}
		}
		return table, nil
	}
	var parts [3][]rune
	for i, arg := range args {
		s, err := strArg("maketrans", fmt.Sprint(i+1), arg, "")
		if err != nil {
			return nil, err
		}
		for rest := s; rest != ""; {
			r, size := c.next(rest)
			parts[i], rest = append(parts[i], r), rest[size:]
		}
	}
	if len(parts[0]) != len(parts[1]) {
		return nil, pyerr.ValueError.New("the first two maketrans arguments must have equal length")
	}
	for i, r := range parts[0] {
		if err := set(int64(r), int64(parts[1][i])); err != nil {
			return nil, err
		}
	}
	for _, r := range parts[2] {
		if err := set(int64(r), nil); err != nil {
			return nil, err
		}
	}
	return table, nil
}

func textTranslate(c characters, args []any) (any, error) {
	table, ok := args[0].(*py.Dict)
	if !ok {
		return nil, notServed("str.translate() with a table that is not a dict but '" + py.TypeName(args[0]) + "'")
	}
	var b strings.Builder
	for rest := c.s; rest != ""; {
		r, size := c.next(rest)
		piece := rest[:size]
		v, found, err := table.GetWithin(int64(r), &c.left)
		if err != nil {
			return nil, c.checked(err)
		}
		if found {
			switch v := plainBool(v).(type) {
			case nil:
				piece = ""
			case string:
				piece = v
			case int64:
				if v < 0 || v > utf8.MaxRune {
					return nil, pyerr.ValueError.New("character mapping must be in range(0x110000)")
				}
				if v >= 0xd800 && v <= 0xdfff {
					return nil, notServed("str.translate() to a lone surrogate")
				}
				piece = string(rune(v))
			default:
				return nil, pyerr.TypeError.New("character mapping must return integer, None or str")
			}
		}
		if err := c.make(len(piece)); err != nil {
			return nil, err
		}
		b.WriteString(piece)
		rest = rest[size:]
	}
	return b.String(), nil
}

func bytesMakeTrans(_ characters, args []any) (any, error) {
	from, isBytes := bytesOf(args[0])
	to, areBytes := bytesOf(args[1])
	if !isBytes || !areBytes {
		return nil, pyerr.TypeError.New("a bytes-like object is required")
	}
	if len(from) != len(to) {
		return nil, pyerr.ValueError.New("maketrans arguments must have same length")
	}
	table := make([]byte, 256)
	for i := range table {
		table[i] = byte(i)
	}
	for i := range len(from) {
		table[from[i]] = to[i]
	}
	return table, nil
}

func bytesTranslate(c characters, args []any) (any, error) {
	table, isBytes := bytesOf(args[0])
	if args[0] != nil && !isBytes {
		return nil, pyerr.TypeError.New(fmt.Sprintf("a bytes-like object is required, not '%s'", py.TypeName(args[0])))
	}
	if isBytes && len(table) != 256 {
		return nil, pyerr.ValueError.New("translation table must be 256 characters long")
	}
	drop := ""
	if args[1] != any(absent{}) {
		if drop, isBytes = bytesOf(args[1]); !isBytes {
			return nil, pyerr.TypeError.New(fmt.Sprintf("a bytes-like object is required, not '%s'", py.TypeName(args[1])))
		}
	}
	var dropped [256]bool
	for i := range len(drop) {
		dropped[drop[i]] = true
	}
	out := make([]byte, 0, len(c.s))
	for i := range len(c.s) {
		octet := c.s[i]
		if dropped[octet] {
			continue
		}
		if table != "" {
			octet = table[octet]
		}
		out = append(out, octet)
	}
	return out, c.make(len(c.s))
}
