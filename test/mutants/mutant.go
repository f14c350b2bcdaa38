package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is a fault: another token in one place.
type mutant struct {
	file         string // from the repository's root
	line, column int
	kind         string // go-gremlins' name of it
	old, new     token.Token
	text         string // the line, without the white space around it
}

func (m *mutant) place() string { return fmt.Sprintf("%s:%d:%d", m.file, m.line, m.column) }

func (m *mutant) String() string {
	return fmt.Sprintf("%s %s to %s in `%s`", m.place(), m.old, m.new, m.text)
}

// report is what go-gremlins writes.
type report struct {
	Files []struct {
		Name      string `json:"file_name"`
		Mutations []struct {
			Type         string
			Line, Column int
		}
	}
}

// kinds are the faults that go-gremlins makes when it is asked to.
var kinds = []string{
	"--arithmetic-base", "--conditionals-boundary", "--conditionals-negation", "--increment-decrement", "--invert-negatives",
	"--invert-assignments", "--invert-bitwise", "--invert-bwassign", "--invert-logical", "--invert-loopctrl", "--remove-self-assignments",
}

// discover has go-gremlins look for the faults that can be planted in a package, and returns them
// in the order of the sources.
func discover(ctx context.Context, gremlins, folder, temporary string) ([]mutant, error) {
	list := filepath.Join(temporary, "list.json")
	args := append([]string{"unleash", "--dry-run", "--silent", "-o", list}, kinds...)
	command := exec.CommandContext(ctx, gremlins, append(args, "./"+folder)...)
	// It runs the tests for their coverage first. The tests of every fault say more.
	command.Env = append(os.Environ(), "GOFLAGS=-run=^$")
	if out, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go-gremlins: %w\n%s", err, out)
	}
	content, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var found report
	if err := json.Unmarshal(content, &found); err != nil {
		return nil, fmt.Errorf("go-gremlins' list: %w", err)
	}
	built, err := sources(ctx, folder)
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, f := range found.Files {
		if !slices.Contains(built, f.Name) {
			continue // of a package below this one, or of another system
		}
		file := filepath.Join(folder, f.Name)
		tokens, err := scan(file)
		if err != nil {
			return nil, err
		}
		for _, g := range f.Mutations {
			if m, ok := tokens.mutant(file, g.Type, g.Line, g.Column); ok {
				all = append(all, m)
			}
		}
	}
	return all, nil
}

// sources returns the names of the files that are built here of a package.
func sources(ctx context.Context, folder string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", `{{join .GoFiles "\n"}}`, "./"+folder).Output()
	if err != nil {
		return nil, fmt.Errorf("go list ./%s: %w", folder, err)
	}
	return strings.Fields(string(out)), nil
}

// tokens are the tokens of a file, by line and column.
type tokens struct {
	at    map[[2]int]token.Token
	lines [][]byte
}

func scan(file string) (*tokens, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	t := &tokens{at: make(map[[2]int]token.Token), lines: bytes.Split(source, []byte("\n"))}
	files := token.NewFileSet()
	f := files.AddFile(file, -1, len(source))
	var s scanner.Scanner
	s.Init(f, source, nil, 0)
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			return t, nil
		}
		p := files.Position(pos)
		t.at[[2]int{p.Line, p.Column}] = tok
	}
}

// mutant returns the fault of a kind in a place, and false when nothing can be planted there.
func (t *tokens) mutant(file, kind string, line, column int) (mutant, bool) {
	old := t.at[[2]int{line, column}]
	changed, ok := faults[kind][old]
	if !ok || changed == old {
		return mutant{}, false
	}
	return mutant{file: file, line: line, column: column, kind: kind, old: old, new: changed, text: string(bytes.TrimSpace(t.lines[line-1]))}, true
}

// planted returns the content of the file with the fault in it.
func (m *mutant) planted() ([]byte, error) {
	source, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	lines := bytes.SplitAfter(source, []byte("\n"))
	line := lines[m.line-1]
	before, after := line[:m.column-1], line[m.column-1:]
	rest, ok := bytes.CutPrefix(after, []byte(m.old.String()))
	if !ok {
		return nil, fmt.Errorf("%s: there is no %s any more: the file changed during the run", m.place(), m.old)
	}
	// Spaces keep the token from running into its neighbours.
	lines[m.line-1] = bytes.Join([][]byte{before, rest}, []byte(" "+m.new.String()+" "))
	return bytes.Join(lines, nil), nil
}

// sample returns a number of the faults, chosen at random among the ones in the places that are
// asked for, in the order of the sources.
func sample(all []mutant, number int, seed uint64, only string) []mutant {
	all = slices.DeleteFunc(slices.Clone(all), func(m mutant) bool { return !strings.Contains(m.place(), only) })
	if number == 0 || number >= len(all) {
		return all
	}
	random := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // the choice is to be repeatable
	chosen := random.Perm(len(all))[:number]
	slices.Sort(chosen)
	some := make([]mutant, number)
	for i, at := range chosen {
		some[i] = all[at]
	}
	return some
}
