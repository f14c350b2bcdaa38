package goagent_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/goagent"
)

// TestSecondServerAtAPath lets no server take over an ipc path from another, or delete a file that
// is there.
func TestSecondServerAtAPath(t *testing.T) {
	folder := t.TempDir()
	taken, file := filepath.Join(folder, "taken"), filepath.Join(folder, "file")
	first := serve(t, newInstrument(), goagent.WithEndpoint("ipc://"+taken))
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{taken, file} {
		for what, option := range map[string]goagent.ServeOption{"endpoint": goagent.WithEndpoint("ipc://" + path), "pub_endpoint": goagent.WithPubEndpoint("ipc://" + path)} {
			s, err := goagent.Serve(newInstrument(), option)
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s %s: %v", what, path, err)
			}
		}
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
		t.Errorf("the file holds %q, %v", content, err)
	}
	var name string
	if err := dial(t, first.Endpoint()).Get(limit(t), &name, "name"); err != nil || name != "thermometer" {
		t.Errorf("the first server: %q, %v", name, err)
	}
}
