package cli

import (
	"slices"
	"strings"

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

func (t *tool) format(value any) (string, error) {
	switch t.settings.output {
	case outputJSON:
		return formatJSON(value)
	case outputText:
		if text, ok := value.(string); ok {
			return printable(text), nil
		}
	}
	return repr(value), nil
}

func formatJSON(value any) (string, error) {
	value, err := plain(value)
	if err != nil {
		return "", err
	}
	data, err := jsonser.Marshal(value)
	return string(data), err
}

// printable replaces what cannot be written as UTF-8, the lone surrogates of a str, by their escapes.
func printable(text string) string {
	quoted := repr(text)
	if !strings.Contains(quoted, `\ud`) {
		return text
	}
	return quoted
}

const (
	reprLength = 256 << 20
	reprDepth  = 10_000
)

// repr is Python's repr(), except that objects of classes that only Python knows are shown with what they are made of.
func repr(value any) string {
	return py.Repr(value, py.WithReprObjects(), py.WithReprLength(reprLength), py.WithReprDepth(reprDepth))
}
