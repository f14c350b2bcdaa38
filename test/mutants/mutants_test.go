package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// root is the repository's, from this folder.
const root = "../.."

// TestAccepted holds that each accepted fault can still be planted in the source: the list is no
// longer true of a line that is gone.
func TestAccepted(t *testing.T) {
	t.Chdir(root)
	known, err := readAccepted()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range known {
		if a.Why == "" || !canPlant(t, &a) {
			t.Errorf("%s: `%s`: %s to %s is nowhere, or says no reason: take it off accepted.yaml, or put what the code says today there", a.File, a.Line, a.Old, a.New)
		}
	}
}

// canPlant reports whether go-gremlins finds the fault in the file.
func canPlant(t *testing.T, a *accepted) bool {
	t.Helper()
	tokens, err := scan(a.File)
	if err != nil {
		t.Error(err)
		return false
	}
	for at := range tokens.at {
		for kind := range faults {
			if m, ok := tokens.mutant(a.File, kind, at[0], at[1]); ok && isAccepted([]accepted{*a}, &m) {
				return true
			}
		}
	}
	return false
}

// TestSubjects holds that the packages are there, and the packages whose tests judge them.
func TestSubjects(t *testing.T) {
	for _, s := range subjects {
		for _, judge := range s.judges {
			for _, folder := range []string{s.folder, judge.folder} {
				if found, err := filepath.Glob(filepath.Join(root, folder, "*.go")); err != nil || len(found) == 0 {
					t.Errorf("%s has no sources", folder)
				}
			}
		}
	}
	if _, err := choose([]string{"./wire", "py/"}); err != nil {
		t.Error(err)
	}
	if _, err := choose([]string{"nowhere"}); err == nil {
		t.Error("a package that is not there is chosen")
	}
}

// TestPlanted plants each kind of fault in a source, and changes nothing else of it.
func TestPlanted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.go")
	source := "package x\n\nfunc f(a, b int) bool {\n\tfor a<=b {\n\t\ta++\n\t}\n\treturn a-1 > b && true\n}\n"
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	tokens, err := scan(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		kind         string
		line, column int
		old, new     string
	}{
		{"CONDITIONALS_BOUNDARY", 4, 7, "a<=b", "a < b"},
		{"CONDITIONALS_NEGATION", 4, 7, "a<=b", "a > b"},
		{"INCREMENT_DECREMENT", 5, 4, "a++", "a -- "},
		{"ARITHMETIC_BASE", 7, 10, "a-1", "a + 1"},
		{"INVERT_LOGICAL", 7, 17, "&&", " || "},
	} {
		m, ok := tokens.mutant(file, row.kind, row.line, row.column)
		if !ok {
			t.Errorf("%s cannot be planted", row.kind)
			continue
		}
		got, err := m.planted()
		if want := bytes.Replace([]byte(source), []byte(row.old), []byte(row.new), 1); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s\n%v", row.kind, got, want, err)
		}
	}
	if m, ok := tokens.mutant(file, "ARITHMETIC_BASE", 4, 7); ok {
		t.Errorf("<= is no arithmetic, and became %s", m.new)
	}
}

// TestSample holds that a seed chooses the same faults again, each of them once, in their order.
func TestSample(t *testing.T) {
	all := make([]mutant, 100)
	for i := range all {
		all[i] = mutant{file: "x.go", line: i}
	}
	some := sample(all, 30, 7, "")
	for i, m := range some {
		if again := sample(all, 30, 7, "")[i]; again != m || i > 0 && some[i-1].line >= m.line {
			t.Errorf("%d: %s, %s", i, m.place(), again.place())
		}
	}
	if n := len(sample(all, 0, 7, "")); n != 100 {
		t.Errorf("0 takes %d", n)
	}
	if n := len(sample(all, 0, 7, "x.go:9:")); n != 1 {
		t.Errorf("the one in line 9 is %d", n)
	}
}

func TestTally(t *testing.T) {
	var counts tally
	for _, v := range []verdict{killed, killed, timedOut, notViable, acceptedAs, survives} {
		counts.add(v)
	}
	if counts.killed != 3 || counts.rejected != 1 || counts.accepted != 1 || counts.survived != 1 || counts.rate() != 75 {
		t.Errorf("%+v, %f", counts, counts.rate())
	}
}
