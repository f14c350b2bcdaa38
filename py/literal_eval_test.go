package py_test

import (
	"bytes"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// describe gives a value the form that testdata/literal_eval.py gives it.
func describe(value any) string {
	switch v := value.(type) {
	case nil:
		return "None"
	case bool:
		return map[bool]string{true: "True", false: "False"}[v]
	case int64, *big.Int:
		return fmt.Sprintf("int %x", v)
	case float64:
		return "float " + bits(v)
	case complex128:
		return "complex " + bits(real(v)) + " " + bits(imag(v))
	case string:
		return "str " + hex.EncodeToString([]byte(v))
	case []byte:
		return "bytes " + hex.EncodeToString(v)
	case py.Tuple:
		return describeItems("tuple", v)
	case *py.List:
		return describeItems("list", v.Items)
	case *py.Dict:
		var pairs []string
		for key, value := range v.All() {
			pairs = append(pairs, describe(key)+":"+describe(value))
		}
		return "dict[" + strings.Join(pairs, ",") + "]"
	case *py.Set:
		var items []string
		for item := range v.All() {
			items = append(items, describe(item))
		}
		slices.Sort(items)
		return "set[" + strings.Join(items, ",") + "]"
	}
	if value == any(py.Ellipsis) {
		return "..."
	}
	return fmt.Sprintf("%T", value)
}

func describeItems(kind string, items []any) string {
	described := make([]string, len(items))
	for i, item := range items {
		described[i] = describe(item)
	}
	return kind + "[" + strings.Join(described, ",") + "]"
}

func bits(f float64) string { return fmt.Sprintf("%016x", math.Float64bits(f)) }

//go:embed testdata/literal_eval.py
var literalEval string

// TestParseLiteralAgainstPython compares with ast.literal_eval of the newest Python: for
// written-out texts, for generated literals, and for those with a byte or two changed.
func TestParseLiteralAgainstPython(t *testing.T) {
	texts := slices.Concat(literalTexts, generatedTexts(4000))
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	var want []*string
	output := pyenv.Newest(t).Eval(t.Context(), t, literalEval, bytes.NewReader(input))
	if err := json.Unmarshal(output, &want); err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i, text := range texts {
		value, err := py.ParseLiteral(text)
		switch {
		case want[i] == nil && err == nil && !isKnownDifference(text):
			t.Errorf("%q: got %s, Python refuses it", text, describe(value))
		case want[i] != nil && err != nil && !isKnownDifference(text):
			t.Errorf("%q: got %v, Python has %s", text, err, *want[i])
		case want[i] != nil && err == nil && describe(value) != *want[i]:
			t.Errorf("%q: got %s, Python has %s", text, describe(value), *want[i])
		}
		if err == nil {
			accepted++
		}
	}
	// A corpus that is refused as a whole would prove nothing.
	if accepted < len(texts)/3 || accepted == len(texts) {
		t.Errorf("%d of %d texts are literals", accepted, len(texts))
	}
	t.Logf("%d texts, %d of them literals", len(texts), accepted)
}

// isKnownDifference reports whether ParseLiteral is documented to read a text differently from
// Python.
func isKnownDifference(text string) bool {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		outer := i == 0 || i == len(lines)-1 || strings.TrimSpace(strings.Join(lines[:i], "")) == ""
		if outer && line != strings.Trim(line, " \t\f") {
			return true // Python minds indentation.
		}
	}
	return strings.Contains(text, `\N{`)
}

var literalTexts = []string{
	"\n1", " 1", "1 # c", "1\n#c", "# c\n1", "\\\n1", "1\\\n", "1\\", "(set)()", "set ( )", "set\n()", "-(1)", "((1))+(2j)",
	"-(-1)", "- 1", "-\n1", "(-\n1)", "+1", "1-2j", "-0j", "1-0j", "-0-0j", "-0.0-0j", "-0.0+0j", "0.0-0j", "1j+1", "1+-2j",
	"01", "00", "0_0", "0_7", "01.5", "01j", "0_1.5", "1__0", "1_j", "1_.5", "1._5", "5_._5", "1.0_", "0_", "1e", "1e+", "1e_1",
	"1e1_0", "1.e5", ".5", "._5", ".", "..", "....", "1..", "0x", "0x_", "0o", "0o_7", "0o8", "0b2", "0xg", "0XFF", "0b", "1if",
	"1e400", "-1e400", "1e-400", "1e400j", "4.9e-324", "2.2250738585072011e-308", "10000000000000000000000j",
	"'\\400'", "b'\\400'", "'a' b'b'", "b'a' 'b'", "'\\8'", "'\\N'", "'\\N{}'", "b'\\N{x}'", "'\\N{BELL}'", "'\\x1'", "b'\\x1'",
	"'\\u12'", "'\\U00110000'", "'\\U0010ffff'", "b'\\u1234'", "'\\ud83d\\ude00'", "'\\", "'\\'", "'''a''", "'''a\\'''", "\"\"\"a\"b\"\"\"",
	"''''a'''", "'''''''", "r'\\'", "r'\\''", "r'a\\\nb'", "r'a\\\r\nb'", "'a\\\r\nb'", "'a\nb'", "'''a\rb'''", "'a'\n'b'", "('a'\n'b')",
	"ur'a'", "Rb'a'", "bR'a'", "rU'a'", "bb'a'", "f'a'", "rf'a'", "u''", "b'é'", "rb'é'", "rb'\\é'", "'é'", "é", "a'b'", "1'a'", "'a'1",
	"{1:2,}", "{1,}", "(,)", "[,]", "[1,,2]", "[1 2]", "{,}", "{:}", "{1:}", "{1: 2, 3}", "{1, 2: 3}", "{**{}}", "{*()}", "*1,", "1,", "1,2",
	",", "1,,", "(1,)", "()", "( )", "[ ]", "{ }", "()()", "[][0]", "{}.x", "set", "set(1)", "set().x", "{set()}", "frozenset()",
	"{[]:1}", "{{}}", "{(1,[])}", "{1, True, 1.0}", "{1: 'a', True: 'b', 1.0: 'c'}", "{0.0: 1, -0.0: 2}", "{'a': 1, b'a': 2}", "{1j, 1j}",
	"None", "none", "Nonee", "True", "-True", "True+1j", "...", "Ellipsis", "NotImplemented", "nan", "inf", "__debug__",
	"10**2", "1*1", "~1", "not 1", "lambda: 1", "1 if 1 else 2", "'a' % 1", "1 == 1", "1;", "1\n2", "1\r2", "$", "?", "!", "`1`", "\u00a01", "\ufeff1",
	"\v1", "\f1", "1\f", "(\f1)", "[1 #c\n,2]", "[1\r\n,2]", "'a' \\\n 'b'", "'a\x00'", "", "#", "()#)", "(#)\n)", "(]", "[)", "{)", "x", "_1", "1_000",
	strings.Repeat("[", 200) + strings.Repeat("]", 200), strings.Repeat("(", 201) + strings.Repeat(")", 201),
	strings.Repeat("1", 4300), strings.Repeat("1", 4301), "0x" + strings.Repeat("f", 9000), "1" + strings.Repeat("0", 400) + "+1j",
	`'\N{GREEK SMALL LETTER ALPHA}'`, `'\N{greek small letter alpha}'`, `'\N{CJK UNIFIED IDEOGRAPH-4E00}'`,
	`'\N{HANGUL SYLLABLE GAG}'`, `'\N{HANGUL SYLLABLE A}'`, `'\N{HANGUL SYLLABLE SSANGSSANG}'`, `'\N{LATIN SMALL LETTER SHARP S}'`,
}

// generatedTexts returns n texts, the same ones every time. Every third one is damaged.
func generatedTexts(n int) []string {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	texts := make([]string, n)
	for i := range texts {
		texts[i] = g.value(4)
		if i%3 == 0 {
			texts[i] = g.damage(texts[i])
		}
	}
	return texts
}

type generator struct{ *rand.Rand }

func (g generator) pick(options ...string) string { return options[g.IntN(len(options))] }

func (g generator) value(depth int) string {
	if depth == 0 || g.IntN(3) == 0 {
		return g.scalar()
	}
	items := make([]string, g.IntN(4))
	for i := range items {
		items[i] = g.space() + g.value(depth-1) + g.space()
	}
	switch body := strings.Join(items, ","); g.IntN(5) {
	case 0:
		return "[" + body + g.trailingComma(items) + "]"
	case 1:
		return "(" + body + g.trailingComma(items) + ")"
	case 2:
		if len(items) == 0 {
			return "set()"
		}
		return "{" + body + g.trailingComma(items) + "}"
	default:
		for i := range items {
			items[i] = g.scalar() + g.space() + ":" + items[i]
		}
		return "{" + strings.Join(items, ",") + g.trailingComma(items) + "}"
	}
}

func (g generator) trailingComma(items []string) string {
	if len(items) > 0 && g.IntN(3) == 0 {
		return ","
	}
	return ""
}

func (g generator) space() string {
	return g.pick("", "", "", " ", "  ", "\t", "\n", " \r\n", "# c, )\n", "\\\n", "\f")
}

func (g generator) scalar() string {
	switch g.IntN(6) {
	case 0:
		return g.pick("None", "True", "False", "...")
	case 1:
		return g.pick("", "-", "+", "- ") + g.integer()
	case 2:
		return g.pick("", "-", "+") + g.float()
	case 3:
		return g.pick("", "-") + g.pick(g.integer(), g.float()) + g.space2() + g.pick("+", "-") + g.space2() + g.float() + "j"
	}
	text := g.text()
	for g.IntN(4) == 0 {
		text += g.space2() + g.text()
	}
	return text
}

// space2 is white space that is good outside of brackets too.
func (g generator) space2() string { return g.pick("", "", " ", "\t") }

func (g generator) integer() string {
	n := strconv.FormatUint(g.Uint64()>>g.IntN(64), 10)
	return g.pick(n, n, n+n+n, "0x"+n, "0X_"+n, "0o"+strings.Map(octal, n), "0b10_01", "1_"+n, "0", "00", "0"+n)
}

func octal(r rune) rune { return '0' + r&7 }

func (g generator) float() string {
	n := strconv.Itoa(g.IntN(10000))
	return g.pick(n+".", "."+n, n+"."+n, n+"e"+g.pick("", "+", "-")+strconv.Itoa(g.IntN(340)), n+"."+n+"E5", "1_0.0_1",
		strconv.FormatFloat(math.Float64frombits(g.Uint64()), 'g', -1, 64))
}

func (g generator) text() string {
	var body strings.Builder
	for range g.IntN(6) {
		body.WriteString(g.pick("a", "b c", "é", "α", "🔔", `\n`, `\\`, `\'`, `\"`, `\x41`, `\xe9`, `\u03b1`, `\ud800`, `\U0001f514`, `\7`,
			`\101`, `\400`, `\d`, `\8`, "\\\n", `\a\b\f\v\t\r`, `\0`, "#", "{", "\t"))
	}
	quote := g.pick("'", `"`, "'''", `"""`)
	return g.pick("", "", "", "u", "r", "R", "b", "B", "br", "rB") + quote + body.String() + quote
}

// damage changes one or two characters.
func (g generator) damage(text string) string {
	for range 1 + g.IntN(2) {
		runes := []rune(text)
		i := g.IntN(len(runes) + 1)
		insert := g.pick("", "'", `"`, "(", ")", "[", "]", "{", "}", ",", ":", "+", "-", "_", "0", "1", "e", "j", ".", "x", " ", "\n", "\\", "b", "#", "*")
		text = string(runes[:i]) + insert + string(runes[min(i+g.IntN(2), len(runes)):])
	}
	return text
}

func FuzzParseLiteral(f *testing.F) {
	for _, text := range literalTexts {
		f.Add(text)
	}
	for _, text := range generatedTexts(100) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := py.ParseLiteral(text)
		var literal *py.LiteralError
		if err != nil && !errors.As(err, &literal) {
			t.Fatalf("%T: %v", err, err)
		}
		if err != nil && (literal.Line < 1 || literal.Column < 1) {
			t.Fatalf("%+v", literal)
		}
		if err != nil {
			return
		}
		again, err := py.ParseLiteral("(\n" + text + "\n)")
		if err != nil {
			if strings.Contains(text, "\n") || literalDepth(text) >= 200 {
				return
			}
			t.Fatalf("in parentheses: %v", err)
		}
		if describe(again) != describe(value) {
			t.Fatalf("in parentheses: %s, otherwise %s", describe(again), describe(value))
		}
	})
}

func literalDepth(text string) int {
	return strings.Count(text, "(") + strings.Count(text, "[") + strings.Count(text, "{")
}
