package object

import (
	"strings"
	"unicode"

	"github.com/pizco-go/pizco/internal/wtf8"
)

// isSpace reports what str.isspace() takes, or bytes.isspace() as isspace of C does.
func (c characters) isSpace(r rune) bool {
	if r >= 0x1c && r <= 0x1f {
		return !c.bytes
	}
	if c.bytes && r > 0x7f {
		return false
	}
	return unicode.IsSpace(r) || unicode.Is(unicode.Zs, r)
}

func (c characters) ascii(r rune) bool { return !c.bytes || r < 0x80 }

func (c characters) isAlpha(r rune) bool { return c.ascii(r) && unicode.IsLetter(r) }
func (c characters) isDecimal(r rune) bool {
	return c.ascii(r) && unicode.Is(unicode.Nd, r)
}

func (c characters) isDigit(r rune) bool {
	return c.isDecimal(r) || !c.bytes && strings.ContainsRune(digitsBeyondDecimal, r)
}

func (c characters) isNumeric(r rune) bool {
	return c.isDigit(r) || !c.bytes && (unicode.Is(unicode.N, r) || strings.ContainsRune(numericLetters, r))
}

func (c characters) isAlnum(r rune) bool { return c.isAlpha(r) || c.isNumeric(r) }

func (c characters) isLower(r rune) bool {
	return c.ascii(r) && unicode.In(r, unicode.Ll, unicode.Other_Lowercase)
}

func (c characters) isUpper(r rune) bool {
	return c.ascii(r) && unicode.In(r, unicode.Lu, unicode.Other_Uppercase)
}
func (c characters) isTitle(r rune) bool { return c.ascii(r) && unicode.Is(unicode.Lt, r) }
func (c characters) isCased(r rune) bool { return c.isLower(r) || c.isUpper(r) || c.isTitle(r) }

func isPrintable(r rune) bool {
	return r == ' ' || unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

// isCaseIgnorable is Unicode's property, which decides about the last sigma of a word.
func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', 0xb7, 0x387, 0x55f, 0x5f4, 0x2018, 0x2019, 0x2024, 0x2027, 0xfe13, 0xfe52, 0xfe55, 0xff07, 0xff0e, 0xff1a:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// every is a method that asks whether all units are of a kind, of which empty is the answer for
// none.
func every(is func(characters, rune) bool, empty bool) scalarMethod[characters] {
	return scalarMethod[characters]{params{}, func(c characters, _ []any) (any, error) {
		for rest := c.s; rest != ""; {
			r, size := c.next(rest)
			if !is(c, r) {
				return false, nil
			}
			rest = rest[size:]
		}
		return c.s != "" || empty, nil
	}}
}

// oneCase is islower() or isupper(): there is a character of that case, and none of another.
func oneCase(wanted, other func(characters, rune) bool) scalarMethod[characters] {
	return scalarMethod[characters]{params{}, func(c characters, _ []any) (any, error) {
		found := false
		for rest := c.s; rest != ""; {
			r, size := c.next(rest)
			if other(c, r) || c.isTitle(r) {
				return false, nil
			}
			found = found || wanted(c, r)
			rest = rest[size:]
		}
		return found, nil
	}}
}

func textIsTitle(c characters, _ []any) (any, error) {
	found, inWord := false, false
	for rest := c.s; rest != ""; {
		r, size := c.next(rest)
		switch {
		case c.isUpper(r) || c.isTitle(r):
			if inWord {
				return false, nil
			}
			found, inWord = true, true
		case c.isLower(r):
			if !inWord {
				return false, nil
			}
		default:
			inWord = false
		}
		rest = rest[size:]
	}
	return found, nil
}

// Letters that cannot begin an identifier, and letters that cannot be in one. Their compatibility
// forms are not identifiers.
const (
	lettersNoStart = "\u037a\u0e33\u0eb3\u2e2f\ufc5e\ufc5f\ufc60\ufc61\ufc62\ufc63\ufdfa\ufdfb\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e\uff9e\uff9f"
	lettersNoPart  = "\u037a\u2e2f\ufc5e\ufc5f\ufc60\ufc61\ufc62\ufc63\ufdfa\ufdfb\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e"
	partsNoLetters = "\u200c\u200d\u30fb\uff65" // from Python 3.13 on
)

func textIsIdentifier(c characters, _ []any) (any, error) {
	for at := 0; at < len(c.s); {
		r, size := c.next(c.s[at:])
		if at > 0 && strings.ContainsRune(partsNoLetters, r) {
			return nil, notServed("str.isidentifier() of a text with " + wtf8.Escape(r) + ", of which Pythons say different things,")
		}
		start := r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
		part := start || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
		without := lettersNoStart + "\u309b\u309c"
		if at > 0 {
			start, without = part, lettersNoPart+"\u309b\u309c"
		}
		if !start || strings.ContainsRune(without, r) {
			return false, nil
		}
		at += size
	}
	return c.s != "", nil
}

// casing maps one character. The whole text and its place are given, for what depends on the
// others.
type casing func(c characters, r rune, at int) string

func (c characters) special(table map[rune]string, r rune, otherwise func(rune) rune) string {
	if c.bytes {
		if r > 0x7f {
			return string([]byte{byte(r)})
		}
		return string(otherwise(r))
	}
	if mapped, ok := table[r]; ok {
		return mapped
	}
	return string(otherwise(r))
}

func upperCase(c characters, r rune, _ int) string {
	return c.special(upperSpecial, r, unicode.ToUpper)
}
func titleCase(c characters, r rune, _ int) string {
	return c.special(titleSpecial, r, unicode.ToTitle)
}
func foldCase(c characters, r rune, _ int) string { return c.special(foldSpecial, r, unicode.ToLower) }

func lowerCase(c characters, r rune, at int) string {
	if !c.bytes && r == 0x3a3 {
		if c.isFinalSigma(at) {
			return "\u03c2"
		}
		return "\u03c3"
	}
	return c.special(lowerSpecial, r, unicode.ToLower)
}

var lowerSpecial = map[rune]string{0x130: "i\u0307"}

// isFinalSigma reports whether the sigma at a place is the last letter of a word, and not its only
// one.
func (c characters) isFinalSigma(at int) bool {
	before := c.s[:at]
	for before != "" {
		r, size := c.last(before)
		if !isCaseIgnorable(r) {
			break
		}
		before = before[:len(before)-size]
	}
	if before == "" {
		return false
	}
	if r, _ := c.last(before); !c.isCased(r) {
		return false
	}
	_, size := c.next(c.s[at:])
	for after := c.s[at+size:]; after != ""; {
		r, size := c.next(after)
		if !isCaseIgnorable(r) {
			return !c.isCased(r)
		}
		after = after[size:]
	}
	return true
}

// mapped is a method that maps each character, by which casing depends on the one before.
func mapped(choose func(c characters, r rune, first, afterCased bool) casing) scalarMethod[characters] {
	return scalarMethod[characters]{params{}, func(c characters, _ []any) (any, error) {
		if err := c.make(3 * len(c.s)); err != nil {
			return nil, err
		}
		var b strings.Builder
		afterCased := false
		for at := 0; at < len(c.s); {
			r, size := c.next(c.s[at:])
			if r >= 0xd800 && r <= 0xdfff {
				b.WriteString(c.s[at : at+size])
			} else {
				b.WriteString(choose(c, r, at == 0, afterCased)(c, r, at))
			}
			afterCased = c.isCased(r)
			at += size
		}
		return c.plain(b.String()), nil
	}}
}

// always maps each character in the same way.
func always(to casing) scalarMethod[characters] {
	return mapped(func(characters, rune, bool, bool) casing { return to })
}

// keepCase leaves a character as it is.
func keepCase(c characters, r rune, _ int) string {
	if c.bytes {
		return string([]byte{byte(r)})
	}
	return string(r)
}

func chooseCapitalized(_ characters, _ rune, first, _ bool) casing {
	if first {
		return titleCase
	}
	return lowerCase
}

func chooseTitle(_ characters, _ rune, _, afterCased bool) casing {
	if afterCased {
		return lowerCase
	}
	return titleCase
}

func chooseSwapped(c characters, r rune, _, _ bool) casing {
	switch {
	case c.isUpper(r):
		return lowerCase
	case c.isLower(r):
		return upperCase
	}
	return keepCase
}
