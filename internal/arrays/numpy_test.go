//go:build numpy

package arrays_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/interop/pyenv"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// judge has numpy say what the parts, the file, the CSV and the summary of arrays are.
const judge = `
import base64, io, json, numpy as np, pickle, sys
cube = np.arange(24, dtype='<f8').reshape(2, 3, 4)
arrays = {
    'floats': np.array([0.5, -1.25, 1e300, 3.0, 5e-324, 123456789.125]), 'ints': np.arange(20), 'cube': cube, 'columns': np.asfortranarray(cube[0]),
    'transposed': cube.transpose(2, 0, 1), 'small': np.array([0.1, 1/3, 1e10, 1e-7, 1e20], '<f4'), 'half': np.array([0.5, 2, 65504], '<f2'),
    'big': np.arange(5, dtype='>i2'), 'bools': np.array([True, False]), 'text': np.array(['a', 'b,c', 'd"e', '', 'f\ng']),
    'dates': np.array(['2026-11-23T12:34:56.789', 'NaT', '1969-12-31T23:59:59.999'], 'M8[ms]'), 'days': np.array(['0001-01-01', '2026-11-23'], 'M8[D]'),
    'months': np.array(['1970-01', '1969-12'], 'M8[M]'), 'years': np.array(['2026', '1969'], 'M8[Y]'), 'hours': np.array(['2026-11-23T05'], 'M8[h]'),
    'minutes': np.array(['2026-11-23T05:06'], 'M8[m]'), 'nano': np.array(['2026-11-23T05:06:07.000000001'], 'M8[ns]'), 'weeks': np.array([3, -3], 'M8[W]'),
    'complex': np.array([1+2j, -0.5j]), 'odd': np.array([1.0, np.nan, np.inf, -np.inf, 4.0]), 'nans': np.array([np.nan]), 'empty': np.zeros((0, 3)),
    'one': np.array(1.5), 'unsigned': np.array([2**64 - 1, 0], 'u8'), 'records': np.array([(1, 2.5, 'x'), (3, -1.0, 'y,z')], [('a', '<i4'), ('b', '<f8'), ('c', '<U3')]),
    'aligned': np.zeros(2, np.dtype([('a', '<i2'), ('b', '<f8', (2,))], align=True)), 'matrix': np.arange(6.0).reshape(2, 3), 'bytes': np.array([b'ab', b'c']),
}
keys = json.loads(sys.argv[1])
def npy(a):
    out = io.BytesIO()
    np.save(out, a)
    return base64.b64encode(out.getvalue()).decode()
def number(x):
    return str(x) if isinstance(x, (np.datetime64, np.timedelta64)) else x.item()
for name, a in sorted(arrays.items()):
    row = {'name': name, 'pickles': [base64.b64encode(pickle.dumps(a, p)).decode() for p in ({2, 4, pickle.HIGHEST_PROTOCOL})], 'npy': npy(np.ascontiguousarray(a) if name == 'transposed' else a), 'parts': {}}
    for key in keys:
        try:
            part = np.array(eval('a[' + key + ']'), a.dtype)
            row['parts'][key] = {'shape': list(part.shape), 'data': base64.b64encode(part.tobytes()).decode()}
        except (IndexError, ValueError) as e:
            row['parts'][key] = {'error': type(e).__name__}
    if a.dtype.kind in 'biufM' and a.size:
        real = a[np.isfinite(a)] if a.dtype.kind != 'M' or np.__version__ > '1.17' else a
        if real.size:
            row['min'], row['max'] = number(real.min()), number(real.max())
            row['mean'] = float(real.mean(dtype=float)) if a.dtype.kind != 'M' else None
    print(json.dumps(row))
`

type judged struct {
	Name    string
	Pickles []string
	NPY     string
	Parts   map[string]struct {
		Shape []int
		Data  string
		Error string
	}
	Min, Max any
	Mean     *float64
}

var keys = []string{
	"0", "-1", "5", "100", "-100", ":", "1:3", "::2", "::-1", "-3:", ":-2", "3:1", "10:0:-3", "-1:-100:-1", "100:", ":100", "1:100:7", "::0", "...", "0,...", "..., -1",
	"0,1:3", ":, 1", "::-1, ::-2", "1, 2, 3", ":, :, ::2", "..., ...", "0,0,0,0", "1::2, :, 1:3", ":,1:,:", ":,::2,:", ":,0:0",
}

// judgedArrays asks the numpy of a Python.
func judgedArrays(t *testing.T, python pyenv.Interpreter) (rows []judged) {
	t.Helper()
	asked, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python.PizcoPython, "-c", judge, string(asked))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	for line := range strings.Lines(string(out)) {
		var row judged
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if len(rows) < 20 {
		t.Fatalf("only %d arrays", len(rows))
	}
	return rows
}

func unpickled(t *testing.T, text string) *py.NDArray {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := pickle.Unmarshal(content, &v); err != nil {
		t.Fatal(err)
	}
	a, ok := arrays.Of(v)
	if !ok {
		t.Fatalf("%s is no array", py.Repr(v))
	}
	return a
}

func withPythons(t *testing.T, test func(t *testing.T, rows []judged)) {
	t.Helper()
	for _, python := range []pyenv.Interpreter{pyenv.Oldest(t), pyenv.Newest(t)} {
		t.Run(python.Version, func(t *testing.T) { test(t, judgedArrays(t, python)) })
	}
}

// TestIndex takes the parts of arrays that numpy takes, by ints, slices and an ellipsis.
func TestIndex(t *testing.T) {
	withPythons(t, func(t *testing.T, rows []judged) {
		for _, row := range rows {
			if row.Name == "aligned" {
				continue // numpy does not copy what lies between the fields
			}
			for _, pickled := range row.Pickles {
				a := unpickled(t, pickled)
				for text, want := range row.Parts {
					key, ok := arrays.ParseSlice(text)
					if !ok {
						value, err := py.ParseLiteral(text)
						if err != nil {
							t.Fatalf("%s is no key", text)
						}
						key = value
					}
					part, err := arrays.Index(a, key)
					if want.Error != "" {
						if err == nil || !strings.Contains(err.Error(), want.Error) {
							t.Errorf("%s[%s]: %v, want an %s", row.Name, text, err, want.Error)
						}
						continue
					}
					if err != nil {
						t.Errorf("%s[%s]: %v", row.Name, text, err)
						continue
					}
					if fmt.Sprint(part.Shape) != fmt.Sprint(want.Shape) || base64.StdEncoding.EncodeToString(part.Data) != want.Data {
						t.Errorf("%s[%s]: %v of %d bytes, want %v", row.Name, text, part.Shape, len(part.Data), want.Shape)
					}
				}
			}
		}
	})
}

// TestNPY writes what numpy.save writes, byte for byte but for the room that numpy leaves, and
// reads it.
func TestNPY(t *testing.T) {
	withPythons(t, func(t *testing.T, rows []judged) {
		for _, row := range rows {
			file, err := base64.StdEncoding.DecodeString(row.NPY)
			if err != nil {
				t.Fatal(err)
			}
			a := unpickled(t, row.Pickles[0])
			read, err := arrays.ReadNPY(bytes.NewReader(file), 1<<20)
			if err != nil || !bytes.Equal(read.RowsFirst().Data, a.RowsFirst().Data) || fmt.Sprint(read.Shape) != fmt.Sprint(a.Shape) {
				t.Errorf("%s is read as %v, %v", row.Name, read, err)
			}
			written, err := arrays.AppendNPY(nil, a)
			if err != nil || header(written) != header(file) || len(written)%64 != len(a.Data)%64 || !bytes.HasSuffix(written, file[len(file)-len(a.Data):]) {
				t.Errorf("%s is written as %q, %v; want %q", row.Name, written[:min(len(written), 200)], err, file[:min(len(file), 200)])
			}
		}
	})
}

// header returns the dict in the header of a .npy file.
func header(file []byte) string {
	text, _, _ := strings.Cut(string(file[10:]), "\n")
	return strings.TrimRight(text, " ")
}

// TestNPYByNumpy has numpy read what is written.
func TestNPYByNumpy(t *testing.T) {
	python := pyenv.Newest(t)
	var files strings.Builder
	for _, row := range judgedArrays(t, python) {
		file, err := arrays.AppendNPY(nil, unpickled(t, row.Pickles[0]))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&files, row.Name, base64.StdEncoding.EncodeToString(file), row.NPY)
	}
	cmd := exec.CommandContext(t.Context(), python.PizcoPython, "-c", `
import base64, io, numpy as np, sys
for line in sys.stdin:
    name, a, b = line.split()
    a, b = (np.load(io.BytesIO(base64.b64decode(x))) for x in (a, b))
    assert a.dtype == b.dtype and a.shape == b.shape and repr(a.tolist()) == repr(b.tolist()), (name, a, b)`)
	cmd.Stdin = strings.NewReader(files.String())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestSummary compares with what numpy says of the same arrays.
func TestSummary(t *testing.T) {
	withPythons(t, func(t *testing.T, rows []judged) {
		for _, row := range rows {
			a := unpickled(t, row.Pickles[len(row.Pickles)-1])
			s, err := arrays.Summarize(a, 4, func() error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			document, err := json.Marshal(s)
			if err != nil {
				t.Fatalf("%s: %v", row.Name, err)
			}
			var got struct {
				Min, Max any
				Mean     *float64
				Shape    []int
				Plot     *arrays.Plot
			}
			if err := json.Unmarshal(document, &got); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got.Shape) != fmt.Sprint(a.Shape) {
				t.Errorf("%s: %s", row.Name, document)
			}
			if row.Min != nil && (fmt.Sprint(got.Min) != fmt.Sprint(row.Min) || fmt.Sprint(got.Max) != fmt.Sprint(row.Max)) {
				t.Errorf("%s: %s, want %v to %v", row.Name, document, row.Min, row.Max)
			}
			if row.Mean != nil && (got.Mean == nil || *got.Mean < *row.Mean-1e-9*max(*row.Mean, 1) || *got.Mean > *row.Mean+1e-9*max(*row.Mean, 1)) {
				t.Errorf("%s: %s, want a mean of %v", row.Name, document, *row.Mean)
			}
			if row.Min != nil && (got.Plot == nil || len(got.Plot.Low) == 0 || len(got.Plot.Low) > 4 || len(got.Plot.Low) != len(got.Plot.High)) {
				t.Errorf("%s: %s has no plot", row.Name, document)
			}
		}
	})
}

// TestCSVOfArrays writes the arrays that become a table, and refuses the others.
func TestCSVOfArrays(t *testing.T) {
	named := map[string]*py.NDArray{}
	for _, row := range judgedArrays(t, pyenv.Newest(t)) {
		named[row.Name] = unpickled(t, row.Pickles[0])
	}
	for name, want := range map[string]string{
		"floats": "0.5\n-1.25\n1e+300\n3.0\n5e-324\n123456789.125\n", "small": "0.1\n0.33333334\n10000000000.0\n1e-07\n1e+20\n", "columns": "0.0,1.0,2.0,3.0\n4.0,5.0,6.0,7.0\n8.0,9.0,10.0,11.0\n",
		"text": "a\n\"b,c\"\n\"d\"\"e\"\n\"\"\n\"f\ng\"\n", "dates": "2026-11-23T12:34:56.789\nNaT\n1969-12-31T23:59:59.999\n", "days": "0001-01-01\n2026-11-23\n",
		"months": "1970-01\n1969-12\n", "years": "2026\n1969\n", "hours": "2026-11-23T05\n", "minutes": "2026-11-23T05:06\n", "nano": "2026-11-23T05:06:07.000000001\n", "weeks": "1970-01-22\n1969-12-11\n",
		"records": "a,b,c\n1,2.5,x\n3,-1.0,\"y,z\"\n", "one": "1.5\n", "empty": "", "bools": "True\nFalse\n", "unsigned": "18446744073709551615\n0\n", "complex": "(1+2j)\n(-0-0.5j)\n", "cube": "!", "aligned": "!",
		"odd": "1.0\nnan\ninf\n-inf\n4.0\n", "bytes": "ab\nc\n",
	} {
		a := named[name]
		v, err := a.MarshalPython()
		if err != nil {
			t.Fatal(err)
		}
		checkCSV(t, name, v, want)
	}
}
