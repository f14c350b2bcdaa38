package cli

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pizco-go/pizco/jsonser"
	"github.com/pizco-go/pizco/py"
)

// outputForm is how values are printed.
type outputForm string

const (
	// outputText prints as Python's print() does: a str as it is, everything else by its repr.
	outputText outputForm = "text"
	// outputJSON prints one line of JSON.
	outputJSON outputForm = "json"
	// outputPython prints the repr.
	outputPython outputForm = "python"
)

var outputForms = []string{string(outputText), string(outputJSON), string(outputPython)}

func parseOutputForm(name string) (outputForm, error) {
	if !slices.Contains(outputForms, name) {
		return "", usagef("output is %q, not one of %s", name, strings.Join(outputForms, ", "))
	}
	return outputForm(name), nil
}

// print prints a value in the chosen form, on a line of its own.
func (t *tool) print(value any) error {
	text, err := t.format(value)
	if err != nil {
		return err
	}
	return t.printf("%s\n", text)
}

// printAlone prints the only value of a command's output. A str as text may have several lines
// there. It goes into a file or another program as it is, since it is data for them.
func (t *tool) printAlone(value any) error {
	text, ok := value.(string)
	if !ok || t.settings.output != outputText || hasSurrogate(text) {
		return t.print(value)
	}
	if isTerminal(t.stdout) {
		return t.printf("%s\n", t.style(t.stdout).lines(text))
	}
	return t.control(t.stdout, "", shown(text), "\n")
}

func (t *tool) format(value any) (shown, error) {
	style := t.style(t.stdout)
	switch t.settings.output {
	case outputJSON:
		text, err := t.formatJSON(value)
		return shown(text), err
	case outputText:
		if text, ok := value.(string); ok && !hasSurrogate(text) {
			return style.line(text), nil
		}
	}
	text, whole := py.ReprWhole(value, py.WithReprObjects(), py.WithReprLength(t.settings.maxOutput), py.WithReprDepth(reprDepth))
	if !whole {
		return "", t.tooLong()
	}
	return style.line(text), nil
}

// tooLong is the error for a value whose text is longer than --max-output, which a small pickle may
// be that holds the same value many times.
func (t *tool) tooLong() error {
	return dataf("the value is more than %d bytes as text, or nested too deeply: --max-output prints more", t.settings.maxOutput)
}

func (t *tool) formatJSON(value any) (string, error) {
	value, err := t.plain(value)
	if err != nil {
		return "", err
	}
	data, err := jsonser.Marshal(value, jsonser.WithMaxOutput(t.settings.maxOutput))
	if err != nil {
		return "", t.tooLong()
	}
	return strings.ReplaceAll(string(data), "\x7f", `\u007f`), err // all else is printable ASCII
}

// hasSurrogate reports whether a str cannot be written as UTF-8: it has lone surrogates, or bytes
// that are no text at all.
func hasSurrogate(text string) bool { return !utf8.ValidString(text) }

const (
	// reprLength bounds a value that is shown among others, such as the content of a message: what
	// is longer is cut.
	reprLength = 1 << 20
	reprDepth  = 10_000
)

// repr is Python's repr(), except for objects of classes that only Python knows: it shows what they
// are made of.
func repr(value any) string {
	return py.Repr(value, py.WithReprObjects(), py.WithReprLength(reprLength), py.WithReprDepth(reprDepth))
}

// limitedBuffer holds a text of at most --max-output bytes: the disassembly of a pickle may have
// some 400 times its length.
type limitedBuffer struct {
	bytes.Buffer
	tool *tool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.tool.settings.maxOutput {
		return 0, b.tool.tooLong()
	}
	return b.Buffer.Write(p)
}
