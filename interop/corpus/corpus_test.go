package corpus_test

import (
	"bytes"
	"testing"

	"github.com/pizco-go/pizco/interop/corpus"
	"github.com/pizco-go/pizco/interop/pyenv"
)

// minValues is the number of values that a release has to have in the corpus.
const minValues = 700

// TestLive pickles the corpus with the interpreters at hand. What the C pickler wrote comes back
// byte for byte; what the pure Python one wrote decodes.
func TestLive(t *testing.T) {
	for _, python := range pyenv.Interpreters(t) {
		t.Run(python.Version, func(t *testing.T) {
			t.Parallel()
			source, err := corpus.ParseSource(python.Version)
			if err != nil {
				t.Fatal(err)
			}
			values := 0
			out := python.Eval(t.Context(), t, corpus.Script(), nil, pyenv.WithArgs("c"))
			err = corpus.Read(bytes.NewReader(out), func(rec corpus.Record) error {
				if rec.Protocol == corpus.Repr {
					values++
					return nil
				}
				check(t, source, rec)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if values < minValues {
				t.Errorf("the corpus has %d values, want at least %d", values, minValues)
			}
		})
		t.Run(python.Version+"-pure", func(t *testing.T) {
			t.Parallel()
			source, err := corpus.ParseSource(python.Version + "py")
			if err != nil {
				t.Fatal(err)
			}
			out := python.Eval(t.Context(), t, corpus.Script(), nil, pyenv.WithArgs("py"))
			err = corpus.Read(bytes.NewReader(out), func(rec corpus.Record) error {
				if rec.Protocol != corpus.Repr {
					check(t, source, rec)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestStored does the same with the small pickles that every release wrote.
func TestStored(t *testing.T) {
	count := checkAll(t, corpus.Stored)
	for minor := 6; minor <= 13; minor++ {
		if n := count[corpus.Source{Major: 3, Minor: minor}]; n < 4*minValues {
			t.Errorf("%d stored vectors of CPython 3.%d, want at least %d", n, minor, 4*minValues)
		}
	}
	if n := count[corpus.Source{Major: 2, Minor: 7}]; n < 2*minValues {
		t.Errorf("%d stored vectors of CPython 2.7, want at least %d", n, 2*minValues)
	}
}

// minScience is the number of stored vectors that each release has to have of the scientific
// packages.
const minScience = 3000

// TestStoredScience does the same with what packages of the scientific Python world pickle, and
// with pickles that they bring along as files.
func TestStoredScience(t *testing.T) {
	count := checkAll(t, corpus.StoredScience)
	for _, minor := range []int{8, 11, 13} {
		if n := count[corpus.Source{Major: 3, Minor: minor}]; n < minScience {
			t.Errorf("%d stored vectors of CPython 3.%d, want at least %d", n, minor, minScience)
		}
	}
}

// checkAll checks stored vectors and returns how many each release has.
func checkAll(t *testing.T, stored func(func(corpus.Vector) error) error) map[corpus.Source]int {
	t.Helper()
	count := map[corpus.Source]int{}
	err := stored(func(v corpus.Vector) error {
		for _, source := range v.Sources {
			count[source]++
			check(t, source, v.Record)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

// check demands a pickle back from the C pickler of Python 3 and a value from every other.
func check(t *testing.T, source corpus.Source, rec corpus.Record) {
	t.Helper()
	var err error
	if source.Major == 2 || source.Pure {
		_, err = corpus.Decode(rec, source.Major)
	} else {
		err = corpus.RoundTrip(rec, source.Minor)
	}
	if err != nil {
		t.Errorf("CPython %v: %v", source, err)
	}
}
