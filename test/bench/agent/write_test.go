package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWrite has a run with a row, a figure and a chart write copies of the documents.
func TestWrite(t *testing.T) {
	root := t.TempDir()
	docs := filepath.Join(root, "docs")
	if err := os.MkdirAll(docs, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"README.md", "docs/performance.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, file), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := &bench{settings: settings{docs: filepath.Join(docs, "benchmarks")}}
	b.table.atLeast("a work of the test", "1 ms", 2, 1)
	b.table.figure("A figure of the test: %d.", 7)
	c := chart{file: "calls.svg", title: "a chart", unit: "µs"}
	c.add("1", 1)
	c.add("2", 2)
	b.charts = append(b.charts, c)
	if err := b.write(); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"README.md":                 "- A figure of the test: 7.\n<!-- /speed -->",
		"docs/performance.md":       "| a work of the test | 1 ms; ratio **2.00** | at least 1.00 | kept |\n<!-- /bench -->",
		"docs/benchmarks/README.md": "![a chart: µs](calls.svg)",
		"docs/benchmarks/calls.svg": "<svg",
	} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, no %q", file, err, want)
		}
	}
}
