// Command english checks the English of the tree: comments, in scripts and settings as well,
// documentation of exported names, and documents.
//
//	go run ./scripts/english          prints what breaks a rule and fails if anything does
//	go run ./scripts/english -count   prints a table of findings for each folder
//
// The rules stand in CONTRIBUTING.md:
//
//   - a comment line has at most 100 columns
//   - a sentence has at most 30 words, in documents and in the documentation of exported names
//   - turns that readers stumble over are not used, such as "tells that"
//
// Generated files, test data and text between the marks of a generated table are not checked.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
)

func main() {
	count := flag.Bool("count", false, "print the number of findings of each folder")
	flag.Parse()
	findings, err := check(".")
	if err == nil && *count {
		printCounts(findings)
	} else if err == nil {
		err = printFindings(findings)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "english:", err)
		os.Exit(1)
	}
}

// rule is one of the rules that a text can break.
type rule string

const (
	columns   rule = "columns"
	sentences rule = "sentence"
	turns     rule = "turn"
)

// finding is a place that breaks a rule.
type finding struct {
	file string
	line int
	rule rule
	text string
}

func (f finding) String() string { return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text) }

// check returns the findings of all files that git knows below a folder.
func check(root string) ([]finding, error) {
	files, err := tracked(root)
	if err != nil {
		return nil, err
	}
	var findings []finding
	for _, file := range files {
		data, err := os.ReadFile(path.Join(root, file)) //nolint:gosec // git lists the files
		if errors.Is(err, os.ErrNotExist) {             // deleted, and not yet committed
			continue
		}
		if err != nil {
			return nil, err
		}
		switch path.Ext(file) {
		case ".go":
			found, err := checkGo(file, data)
			if err != nil {
				return nil, err
			}
			findings = append(findings, found...)
		case ".md":
			findings = append(findings, checkDocument(file, string(data))...)
		default:
			findings = append(findings, checkScript(file, string(data))...)
		}
	}
	return findings, nil
}

// tracked lists the files of a folder that are in git or could be added to it.
func tracked(root string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":!*/testdata/*")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	files := strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
	slices.Sort(files)
	return slices.Compact(files), nil
}

func printFindings(findings []finding) error {
	for _, f := range findings {
		fmt.Println(f)
	}
	if failed := len(findings); failed > 0 {
		return fmt.Errorf("%d places break the rules of CONTRIBUTING.md", failed)
	}
	return nil
}

func printCounts(findings []finding) {
	type row struct {
		folder string
		counts map[rule]int
	}
	var rows []row
	for _, f := range findings {
		folder := path.Dir(f.file)
		if path.Ext(f.file) == ".md" {
			folder = f.file
		}
		i := slices.IndexFunc(rows, func(r row) bool { return r.folder == folder })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{folder, map[rule]int{}})
		}
		rows[i].counts[f.rule]++
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.folder, b.folder) })
	fmt.Printf("%-50s %8s %8s %8s\n", "", columns, sentences, turns)
	for _, r := range rows {
		fmt.Printf("%-50s %8d %8d %8d\n", r.folder, r.counts[columns], r.counts[sentences], r.counts[turns])
	}
}
