package shell

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pizco-go/pizco/goagent"
)

// learnTimeout bounds how long it waits for names where Timeout is 0.
const learnTimeout = 3 * time.Second

// LearnNames asks the object for the names that Complete and dir know. A server that cannot tell
// leaves them as they are.
func (s *Shell) LearnNames(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, learnTimeout))
	defer cancel()
	names, err := Names(ctx, s.Proxy)
	if err != nil {
		return
	}
	for _, name := range names {
		s.remember(name)
	}
}

// Names returns the names of the members that are used remotely, or all names of the object where
// the server cannot say which these are.
func Names(ctx context.Context, proxy *goagent.Proxy) ([]string, error) {
	remotes, objects, err := proxy.Inspect(ctx)
	if !errors.Is(err, goagent.ErrNotInspected) {
		return slices.Concat(remotes, objects), err
	}
	members, err := proxy.Describe(ctx)
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.Name
	}
	return names, err
}

// remember adds a name that the object has. Attributes that are no methods, signals or containers
// are not listed by servers: they are known once they have been used.
func (s *Shell) remember(name string) {
	if !IsIdentifier(name) {
		return // it could not be written in a statement either
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string]bool{}
	}
	s.names[name] = true
}

// IsIdentifier reports whether a name can be written in a statement: it consists of letters, digits
// and underscores.
func IsIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

func (s *Shell) known() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.names))
}

var (
	attributePattern = regexp.MustCompile(`^(.*?)(\w+)\s*\.\s*(\w*)$`)
	methodPattern    = regexp.MustCompile(`^(\s*\w+\s*\.\s*\w+\s*\.\s*)(\w*)$`)
	wordPattern      = regexp.MustCompile(`^(\s*(?:dir\()?)(\w*)$`)
)

// signalMethods are completed behind an attribute.
var signalMethods = []string{"connect(print)", "disconnect(print)"}

// Complete returns what the line up to the cursor can be completed to.
func (s *Shell) Complete(line string) []string {
	if m := methodPattern.FindStringSubmatch(line); m != nil {
		return completions(m[1], m[2], signalMethods)
	}
	if m := attributePattern.FindStringSubmatch(line); m != nil && m[2] == s.Name {
		return completions(strings.TrimSuffix(line, m[3]), m[3], s.known())
	}
	if m := wordPattern.FindStringSubmatch(line); m != nil {
		return completions(m[1], m[2], []string{s.Name, "dir(" + s.Name + ")", "exit", "help"})
	}
	return nil
}

func completions(before, fragment string, names []string) []string {
	var lines []string
	for _, name := range names {
		if strings.HasPrefix(name, fragment) {
			lines = append(lines, before+name)
		}
	}
	return lines
}
