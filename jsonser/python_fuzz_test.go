package jsonser_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/jsonser"
)

// conversation is an oracle that answers one request after another.
type conversation struct {
	in  io.WriteCloser
	out *bufio.Reader
}

func converse(f *testing.F, python pyenv.Interpreter) *conversation {
	f.Helper()
	cmd := exec.CommandContext(f.Context(), python.Python, "-c", oracle)
	in, err := cmd.StdinPipe()
	if err != nil {
		f.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { // the oracle ends when its input does
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &conversation{in: in, out: bufio.NewReader(out)}
}

func (c *conversation) ask(t *testing.T, letter byte, request []byte) answer {
	t.Helper()
	if _, err := c.in.Write(appendRequest(nil, letter, request)); err != nil {
		t.Fatal(err)
	}
	var head [5]byte
	if _, err := io.ReadFull(c.out, head[:]); err != nil {
		t.Fatal(err)
	}
	a := answer{value: make([]byte, binary.BigEndian.Uint32(head[1:]))}
	if _, err := io.ReadFull(c.out, a.value); err != nil {
		t.Fatal(err)
	}
	if head[0] == 'E' {
		a.err = readError(t, a.value)
	}
	return a
}

// FuzzAgainstPython compares what is loaded, and what is dumped of that, with a Python that runs
// beside it.
func FuzzAgainstPython(f *testing.F) {
	for _, doc := range loaded() {
		f.Add(doc)
	}
	python := converse(f, pyenv.Newest(f))
	f.Fuzz(func(t *testing.T, doc []byte) {
		want := python.ask(t, 'L', doc)
		if beyondPython(want.err) {
			return
		}
		var got any
		err := jsonser.Unmarshal(doc, &got)
		compareLoaded(t, doc, got, err, want)
		if want.err != nil || err != nil {
			return
		}
		dumped, err := jsonser.Marshal(got)
		if again := python.ask(t, 'R', doc); again.err == nil && (err != nil || !bytes.Equal(dumped, again.value)) {
			t.Errorf("%q: %q, %v; Python writes %q", doc, dumped, err, again.value)
		}
	})
}

// beyondPython reports whether Python has reached a limit of its own: of the depth of its stack, or
// of the digits of an int.
func beyondPython(err *pythonError) bool {
	return err != nil && (err.class == "RecursionError" || strings.Contains(err.message, "Exceeds the limit"))
}
