package shell

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"sync"

	"golang.org/x/term"
)

// errAborted is returned for a line that Ctrl-C ended.
var errAborted = errors.New("the line was ended by Ctrl-C")

// editor reads lines from a terminal. At the prompt, Ctrl-C is a key; between two lines it is a
// signal.
type editor struct {
	in       *os.File
	out      io.Writer
	complete func(line string) []string
	history  history

	keys     keys
	terminal *term.Terminal // nil until a line is read, and after Ctrl-C
	plain    *bufio.Reader  // of a terminal without escape sequences

	mu     sync.Mutex
	before *term.State // of the terminal outside of the prompt; nil while it is so
}

// newEditor returns an editor of the terminal that in and out are connected to. Its completions
// replace the line up to the cursor.
func newEditor(in, out *os.File, complete func(line string) []string) *editor {
	enableEscapes(out)
	e := &editor{in: in, out: out, complete: complete, keys: keys{in: in}}
	if os.Getenv("TERM") == "dumb" {
		e.plain = bufio.NewReader(in)
	}
	return e
}

// read shows a prompt and returns the line that is entered. The error is errAborted after Ctrl-C
// and io.EOF after Ctrl-D.
func (e *editor) read(prompt string) (string, error) {
	if e.plain != nil {
		_, _ = io.WriteString(e.out, prompt)
		line, err := e.plain.ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		e.history.Add(line)
		return line, err
	}
	if err := e.raw(); err != nil {
		return "", err
	}
	defer e.close()
	if e.terminal == nil {
		e.terminal = term.NewTerminal(terminalPair{&e.keys, e.out}, prompt)
		e.terminal.History = &e.history
		e.terminal.AutoCompleteCallback = e.key
	}
	if width, height, err := term.GetSize(int(e.in.Fd())); err == nil && width > 0 {
		if err := e.terminal.SetSize(width, height); err != nil {
			return "", err
		}
	}
	line, err := e.terminal.ReadLine()
	switch {
	case errors.Is(err, term.ErrPasteIndicator):
		return line, nil
	case errors.Is(err, io.EOF) && e.keys.hasCtrlC():
		e.terminal = nil // what was typed is forgotten, also behind the key
		_, err := io.WriteString(e.out, "\r\n")
		return "", errors.Join(errAborted, err)
	}
	return line, err
}

// terminalPair is what a term.Terminal reads and writes.
type terminalPair struct {
	io.Reader
	io.Writer
}

// raw has the terminal hand out keys.
func (e *editor) raw() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	before, err := term.MakeRaw(int(e.in.Fd()))
	if err == nil {
		e.before = before
	}
	return err
}

// close gives the terminal back. It may be called at any time, and more than once.
func (e *editor) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.before != nil {
		_ = term.Restore(int(e.in.Fd()), e.before)
		e.before = nil
	}
}

const ctrlC = 0x03

// keys reads what is typed.
type keys struct {
	in   io.Reader
	last []byte
}

// Read reads keys and keeps them until it is called again.
func (k *keys) Read(buffer []byte) (int, error) {
	n, err := k.in.Read(buffer)
	k.last = append(k.last[:0], buffer[:n]...)
	return n, err
}

// hasCtrlC reports whether Ctrl-C is among the keys that were read last. A term.Terminal says
// io.EOF for it as it does for Ctrl-D.
func (k *keys) hasCtrlC() bool { return bytes.IndexByte(k.last, ctrlC) >= 0 }

// key completes the line when the key is Tab: as far as all completions agree, or it shows them
// when that is no further. Other keys are left to the terminal.
func (e *editor) key(line string, at int, key rune) (newLine string, newAt int, ok bool) {
	if key != '\t' {
		return "", 0, false
	}
	before, after := line[:at], line[at:]
	all := e.complete(before)
	common := commonPrefix(all)
	switch {
	case len(all) == 0:
		return line, at, true
	case len(all) > 1 && len(common) <= len(before):
		_, _ = e.terminal.Write([]byte(strings.Join(all, "  ") + "\n"))
		return line, at, true
	}
	return common + after, len(common), true
}

// commonPrefix returns what all texts begin with.
func commonPrefix(all []string) string {
	if len(all) == 0 {
		return ""
	}
	common := []rune(all[0])
	for _, text := range all[1:] {
		runes := []rune(text)
		n := 0
		for n < len(common) && n < len(runes) && common[n] == runes[n] {
			n++
		}
		common = common[:n]
	}
	return string(common)
}
