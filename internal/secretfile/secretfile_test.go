package secretfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/internal/secretfile"
)

func TestRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	for _, row := range []struct{ content, want string }{
		{"a", "a"}, {"a\n", "a"}, {"a\r\n", "a"}, {"a\n\n", "a\n"}, {" a ", " a "},
	} {
		content, want := row.content, row.want
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := secretfile.Read(path); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", content, got, err)
		}
	}
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secretfile.Read(path); !errors.Is(err, secretfile.ErrEmpty) {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := secretfile.Read(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestExposed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, exposed := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o700: false, 0o640: true, 0o604: true, 0o622: true, 0o644: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if text := secretfile.Exposed(path); (text != "") != exposed || exposed && !strings.Contains(text, "chmod 600 "+path) {
			t.Errorf("%o: %q", mode, text)
		}
	}
	for _, other := range []string{path + "x", os.DevNull, t.TempDir()} {
		if text := secretfile.Exposed(other); text != "" {
			t.Errorf("%s: %q", other, text)
		}
	}
}
