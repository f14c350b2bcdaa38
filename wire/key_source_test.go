package wire_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/wire"
)

func TestKeyFromFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if _, err := wire.KeyFromFile(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	for _, row := range []struct {
		content string
		mode    os.FileMode
		warning string
	}{{"geheim\n", 0o600, ""}, {"geheim", 0o644, "others may read"}} {
		if err := os.WriteFile(path, []byte(row.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, row.mode); err != nil {
			t.Fatal(err)
		}
		key, err := wire.KeyFromFile(path)
		if err != nil || !key.Equal(wire.NewKey([]byte("geheim"))) {
			t.Errorf("%q is read as another key, %v", row.content, err)
		}
		if runtime.GOOS == "windows" {
			row.warning = "" // its permissions say nothing
		}
		if (key.Warning() == "") != (row.warning == "") || !strings.Contains(key.Warning(), row.warning) {
			t.Errorf("a file of mode %o: the warning is %q", row.mode, key.Warning())
		}
	}
	if err := os.WriteFile(path, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := wire.KeyFromFile(path); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("an empty file: %v", err)
	}
	if warning := (wire.Key{}).Warning(); warning != "" {
		t.Errorf("no key has the warning %q", warning)
	}
}

func TestKeyFromEnv(t *testing.T) {
	t.Setenv("PIZCO_TEST_KEY", "geheim")
	if key, err := wire.KeyFromEnv("PIZCO_TEST_KEY"); err != nil || !key.Equal(wire.NewKey([]byte("geheim"))) {
		t.Errorf("another key, %v", err)
	}
	if _, err := wire.KeyFromEnv("PIZCO_TEST_NO_KEY"); err == nil {
		t.Error("a variable that is not set is a key")
	}
}
