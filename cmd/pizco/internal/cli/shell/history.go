package shell

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// mostHistory is the number of lines that the history keeps.
const mostHistory = 1000

// history holds the lines that were entered, the oldest first.
type history struct {
	lines []string
}

// Add adds a line. An empty one, and one that repeats the last, is left out.
func (h *history) Add(line string) {
	if line == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if len(h.lines) > mostHistory {
		h.lines = h.lines[len(h.lines)-mostHistory:]
	}
}

// Len returns the number of lines.
func (h *history) Len() int { return len(h.lines) }

// At returns a line: 0 is the newest.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }

// load adds the lines of a file, which need not exist. Without a path it does nothing.
func (h *history) load(path string) {
	if path == "" {
		return
	}
	file, err := os.Open(path)
	if err != nil {
		return // there is no history yet
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		h.Add(lines.Text())
	}
}

// save writes the lines into a file that only the user can read, and makes its folder. Without a
// path it does nothing.
func (h *history) save(path string) error {
	if path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the history: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the history: %w", err)
	}
	out := bufio.NewWriter(file)
	for _, line := range h.lines {
		_, _ = out.WriteString(line + "\n")
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		return fmt.Errorf("the history: %w", err)
	}
	return nil
}
