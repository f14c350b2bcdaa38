package document_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pizco-go/pizco/interop/document"
)

const begin, end = "<!-- speed: written by make bench -->\n", "<!-- /speed -->\n"

func TestReplace(t *testing.T) {
	other := "<!-- other: written by hand -->\nkept\n<!-- /other -->\n"
	got, err := document.Replace([]byte(other+begin+"old\n"+end+"after\n"), "speed", "new\n")
	if want := other + begin + "new\n" + end + "after\n"; err != nil || string(got) != want {
		t.Errorf("%v, %q, want %q", err, got, want)
	}
	for _, text := range []string{"", begin, end, end + begin, "text " + begin + end} {
		if got, err := document.Replace([]byte(text), "speed", "new\n"); err == nil {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestUpdate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "document.md")
	if err := os.WriteFile(path, []byte(begin+end), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := document.Update(path, "speed", "new\n"); err != nil {
		t.Fatal(err)
	}
	if err := document.Update(path, "speeds", "other\n"); err == nil {
		t.Error("marks of another name were found")
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != begin+"new\n"+end {
		t.Errorf("%v, %q", err, got)
	}
}

// TestMarks finds the place of every run that writes into a document of this repository.
func TestMarks(t *testing.T) {
	for file, names := range map[string][]string{
		"README.md":           {"speed"},
		"docs/conformance.md": {"conformance"},
		"docs/performance.md": {"bench"},
		"docs/codec.md":       {"corpus", "corpus-science", "bench-pickle"},
	} {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, name := range names {
			if _, err := document.Replace(text, name, ""); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
