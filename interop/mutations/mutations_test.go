package mutations_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/mutations"
)

// TestMutationsApply holds that each mutation changes the code as it is today, in one place, into
// another program. Whether the suite reports it is tested by `make interop-mutations`.
func TestMutationsApply(t *testing.T) {
	all, err := mutations.All()
	if err != nil || len(all) < 30 {
		t.Fatalf("%d mutations, %v", len(all), err)
	}
	quick, named := 0, map[string]bool{}
	for _, m := range all {
		if m.What == "" || named[m.What] {
			t.Errorf("two mutations are called %q", m.What)
		}
		named[m.What] = true
		if m.Quick {
			quick++
		}
		broken, err := m.Apply("../..")
		if err != nil {
			t.Error(err)
			continue
		}
		source, err := os.ReadFile(broken.File)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(source, broken.Source) {
			t.Errorf("%s: changes nothing", m.What)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), broken.File, broken.Source, parser.SkipObjectResolution); err != nil {
			t.Errorf("%s: is no Go: %v", m.What, err)
		}
	}
	if quick < 3 {
		t.Errorf("CI plays %d mutations, want some", quick)
	}
}

// TestApply finds a text whose white space has changed, in a package below, and refuses one that is
// nowhere or in two places.
func TestApply(t *testing.T) {
	root := t.TempDir()
	write(t, root, "p/a.go", "package p\n\nconst (\n\ta   = 1\n\tbcd = 2\n)\n")
	write(t, root, "p/a_test.go", "package p\n\nconst a = 1\n")
	write(t, root, "p/q/b.go", "package q\n\nvar x, y = 3, 3\n")
	for _, row := range []struct{ in, old, new, want, wrong string }{
		{in: "p", old: "a = 1", new: "a = 7", want: "package p\n\nconst (\n\ta = 7\n\tbcd = 2\n)\n"},
		{in: "p", old: "var x, y = 3, 3", new: "var x, y = 3, 4", want: "package q\n\nvar x, y = 3, 4\n"},
		{in: "p", old: "z = 1", wrong: `"z = 1" is nowhere in p`},
		{in: "p", old: "3", wrong: `"3" is in 2 places of p`},
		{in: "nowhere", old: "3", wrong: "no such file"},
	} {
		m := mutations.Mutation{What: "it", In: row.in, Old: row.old, New: row.new}
		got, err := m.Apply(root)
		switch {
		case row.wrong != "" && (err == nil || !strings.Contains(err.Error(), row.wrong)):
			t.Errorf("%q: %v, want %s", row.old, err, row.wrong)
		case row.wrong == "" && (err != nil || string(got.Source) != row.want):
			t.Errorf("%q: %v\n%s", row.old, err, got.Source)
		}
	}
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
