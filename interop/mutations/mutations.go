// Package mutations holds ways to break the Go side by one line each. The conformance suite must
// report every one of them.
package mutations

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed mutations.yaml
var list []byte

// Mutation is one way to break the Go side.
type Mutation struct {
	// What says what is broken.
	What string `yaml:"what"`
	// In is the folder of the broken package, from the repository's root. The packages below it are
	// searched too, so that a mutation outlives a move.
	In string `yaml:"in"`
	// Old is the text that is replaced. It occurs once in the sources of In; a run of white space
	// stands for any other.
	Old string `yaml:"old"`
	// New is what it is replaced with.
	New string `yaml:"new"`
	// Quick is set for the mutations that CI plays. All of them are played before a release.
	Quick bool `yaml:"quick"`
}

// All returns the mutations of mutations.yaml.
func All() ([]Mutation, error) {
	var all []Mutation
	decoder := yaml.NewDecoder(bytes.NewReader(list))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		return nil, fmt.Errorf("pizco/mutations: mutations.yaml: %w", err)
	}
	return all, nil
}

// Broken is a source file with a mutation in it.
type Broken struct {
	// File is the path of the file, below the root that Apply was given.
	File string
	// Source is what the file would hold.
	Source []byte
}

// Apply returns the source file that a mutation changes. The file itself stays as it is. A text
// that does not occur once is an error.
func (m *Mutation) Apply(root string) (Broken, error) {
	pattern := m.pattern()
	var found []Broken
	err := filepath.WalkDir(filepath.Join(root, m.In), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "zmq"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, at := range pattern.FindAllIndex(source, -1) {
			found = append(found, Broken{path, bytes.Join([][]byte{source[:at[0]], source[at[1]:]}, []byte(m.New))})
		}
		return nil
	})
	if err != nil {
		return Broken{}, fmt.Errorf("pizco/mutations: %s: %w", m.What, err)
	}
	if len(found) != 1 {
		return Broken{}, fmt.Errorf("pizco/mutations: %s: %w", m.What, m.notOnce(found))
	}
	return found[0], nil
}

func (m *Mutation) notOnce(found []Broken) error {
	if len(found) == 0 {
		return fmt.Errorf("%q is nowhere in %s: put what the code says today into interop/mutations/mutations.yaml", m.Old, m.In)
	}
	var files []error
	for _, f := range found {
		files = append(files, errors.New(f.File))
	}
	return fmt.Errorf("%q is in %d places of %s, want one: %w", m.Old, len(found), m.In, errors.Join(files...))
}

var space = regexp.MustCompile(`\s+`)

// pattern matches Old with any white space in the place of its own.
func (m *Mutation) pattern() *regexp.Regexp {
	words := space.Split(strings.TrimSpace(m.Old), -1)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `\s+`))
}
