package object

import (
	"maps"
	"strings"

	"github.com/pizco-go/pizco/goagent/pyerr"
)

// textMethods are the methods that str and bytes share.
var textMethods = map[string]scalarMethod[characters]{
	"capitalize":   mapped(chooseCapitalized),
	"center":       padded(func(missing, width int) int { return missing/2 + missing&width&1 }),
	"count":        {positional(1, "sub", "start", "end"), textCount},
	"endswith":     beginning(strings.HasSuffix),
	"expandtabs":   {named("tabsize"), textExpandTabs},
	"find":         finder(strings.Index, false),
	"index":        finder(strings.Index, true),
	"isalnum":      every(characters.isAlnum, false),
	"isalpha":      every(characters.isAlpha, false),
	"isascii":      every(func(_ characters, r rune) bool { return r < 0x80 }, true),
	"isdigit":      every(characters.isDigit, false),
	"islower":      oneCase(characters.isLower, characters.isUpper),
	"isspace":      every(characters.isSpace, false),
	"istitle":      {params{}, textIsTitle},
	"isupper":      oneCase(characters.isUpper, characters.isLower),
	"join":         {positional(1, "iterable"), textJoin},
	"ljust":        padded(func(int, int) int { return 0 }),
	"lower":        always(lowerCase),
	"lstrip":       stripped(true, false),
	"partition":    partition(strings.Index, false),
	"removeprefix": without(strings.TrimPrefix),
	"removesuffix": without(strings.TrimSuffix),
	"replace":      {params{[]string{"old", "new", "count"}, 2, 2, 3}, textReplace},
	"rfind":        finder(strings.LastIndex, false),
	"rindex":       finder(strings.LastIndex, true),
	"rjust":        padded(func(missing, _ int) int { return missing }),
	"rpartition":   partition(strings.LastIndex, true),
	"rsplit":       splitter(true),
	"rstrip":       stripped(false, true),
	"split":        splitter(false),
	"splitlines":   {named("keepends"), textSplitLines},
	"startswith":   beginning(strings.HasPrefix),
	"strip":        stripped(true, true),
	"swapcase":     mapped(chooseSwapped),
	"title":        mapped(chooseTitle),
	"upper":        always(upperCase),
	"zfill":        {positional(1, "width"), textZfill},
}

// strMethods are the methods of str, except format and format_map, which take arguments of any
// name.
var strMethods = with(map[string]scalarMethod[characters]{
	"casefold":     always(foldCase),
	"encode":       {named("encoding", "errors"), textEncode},
	"isdecimal":    every(characters.isDecimal, false),
	"isidentifier": {params{}, textIsIdentifier},
	"isnumeric":    every(characters.isNumeric, false),
	"isprintable":  every(func(_ characters, r rune) bool { return isPrintable(r) }, true),
	"maketrans":    {positional(1, "x", "y", "z"), textMakeTrans},
	"translate":    {positional(1, "table"), textTranslate},
})

var bytesMethods = with(map[string]scalarMethod[characters]{
	"decode":    {named("encoding", "errors"), textDecode},
	"fromhex":   {positional(1, "string"), bytesFromHex},
	"hex":       {named("sep", "bytes_per_sep"), bytesHex},
	"maketrans": {positional(2, "frm", "to"), bytesMakeTrans},
	"translate": {params{[]string{"table", "delete"}, 1, 1, 2}, bytesTranslate},
})

func with(more map[string]scalarMethod[characters]) map[string]scalarMethod[characters] {
	maps.Copy(more, textMethods)
	return more
}

// execText calls a method of a str or bytes that tuples do not have.
func execText(b *budget, v any, call methodCall) (any, error) {
	if s, ok := v.(string); ok {
		c := characters{s: s, budget: b}
		if err := c.make(len(s)); err != nil {
			return nil, err
		}
		if call.method == "format" || call.method == "format_map" {
			return execFormat(c, call)
		}
		return callScalar(c, strMethods, nil, call)
	}
	data, ok := bytesOf(v)
	if !ok {
		return nil, pyerr.MissingAttribute(call.typ, call.method)
	}
	c := characters{s: data, bytes: true, budget: b}
	if err := c.make(len(data)); err != nil {
		return nil, err
	}
	return callScalar(c, bytesMethods, nil, call)
}
