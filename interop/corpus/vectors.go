package corpus

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

//go:embed vectors.gz
var stored []byte

// maxVector is the size from which pickles are not stored, but left to live interpreters.
const maxVector = 3000

// Source is the program that wrote a pickle.
type Source struct {
	// Major and Minor are the release of CPython.
	Major, Minor int
	// Pure is set for the pickler written in Python, not the one in C.
	Pure bool
}

// String returns the release, followed by "py" for the pure Python pickler.
func (s Source) String() string {
	if s.Pure {
		return fmt.Sprintf("%d.%dpy", s.Major, s.Minor)
	}
	return fmt.Sprintf("%d.%d", s.Major, s.Minor)
}

// ParseSource reads what [Source.String] writes.
func ParseSource(text string) (Source, error) {
	release, pure := strings.CutSuffix(text, "py")
	major, minor, ok := strings.Cut(release, ".")
	s := Source{Pure: pure}
	var err error
	if s.Major, err = strconv.Atoi(major); err == nil && ok {
		s.Minor, err = strconv.Atoi(minor)
	}
	return s, err
}

// Vector is a pickle that the sources wrote alike.
type Vector struct {
	Record
	Sources []Source
}

// Stored calls use for each of the stored vectors, small pickles of every release.
func Stored(use func(Vector) error) error { return readVectors("vectors.gz", stored, use) }

func readVectors(file string, stored []byte, use func(Vector) error) error {
	z, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return fmt.Errorf("pizco/corpus: %s: %w", file, err)
	}
	in := bufio.NewReader(z)
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return nil
		}
		if err != nil {
			return fmt.Errorf("pizco/corpus: %s: %w", file, err)
		}
		list, rest, _ := strings.Cut(line, "\t")
		rec, n, err := header(rest)
		if err != nil {
			return fmt.Errorf("pizco/corpus: %s: %q is no header of a record: %w", file, line, err)
		}
		v := Vector{Record: rec}
		for text := range strings.SplitSeq(list, ",") {
			s, err := ParseSource(text)
			if err != nil {
				return fmt.Errorf("pizco/corpus: %s: source %q: %w", file, text, err)
			}
			v.Sources = append(v.Sources, s)
		}
		v.Data = make([]byte, n)
		if _, err := io.ReadFull(in, v.Data); err != nil {
			return fmt.Errorf("pizco/corpus: %s: %s: %w", file, v.Name, err)
		}
		if err := use(v); err != nil {
			return err
		}
	}
}

// Vectors collects records that are to be stored.
type Vectors struct {
	rows []*Vector
	byID map[string]*Vector
}

// Add adds what the source wrote, unless it is too large to be stored.
func (v *Vectors) Add(s Source, rec Record) {
	if rec.Protocol == Repr || len(rec.Data) > maxVector {
		return
	}
	id := fmt.Sprintf("%s\t%d\t%s", rec.Name, rec.Protocol, rec.Data)
	if v.byID == nil {
		v.byID = map[string]*Vector{}
	}
	row := v.byID[id]
	if row == nil {
		row = &Vector{Record: rec}
		v.byID[id] = row
		v.rows = append(v.rows, row)
	}
	row.Sources = append(row.Sources, s)
}

// WriteTo writes the vectors as Stored reads them, alike ones once.
func (v *Vectors) WriteTo(w io.Writer) (int64, error) {
	slices.SortStableFunc(v.rows, func(a, b *Vector) int { return strings.Compare(a.Name, b.Name) })
	count := &countingWriter{w: w}
	z, err := gzip.NewWriterLevel(count, gzip.BestCompression)
	if err != nil {
		return 0, err
	}
	for _, row := range v.rows {
		var names []string
		for _, s := range row.Sources {
			names = append(names, s.String())
		}
		if _, err := fmt.Fprintf(z, "%s\t%s\t%d\t%d\n", strings.Join(names, ","), row.Name, row.Protocol, len(row.Data)); err != nil {
			return count.n, err
		}
		if _, err := z.Write(row.Data); err != nil {
			return count.n, err
		}
	}
	return count.n, z.Close()
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
