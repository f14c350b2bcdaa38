package develop_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/py"
	"github.com/pizco-go/pizco/wire"
)

// recorded is one line of the recordings.
type recorded struct {
	Scenario  string   `json:"scenario"`
	N         int      `json:"n"`
	Direction string   `json:"direction"`
	Frames    [][]byte `json:"frames"`
}

// readRecordings calls look with each message of a recording.
func readRecordings(t *testing.T, path string, look func(recorded)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r recorded
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		switch r.Direction {
		case "client>server", "server>client", "pub":
			look(r)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// TestRecordings reads all that servers and clients of develop were recorded to say, on three
// Pythons, and writes it again: the same bytes from Python 3, and the same values from Python 2,
// which writes a str in other opcodes.
func TestRecordings(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "testdata", "develop", "*.jsonl.gz"))
	if err != nil || len(paths) != 3 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			messages := 0
			readRecordings(t, path, func(r recorded) {
				messages++
				if err := readAgain(r, strings.Contains(path, "python-2") || r.Scenario == "cross"); err != nil {
					t.Errorf("%s %d: %v", r.Scenario, r.N, err)
				}
			})
			if messages < 3600 {
				t.Errorf("%d messages", messages)
			}
		})
	}
}

// smallest is the size of a pickle that Python 3.6 frames, and later ones do not.
const smallest = 15

// readAgain reads and writes a recorded message. Some of the scenario raw are malformed on purpose,
// and some of signed are signed with other keys.
func readAgain(r recorded, python2 bool) error {
	var protocol wire.Protocol
	if r.Scenario == "signed" {
		protocol.Key = wire.NewKey([]byte("secret"))
	}
	m, err := protocol.Parse(r.Frames)
	var content any
	if err == nil {
		err = protocol.Decode(&m, &content)
	}
	switch {
	case err != nil && (r.Scenario == "raw" || r.Scenario == "signed"):
		return nil
	case err != nil && python2 && strings.Contains(err.Error(), "a Python 2 str is not ASCII"):
		return nil // which is refused rather than guessed
	case err != nil:
		return err
	}
	again, err := protocol.Answering(&m).Encode(content)
	if err != nil {
		return err
	}
	if python2 || len(m.Body) <= smallest {
		copied := m
		copied.Body = again
		var same any
		if err := protocol.Decode(&copied, &same); err != nil {
			return err
		}
		if got, want := py.Repr(same), py.Repr(content); got != want {
			return fmt.Errorf("%s is read again as %s", want, got)
		}
		return nil
	}
	if !bytes.Equal(again, m.Body) {
		return fmt.Errorf("%q is written again as %q", m.Body, again)
	}
	return nil
}
