package main

import (
	"bufio"
	_ "embed" // for the program
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/interop/pyenv"
)

//go:embed twin.py
var twinProgram string

// twin is the CPython that does the same work beside this program.
type twin struct {
	version string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// startTwin starts the newest of the Pythons that were asked for.
func startTwin() (*twin, error) {
	newest, err := pyenv.DiscoverNewest()
	if err != nil {
		return nil, err
	}
	t := &twin{version: newest.Version, cmd: exec.Command(newest.Python, "-c", twinProgram)}
	t.cmd.Stderr = os.Stderr
	if t.in, err = t.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	t.out = bufio.NewReader(out)
	return t, t.cmd.Start()
}

func (t *twin) stop() error { return errors.Join(t.in.Close(), t.cmd.Wait()) }

func (t *twin) ask(request map[string]any) (line string, err error) {
	text, err := json.Marshal(request)
	if err != nil {
		return "", err
	}
	if _, err := t.in.Write(append(text, '\n')); err != nil {
		return "", err
	}
	line, err = t.out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// setup lets the twin make the value of a row, and returns its pickle.
func (t *twin) setup(code string) ([]byte, error) {
	line, err := t.ask(map[string]any{"setup": code})
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(line)
	if err != nil {
		return nil, fmt.Errorf("the twin answers %q: %w", line, err)
	}
	data := make([]byte, n)
	_, err = io.ReadFull(t.out, data)
	return data, err
}

// measure returns the seconds that a statement takes.
func (t *twin) measure(statement string, number int) (float64, error) {
	line, err := t.ask(map[string]any{"run": statement, "number": number})
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(line, 64)
}
