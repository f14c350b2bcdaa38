package pickle_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// TestContainerLimit holds that a pickle of few bytes makes no more than so many lists, dicts, sets and objects.
func TestContainerLimit(t *testing.T) {
	const n = 3 << 20
	for name, data := range map[string]string{
		"lists on the stack": strings.Repeat("]", n) + ".", "lists in a list": "\x80\x04](" + strings.Repeat("]", n) + "e.",
		"dicts": "\x80\x04](" + strings.Repeat("}", n) + "e.", "sets": "\x80\x04](" + strings.Repeat("\x8f", n) + "e.",
		"objects": "\x80\x04](cm\nA\n\x94" + strings.Repeat("h\x00)\x81", n) + "e.",
	} {
		var v any
		var list *py.List
		for what, err := range map[string]error{
			"any": pickle.Unmarshal([]byte(data), &v), "a list": pickle.Unmarshal([]byte(data), &list),
		} {
			var limit *pickle.LimitError
			if !errors.As(err, &limit) || limit.Limit != "WithMaxContainers" {
				t.Errorf("%s into %s: %v", name, what, err)
			}
		}
	}
	var v any
	few := "\x80\x04](" + strings.Repeat("]", 300) + "e."
	if err := pickle.Unmarshal([]byte(few), &v, pickle.WithMaxContainers(300)); err != nil {
		t.Error(err)
	}
	if err := pickle.Unmarshal([]byte(few), &v, pickle.WithMaxContainers(100)); err == nil {
		t.Error("300 lists where 100 may be")
	}
}
