package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

//go:embed accepted.yaml
var acceptedList []byte

// accepted is a fault that may survive, and why. The line's text names it, not its number, so that
// the list outlives changes elsewhere in the file.
type accepted struct {
	// File is the path of the source, from the repository's root.
	File string `yaml:"file"`
	// Line is the text of the line, without the white space around it.
	Line string `yaml:"line"`
	// Old and New are the token and what takes its place.
	Old string `yaml:"old"`
	New string `yaml:"new"`
	// Why is the reason.
	Why string `yaml:"why"`
}

func readAccepted() ([]accepted, error) {
	var all []accepted
	decoder := yaml.NewDecoder(bytes.NewReader(acceptedList))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		return nil, fmt.Errorf("accepted.yaml: %w", err)
	}
	return all, nil
}

func isAccepted(known []accepted, m *mutant) bool {
	return slices.ContainsFunc(known, func(a accepted) bool {
		return a.File == m.file && a.Line == m.text && a.Old == m.old.String() && a.New == m.new.String()
	})
}
