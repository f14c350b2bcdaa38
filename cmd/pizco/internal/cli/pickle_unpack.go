package cli

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"io"
	"strings"

	"github.com/pizco-go/pizco/internal/arrays"
	"github.com/pizco-go/pizco/pickle"
	"github.com/pizco-go/pizco/py"
)

// unpacked is what an input holds: pickles, or the arrays of a file of numpy's.
type unpacked struct {
	// kind is what the file is called, empty for bare pickles.
	kind    string
	pickles []byte
	members []member
}

// member is an array of a file of numpy's: the array, or a pickle for one of Python objects.
type member struct {
	name   string
	array  *py.NDArray
	pickle []byte
}

// The names of what is read through, besides bare pickles.
const (
	kindNPY = "numpy's .npy file"
	kindNPZ = "numpy's .npz file"
)

// compressions are the forms that are read through, by how they begin.
var compressions = []struct {
	name, start string
	open        func(io.Reader) (io.Reader, error)
}{
	{"gzip", "\x1f\x8b\x08", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	{"zlib", "x\x01", openZlib}, {"zlib", "x\x5e", openZlib}, {"zlib", "x\x9c", openZlib}, {"zlib", "x\xda", openZlib},
	{"bzip2", "BZh", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil }},
}

func openZlib(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }

// strangers are the forms that are not read, by how they begin, and what to do about them.
var strangers = []struct{ name, start, advice string }{
	{"a file of xz", "\xfd7zXZ\x00", "pipe it through xz -dc"},
	{"a file of lzma", "\x5d\x00\x00", "pipe it through xz -dc --format=lzma"},
	{"a file of zstd", "\x28\xb5\x2f\xfd", "pipe it through zstd -dc"},
	{"a file of lz4", "\x04\x22\x4d\x18", "pipe it through lz4 -dc"},
	{"a file of HDF5", "\x89HDF\r\n", "read it with h5py"},
	{"a file of parquet", "PAR1", "read it with pandas or pyarrow"},
}

// maxLayers is how many compressions within each other are read through.
const maxLayers = 4

// unpack reads through compression and numpy's files. What it reads in all has at most so many
// bytes, however small the input is.
func unpack(data []byte, most int64) (*unpacked, error) {
	for range maxLayers {
		inner, err := uncompress(data, &most)
		if err != nil {
			return nil, err
		}
		if inner == nil {
			return unpackFile(data, most)
		}
		data = inner
	}
	return nil, dataf("the input is compressed more than %d times over", maxLayers)
}

// uncompress returns what a compressed input holds, nil for an input that is not compressed.
func uncompress(data []byte, most *int64) ([]byte, error) {
	for _, c := range compressions {
		if !bytes.HasPrefix(data, []byte(c.start)) || c.name == "bzip2" && !isBzip2(data) {
			continue
		}
		r, err := c.open(bytes.NewReader(data))
		if err != nil {
			return nil, dataf("the input begins as a file of %s: %w", c.name, err)
		}
		inner, err := readBudget(r, most)
		if err != nil {
			return nil, dataf("reading the input through %s: %w", c.name, err)
		}
		return inner, nil
	}
	return nil, nil
}

// isBzip2 reports whether the first block, or the end, follows the four bytes of the beginning,
// which a pickle may begin with as well.
func isBzip2(data []byte) bool {
	return len(data) > 10 && (string(data[4:10]) == "1AY&SY" || string(data[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

// readBudget reads all that comes, and takes its length off what may still be read.
func readBudget(r io.Reader, most *int64) ([]byte, error) {
	inner, err := io.ReadAll(io.LimitReader(r, *most+1))
	if err != nil {
		return nil, err
	}
	if *most -= int64(len(inner)); *most < 0 {
		return nil, dataf("it holds more than --max-input allows")
	}
	return append([]byte{}, inner...), nil
}

// unpackFile tells numpy's files and other files from pickles.
func unpackFile(data []byte, most int64) (*unpacked, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\x93NUMPY")):
		one, err := unpackNPY("", data, most)
		if err != nil {
			return nil, err
		}
		return &unpacked{kind: kindNPY, members: []member{one}}, nil
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return unpackZip(data, most)
	}
	for _, s := range strangers {
		if bytes.HasPrefix(data, []byte(s.start)) {
			return nil, dataf("the input is no pickle but %s: %s", s.name, s.advice)
		}
	}
	return &unpacked{pickles: data}, nil
}

// unpackNPY reads a .npy file. Python objects are pickled in it, after the header.
func unpackNPY(name string, data []byte, most int64) (member, error) {
	a, err := arrays.ReadNPY(bytes.NewReader(data), most)
	if err == nil {
		return member{name: name, array: a}, nil
	}
	if header := npyHeader(data); bytes.Contains(data[:header], []byte("'|O'")) {
		return member{name: name, pickle: data[header:]}, nil
	}
	return member{}, dataf("reading %s: %w", kindNPY, err)
}

// npyHeader returns the length of what comes before the elements, at most that of the data.
func npyHeader(data []byte) int {
	length := uint64(0)
	switch {
	case len(data) >= 10 && data[6] == 1:
		length = 10 + uint64(binary.LittleEndian.Uint16(data[8:]))
	case len(data) >= 12:
		length = 12 + uint64(binary.LittleEndian.Uint32(data[8:]))
	}
	return int(min(length, uint64(len(data))))
}

// unpackZip reads a .npz file, and says what is in any other archive.
func unpackZip(data []byte, most int64) (*unpacked, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, dataf("the input begins as a zip archive: %w", err)
	}
	files := &unpacked{kind: kindNPZ}
	for _, f := range archive.File {
		name, isArray := strings.CutSuffix(f.Name, ".npy")
		if !isArray {
			return nil, dataf("the input is no pickle but a zip archive that holds %q: unpack it, and give one of its files", f.Name)
		}
		content, err := readZipped(f, &most)
		if err != nil {
			return nil, dataf("reading %q of %s: %w", f.Name, kindNPZ, err)
		}
		one, err := unpackNPY(name, content, int64(len(content)))
		if err != nil {
			return nil, err
		}
		files.members = append(files.members, one)
	}
	return files, nil
}

func readZipped(f *zip.File, most *int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // it has been read
	return readBudget(r, most)
}

// value returns the Python value of a member.
func (m *member) value(options []pickle.DecodeOption) (value any, err error) {
	data := m.pickle
	if m.array != nil {
		if data, err = pickle.Marshal(m.array); err != nil {
			return nil, err
		}
	}
	err = pickle.Unmarshal(data, &value, options...)
	return value, err
}

// value returns the array of a .npy file, or a dict of the arrays of a .npz file.
func (u *unpacked) value(options []pickle.DecodeOption) (any, error) {
	dict := py.StrDict()
	for i := range u.members {
		m := &u.members[i]
		value, err := m.value(options)
		if err != nil || u.kind == kindNPY {
			return value, err
		}
		if err := dict.Set(m.name, value); err != nil {
			return nil, err
		}
	}
	return dict, nil
}

// explainJoblib adds what to do about a file of joblib's, whose arrays interrupt the pickle.
func explainJoblib(data []byte, err error) error {
	if err == nil || !bytes.Contains(data, []byte("joblib.numpy_pickle")) {
		return err
	}
	return dataf("the input is no bare pickle: joblib has put arrays between its instructions. Write it with pickle.dump(joblib.load(FILE), ...): %w", err)
}
