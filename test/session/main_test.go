package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/pizco-go/pizco/test/tool"
)

// TestSessionIsCurrent plays README's terminal session again: it must look as the picture in the
// repository does.
func TestSessionIsCurrent(t *testing.T) {
	want, err := os.ReadFile("../../docs/session.svg")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pizco")
	if err := tool.Build(path); err != nil {
		t.Fatal(err)
	}
	lines, err := play(path)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := draw(&got, lines); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the session prints something else now: run `make session`\n%s", &got)
	}
}
