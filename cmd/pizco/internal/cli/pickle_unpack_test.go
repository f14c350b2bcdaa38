package cli_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/hex"
	"io"
	"strings"
	"testing"

	"github.com/pizco-go/pizco/interop/pyenv"
)

// TestPickleDecodeUnpacks reads through what Python's modules compress.
func TestPickleDecodeUnpacks(t *testing.T) {
	const program = `
import bz2, gzip, io, pickle, sys, zipfile, zlib
data = pickle.dumps({'a': [1, 2.5]})
npy = b'\x93NUMPY\x01\x00\x46\x00' + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(69) + b'\n' + data
npz = io.BytesIO()
with zipfile.ZipFile(npz, 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('x.npy', npy)
    z.writestr('y.npy', b'\x93NUMPY\x01\x00\x46\x00' + b"{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }".ljust(69) + b'\n' + b'\1\0\2\0')
for form in [gzip.compress(data), zlib.compress(data, 1), zlib.compress(data), zlib.compress(data, 9), bz2.compress(data),
             gzip.compress(bz2.compress(data)), npy, npz.getvalue(), gzip.compress(npy)]:
    print(form.hex())
`
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			for i, form := range strings.Fields(string(python.Eval(t.Context(), t, program, strings.NewReader("")))) {
				r := runWith(t, settings{stdin: form}, "pickle", "decode", "--input", "hex")
				if r.code != 0 || !strings.Contains(r.stdout, "{'a': [1, 2.5]}") || (i == 7) != strings.Contains(r.stdout, "'y': ") {
					t.Errorf("form %d: exit code %d\n%s%s", i, r.code, r.stdout, r.stderr)
				}
				if r := runWith(t, settings{stdin: form}, "pickle", "scan", "--input", "hex"); r.code != 0 {
					t.Errorf("scan of form %d: exit code %d, %s", i, r.code, r.stderr)
				}
				if r := runWith(t, settings{stdin: form}, "pickle", "dis", "--input", "hex"); (r.code == 5) != (i > 5) {
					t.Errorf("dis of form %d: exit code %d, %s", i, r.code, r.stderr)
				}
			}
		})
	}
}

const npyOfObjects = "\x93NUMPY\x02\x00\x39\x00\x00\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"

func compressed(t *testing.T, data string, open func(w io.Writer) io.WriteCloser) string {
	t.Helper()
	var b bytes.Buffer
	w := open(&b)
	if _, err := io.WriteString(w, data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPickleUnpackRefuses(t *testing.T) {
	gzipped := func(data string) string {
		return compressed(t, data, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	}
	zlibbed := func(data string) string {
		return compressed(t, data, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	}
	bomb := gzipped("\x80\x04B\x00\x00\x10\x00" + strings.Repeat("\x00", 1<<20) + ".")
	for _, row := range []struct {
		what, data string
		args       []string
		code       int
		want       string
	}{
		{"a bomb", bomb, []string{"decode", "--max-input", "65536"}, 5, "more than --max-input allows"},
		{"a bomb in a bomb", gzipped(zlibbed(bomb)), []string{"scan", "--max-input", "65536"}, 5, "more than --max-input allows"},
		{"layers", gzipped(gzipped(gzipped(gzipped(gzipped("N."))))), []string{"decode"}, 5, "more than 4 times over"},
		{"half of gzip", bomb[:len(bomb)/2], []string{"decode"}, 5, "reading the input through gzip: unexpected EOF"},
		{"no zlib", "x\x9cabc", []string{"decode"}, 5, "zlib"},
		{"xz", "\xfd7zXZ\x00\x00", []string{"decode"}, 5, "a file of xz: pipe it through xz -dc"},
		{"lzma", "\x5d\x00\x00\x80\x00", []string{"scan"}, 5, "a file of lzma: pipe it through xz -dc --format=lzma"},
		{"HDF5", "\x89HDF\r\n\x1a\n", []string{"dis"}, 5, "read it with h5py"},
		{"a zip", "PK\x03\x04 nothing", []string{"decode"}, 5, "begins as a zip archive"},
		{"joblib", "cjoblib.numpy_pickle\nNumpyArrayWrapper\n\xff\xff", []string{"decode"}, 5, "pickle.dump(joblib.load(FILE)"},
		{"half of an array", "\x93NUMPY\x01\x00\x06\x00{'desc", []string{"decode"}, 5, "reading numpy's .npy file"},
		{"an option", "N.", []string{"decode", "--max-input", "-1"}, 2, "--max-input is -1"},
		{"a hostile array", npyOfObjects + systemCall, []string{"scan"}, 1, "1 name is not on the list"},
		{"hostile and compressed", gzipped(zlibbed(systemCall)), []string{"scan"}, 1, "1 name is not on the list"},
	} {
		args := append(append([]string{"pickle"}, row.args...), "--input", "hex")
		r := runWith(t, settings{stdin: hex.EncodeToString([]byte(row.data))}, args...)
		if r.code != row.code || !strings.Contains(r.stderr, row.want) {
			t.Errorf("%s: exit code %d\n%s%s", row.what, r.code, r.stdout, r.stderr)
		}
	}
}
