//go:build browser

package page

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/py"
)

// literals are understood by the page as Python does.
var literals = []string{
	"None", "True", "[False, ...]", "0", "-1", "+5", "1_000", "0x1F", "-0b101", "0o17", "00", "-0",
	"9007199254740991", "9007199254740993", "-123456789012345678901234567890",
	"1.0", "-0.0", ".5", "5.", "1e5", "1e15", "1e16", "123456789012345680.0", "1e-5", "0.0001", "1e22", "1e100", "1e999", "-1e999", "0.1", "2.5e-10", "1e21",
	"1j", "-1j", "1+2j", "1.5-2j", "-1-2.5j", "0j",
	"''", "'a'", `"it's"`, `'"'`, `'\'"'`, `'\n\t\r\\'`, "'é'", `'\xe9\u20ac\U0001F600'`, "'😀'", `'\ud800'`, `'\x00\x7f\x85\xa0\u200b'`, `'\101\0'`, "'a' 'b' \"c\"", `r'\n'`, "u'x'",
	"'''a\nb'''", `"""x"y"""`, `b''`, `b'abc'`, `b'\x00\xff\'"'`, `b'\'' b'x'`, `rb'\x'`, "b\"'\"",
	"[]", "[1, 2,]", "()", "(1,)", "(1, 2)", "1, 2", "1,", "( 1 )", "[[[]], ()]",
	"{}", "{'a': 1, 'b': [1.5, None]}", "{1: 2, (1, 2): 'x', None: True}", "{'$bytes': 1, 'x': 2}", "{'a': {'b': ({1: 2},)},}", "{'a': 1, 'a': 2}", "{1}", "{'a',}",
}

// mistakes are no literals; the page says why.
var mistakes = map[string]string{
	"":         "a value is missing (character 1)",
	"left":     "left is not a literal; a text needs quotes: 'left' (character 1)",
	"[1, 2":    ", or ] is missing (character 6)",
	"(1 2)":    ", or ) is missing (character 4)",
	"{1: 2, 3": ": is missing (character 9)",
	"'abc":     "the closing quote is missing (character 1)",
	"1 2":      "unexpected 2 (character 3)",
	"0123":     "this is no number (character 1)",
	"b'é'":     "bytes hold ASCII characters and escapes only (character 3)",
	`'\xg0'`:   `\x needs 2 hexadecimal digits (character 4)`,
	"1 + 2":    "only complex numbers are made of two (character 6)",
}

// TestLiterals has the page read and show literals, and compares with what Python and the gateway
// make of them.
func TestLiterals(t *testing.T) {
	p := open(t, serveGateway(t, serveGoInstrument(t, "tcp://127.0.0.1:0").Endpoint(), nil))
	input, err := json.Marshal(literals)
	if err != nil {
		t.Fatal(err)
	}
	python := pyenv.Newest(t)
	out := python.Eval(t.Context(), t, `
import ast, json, sys
print(json.dumps([repr(ast.literal_eval(text.strip())) for text in json.load(sys.stdin)]))
`, strings.NewReader(string(input)))
	var want []string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	read, err := chromedp.Run(p.ctx, chromedp.Evaluate[[][2]string](`Promise.all(['literal', 'json', 'repr'].map(name => import('/page/' + name + '.js'))).then(
		([{toTagged}, {parse}, {repr}]) => `+string(input)+`.map(text => [toTagged(text), repr(parse(toTagged(text)))]))`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range literals {
		if read[i][1] != want[i] {
			t.Errorf("%s: the page shows %s, Python %s", text, read[i][1], want[i])
		}
		value, err := tagged.Decode([]byte(read[i][0]))
		if err != nil || py.Repr(value) != want[i] {
			t.Errorf("%s: the gateway reads %s as %s, %v; Python has %s", text, read[i][0], py.Repr(value), err, want[i])
		}
	}
	for text, reason := range mistakes {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		said, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`import('/page/literal.js').then(({toTagged}) => toTagged(`+string(quoted)+`)).catch(error => error.message)`, chromedp.EvalAwaitPromise))
		if err != nil || said != reason {
			t.Errorf("%s: %q, %v, want %q", text, said, err, reason)
		}
	}
}
