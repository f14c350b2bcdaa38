package py_test

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/internal/raw"
	"github.com/pizco-go/pizco/py"
)

func bigInt(text string) *big.Int {
	n, _ := new(big.Int).SetString(text, 0)
	return n
}

func set(elements ...any) *py.Set {
	s, err := py.NewSet(elements...)
	if err != nil {
		panic(err)
	}
	return s
}

func TestParseLiteral(t *testing.T) {
	negativeZero := math.Copysign(0, -1)
	for _, row := range []struct {
		text string
		want any
	}{
		{"None", nil},
		{"True", true},
		{"False", false},
		{"...", py.Ellipsis},
		{"8", int64(8)},
		{"-8", int64(-8)},
		{"+8", int64(8)},
		{"-(8)", int64(-8)},
		{"1_000", int64(1000)},
		{"0xfF_f", int64(0xfff)},
		{"0o7_7", int64(63)},
		{"0B_1", int64(1)},
		{"00_0", int64(0)},
		{"9223372036854775807", int64(math.MaxInt64)},
		{"9223372036854775808", bigInt("9223372036854775808")},
		{"-9223372036854775808", int64(math.MinInt64)},
		{"-9223372036854775809", bigInt("-9223372036854775809")},
		{"1.5", 1.5},
		{".5", 0.5},
		{"1.", 1.0},
		{"01e1_0", 1e10},
		{"-0.0", negativeZero},
		{"1e999", math.Inf(1)},
		{"2j", 2i},
		{"01.5J", 1.5i},
		{"1+2j", 1 + 2i},
		{"(-1)-2j", -1 - 2i},
		{"''", ""},
		{`'a' "b" '''c'''`, "abc"},
		{"'''a\r\nb\rc'''", "a\nb\nc"},
		{`r'\n'`, `\n`},
		{`u'\u00e9'`, "é"},
		{`'\N{GREEK SMALL LETTER ALPHA}\N{bell}'`, "α🔔"},
		{`'\N{CJK UNIFIED IDEOGRAPH-4E00}\N{HANGUL SYLLABLE HAN}'`, "一한"},
		{`'\ud800'`, "\xed\xa0\x80"},
		{`'\x41\101\d'`, `AA\d`},
		{`b'\xff\400\u0041'`, []byte("\xff\x00\\u0041")},
		{`Rb'\x' b"y"`, []byte(`\xy`)},
		{"()", py.Tuple{}},
		{"1,", py.Tuple{int64(1)}},
		{"(1)", int64(1)},
		{"(1, 'a',)", py.Tuple{int64(1), "a"}},
		{"[1, # one\n 2]", py.NewList(int64(1), int64(2))},
		{"{'a': (1, 2)}", py.StrDict(py.Item{Key: "a", Value: py.Tuple{int64(1), int64(2)}})},
		{"{}", new(py.Dict)},
		{"{1, True, 2}", set(int64(1), int64(2))},
		{"set()", set()},
		{"(set) (\n)", set()},
		{" \n# comment\n1\n ", int64(1)},
		{"1 \\\n +2j", 1 + 2i},
	} {
		got, err := py.ParseLiteral(row.text)
		if err != nil {
			t.Errorf("%q: %v", row.text, err)
			continue
		}
		if describe(got) != describe(row.want) || reflect.TypeOf(got) != reflect.TypeOf(row.want) {
			t.Errorf("%q: got %s, want %s", row.text, describe(got), describe(row.want))
		}
	}
}

func TestParseLiteralRefuses(t *testing.T) {
	for _, row := range []struct {
		text         string
		line, column int
		reason       string
	}{
		{"", 1, 1, "unexpected end of the text"},
		{"x", 1, 1, `name "x" is not a literal`},
		{"[1,\n x]", 2, 2, `name "x" is not a literal`},
		{"'é' + 1", 1, 5, "operator '+' is not a literal"},
		{"--1", 1, 2, "operator '-' is not a literal"},
		{"-True", 1, 1, "operator '-' is not a literal"},
		{"1+2", 1, 2, "operator '+' is not a literal"},
		{"1+2j+3j", 1, 5, "operator '+' is not a literal"},
		{"1 2", 1, 3, "unexpected '2'"},
		{"1\n2", 2, 1, "unexpected '2'"},
		{"(1 2)", 1, 4, "unexpected '2'"},
		{"[1, 2", 1, 1, "'[' was never closed"},
		{"{1: 2", 1, 1, "'{' was never closed"},
		{"(,)", 1, 2, "unexpected ','"},
		{"{1: 2, 3}", 1, 9, "unexpected '}'"},
		{"012", 1, 1, "leading zeros in a decimal int are not permitted; use an 0o prefix for octal ints"},
		{"1__0", 1, 1, "invalid decimal literal"},
		{"0b2", 1, 1, "invalid binary literal"},
		{"0x", 1, 1, "invalid hexadecimal literal"},
		{"1e", 1, 1, "invalid decimal literal"},
		{strings.Repeat("1", 4301), 1, 1, "int has more than 4300 digits"},
		{"1" + strings.Repeat("0", 400) + "+1j", 1, 402, "int too large to convert to float"},
		{"'a\nb'", 1, 1, "unterminated string"},
		{`'a\`, 1, 1, "unterminated string"},
		{"'a' b'b'", 1, 1, "cannot mix bytes and nonbytes literals"},
		{"b'é'", 1, 3, "bytes can only contain ASCII literal characters"},
		{"f'a'", 1, 1, "an f-string is not a literal"},
		{"ur'a'", 1, 1, `invalid string prefix "ur"`},
		{`'\x1'`, 1, 2, `truncated \x escape: 2 hexadecimal digits are needed`},
		{`'\U00110000'`, 1, 2, "illegal Unicode character"},
		{`'\N{NO SUCH NAME}'`, 1, 2, `unknown Unicode character name "NO SUCH NAME"`},
		{`'\N'`, 1, 2, `malformed \N character escape`},
		{"set", 1, 1, "name 'set' is not a literal"},
		{"set(1)", 1, 1, "a call is not a literal, except for set()"},
		{"()()", 1, 3, "unexpected '('"},
		{"a\x00", 1, 2, "null byte"},
		{"'\xff'", 1, 2, "invalid UTF-8"},
		{strings.Repeat("[", 201) + strings.Repeat("]", 201), 1, 201, "too many nested brackets"},
		{"{1: 1,\r\n []: 2}", 2, 2, "unhashable type: 'list'"},
		{"{{}}", 1, 2, "unhashable type: 'dict'"},
	} {
		got, err := py.ParseLiteral(row.text)
		var literal *py.LiteralError
		if !errors.As(err, &literal) {
			t.Errorf("%.40q: got %v, %v", row.text, got, err)
			continue
		}
		if literal.Line != row.line || literal.Column != row.column || literal.Reason != row.reason {
			t.Errorf("%.40q: got %v", row.text, err)
		}
	}
	_, err := py.ParseLiteral("{[]: 1}")
	var unhashable *py.UnhashableError
	if !errors.As(err, &unhashable) || unhashable.Type != "list" {
		t.Errorf("unhashable key: %v", err)
	}
}

func TestLiteralPrefix(t *testing.T) {
	for _, row := range []struct {
		text string
		want any
		rest string
	}{
		{"3)", int64(3), ")"},
		{"\n (1, 2) # two\n, y=4)", py.Tuple{int64(1), int64(2)}, ", y=4)"},
		{"'a)'\n'b'] = 1", "a)b", "] = 1"},
		{"1", int64(1), ""},
	} {
		got, rest, err := py.LiteralPrefix(row.text)
		if err != nil || rest != row.rest || describe(got) != describe(row.want) {
			t.Errorf("%q: got %s, %q, %v", row.text, describe(got), rest, err)
		}
	}
	if _, _, err := py.LiteralPrefix("set, 1"); err == nil {
		t.Error("a bare name was taken for a literal")
	}
}

// CPython has one object of each short str, and pickle writes the second one as a reference to the
// first.
func TestParseLiteralIdentity(t *testing.T) {
	same := func(text string) bool {
		value, err := py.ParseLiteral(text)
		if err != nil {
			t.Fatal(err)
		}
		items := value.(*py.List).Items
		if a, ok := items[0].([]byte); ok {
			return raw.OfSlice(a) == raw.OfSlice(items[1].([]byte))
		}
		return raw.OfString(items[0].(string)) == raw.OfString(items[1].(string))
	}
	for text, want := range map[string]bool{
		"['a', 'a']": true, "['é', '\\xe9']": true, "[b'a', b'\\x61']": true,
		"['ab', 'ab']": false, "['α', 'α']": false, "[b'ab', b'ab']": false,
	} {
		if same(text) != want {
			t.Errorf("%s: one object %v, want %v", text, !want, want)
		}
	}
}

func ExampleParseLiteral() {
	value, err := py.ParseLiteral("{'a': (1, 2)}")
	if err != nil {
		panic(err)
	}
	a, _ := value.(*py.Dict).Get("a")
	fmt.Println(a)
	_, err = py.ParseLiteral("{'a': open('x')}")
	fmt.Println(err)
	// Output:
	// [1 2]
	// pizco/py: line 1, column 7: name "open" is not a literal
}

// TestOctalEscapes reads one to three octal digits and no more, as Python does.
func TestOctalEscapes(t *testing.T) {
	for text, want := range map[string]any{
		`'\0'`: "\x00", `'\00'`: "\x00", `'\000'`: "\x00", `'\0000'`: "\x000", `'\1234'`: "S4", `'\18'`: "\x018", `'\128'`: "\n8", `'\377'`: "ÿ",
		`'\400'`: "Ā", `'\777'`: "ǿ", `'\7777'`: "ǿ7", `b'\1234'`: []byte("S4"), `b'\377'`: []byte{0xff}, `b'\08'`: []byte("\x008"), `'\8'`: `\8`,
	} {
		if got, err := py.ParseLiteral(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
}
