package cli_test

import (
	"strings"
	"testing"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// doubling returns a value of few bytes as a pickle. Each of its levels holds the next one twice.
func doubling(levels int, pair func(v any) any) any {
	var v any = py.NewList()
	for range levels {
		v = pair(v)
	}
	return v
}

// TestDisplayBudget shows values that would be larger than any memory: the error says what to do,
// and comes soon.
func TestDisplayBudget(t *testing.T) {
	pairs := map[string]func(v any) any{
		"lists":   func(v any) any { return py.NewList(v, v) },
		"tuples":  func(v any) any { return py.Tuple{v, v} },
		"dicts":   func(v any) any { return py.StrDict(py.Item{Key: "a", Value: v}, py.Item{Key: "b", Value: v}) },
		"objects": func(v any) any { return &py.Object{Callable: py.Class{Module: "m", Name: "f"}, Args: py.Tuple{v, v}} },
		"keys":    func(v any) any { return py.Tuple{v, v} },
	}
	for name, pair := range pairs {
		value := doubling(60, pair)
		if name == "keys" {
			value = py.NewList(value)
		}
		data, err := pickle.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"text", "python", "json"} {
			args := []string{"pickle", "decode", "-o", form}
			if name != "lists" || form != "text" { // one shows the default, which takes long
				args = append(args, "--max-output", "65536")
			}
			r := runWith(t, settings{stdin: string(data)}, args...)
			if r.code != 5 || r.stdout != "" || !strings.Contains(r.stderr, "--max-output prints more") {
				t.Errorf("%s as %s: %d, %.200q, %.200q", name, form, r.code, r.stdout, r.stderr)
			}
		}
	}
	if r := runWith(t, settings{stdin: "]."}, "pickle", "decode", "--max-output", "7"); r.code != 2 {
		t.Errorf("a budget below the least: %d, %s", r.code, r.stderr)
	}
	long, err := pickle.Marshal(strings.Repeat("x", 2000))
	if err != nil {
		t.Fatal(err)
	}
	if r := runWith(t, settings{stdin: string(long)}, "pickle", "decode", "--max-output", "1024", "-o", "python"); r.code != 5 {
		t.Errorf("a str of 2000 in 1024: %d, %s", r.code, r.stderr)
	}
}

// TestDisassemblyBudget disassembles a small pickle that becomes long lines.
func TestDisassemblyBudget(t *testing.T) {
	data := strings.Repeat("(", 100) + strings.Repeat("N0", 1000) + strings.Repeat("1", 100) + "N."
	r := runWith(t, settings{stdin: data}, "pickle", "dis", "--max-output", "65536")
	if r.code != 5 || r.stdout != "" || !strings.Contains(r.stderr, "--max-output prints more") {
		t.Errorf("%d, %.200q, %.200q", r.code, r.stdout, r.stderr)
	}
	if r := runWith(t, settings{stdin: data}, "pickle", "dis"); r.code != 0 || len(r.stdout) < 800_000 {
		t.Errorf("by default: %d, %d bytes, %.200q", r.code, len(r.stdout), r.stderr)
	}
}

// TestKeysThatAreOneText shows a dict in JSON whose keys would be the same there.
func TestKeysThatAreOneText(t *testing.T) {
	for literal, want := range map[string]string{
		"{1: 'a', '1': 'b'}":      `[[1, "a"], ["1", "b"]]`,
		"{b'x': 1, \"b'x'\": 2}":  `[["eA==", 1], ["b'x'", 2]]`,
		"{(1,): 1, '(1,)': 2}":    `[[[1], 1], ["(1,)", 2]]`,
		"{None: 1, 'None': 2}":    `[[null, 1], ["None", 2]]`,
		"{1: 'a', '2': 'b'}":      `{"1": "a", "2": "b"}`,
		"[{'a': {1: 2, '1': 3}}]": `[{"a": [[1, 2], ["1", 3]]}]`,
	} {
		data := runWith(t, settings{}, "pickle", "encode", "-e", literal).stdout
		runWith(t, settings{stdin: data}, "pickle", "decode", "-o", "json").want(t, 0, want+"\n", "")
	}
}
