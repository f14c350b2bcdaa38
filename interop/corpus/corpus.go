// Package corpus checks package pickle against what CPython writes. make.py pickles some 1,300
// values at every protocol with the interpreter that runs it. This package decodes them, encodes
// them again and compares.
//
// The table in docs/codec.md comes from the command in the folder table, which runs every
// interpreter on the machine. The vectors in vectors.gz were made by it too, so that a machine with
// one interpreter tests the bytes of all.
package corpus

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/pizco-go/pizco/pickle"
)

// The parts of the program that makes the corpus. They are one program, so that all their classes
// belong to __main__.
var (
	//go:embed cases.py
	cases string
	//go:embed cases_standard.py
	standardCases string
	//go:embed cases_apart.py
	apartCases string
	//go:embed make.py
	writing string
)

// Script returns the program that makes the corpus. Its argument is "c" for the C pickler and "py"
// for the pure Python one.
func Script() string { return cases + standardCases + apartCases + writing }

// Repr is the protocol of a record that holds the text of repr(value) in place of a pickle.
const Repr = -1

// Record is a value pickled at one protocol.
type Record struct {
	// Name tells the value.
	Name string
	// Protocol is 0 to 5, or Repr.
	Protocol int
	// Data is the pickle, or the UTF-8 text of the repr with surrogates passed.
	Data []byte
}

// Read calls use for each record that the script has written.
func Read(r io.Reader, use func(Record) error) error {
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return nil
		}
		if err != nil {
			return fmt.Errorf("pizco/corpus: %w", err)
		}
		rec, n, err := header(line)
		if err != nil {
			return fmt.Errorf("pizco/corpus: %q is no header of a record: %w", line, err)
		}
		rec.Data = make([]byte, n)
		if _, err := io.ReadFull(in, rec.Data); err != nil {
			return fmt.Errorf("pizco/corpus: %s: %w", rec.Name, err)
		}
		if err := use(rec); err != nil {
			return err
		}
	}
}

func header(line string) (Record, int, error) {
	fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
	if len(fields) != 3 {
		return Record{}, 0, errors.New("want three fields")
	}
	rec := Record{Name: fields[0], Protocol: Repr}
	if fields[1] != "repr" {
		p, err := strconv.Atoi(fields[1])
		if err != nil {
			return Record{}, 0, err
		}
		rec.Protocol = p
	}
	n, err := strconv.Atoi(fields[2])
	return rec, n, err
}

// Decode decodes a pickle of Python major.minor into its graph. A str of Python 2 that is not ASCII
// is taken as Latin-1, as a program that reads dates of Python 2 must do.
func Decode(rec Record, major int) (any, error) {
	var v any
	err := pickle.Unmarshal(rec.Data, &v)
	if err != nil && major == 2 {
		err = pickle.Unmarshal(rec.Data, &v, pickle.WithStringEncoding(pickle.Latin1))
	}
	if err != nil {
		return nil, fmt.Errorf("pizco/corpus: %s at protocol %d: %w", rec.Name, rec.Protocol, err)
	}
	return v, nil
}

// RoundTrip decodes a pickle of CPython 3.minor and encodes it again as that release. The error
// tells how the bytes differ.
func RoundTrip(rec Record, minor int) error {
	v, err := Decode(rec, 3)
	if err != nil {
		return err
	}
	got, err := pickle.Marshal(v, pickle.Protocol(rec.Protocol), pickle.WriteAs(3, minor))
	if err != nil {
		return fmt.Errorf("pizco/corpus: %s at protocol %d: %w", rec.Name, rec.Protocol, err)
	}
	if bytes.Equal(got, rec.Data) {
		return nil
	}
	at := 0
	for at < len(got) && at < len(rec.Data) && got[at] == rec.Data[at] {
		at++
	}
	return fmt.Errorf("pizco/corpus: %s at protocol %d: bytes differ at offset %d:\n got …%q\nwant …%q",
		rec.Name, rec.Protocol, at, around(got, at), around(rec.Data, at))
}

func around(b []byte, at int) []byte { return b[max(at-60, 0):min(at+80, len(b))] }
