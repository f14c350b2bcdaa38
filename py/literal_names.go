package py

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/runenames"
)

// characterNames finds characters by their Unicode name. It is filled by the first lookup.
type characterNames map[string]rune

// lookup finds a character as Python's unicodedata.lookup does, without regard to case. It knows no
// aliases.
func (names *characterNames) lookup(name string) (rune, bool) {
	name = strings.ToUpper(name)
	if digits, ok := strings.CutPrefix(name, "CJK UNIFIED IDEOGRAPH-"); ok {
		return lookupIdeograph(digits)
	}
	if syllable, ok := strings.CutPrefix(name, "HANGUL SYLLABLE "); ok {
		return lookupHangul(syllable)
	}
	if *names == nil {
		*names = allCharacterNames()
	}
	r, ok := (*names)[name]
	return r, ok
}

func allCharacterNames() characterNames {
	names := characterNames{}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		// Ranges such as "<CJK Ideograph>" and controls have no name of their own.
		if name := runenames.Name(r); name != "" && name[0] != '<' {
			names[name] = r
		}
	}
	return names
}

func lookupIdeograph(digits string) (rune, bool) {
	code, err := strconv.ParseUint(digits, 16, 32)
	r := rune(code)
	if err != nil || len(digits) < 4 || len(digits) > 5 || !unicode.Is(unicode.Unified_Ideograph, r) {
		return 0, false
	}
	// The compatibility ideographs among the unified ones have names of their own.
	if r >= 0xF900 && r <= 0xFAFF {
		return 0, false
	}
	return r, true
}

// The names of the parts of a Hangul syllable, in the order of its code (The Unicode Standard,
// section 3.12).
const (
	hangulFirst  = "G GG N D DD R M B BB S SS  J JJ C K T P H"
	hangulSecond = "A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I"
	hangulThird  = " G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H"
)

func lookupHangul(syllable string) (rune, bool) {
	thirds := strings.Split(hangulThird, " ")
	for i, first := range strings.Split(hangulFirst, " ") {
		rest, ok := strings.CutPrefix(syllable, first)
		if !ok {
			continue
		}
		for j, second := range strings.Split(hangulSecond, " ") {
			third, ok := strings.CutPrefix(rest, second)
			if !ok {
				continue
			}
			for k := range thirds {
				if thirds[k] == third {
					return 0xAC00 + rune((i*21+j)*28+k), true
				}
			}
		}
	}
	return 0, false
}
