package pickle_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// foreign is a pickle that testdata/foreign/make.py has written with the packages of a Python's
// environment.
type foreign struct {
	Name, Package string
	Python        int
	Protocol      int
	Pickle        string
	Text          string
	Offset        *int64
	Micros        *int64
	Attributes    map[string]any
	Order         []string
	data          []byte
}

// eachForeign calls do with every pickle that is stored, or that scripts/foreign has just made.
func eachForeign(t *testing.T, do func(f foreign)) {
	t.Helper()
	folder := os.Getenv("PIZCO_FOREIGN")
	if folder == "" {
		folder = "testdata/foreign"
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pickles in %s: %v", folder, err)
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
			var f foreign
			if err := json.Unmarshal(lines.Bytes(), &f); err != nil {
				t.Fatal(err)
			}
			if f.data, err = base64.StdEncoding.DecodeString(f.Pickle); err != nil {
				t.Fatal(err)
			}
			do(f)
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// both decodes into a target at once, and by way of the graph; the two have to agree.
func both[T any](t *testing.T, f foreign) (T, error) {
	t.Helper()
	var direct, assigned T
	err := pickle.Unmarshal(f.data, &direct)
	var graph any
	if err := pickle.Unmarshal(f.data, &graph); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	err2 := py.Assign(&assigned, graph)
	if (err == nil) != (err2 == nil) || err == nil && !reflect.DeepEqual(direct, assigned) {
		t.Errorf("%s at protocol %d: %v, %v; by its graph %v, %v", f.Name, f.Protocol, direct, err, assigned, err2)
	}
	return direct, err
}

// TestForeignTimes holds that a time.Time is the moment that Python says, in zones of all kinds.
func TestForeignTimes(t *testing.T) {
	count := 0
	eachForeign(t, func(f foreign) {
		if strings.HasPrefix(f.Name, "object/") {
			return
		}
		count++
		got, err := both[time.Time](t, f)
		var zone *py.ZoneError
		switch {
		case f.Name == "odd":
			if !errors.As(err, &zone) || zone.Class != (py.Class{Module: "lab", Name: "Odd"}) {
				t.Errorf("%s: %v, %v", f.Name, got, err)
			}
			return
		case strings.HasSuffix(f.Name, "/time"):
			if (err == nil) != (f.Offset != nil) {
				t.Errorf("%s: %v, %v", f.Name, got, err)
			}
			return
		case err != nil:
			t.Errorf("%s at protocol %d: %v", f.Name, f.Protocol, err)
			return
		case f.Protocol < 4 && strings.HasSuffix(f.Name, "/1"):
			return // these protocols do not write the fold
		}
		if got.UnixMicro() != *f.Micros {
			t.Errorf("%s at protocol %d: %v (%d), want %s (%d)", f.Name, f.Protocol, got, got.UnixMicro(), f.Text, *f.Micros)
		}
	})
	if count < 3000 {
		t.Errorf("only %d times", count)
	}
}

// TestForeignOffsets holds that the offset of a zone is the one that Python says.
func TestForeignOffsets(t *testing.T) {
	eachForeign(t, func(f foreign) {
		if strings.HasPrefix(f.Name, "object/") || strings.HasPrefix(f.Name, "pandas/") || f.Name == "odd" || f.Protocol < 4 && strings.HasSuffix(f.Name, "/1") {
			return
		}
		var when *py.Object
		if err := pickle.Unmarshal(f.data, &when); err != nil {
			t.Fatal(err)
		}
		offset, aware, err := py.UTCOffset(when)
		if err != nil || aware != (f.Offset != nil) || aware && offset.Microseconds() != *f.Offset {
			t.Errorf("%s at protocol %d: %v, %v, %v; want %s", f.Name, f.Protocol, offset, aware, err, f.Text)
		}
	})
}

// lab has the attributes that the objects of testdata/foreign have.
type lab struct {
	Number int
	Text   string
	Ratio  float64
}

// labInOrder takes the values of a state that has no names.
type labInOrder struct {
	_      struct{} `pickle:",tuple"`
	Number int
	Text   string
}

// TestForeignObjects holds that a struct gets an object's attributes or an error, never zeros.
func TestForeignObjects(t *testing.T) {
	count := 0
	eachForeign(t, func(f foreign) {
		name, ok := strings.CutPrefix(f.Name, "object/")
		if !ok || name == "enum" {
			return
		}
		count++
		got, err := both[lab](t, f)
		want := lab{}
		if n, ok := f.Attributes["number"].(float64); ok {
			want.Number = int(n)
		}
		want.Text, _ = f.Attributes["text"].(string)
		want.Ratio, _ = f.Attributes["ratio"].(float64)
		known := got == want && want != lab{}
		switch name {
		case "new-args": // its pickles of protocols 0 and 1 hold nothing but the class
			if err == nil && f.Protocol > 1 {
				t.Errorf("%s at protocol %d: %+v without an error", name, f.Protocol, got)
			}
		case "own-state", "text-state", "number-state", "namedtuple", "pandas/frame", "pandas/series", "pandas/index":
			if err == nil {
				t.Errorf("%s of %s at protocol %d: %+v without an error", name, f.Package, f.Protocol, got)
			}
		case "attrs-slots", "attrs-frozen", "dataclass-slots", "dataclass-slots-frozen":
			inOrder, inOrderErr := both[labInOrder](t, f)
			if err != nil && (inOrderErr != nil || inOrder.Number != want.Number || inOrder.Text != want.Text) {
				t.Errorf("%s of %s at protocol %d: %+v, %v; in order %+v, %v", name, f.Package, f.Protocol, got, err, inOrder, inOrderErr)
			}
			known = known || inOrderErr == nil
			fallthrough
		default:
			if !known {
				t.Errorf("%s of %s at protocol %d: %+v, %v; want %+v", name, f.Package, f.Protocol, got, err, want)
			}
		}
	})
	if count < 150 {
		t.Errorf("only %d objects", count)
	}
}
