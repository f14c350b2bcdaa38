package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// maxWords is the largest number of words that a sentence may have.
const maxWords = 30

// sentenceEnd matches the end of a sentence: its mark, closing quotes, and white space.
var sentenceEnd = regexp.MustCompile(`[.!?]["'”)\]` + "`" + `*_]*\s+`)

// abbreviation matches a text whose last full stop does not end a sentence.
var abbreviation = regexp.MustCompile(`(?i)(\b(e\.g|i\.e|etc|vs|cf|approx)|\.\.)\.["'”)\]` + "`" + `*_]*\s*$`)

// split returns the sentences of a paragraph.
func split(paragraph string) []string {
	var list []string
	begin := 0
	for _, at := range sentenceEnd.FindAllStringIndex(paragraph, -1) {
		if abbreviation.MatchString(paragraph[begin:at[1]]) {
			continue
		}
		list = append(list, strings.TrimSpace(paragraph[begin:at[1]]))
		begin = at[1]
	}
	if rest := strings.TrimSpace(paragraph[begin:]); rest != "" {
		list = append(list, rest)
	}
	return list
}

// words counts the words of a sentence: what has a letter or a digit in it.
func words(sentence string) int {
	n := 0
	for _, field := range strings.Fields(sentence) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// longSentences reports the sentences of a paragraph that have too many words.
func longSentences(file string, line int, paragraph string) []finding {
	var findings []finding
	for _, s := range split(paragraph) {
		if n := words(s); n > maxWords {
			findings = append(findings, finding{file, line, sentences, fmt.Sprintf("a sentence of %d words, more than %d: %s", n, maxWords, s)})
		}
	}
	return findings
}

// turn is a way of writing that readers stumble over, and what to write instead.
type turn struct {
	pattern *regexp.Regexp
	instead string
}

var bannedTurns = []turn{
	{regexp.MustCompile(`(?i)\btells? (that|whether)\b`), `"reports", "returns" or "is set when"`},
	{regexp.MustCompile(`(?i)\bthose (that|which|who|of)\b`), "the noun itself"},
	{regexp.MustCompile(`(?i)\b(of|by|from|to|in|with|for) (which|whom) (each|every|only|no|none|one|some|all)\b`), "a sentence of its own"},
	{regexp.MustCompile(`\b([Ii]s|[Aa]re) none\b`), `"is not", "there is no"`},
	{regexp.MustCompile(`(?i)\bnobody\b`), "the goroutine, caller or peer that does not"},
	{regexp.MustCompile(`(?:^|[.;:] )Who \w+[^?]*$`), "the caller, client or peer"},
}

// quoted matches what a text shows and does not say.
var quoted = regexp.MustCompile("\"[^\"]*\"|`[^`]*`")

// bannedIn reports the turns in a text, except for quotations.
func bannedIn(file string, line int, text string) []finding {
	var findings []finding
	text = quoted.ReplaceAllString(text, "...")
	for _, t := range bannedTurns {
		for _, found := range t.pattern.FindAllString(text, -1) {
			findings = append(findings, finding{file, line, turns, fmt.Sprintf("%q: write %s", strings.TrimSpace(found), t.instead)})
		}
	}
	return findings
}
