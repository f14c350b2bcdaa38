package suite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// KnownFailure is a pattern of tests that are known to fail, with the reason.
type KnownFailure struct {
	// Pattern is a test's name, in which "*" stands for any text.
	Pattern string `yaml:"pattern"`
	Reason  string `yaml:"reason"`

	expression *regexp.Regexp
}

// ReadKnown reads a list of known failures from YAML.
func ReadKnown(text []byte) ([]KnownFailure, error) {
	var known []KnownFailure
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&known); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("pizco/interop: known failures: %w", err)
	}
	for i := range known {
		k := &known[i]
		if k.Pattern == "" || k.Reason == "" {
			return nil, fmt.Errorf("pizco/interop: known failures: entry %d lacks a pattern or a reason", i+1)
		}
		k.expression = wildcard(k.Pattern)
	}
	return known, nil
}

// Matches reports whether a test of that name is meant.
func (k *KnownFailure) Matches(name string) bool { return k.expression.MatchString(name) }

// Filter returns a function that reports whether a name fits one of several patterns in which "*"
// stands for any text; no pattern at all fits every name.
func Filter(patterns string) func(name string) bool {
	var expressions []*regexp.Regexp
	for _, p := range strings.Fields(patterns) {
		expressions = append(expressions, wildcard(p))
	}
	return func(name string) bool {
		for _, e := range expressions {
			if e.MatchString(name) {
				return true
			}
		}
		return len(expressions) == 0
	}
}

func wildcard(pattern string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
}
