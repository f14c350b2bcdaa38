package tagged_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/gateway/tagged"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// foreignTime is a time of the pickles that pickle/testdata/foreign/make.py has written.
type foreignTime struct {
	Name     string
	Protocol int
	Pickle   []byte
	Text     string
	Offset   *int64
}

func foreignTimes(t *testing.T) (times []foreignTime) {
	t.Helper()
	files, err := filepath.Glob("../../pickle/testdata/foreign/*.jsonl.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no pickles", err)
	}
	for _, file := range files {
		packed, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(reader)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			row := struct {
				foreignTime
				Pickle string
			}{}
			if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			if row.foreignTime.Pickle, err = base64.StdEncoding.DecodeString(row.Pickle); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(row.Name, "object/") || strings.HasPrefix(row.Name, "pandas/") {
				continue
			}
			if row.Protocol == 4 { // the others do not write the fold
				times = append(times, row.foreignTime)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return times
}

// TestPlainKeys holds that no entry of a dict is lost where two keys have the same text.
func TestPlainKeys(t *testing.T) {
	for literal, want := range map[string]string{
		"{1: 'a', '1': 'b'}":         `[[1, "a"], ["1", "b"]]`,
		"{None: 1, 'null': 2}":       `[[null, 1], ["null", 2]]`,
		"{True: 1, 'true': 2}":       `[[true, 1], ["true", 2]]`,
		"{(1,): 1, '(1,)': 2}":       `[[[1], 1], ["(1,)", 2]]`,
		"{'x': {1.5: 1, '1.5': 2}}":  `{"x": [[1.5, 1], ["1.5", 2]]}`,
		"{1: 'a', '2': 'b', b'': 3}": `{"1": "a", "2": "b", "b''": 3}`,
	} {
		value, err := py.ParseLiteral(literal)
		if err != nil {
			t.Fatal(err)
		}
		if document, err := tagged.Plain(value); err != nil || string(document) != want {
			t.Errorf("%s: %s, %v; want %s", literal, document, err, want)
		}
	}
}

// TestForeignTimes holds that plain JSON has the text that isoformat() gives, or one that names the
// zone, and that tagged JSON keeps the time and says its offset.
func TestForeignTimes(t *testing.T) {
	times := foreignTimes(t)
	if len(times) < 1000 {
		t.Errorf("only %d times", len(times))
	}
	for _, f := range times {
		var value any
		if err := pickle.Unmarshal(f.Pickle, &value); err != nil {
			t.Fatal(err)
		}
		document, err := tagged.Plain(value)
		var text string
		if err == nil {
			err = json.Unmarshal(document, &text)
		}
		switch {
		case err != nil:
			t.Errorf("%s: %s, %v", f.Name, document, err)
		case f.Name == "odd" || f.Offset == nil:
			if !strings.Contains(text, "tzinfo=") {
				t.Errorf("%s: %s says nothing of its zone", f.Name, text)
			}
		case text != f.Text:
			t.Errorf("%s: %s, want %s", f.Name, text, f.Text)
		}
		inTags, err := tagged.Encode(value)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		again, err := tagged.Decode(inTags, tagged.WithAnyClass())
		if err == nil {
			err = alike(value, again)
		}
		if err != nil {
			t.Errorf("%s: %.300s: %v", f.Name, inTags, err)
		}
		if f.Offset != nil && f.Name != "odd" && bytes.Contains(inTags, []byte(`"zone": {"$object"`)) && bytes.HasPrefix(inTags, []byte(`{"$datetime"`)) {
			offset := f.Text[strings.LastIndexAny(f.Text, "+-"):]
			if !bytes.Contains(inTags, []byte(`"offset": "`+offset+`"`)) {
				t.Errorf("%s: %.300s does not say %s", f.Name, inTags, offset)
			}
		}
	}
}
