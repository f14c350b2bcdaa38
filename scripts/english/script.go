package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"
)

// markers are what comments begin with in files that are neither Go nor Markdown, by the end of the
// name. Other files are not checked.
var markers = map[string]string{
	"": "#", ".sh": "#", ".py": "#", ".yaml": "#", ".yml": "#", ".toml": "#", ".ini": "#",
	".js": "//", ".c": "//",
}

// checkScript reports what breaks the rules in the comments of a program or a file of settings that
// stand alone on their lines.
func checkScript(file, text string) []finding {
	mark, ok := markers[path.Ext(path.Base(file))]
	if !ok || !utf8.ValidString(text) {
		return nil
	}
	var findings []finding
	for _, p := range scriptParagraphs(text, mark) {
		findings = append(findings, longSentences(file, p.line, p.text)...)
		findings = append(findings, bannedIn(file, p.line, p.text)...)
	}
	comment := regexp.MustCompile(`^\s*` + mark + ` \S`)
	for i, line := range strings.Split(text, "\n") {
		width := utf8.RuneCountInString(line)
		if width > maxColumns && comment.MatchString(line) && len(strings.Fields(line)) > 2 {
			findings = append(findings, finding{file, i + 1, columns, fmt.Sprintf("a comment of %d columns, more than %d", width, maxColumns)})
		}
	}
	return findings
}

// scriptParagraphs cuts the comments of a file into paragraphs and items. Indented lines are
// program text.
func scriptParagraphs(text, mark string) []paragraph {
	var list []paragraph
	begin := true
	for i, line := range strings.Split(text, "\n") {
		comment, found := strings.CutPrefix(strings.TrimSpace(line), mark)
		prose, spaced := strings.CutPrefix(comment, " ")
		switch item := listItem.FindString(prose); {
		case !found || !spaced || prose == "" || item == "" && strings.HasPrefix(prose, " "):
			begin = true
		case item != "":
			list = append(list, paragraph{i + 1, strings.TrimPrefix(prose, item)})
			begin = false
		case begin:
			list = append(list, paragraph{i + 1, prose})
			begin = false
		default:
			list[len(list)-1].text += " " + prose
		}
	}
	return list
}
